/** Tensors as the oracle holds them: whole, or computed element by element when asked. */
import type { DType } from './dtype.ts';
import type { Grid } from './tst-number.ts';

/** Elements in row-major order, of any array-like: logical values (an f16 tensor's are its numbers, not its bits), already rounded to the dtype. */
export type Values = ArrayLike<number>;
export interface Stored { readonly shape: readonly number[]; readonly dtype: DType; readonly limit: number | undefined }
/** `errors` is undefined where every value is exact. */
export interface Dense extends Stored { readonly kind: 'dense'; readonly values: Values; readonly errors: Float64Array | undefined; readonly grid: Grid | undefined }
/** A tensor that is being written. */
export interface Open extends Dense { readonly values: Float64Array; readonly errors: Float64Array }
export interface Lazy extends Stored { readonly kind: 'lazy'; readonly at: Memo }
export interface Known { readonly v: number; readonly e: number }

const pageBits = 10;
/** Elements computed when they are asked for, remembered in pages. */
export class Memo {
  /** Of the element asked for last. */
  error = 0;
  private readonly pages = new Map<number, { values: Float64Array; errors: Float64Array; done: Uint8Array }>();
  private readonly compute: (i: number) => Known;
  constructor(compute: (i: number) => Known) { this.compute = compute; }

  at(i: number): number {
    const p = Math.floor(i / 2 ** pageBits), j = i - p * 2 ** pageBits;
    let page = this.pages.get(p);
    if (!page) {
      page = { values: new Float64Array(2 ** pageBits), errors: new Float64Array(2 ** pageBits), done: new Uint8Array(2 ** pageBits) };
      this.pages.set(p, page);
    }
    if (!page.done[j]) {
      const { v, e } = this.compute(i);
      page.values[j] = v; page.errors[j] = e; page.done[j] = 1;
    }
    this.error = page.errors[j]!;
    return page.values[j]!;
  }
}

export const volume = (shape: readonly number[]): number => shape.reduce((n, x) => n * x, 1);

/** Nothing is known of elements that nobody writes: their error is infinite. */
export function open(stored: Stored): Open {
  const n = volume(stored.shape);
  return { kind: 'dense', ...stored, values: new Float64Array(n), errors: new Float64Array(n).fill(Infinity), grid: undefined };
}
/** After writing: drops errors that are all zero and finds the grid the values lie on. */
export function settle(t: Open): Dense {
  return t.errors.every((e) => e === 0) ? { ...t, errors: undefined, grid: scan(t.values) } : t;
}

/** The largest power of two of which all values are multiples, and their largest magnitude; undefined where f32 cannot be exact on it. */
export function scan(values: Values): Grid | undefined {
  let step = 2 ** 20, max = 0;
  for (let i = 0; i < values.length; i++) {
    const x = Math.abs(values[i]!);
    if (!(x < 2 ** 100)) return undefined;
    if (x > max) max = x;
    while (x % step !== 0) {
      step /= 2;
      if (step < 2 ** -60) return undefined;
    }
    if (max > 2 ** 24 * step) return undefined;
  }
  return { step, max };
}

/** Row-major coordinates of a flat index. */
export function unravel(flat: number, shape: readonly number[]): number[] {
  const point = new Array<number>(shape.length);
  let rest = flat;
  for (let d = shape.length - 1; d >= 0; d--) {
    const n = shape[d]!;
    point[d] = rest % n;
    rest = Math.floor(rest / n);
  }
  return point;
}
