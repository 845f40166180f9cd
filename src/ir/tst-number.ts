/** Numbers in the code that the oracle generates: what is known of them while it is written. */
import { type DType, integerRange, isFloat } from './dtype.ts';
import type { BinaryOp } from './scalar.ts';

/** All values are multiples of `step`, a power of two, and at most `max` in magnitude. */
export interface Grid { readonly step: number; readonly max: number }
/** v: code of the value; its error is k*u*|v| + abs. */
export interface Num { readonly v: string; readonly k: number; readonly abs: string; readonly grid: Grid | undefined }

export const exactly = (v: string, grid?: Grid): Num => ({ v, k: 0, abs: '0', grid });
export const fits = (grid: Grid | undefined, bits = 24): grid is Grid => grid !== undefined && grid.max <= 2 ** bits * grid.step;
export const total = (abs: string, rel: string): string => (abs === '0' ? rel : `S.total(${abs}, ${rel})`);
export const plus = (...xs: readonly string[]): string => xs.filter((x) => x !== '0').join(' + ') || '0';
export const gridOf = (x: number): Grid | undefined => {
  if (!Number.isFinite(x)) return undefined;
  let step = 1;
  while (x % step !== 0 && step > 2 ** -40) step /= 2;
  return x % step === 0 ? { step, max: Math.abs(x) } : undefined;
};

export const significand = (acc: DType): number => (acc === 'f16' ? 11 : acc === 'bf16' ? 8 : 24);

export function combine(op: BinaryOp, a: Grid | undefined, b: Grid | undefined): Grid | undefined {
  if (!a || !b) return undefined;
  switch (op) {
    case 'add': case 'sub': return { step: Math.min(a.step, b.step), max: a.max + b.max };
    case 'mul': return { step: a.step * b.step, max: a.max * b.max };
    case 'min': case 'max': return { step: Math.min(a.step, b.step), max: Math.max(a.max, b.max) };
    // -5 & -3 = -7: below the next power of two.
    case 'bitand': return { step: 1, max: 2 * Math.max(a.max, b.max) };
    case 'shr': case 'mod': return { step: 1, max: Math.max(a.max, b.max) };
    default: return undefined;
  }
}
/** The grid after rounding: unchanged where every point of it is a value of the dtype. */
export function rounded(to: DType, grid: Grid | undefined): Grid | undefined {
  const range = integerRange(to);
  if (range) return { step: 1, max: Math.min(grid?.max ?? Infinity, Math.max(-range.min, range.max)) };
  return isFloat(to) && fits(grid, significand(to)) && grid.step >= 2 ** -24 && grid.max < highestF16 ? grid : undefined;
}
const highestF16 = 65504;
