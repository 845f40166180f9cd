/**
 * Compares what a target computed with the oracle.
 *
 * The allowed difference is the oracle's own bound for each element (its formulas stand in tst-interpret.ts and tst-error.ts), and
 * where a float result is so small that a target may flush it to zero, the least normal number. So integers, and floats whose inputs lie
 * on a coarse grid, must be equal.
 *
 * Choices. A rounding, comparison or argmax that another correct order of summation might decide differently widens the bound of what
 * depends on it to all values it may then have; it is never counted as a mismatch within that, and always beyond it. Where an
 * uncertain index selects an element, or a minimum or maximum has a NaN among its operands (targets may drop it or keep it),
 * nothing is known: such elements are counted as `unknown` and not as checked.
 *
 * NaN. Where the oracle has NaN the target must, and nowhere else.
 */
import { type DType, isFloat } from './dtype.ts';
import type { OracleTensor } from './tst-interpret.ts';

export interface Offender { readonly index: readonly number[]; readonly actual: number; readonly expected: number; readonly bound: number }
export interface Comparison {
  readonly ok: boolean;
  /** Largest |actual - expected|, and the largest such difference relative to |expected|, among finite pairs. */
  readonly maxAbs: number;
  readonly maxRel: number;
  /** The largest difference that was allowed at any checked element. */
  readonly bound: number;
  /** Largest difference as a share of what was allowed at its element: above 1 is a mismatch. */
  readonly worst: number;
  readonly mismatches: number;
  readonly checked: number;
  readonly unknown: number;
  /** Elements of the tensor; `checked` is less when the oracle was sampled. */
  readonly total: number;
  readonly offenders: readonly Offender[];
}

/** Below this a target may give zero: least normal number. 2^-119 leaves room for a flushed part times a few others: x·e^x for x = -87.4, where e^x is flushed. */
function flushed(dtype: DType): number {
  return dtype === 'f16' ? 2 ** -14 : isFloat(dtype) ? 2 ** -119 : 0;
}

/** `actual` holds the whole tensor as logical values in row-major order, also when the oracle was sampled. */
export function compare(actual: ArrayLike<number>, oracle: OracleTensor, keep = 8): Comparison {
  const { values, error, indices, shape } = oracle;
  const total = shape.reduce((n, x) => n * x, 1), floor = flushed(oracle.dtype);
  const offenders: Offender[] = [];
  let maxAbs = 0, maxRel = 0, bound = 0, worst = 0, mismatches = 0, unknown = 0;
  for (let i = 0; i < values.length; i++) {
    const flat = indices ? indices[i]! : i;
    // Beyond the end of a result that is too short there is nothing, which is no number.
    const a = flat < actual.length ? actual[flat]! : NaN, v = values[i]!, e = error[i]!;
    if (Number.isNaN(v) ? e === Infinity : !(e < Infinity)) { unknown++; continue; }
    const allowed = Number.isNaN(v) ? 0 : e === 0 ? 0 : e + floor;
    const same = a === v || (Number.isNaN(a) && Number.isNaN(v));
    const d = same ? 0 : Math.abs(a - v);
    if (d < Infinity) {
      if (d > maxAbs) maxAbs = d;
      if (v !== 0 && Math.abs(v) < Infinity && d / Math.abs(v) > maxRel) maxRel = d / Math.abs(v);
    }
    if (allowed > bound) bound = allowed;
    const share = same ? 0 : allowed === 0 ? (d <= floor && e === 0 && Math.abs(v) < floor ? 0 : Infinity) : d / allowed;
    if (!(share <= worst)) worst = Number.isNaN(share) ? Infinity : share;
    if (share <= 1) continue;
    mismatches++;
    if (offenders.length < keep) offenders.push({ index: coordinates(flat, shape), actual: a, expected: v, bound: allowed });
  }
  return { ok: mismatches === 0 && actual.length === total, maxAbs, maxRel, bound, worst, mismatches, checked: values.length - unknown, unknown, total, offenders };
}

function coordinates(flat: number, shape: readonly number[]): number[] {
  const point: number[] = [];
  let rest = flat;
  for (const n of [...shape].reverse()) { point.unshift(rest % n); rest = Math.floor(rest / n); }
  return point;
}

/** What to print for a tensor that failed: the first offenders, one a line. */
export function describe(name: string, c: Comparison): string[] {
  const number = (x: number): string => (Number.isInteger(x) ? String(x) : x.toPrecision(9));
  return c.offenders.map((o) => `${name}[${o.index.join(', ')}] is ${number(o.actual)}, expected ${number(o.expected)} ± ${o.bound.toPrecision(3)}`);
}
