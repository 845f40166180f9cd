/**
 * How operand fragments of a matrix intrinsic come out of shared memory: by `ldmatrix` where memory order and register layout allow it, derived from the
 * bit lists alone.
 *
 * `ldmatrix` hands each lane words of 8x8 matrices of 16-bit units. Without transposition a lane's word holds, of the row given by lane bits 2, 3, 4, the unit
 * pair given by lane bits 0, 1; transposed, rows and columns change places. Lane 8 * m + r must give the address of row r of matrix m, and matrix m lands in word m.
 */
import type { DType } from '../../ir/dtype.ts';
import { bitsOf } from '../../ir/dtype.ts';
import { layout, parseDim, registerCount, type Bit, type Layout } from '../../ir/layout.ts';

/** What `ldmatrix` means, in the notation of operand layouts: dims (row, unit within the row, matrix); the unit is 16 bits wide. */
export const ldmatrixLayout = {
  plain: layout([parseDim('l2 l3 l4'), parseDim('r0 l0 l1'), parseDim('r1 r2')]),
  transposed: layout([parseDim('r0 l0 l1'), parseDim('l2 l3 l4'), parseDim('r1 r2')]),
} as const;

/** Where bit `bit` of the lane adds to a coordinate of the address that the lane gives. */
export interface LaneStep { readonly bit: number; readonly dim: number; readonly step: number }

/** One collective load: words `word` … `word + count - 1` of the fragment, of the box that begins at `origin`. */
export interface MatrixLoad { readonly word: number; readonly count: 1 | 2 | 4; readonly wrapper: string; readonly lanes: readonly LaneStep[]; readonly origin: readonly [number, number] }

/** The 16 bytes at each lane's address are elements consecutive along `contiguous`; rows are 16-byte aligned. */
export interface FragmentPlan { readonly contiguous: 0 | 1; readonly loads: readonly MatrixLoad[] }

const isBit = (bit: Bit | undefined, from: Bit['from'], n: number): boolean => bit !== undefined && bit.from === from && bit.n === n;
const log2 = (n: number): number | undefined => (Number.isInteger(Math.log2(n)) ? Math.log2(n) : undefined);

/** A digit of the word number, lowest first, and the step that it makes along a dimension; radix 2 for bits, else a repeat count. */
interface WordDigit { readonly dim: 0 | 1; readonly step: number; readonly radix: number }

/**
 * The loads that fill the fragment `operand` of a two-dimensional register tile whose dimension `contiguous` is consecutive in shared memory; undefined where
 * `ldmatrix` cannot (bytes or 32-bit elements across their rows, another layout): then elements are read one by one.
 * @param operand layout over lanes and registers, repeats allowed (a warp's whole tile); warp bits, if any, belong to the caller's origin
 */
export function fragmentPlan(operand: Layout, dtype: DType, contiguous: 0 | 1): FragmentPlan | undefined {
  if (operand.dims.length !== 2) return undefined;
  const inWord = log2(32 / bitsOf(dtype));
  const along = operand.dims[contiguous]!.bits;
  const across = operand.dims[1 - contiguous]!.bits;
  if (inWord === undefined || bitsOf(dtype) < 8) return undefined;
  const regs = (bits: readonly Bit[]): boolean => Array.from({ length: inWord }, (_, n) => isBit(bits[n], 'reg', n)).every(Boolean);
  const lanes = (bits: readonly Bit[], from: number, first: number, count: number): boolean => Array.from({ length: count }, (_, n) => isBit(bits[from + n], 'lane', first + n)).every(Boolean);
  const plain = regs(along) && lanes(along, inWord, 0, 2) && lanes(across, 0, 2, 3);
  const transposed = inWord === 1 && lanes(along, 0, 2, 3) && regs(across) && lanes(across, 1, 0, 2);
  if (!plain && !transposed) return undefined;
  // Bits of each dimension within one matrix; the others number matrices.
  const within = plain ? inWord + 2 : 3;
  const words = wordDigits(operand, inWord, contiguous === 0 ? [within, 3] : [3, within]);
  if (words === undefined) return undefined;

  const wordCount = registerCount(operand) / 2 ** inWord;
  const count = ([4, 2, 1] as const).find((c) => wordCount % c === 0 && words.slice(0, Math.log2(c)).every((w) => w.radix === 2)) ?? 1;
  // The row of a matrix goes across: three lowest lane bits; the matrix number above them.
  const rowDim = (1 - contiguous) as 0 | 1;
  const laneSteps: LaneStep[] = [0, 1, 2].map((bit) => ({ bit, dim: rowDim, step: 2 ** bit }));
  for (let n = 0; n < Math.log2(count); n++) laneSteps.push({ bit: 3 + n, dim: words[n]!.dim, step: words[n]!.step });
  const wrapper = `ldmatrix_x${count}${transposed ? '_trans' : ''}`;
  const loads: MatrixLoad[] = [];
  for (let word = 0; word < wordCount; word += count) {
    const origin: [number, number] = [0, 0];
    let rest = word;
    for (const w of words) {
      origin[w.dim] += (rest % w.radix) * w.step;
      rest = Math.floor(rest / w.radix);
    }
    loads.push({ word, count, wrapper, lanes: laneSteps, origin });
  }
  return { contiguous, loads };
}

/** The digits of a word number: register bits above those within the word, then the repeats, last dimension fastest. Undefined if the layout has other bits there. */
function wordDigits(operand: Layout, inWord: number, within: readonly [number, number]): WordDigit[] | undefined {
  const digits: WordDigit[] = [];
  for (const dim of [0, 1] as const) {
    for (const [position, bit] of operand.dims[dim]!.bits.entries()) {
      if (position < within[dim] || bit.from === 'warp') continue;
      if (bit.from !== 'reg') return undefined;
      digits[bit.n - inWord] = { dim, step: 2 ** position, radix: 2 };
    }
  }
  for (const dim of [1, 0] as const) {
    const { repeat, bits } = operand.dims[dim]!;
    if (repeat === 1) continue;
    // A repeat that is a power of two is a row of bits, so that one load may span it.
    const exponent = log2(repeat);
    const step = 2 ** bits.length;
    if (exponent === undefined) digits.push({ dim, step, radix: repeat });
    else for (let n = 0; n < exponent; n++) digits.push({ dim, step: step * 2 ** n, radix: 2 });
  }
  return digits;
}
