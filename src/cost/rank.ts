/** How well one order agrees with another: what a cost model must do is put plans in the right order. */

/** Kendall's τ-b: pairs in the same order less pairs in opposite order, over all pairs that are tied in neither (Kendall, 1945). NaN where everything is tied. */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let agree = 0, differ = 0, tiedA = 0, tiedB = 0;
  for (let i = 0; i < a.length; i++) for (let j = 0; j < i; j++) {
    const x = Math.sign(a[i]! - a[j]!), y = Math.sign(b[i]! - b[j]!);
    if (x === 0 && y === 0) continue;
    if (x === 0) tiedA++;
    else if (y === 0) tiedB++;
    else if (x === y) agree++;
    else differ++;
  }
  return (agree - differ) / Math.sqrt((agree + differ + tiedA) * (agree + differ + tiedB));
}

/** How much slower the best of the `k` that the model likes best is than the best of all: 0 where they hold it. */
export function regret(predicted: readonly number[], measured: readonly number[], k: number): number {
  const order = predicted.map((_, i) => i).sort((i, j) => predicted[i]! - predicted[j]!);
  const best = Math.min(...order.slice(0, k).map((i) => measured[i]!));
  return best / Math.min(...measured) - 1;
}

/** Mean of a ratio and its 95 % interval, on logarithms (Student's t): `ratios` of measurements that took turns. */
export function ratioInterval(ratios: readonly number[]): { readonly mean: number; readonly low: number; readonly high: number } {
  const logs = ratios.map(Math.log), n = logs.length, mean = logs.reduce((x, y) => x + y, 0) / n;
  const deviation = n < 2 ? Infinity : Math.sqrt(logs.reduce((s, x) => s + (x - mean) ** 2, 0) / (n - 1));
  const half = (student(n - 1) * deviation) / Math.sqrt(n);
  return { mean: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half) };
}
/** The 0.975 quantile of Student's t (Cornish and Fisher's expansion; within 1 % from 3 degrees of freedom on). */
function student(freedom: number): number {
  const z = 1.959964, f = Math.max(1, freedom);
  return z + (z ** 3 + z) / (4 * f) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * f ** 2) + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * f ** 3);
}
