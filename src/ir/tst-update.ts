/** What an element is after an update: its old value and the terms that go to it, with a bound of the error of any order of combining them. */
import { type DType, isFloat } from './dtype.ts';
import { roundTo, valueOf } from './round.ts';
import { roundingError, u } from './tst-error.ts';
import type { Known } from './tst-memory.ts';
import type { UpdateOp } from './tst.ts';

/** `terms` in the order of their points. Of `set` the last one stays; where there are several, a check of the kernel says so. */
export function updated(op: UpdateOp, dtype: DType, old: Known, terms: readonly Known[]): Known {
  const round = (x: number): number => roundTo(dtype, x);
  if (op === 'add' && isFloat(dtype)) {
    const all = [old, ...terms];
    const v = all.reduce((s, t) => s + t.v, 0);
    const e = all.reduce((s, t) => s + t.e, 0);
    const magnitude = all.reduce((s, t) => s + Math.abs(t.v), 0);
    const error = e + (isExact(all, magnitude) ? 0 : (terms.length + 16) * u * magnitude);
    const rounded = round(v);
    return { v: rounded, e: roundingError(round, v, error, rounded) };
  }
  if (op === 'add') {
    const v = terms.reduce((s, t) => (s + t.v) | 0, valueOf(dtype, old.v));
    return { v: round(v), e: terms.some((t) => t.e > 0) ? Infinity : old.e };
  }
  const stored = terms.map(({ v, e }): Known => { const r = round(v); return { v: r, e: isFloat(dtype) ? roundingError(round, v, 1.01 * e, r) : e }; });
  if (op === 'set') return stored.at(-1) ?? old;
  const better = op === 'max' ? Math.max : Math.min;
  const best = [old, ...stored].reduce((a, b) => ({ v: better(valueOf(dtype, a.v), valueOf(dtype, b.v)), e: Math.max(a.e, b.e) }));
  return { v: round(best.v), e: Number.isNaN(best.v) ? Infinity : best.e };
}

/** Sums of multiples of one power of two that stay within f32's significand are exact in any order. */
function isExact(terms: readonly Known[], magnitude: number): boolean {
  let step = 2 ** 20;
  for (const { v, e } of terms) {
    if (e !== 0 || !(Math.abs(v) < 2 ** 100)) return false;
    while (v % step !== 0) { step /= 2; if (step < 2 ** -60) return false; }
  }
  return magnitude <= 2 ** 24 * step;
}
