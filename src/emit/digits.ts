/**
 * Layouts as mixed-radix digits, and the register loops that visit several tiles at once.
 *
 * A coordinate is a sum of digits times their place. Each digit comes from the register number (with a stride) or from one thread bit. A repeat of 2^c * odd
 * becomes c binary digits and one digit of radix `odd`, so that two layouts of the same extent always have the same digits and can be compared one by one.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { bitIndex } from '../ir/layout-query.ts';
import { type Layout, registerBits } from '../ir/layout.ts';

export type DigitSource = { readonly kind: 'register'; readonly stride: number } | { readonly kind: 'thread'; readonly bit: number };
export interface Digit { readonly axis: string; readonly radix: number; readonly place: number; readonly source: DigitSource }

/** What has axes and a layout over them: a tile, or a fragment made for the occasion. */
export interface Spread { readonly axes: readonly string[]; readonly layout: Layout }

const cache = new WeakMap<Layout, { axes: string; digits: readonly Digit[] }>();

export function digitsOf({ axes, layout }: Spread): readonly Digit[] {
  const known = cache.get(layout);
  const key = axes.join();
  if (known?.axes === key) return known.digits;
  const digits: Digit[] = [];
  let stride = 2 ** registerBits(layout);
  // The first dimension's repeat runs slowest, so strides are counted from the last.
  const repeats = new Map<number, number>();
  for (let d = layout.dims.length - 1; d >= 0; d--) { repeats.set(d, stride); stride *= layout.dims[d]!.repeat; }
  layout.dims.forEach(({ bits, repeat }, d) => {
    const axis = axes[d];
    if (axis === undefined) throw new CompilerBug(`a layout of ${layout.dims.length} dimensions for axes ${key}`);
    let place = 1;
    for (const bit of bits) {
      digits.push({ axis, radix: 2, place, source: bit.from === 'reg' ? { kind: 'register', stride: 2 ** bit.n } : { kind: 'thread', bit: bitIndex(bit) } });
      place *= 2;
    }
    let rest = repeat;
    let at = repeats.get(d)!;
    while (rest > 1) {
      const radix = rest % 2 === 0 ? 2 : rest;
      digits.push({ axis, radix, place, source: { kind: 'register', stride: at } });
      place *= radix; at *= radix; rest /= radix;
    }
  });
  cache.set(layout, { axes: key, digits });
  return digits;
}

/** One register loop: `count` steps of `place` along `axis`; `strides` says how far each tile's register number moves. */
export interface RegisterLoop { readonly axis: string; readonly count: number; readonly place: number; readonly strides: readonly number[] }

const strideAt = (digits: readonly Digit[], like: Digit, who: string): number => {
  if (!digits.some((d) => d.axis === like.axis)) return 0;
  const same = digits.find((d) => d.axis === like.axis && d.place === like.place && d.radix === like.radix);
  if (same?.source.kind !== 'register') throw new CompilerBug(`${who}: coordinate digit ${like.place} of axis ${like.axis} is in a register of one tile and not of another; a convert is missing`);
  return same.source.stride;
};

/** Checks that every thread holds, of `other`, the elements it needs for its elements of `driver`. */
function checkThreads(driver: readonly Digit[], other: readonly Digit[], who: string): void {
  for (const d of other) {
    const match = driver.find((e) => e.axis === d.axis && e.place === d.place && e.radix === d.radix);
    if (match === undefined) throw new CompilerBug(`${who}: axis ${d.axis} is not one of the result's, or has another extent`);
    if (d.source.kind === 'thread' && !(match.source.kind === 'thread' && match.source.bit === d.source.bit)) {
      throw new CompilerBug(`${who}: coordinate digit ${d.place} of axis ${d.axis} is spread over other threads; a convert is missing`);
    }
  }
}

/**
 * The loops over the registers of `driver`, slowest first, with the strides of `others` (in order; 0 along axes they lack). Neighbouring digits are one loop
 * where all strides allow it. Digits whose stride in the driver is below `inner` are left out: they are `innerLoops`.
 */
export function registerLoops(driver: Spread, others: readonly Spread[], who: string, inner = 1): RegisterLoop[] {
  return digitLoops(digitsOf(driver), others.map(digitsOf), who, (stride) => stride >= inner);
}
export function innerLoops(driver: Spread, others: readonly Spread[], who: string, inner: number): RegisterLoop[] {
  const found = digitLoops(digitsOf(driver), others.map(digitsOf), who, (stride) => stride < inner);
  if (found.reduce((n, l) => n * l.count, 1) !== inner) throw new CompilerBug(`${who}: the lowest registers are no block of ${inner}`);
  return found;
}

/** The same for digits picked by the caller. */
export function digitLoops(own: readonly Digit[], theirs: readonly (readonly Digit[])[], who: string, keep: (stride: number) => boolean = () => true): RegisterLoop[] {
  theirs.forEach((digits) => checkThreads(own, digits, who));
  const result: RegisterLoop[] = [];
  const inRegisters = own.flatMap((d) => (d.source.kind === 'register' && keep(d.source.stride) ? [{ digit: d, stride: d.source.stride }] : []));
  inRegisters.sort((a, b) => a.stride - b.stride);
  for (const { digit, stride } of inRegisters) {
    const strides = [stride, ...theirs.map((digits) => strideAt(digits, digit, who))];
    const last = result.at(-1);
    if (last !== undefined && last.axis === digit.axis && last.place * last.count === digit.place && last.strides.every((s, n) => s * last.count === strides[n])) {
      result[result.length - 1] = { ...last, count: last.count * digit.radix };
    } else result.push({ axis: digit.axis, count: digit.radix, place: digit.place, strides });
  }
  return result.reverse();
}

/** Thread bits (positions in the thread number) that hold a coordinate of the spread. */
export const threadBitsUsed = (spread: Spread): number[] => digitsOf(spread).flatMap((d) => (d.source.kind === 'thread' ? [d.source.bit] : []));

/** Same elements in the same threads; registers may be numbered differently. */
export function sameElements(a: Spread, b: Spread): boolean {
  const x = digitsOf(a);
  const y = digitsOf(b);
  if (x.length !== y.length) return false;
  return x.every((d) => y.some((e) => e.axis === d.axis && e.place === d.place && e.radix === d.radix &&
    (d.source.kind === 'register' ? e.source.kind === 'register' : e.source.kind === 'thread' && e.source.bit === d.source.bit)));
}
