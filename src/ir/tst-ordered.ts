/** The oracle's own scan and top-k of one row, with what a correct target may give instead. */
import type { DType } from './dtype.ts';
import { u } from './tst-error.ts';
import type { Known } from './tst-memory.ts';

/** One position of a row: its value, and whether it counts (with `e` > 0: perhaps the other way). */
export interface Term { readonly value: Known; readonly counts: Known }
const doubtful = (t: Term): boolean => t.counts.e > 0;

/** Running sums in any order of adding. */
export function scanRow(row: readonly Term[], type: DType): Known[] {
  let v = 0, e = 0, magnitude = 0, step = 2 ** 20;
  return row.map((t, n): Known => {
    if (doubtful(t)) e = Infinity;
    if (t.counts.v !== 0) {
      v = type === 'i32' ? (v + t.value.v) | 0 : v + t.value.v;
      e += t.value.e;
      magnitude += Math.abs(t.value.v);
      while (step > 2 ** -60 && t.value.v % step !== 0) step /= 2;
    }
    // Multiples of one power of two within f32's significand add up exactly.
    const isExact = type === 'i32' || magnitude <= 2 ** 24 * step;
    return { v, e: e + (isExact ? 0 : (n + 16) * u * magnitude) };
  });
}

/** The positions of the `count` largest, then -1. Values whose order is in doubt may stand in each other's places. */
export function topRow(row: readonly Term[], count: number): Known[] {
  const order = row.flatMap((t, n) => (t.counts.v !== 0 ? [n] : [])).sort((a, b) => row[b]!.value.v - row[a]!.value.v || a - b);
  const unknown = row.some((t) => doubtful(t) || Number.isNaN(t.value.v) || !(t.value.e < Infinity));
  const found: Known[] = [];
  for (let first = 0; first < order.length && found.length < count;) {
    // A run of values of which each may be as large as one before it.
    let last = first;
    let lowest = row[order[first]!]!.value.v - row[order[first]!]!.value.e;
    while (last + 1 < order.length) {
      const next = row[order[last + 1]!]!.value;
      if (!(next.v + next.e >= lowest)) break;
      lowest = Math.min(lowest, next.v - next.e);
      last++;
    }
    const run = order.slice(first, last + 1);
    // Exact ties are no doubt: the smaller position comes first.
    const isCertain = run.every((n) => row[n]!.value.e === 0);
    for (const n of run) found.push({ v: n, e: isCertain ? 0 : Math.max(...run.map((m) => Math.abs(m - n))) });
    first = last + 1;
  }
  return Array.from({ length: count }, (_, t): Known => { const at = found[t] ?? { v: -1, e: 0 }; return unknown ? { v: at.v, e: Infinity } : at; });
}
