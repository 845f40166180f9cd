/** Summaries of repeated runs. */
import { cumulative } from '../../../src/codesign/normal.ts';

/** Linear between order statistics. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b), at = q * (sorted.length - 1), below = Math.floor(at);
  const low = sorted[below] ?? NaN, high = sorted[Math.ceil(at)] ?? NaN;
  return low === high ? low : low + (high - low) * (at - below);
}
export const median = (values: readonly number[]): number => quantile(values, 0.5);
export interface Quartiles { readonly low: number; readonly median: number; readonly high: number }
export const quartiles = (values: readonly number[]): Quartiles => ({ low: quantile(values, 0.25), median: median(values), high: quantile(values, 0.75) });

/**
 * Wilcoxon's signed-rank test of paired runs, two-sided: p by all 2^n signs up to 16 pairs, by the normal approximation beyond. Pairs without a difference
 * are left out; equal differences share their ranks.
 */
export function wilcoxon(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((x, i) => x - b[i]!).filter((d) => d !== 0), n = differences.length;
  if (n === 0) return 1;
  const order = differences.map((d, i) => ({ i, size: Math.abs(d) })).sort((x, y) => x.size - y.size), rank = new Array<number>(n).fill(0);
  for (let k = 0; k < n;) {
    let end = k;
    while (end + 1 < n && order[end + 1]!.size === order[k]!.size) end++;
    for (let j = k; j <= end; j++) rank[order[j]!.i] = (k + end) / 2 + 1;
    k = end + 1;
  }
  const total = rank.reduce((s, r) => s + r, 0), plus = rank.reduce((s, r, i) => s + (differences[i]! > 0 ? r : 0), 0), extreme = Math.min(plus, total - plus);
  if (n > 16) return 2 * cumulative((extreme + 0.5 - total / 2) / Math.sqrt(rank.reduce((s, r) => s + r * r, 0) / 4));
  let as = 0;
  for (let signs = 0; signs < 2 ** n; signs++) { let w = 0; for (let i = 0; i < n; i++) if ((signs >> i) & 1) w += rank[i]!; if (Math.min(w, total - w) <= extreme + 1e-9) as++; }
  return as / 2 ** n;
}
export const pText = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));
