/** Minimisation with limited memory (J. Nocedal, 1980): two-loop recursion, steps halved until they descend enough (Armijo). */

export interface Valued { readonly value: number; readonly gradient: readonly number[] }
export interface Minimum { readonly at: readonly number[]; readonly value: number }

const memory = 8, sufficient = 1e-4, halvings = 30;
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((n, x, i) => n + x * b[i]!, 0);

export function minimise(f: (x: readonly number[]) => Valued, start: readonly number[], iterations: number): Minimum {
  let x = start, now = f(x);
  const steps: { s: readonly number[]; y: readonly number[]; rho: number }[] = [];
  for (let i = 0; i < iterations && Number.isFinite(now.value); i++) {
    const direction = descent(now.gradient, steps);
    const slope = dot(direction, now.gradient);
    if (slope > -1e-12) break;
    // The first step has no curvature to go by.
    let t = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(direction, direction))) : 1, next: Valued | undefined, to: number[] = [];
    for (let k = 0; k < halvings; k++, t /= 2) {
      to = x.map((v, j) => v + t * direction[j]!);
      const tried = f(to);
      if (tried.value <= now.value + sufficient * t * slope) { next = tried; break; }
    }
    if (next === undefined) break;
    const s = to.map((v, j) => v - x[j]!), y = next.gradient.map((v, j) => v - now.gradient[j]!), sy = dot(s, y);
    if (sy > 1e-12) { steps.push({ s, y, rho: 1 / sy }); if (steps.length > memory) steps.shift(); }
    const gain = now.value - next.value;
    x = to;
    now = next;
    if (gain < 1e-7 * (1 + Math.abs(now.value))) break;
  }
  return { at: x, value: now.value };
}

function descent(gradient: readonly number[], steps: readonly { readonly s: readonly number[]; readonly y: readonly number[]; readonly rho: number }[]): number[] {
  const q = gradient.map((g) => -g), alpha: number[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    const { s, y, rho } = steps[i]!, a = rho * dot(s, q);
    alpha[i] = a;
    for (let j = 0; j < q.length; j++) q[j] = q[j]! - a * y[j]!;
  }
  const last = steps.at(-1), scale = last === undefined ? 1 : 1 / (last.rho * dot(last.y, last.y));
  for (let j = 0; j < q.length; j++) q[j] = q[j]! * scale;
  steps.forEach(({ s, y, rho }, i) => { const b = rho * dot(y, q); for (let j = 0; j < q.length; j++) q[j] = q[j]! + s[j]! * (alpha[i]! - b); });
  return q;
}
