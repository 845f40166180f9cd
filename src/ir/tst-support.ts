/** What the JavaScript that the oracle compiles calls at run time (as `S`). */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type DType, dtypes } from './dtype.ts';
import { castTo, steppedError, valueOf } from './round.ts';
import { evalBinary, evalUnary } from './scalar.ts';
import { binaryError, comparisonError, flushError, integerError, roundingError, times, total, unaryError } from './tst-error.ts';

/** An index that left its tensor where the program says `check`. */
export interface Offence { readonly tensor: string; readonly dimension: number; readonly index: number; readonly extent: number; readonly start: number }

/** Keeps what argmax and argmin (of the negated terms) may choose: the first of the largest, and every index that could be that. */
class Best {
  private best = -Infinity;
  private at = -1;
  /** No index whose upper end is below this can win. */
  private floor = -Infinity;
  private readonly doubtful: { i: number; high: number; tie: boolean }[] = [];
  private unknown = false;

  /** doubt: 0 the term counts, 1 it counts perhaps and does here, 2 it counts perhaps and does not here. */
  add(i: number, t: number, own: number, doubt: number): void {
    const e = own + flushError(t);
    if (Number.isNaN(t) || Number.isNaN(e) || e === Infinity) { this.unknown = true; return; }
    if (doubt !== 2 && (this.at < 0 || t > this.best)) { this.best = t; this.at = i; }
    if (doubt === 0 && t - e > this.floor) this.floor = t - e;
    if (t + e >= this.floor) this.doubtful.push({ i, high: t + e, tie: e === 0 && doubt === 0 });
    if (this.doubtful.length > 4096) this.prune();
  }
  private prune(): void {
    const kept = this.doubtful.filter((d) => d.high >= this.floor);
    this.doubtful.splice(0, this.doubtful.length, ...kept);
  }
  index(): number { return this.at; }
  /** The distance to the farthest index that could be meant. Exact ties are no doubt: the first wins. */
  error(): number {
    if (this.unknown) return Infinity;
    this.prune();
    const others = this.doubtful.filter((d) => !(d.tie && (d.high < this.best || (d.high === this.best && d.i >= this.at))));
    return others.reduce((e, d) => Math.max(e, Math.abs(d.i - this.at)), 0);
  }
}

const allDTypes = Object.keys(dtypes) as DType[];

export function support(offence: (o: Offence) => void) {
  return {
    evalUnary, evalBinary, unaryError, binaryError, integerError, comparisonError, roundingError, steppedError, total, times, Best,
    modulo: (a: number, b: number): number => a - b * Math.floor(a / b),
    maximum: (a: number, b: number): number => (a > b || Number.isNaN(b) ? a : b),
    minimum: (a: number, b: number): number => (a < b || Number.isNaN(b) ? a : b),
    casts: Object.fromEntries(allDTypes.map((d) => [d, (x: number) => valueOf(d, castTo(d, x))])) as Record<DType, (x: number) => number>,
    finite: (x: number): number => (x < Infinity ? x : 0),
    offence: (tensor: string, dimension: number, index: number, extent: number, start: number): void => offence({ tensor, dimension, index, extent, start }),
    outside: (tensor: string, start: number): never => {
      throw new CompilerBug(`a read of ${tensor} (at offset ${start}) leaves it, though it was taken for proved`);
    },
  };
}
