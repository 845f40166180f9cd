/** The normal distribution. */

export const density = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

/**
 * Φ(z) to about 15 digits: the series Φ(z) = 1/2 + φ(z)·Σ z^(2k+1)/(1·3·…·(2k+1)) near 0 (G. Marsaglia, "Evaluating the normal distribution", 2004),
 * Laplace's continued fraction for the tails.
 */
export function cumulative(z: number): number {
  if (z === Infinity) return 1;
  if (z === -Infinity) return 0;
  const a = Math.abs(z);
  if (a > 38) return z < 0 ? 0 : 1;
  let upper: number;
  if (a < 3) {
    let term = a, sum = a;
    for (let k = 3; term > 1e-17 * sum; k += 2) { term *= (a * a) / k; sum += term; }
    upper = 0.5 - density(a) * sum;
  } else {
    let f = 0;
    for (let k = 60; k > 0; k--) f = k / (a + f);
    upper = density(a) / (a + f);
  }
  return z < 0 ? upper : 1 - upper;
}

/** log Φ(z), also where Φ(z) is too small for a number (Mills' ratio). */
export const logCumulative = (z: number): number => (z > -20 ? Math.log(cumulative(z)) : -0.5 * z * z - Math.log(-z * Math.sqrt(2 * Math.PI)) - 1 / (z * z));
