/**
 * Register layouts as bit lists: how a tile is spread over threads and registers.
 *
 * Each dimension's coordinate is written in bits, least significant first; every bit is taken from the register number, the lane (0..31),
 * the warp within the role, or the plain thread number (targets that promise no lanes). `repeat` copies of that pattern follow each other with
 * stride 2^bits and sit in further registers: register = regBits + 2^#regBits * (flattened repeat index, first dimension slowest).
 * A thread bit that no dimension uses is replicated: all its threads hold the same values.
 */
import { CompilerBug } from '../diagnostics/bug.ts';

export type BitSource = 'reg' | 'lane' | 'warp' | 'thread';
export interface Bit { readonly from: BitSource; readonly n: number }
export interface DimLayout { readonly bits: readonly Bit[]; readonly repeat: number }
export interface Layout { readonly dims: readonly DimLayout[] }

/** Where a thread stands: its lane, its warp within the role and its plain number within the role. */
export interface ThreadPosition { readonly lane: number; readonly warp: number; readonly thread: number }

export const reg = (n: number): Bit => ({ from: 'reg', n });
export const lane = (n: number): Bit => ({ from: 'lane', n });
export const warp = (n: number): Bit => ({ from: 'warp', n });
export const thread = (n: number): Bit => ({ from: 'thread', n });
export const isThreadBit = (bit: Bit): boolean => bit.from !== 'reg';
export const sameBit = (a: Bit, b: Bit): boolean => a.from === b.from && a.n === b.n;

/** Checks that each bit stands in one place and that register bits are numbered 0, 1, 2 … without a hole. */
export function layout(dims: readonly DimLayout[]): Layout {
  const seen = new Set<string>();
  for (const { bits, repeat } of dims) {
    if (!Number.isInteger(repeat) || repeat < 1) throw new CompilerBug(`layout: repeat ${repeat}`);
    for (const bit of bits) {
      const name = `${bit.from}${bit.n}`;
      if (seen.has(name)) throw new CompilerBug(`layout: bit ${name} stands in two places`);
      seen.add(name);
    }
  }
  const count = registerBits({ dims });
  for (let n = 0; n < count; n++) if (!seen.has(`reg${n}`)) throw new CompilerBug(`layout: register bit ${n} is missing`);
  return { dims };
}

export const registerBits = (l: Layout): number => l.dims.reduce((sum, d) => sum + d.bits.filter((b) => b.from === 'reg').length, 0);
/** Registers (elements, not words) that each thread holds. */
export const registerCount = (l: Layout): number => l.dims.reduce((n, d) => n * d.repeat, 2 ** registerBits(l));
export const extentOf = (d: DimLayout): number => 2 ** d.bits.length * d.repeat;

const sourceValue = (bit: Bit, at: ThreadPosition, register: number): number => {
  const from = bit.from === 'reg' ? register : at[bit.from];
  return (from >> bit.n) & 1;
};

/** The coordinate along dimension `dim` of register `register` of the thread at `at`. */
export function coordinateOf(l: Layout, dim: number, at: ThreadPosition, register: number): number {
  const bits = registerBits(l);
  let rest = register >> bits;
  let repeat = 0;
  for (let d = l.dims.length - 1; d >= dim; d--) {
    const count = l.dims[d]!.repeat;
    repeat = rest % count;
    rest = Math.floor(rest / count);
  }
  const own = l.dims[dim]!;
  return own.bits.reduce((sum, bit, position) => sum + (sourceValue(bit, at, register) << position), repeat * 2 ** own.bits.length);
}

/** The layout after dimension `dim` is gone (a reduction's result): its thread bits become replicated, registers are renumbered in order. */
export function slice(l: Layout, dim: number): Layout {
  return renumber({ dims: l.dims.filter((_, d) => d !== dim) });
}

/** Renumbers register bits 0, 1, 2 … keeping their order. */
export function renumber(l: Layout): Layout {
  const order = l.dims.flatMap((d) => d.bits.filter((b) => b.from === 'reg').map((b) => b.n)).sort((a, b) => a - b);
  return layout(l.dims.map((d) => ({ repeat: d.repeat, bits: d.bits.map((b) => (b.from === 'reg' ? reg(order.indexOf(b.n)) : b)) })));
}

/** Same thread bits in the same places and the same repeats: equal up to the names of registers. */
export function sameThreads(a: Layout, b: Layout): boolean {
  return a.dims.length === b.dims.length && a.dims.every((d, i) => {
    const e = b.dims[i]!;
    return extentOf(d) === extentOf(e) && d.bits.every((bit, n) => {
      const other = e.bits[n];
      return !isThreadBit(bit) || (other !== undefined && sameBit(bit, other));
    }) && e.bits.every((bit, n) => !isThreadBit(bit) || (d.bits[n] !== undefined && sameBit(bit, d.bits[n]!)));
  });
}

/** `i = l2 l3 l4 r1 *2  j = r0 l0 l1` */
export function printLayout(l: Layout, names: readonly string[]): string {
  return l.dims.map((d, i) => `${names[i] ?? i} = ${[...d.bits.map((b) => `${b.from[0]}${b.n}`), ...(d.repeat > 1 ? [`*${d.repeat}`] : [])].join(' ') || '-'}`).join('  ');
}

/** Reads `l2 l3 l4 r1 *2` into one dimension's layout; the notation of intrinsic declarations. */
export function parseDim(text: string): DimLayout {
  const sources: Record<string, BitSource> = { r: 'reg', l: 'lane', w: 'warp', t: 'thread' };
  let repeat = 1;
  const bits: Bit[] = [];
  for (const word of text.trim().split(/\s+/).filter((w) => w !== '')) {
    if (word.startsWith('*')) { repeat = Number(word.slice(1)); continue; }
    const from = sources[word[0]!];
    if (from === undefined || !/^\d+$/.test(word.slice(1))) throw new CompilerBug(`layout: '${word}' is no bit`);
    bits.push({ from, n: Number(word.slice(1)) });
  }
  return { bits, repeat };
}
