/** Questions about layouts that lowering, validation and emission share: thread bits, vectors, slices, and which register holds which element. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type Bit, type Layout, type ThreadPosition, coordinateOf, extentOf, isThreadBit, layout, reg, registerBits, registerCount } from './layout.ts';

/** 32 lanes make a warp wherever lanes are promised at all. */
export const laneBits = 5;

/** Position of a thread bit in the plain thread number of its role. */
export function bitIndex(bit: Bit): number {
  if (bit.from === 'reg') throw new CompilerBug('bitIndex: a register bit is no thread bit');
  return bit.from === 'warp' ? bit.n + laneBits : bit.n;
}

/** Where thread `n` of a role stands. */
export const positionOf = (n: number): ThreadPosition => ({ lane: n & (2 ** laneBits - 1), warp: n >> laneBits, thread: n });

/** The thread bits of one dimension, lowest coordinate bit first. */
export const threadBitsOf = (l: Layout, dim: number): Bit[] => l.dims[dim]!.bits.filter(isThreadBit);

/** Bits of the plain thread number (of `threads` threads) that no dimension uses: all their threads hold the same values. */
export function replicatedBits(l: Layout, threads: number): number[] {
  const used = new Set(l.dims.flatMap((d) => d.bits.filter(isThreadBit).map(bitIndex)));
  return Array.from({ length: Math.ceil(Math.log2(threads)) }, (_, n) => n).filter((n) => !used.has(n));
}

/** log2 of how many neighbours along `dim` sit in the lowest registers in order: the widest access a thread can make along it. */
export function vectorBits(l: Layout, dim: number): number {
  const { bits, repeat } = l.dims[dim]!;
  let n = 0;
  while (n < bits.length && bits[n]!.from === 'reg' && bits[n]!.n === n) n++;
  // All register bits are this prefix and this repeat runs fastest: the repeat goes on where the bits end.
  const goesOn = n === bits.length && n === registerBits(l) && l.dims.slice(dim + 1).every((d) => d.repeat === 1);
  if (goesOn) for (let rest = repeat; rest % 2 === 0; rest /= 2) n++;
  return n;
}

/** Where the lowest three bits along `dim` are registers 1, 2 and 0: words of two 16-bit elements then hold neighbours but three, as masks find four-bit codes in a word. */
export const isApart = (l: Layout, dim: number): boolean => [1, 2, 0].every((n, at) => { const bit = l.dims[dim]!.bits[at]; return bit?.from === 'reg' && bit.n === n; });
/** `vectorBits` for loads of packed tiles, which may lie in such words. */
export const runBits = (l: Layout, dim: number): number => vectorBits(isApart(l, dim) ? layout(l.dims.map((d, n) => (n === dim ? { ...d, bits: [d.bits[2]!, d.bits[0]!, d.bits[1]!, ...d.bits.slice(3)] } : d))) : l, dim);

/** The layout of the dimensions `keep` (in that order) when the others are gone: their thread bits become replicated, registers are renumbered in order. */
export function sliceTo(l: Layout, axes: readonly string[], keep: readonly string[]): Layout {
  const dims = keep.map((axis) => {
    const d = l.dims[axes.indexOf(axis)];
    if (d === undefined) throw new CompilerBug(`sliceTo: axis ${axis} is not among ${axes.join()}`);
    return d;
  });
  const order = dims.flatMap((d) => d.bits.filter((b) => b.from === 'reg').map((b) => b.n)).sort((a, b) => a - b);
  return layout(dims.map((d) => ({ repeat: d.repeat, bits: d.bits.map((b) => (b.from === 'reg' ? reg(order.indexOf(b.n)) : b)) })));
}

/** Thread bits by coordinate position, and the extents: equal texts hold equal elements in equal threads. */
export const threadKey = (l: Layout): string => l.dims.map((d) => `${extentOf(d)}:${d.bits.map((b, n) => (isThreadBit(b) ? `${n}@${bitIndex(b)}` : '')).filter((t) => t !== '').join(' ')}`).join(' | ');

/** Local coordinates per register of one thread: `coordinates[register][dim]`. */
export function coordinatesOf(l: Layout, at: ThreadPosition): number[][] {
  return Array.from({ length: registerCount(l) }, (_, register) => l.dims.map((_, dim) => coordinateOf(l, dim, at, register)));
}

/**
 * For each register of `to` the register of `from` that holds the same element, for a `from` whose axes are among `to`'s (broadcast);
 * undefined when some thread would need another thread's element.
 */
export function registerTable(to: Layout, toAxes: readonly string[], from: Layout, fromAxes: readonly string[]): number[] | undefined {
  const shared = fromAxes.map((axis) => toAxes.indexOf(axis));
  if (shared.includes(-1)) return undefined;
  if (threadKey(sliceTo(to, toAxes, fromAxes)) !== threadKey(from)) return undefined;
  // Thread bits agree, so one thread stands for all.
  const at = positionOf(0);
  const where = new Map(coordinatesOf(from, at).map((c, register) => [c.join(), register]));
  const table = coordinatesOf(to, at).map((c) => where.get(shared.map((dim) => c[dim]!).join()));
  return table.every((register) => register !== undefined) ? table : undefined;
}
