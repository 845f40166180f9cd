/** What several parts of applying a schedule share. */
export interface Note { readonly candidate: string; readonly reason: string }

/** The largest power of two that divides n (1 for no whole number). */
export const powerIn = (n: number): number => (Number.isInteger(n) && n > 0 && n < 2 ** 31 ? n & -n : 1);
export const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
export const lcm = (a: number, b: number): number => (a / gcd(a, b)) * b;
/** The multiple of `unit` nearest to n; the larger of two equally near, and at least one unit. */
export const nearestMultiple = (n: number, unit: number): number => Math.max(1, Math.round(n / unit)) * unit;
