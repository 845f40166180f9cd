/**
 * Layouts from their parts: an intrinsic's fragment spread over warps and repeated (`place`), and a plain blocked layout (`blocked`).
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type Bit, type DimLayout, type Layout, extentOf, isThreadBit, lane, layout, reg, registerBits, thread, warp } from './layout.ts';

/** log2 of a power of two; anything else is the compiler's mistake. */
export function log2Exact(n: number, what = 'a count'): number {
  const bits = Math.round(Math.log2(n));
  if (!Number.isInteger(n) || n < 1 || 2 ** bits !== n) throw new CompilerBug(`layout: ${what} of ${n} is not a power of two`);
  return bits;
}

/**
 * Spreads an atom: in each dimension its own bits are lowest, then `warps[dim]`, then `repeats[dim]` copies in further registers.
 * A number in `warps` takes that many warps (a power of two) from the lowest warp bits the atom and the lists leave free, dimension 0 first;
 * a list takes exactly those bits, which is how an operand follows the accumulator it is multiplied into (`highBits` of its dimension).
 */
export function place(atom: Layout, warps: readonly (number | readonly Bit[])[], repeats: readonly number[]): Layout {
  if (warps.length !== atom.dims.length || repeats.length !== atom.dims.length) throw new CompilerBug('place: one entry per dimension');
  const open = warps.some((w) => (typeof w === 'number' ? w > 1 : w.length > 0)) ? repeatsAsBits(atom, warps) : atom;
  const taken = [...open.dims.flatMap((d) => d.bits), ...warps.flatMap((w) => (typeof w === 'number' ? [] : [...w]))];
  let next = taken.reduce((n, b) => (b.from === 'warp' ? Math.max(n, b.n + 1) : n), 0);
  return layout(open.dims.map((d, i): DimLayout => {
    const own = warps[i]!;
    const bits = typeof own === 'number' ? Array.from({ length: log2Exact(own, 'a number of warps') }, () => warp(next++)) : own;
    return { bits: [...d.bits, ...bits], repeat: d.repeat * repeats[i]! };
  }));
}

/** Turns repeats below new warp bits into register bits; register numbers stay as they were. Only powers of two can move. */
function repeatsAsBits(atom: Layout, warps: readonly (number | readonly Bit[])[]): Layout {
  if (atom.dims.every((d) => d.repeat === 1)) return atom;
  let next = registerBits(atom);
  const dims = [...atom.dims];
  // The last dimension's repeat runs fastest, so it takes the lowest free bits.
  for (let i = dims.length - 1; i >= 0; i--) {
    const d = dims[i]!;
    if (d.repeat === 1) continue;
    if (warps[i] === 1 && 2 ** Math.round(Math.log2(d.repeat)) !== d.repeat && dims.slice(0, i).every((e) => e.repeat === 1)) break;
    const bits = Array.from({ length: log2Exact(d.repeat, 'an atom repeat below warps') }, () => reg(next++));
    dims[i] = { bits: [...d.bits, ...bits], repeat: 1 };
  }
  return layout(dims);
}

/** The bits of a dimension above its lowest `2^low` coordinates: what `place` put there. */
export const highBits = (d: DimLayout, low: number): readonly Bit[] => d.bits.slice(low);

/** Thread bits 0 … count-1 of a group: lanes then warps on targets that promise lanes, else plain thread numbers. */
export function threadBits(count: number, source: 'lanes' | 'thread'): Bit[] {
  return Array.from({ length: count }, (_, n) => (source === 'thread' ? thread(n) : n < 5 ? lane(n) : warp(n - 5)));
}

export interface Blocked {
  /** Tile size per dimension, any number >= 1. */
  readonly sizes: readonly number[];
  /** Dimensions from the fastest in memory to the slowest; all of them, each once. */
  readonly order: readonly number[];
  /** Elements one access moves along `order[0]`: a power of two that divides its size. */
  readonly vector: number;
  /** Threads of the role, a power of two. */
  readonly threads: number;
  /** `lanes`: thread bits are named as lanes and warps (32 lanes a warp); `thread`: plain numbers. */
  readonly bitSource: 'lanes' | 'thread';
}

/**
 * The plain layout for memory access: `vector` elements along the contiguous dimension in the lowest registers, then threads along it,
 * then threads along the next dimensions; what is left of a size is a repeat in registers. Thread bits that no size can use are replicated.
 */
export function blocked({ sizes, order, vector, threads, bitSource }: Blocked): Layout {
  if (sizes.length !== order.length || [...order].sort((a, b) => a - b).some((d, i) => d !== i)) throw new CompilerBug(`blocked: order ${order.join()} of ${sizes.length} dimensions`);
  const free = threadBits(log2Exact(threads, 'a number of threads'), bitSource);
  const dims: DimLayout[] = [];
  order.forEach((dim, rank) => {
    const size = sizes[dim]!;
    const wanted = rank === 0 ? log2Exact(vector, 'a vector') : 0;
    if (!Number.isInteger(size) || size < 1 || size % 2 ** wanted !== 0) throw new CompilerBug(`blocked: size ${size} with vector ${vector}`);
    const bits: Bit[] = Array.from({ length: wanted }, (_, n) => reg(n));
    while (free.length > 0 && size % 2 ** (bits.length + 1) === 0) bits.push(free.shift()!);
    dims[dim] = { bits, repeat: size / 2 ** bits.length };
  });
  return layout(dims);
}

/** Every element in one thread's registers in row-major order; other threads hold copies. */
export const serial = (sizes: readonly number[]): Layout => layout(sizes.map((repeat) => ({ bits: [], repeat })));

/** The layout of per-thread partial results of a reduction with `into`: the thread bits of `dim`, in order. */
export const partialDim = (d: DimLayout): DimLayout => ({ bits: d.bits.filter(isThreadBit), repeat: 1 });

/** Checks that the extents are as given. */
export const hasExtents = (l: Layout, sizes: readonly number[]): boolean => l.dims.length === sizes.length && l.dims.every((d, i) => extentOf(d) === sizes[i]);
