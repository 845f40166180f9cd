/**
 * Where the elements of a shared buffer lie. Offsets and pitches count elements of the buffer's dtype within one stage, stages follow each other.
 *
 * W = 0: plain rows (all dimensions but the last, row-major), each followed by `pad` unused elements.
 * W > 0: panels of rows of W bytes; byte a of a stage is moved to a ^ (((a >> 7) & (W/16 - 1)) << 4), so that equal columns of
 * eight neighbouring rows fall into different banks. Stages are multiples of 1024 bytes, so the address within a stage decides. Where `pad` elements lie between
 * two panels, equal columns of both fall into different banks as well.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { bitsOf } from './dtype.ts';
import type { SharedBuffer } from './tile.ts';

const rowsOf = (buffer: SharedBuffer): number => buffer.sizes.slice(0, -1).reduce((n, s) => n * s, 1);
const rowLength = (buffer: SharedBuffer): number => buffer.sizes.at(-1) ?? 1;

/** Elements from one row to the next (W = 0), or of one panel's row. */
export const rowPitch = (buffer: SharedBuffer): number => (buffer.swizzle === 0 ? rowLength(buffer) + buffer.pad : (buffer.swizzle * 8) / bitsOf(buffer.dtype));
/** Elements from one panel of swizzled rows to the next. */
export const panelElements = (buffer: SharedBuffer): number => rowsOf(buffer) * rowPitch(buffer) + buffer.pad;
/** Elements of one stage, padding included. */
export function stageElements(buffer: SharedBuffer): number {
  if (buffer.swizzle === 0) return rowsOf(buffer) * (rowLength(buffer) + buffer.pad);
  const all = (rowLength(buffer) / rowPitch(buffer)) * panelElements(buffer) - buffer.pad, repeat = patternBits / bitsOf(buffer.dtype);
  return buffer.pad === 0 ? all : Math.ceil(all / repeat) * repeat;
}
/** Bits after which the pattern of swizzled rows repeats. */
const patternBits = 1024 * 8;
export const stageBytes = (buffer: SharedBuffer): number => Math.ceil((stageElements(buffer) * bitsOf(buffer.dtype)) / 8);
/** Bytes of one stage that hold elements. */
export const filledBytes = (buffer: SharedBuffer): number => Math.ceil((rowsOf(buffer) * rowLength(buffer) * bitsOf(buffer.dtype)) / 8);
/** Bytes of all stages. */
export const sharedBytes = (buffer: SharedBuffer): number => stageBytes(buffer) * buffer.stages;

/** Of one stage after the other of all buffers of a group. */
export const sharedBytesOf = (kernel: { readonly shared: readonly SharedBuffer[] }): number => kernel.shared.reduce((n, s) => n + sharedBytes(s), 0);

/** The offset, in elements within a stage, of the element at local coordinates `c` (in the order of `buffer.axes`). */
export function sharedOffset(buffer: SharedBuffer): (c: ArrayLike<number>) => number {
  const { sizes, swizzle } = buffer;
  const last = sizes.length - 1;
  const pitch = rowPitch(buffer);
  const row = (c: ArrayLike<number>): number => {
    let r = 0;
    for (let d = 0; d < last; d++) r = r * sizes[d]! + c[d]!;
    return r;
  };
  if (swizzle === 0) return (c) => row(c) * pitch + (last < 0 ? 0 : c[last]!);
  const bits = bitsOf(buffer.dtype);
  if (bits > 128 || last < 0) throw new CompilerBug(`shared buffer ${buffer.id}: a swizzle needs rows`);
  const unit = 128 / bits; // elements in 16 bytes, the piece that moves as a whole
  const panel = panelElements(buffer);
  const mask = swizzle / 16 - 1;
  return (c) => {
    const column = c[last]!;
    const plain = Math.floor(column / pitch) * panel + row(c) * pitch + (column % pitch);
    const piece = Math.floor(plain / unit);
    return (piece ^ ((piece >> 3) & mask)) * unit + (plain % unit);
  };
}
