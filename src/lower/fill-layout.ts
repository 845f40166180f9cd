/** How threads hold an operand of narrow elements between memory, where one axis is contiguous, and its stage in shared memory, where the other is. */
import { bitsOf, type DType } from '../ir/dtype.ts';
import { type Bit, type DimLayout, type Layout, layout, reg } from '../ir/layout.ts';
import { threadBits } from '../ir/layout-build.ts';
import { powerOfTwoIn } from './operands.ts';

/**
 * The same elements of the same threads twice: numbered as they come from memory, contiguous along `rows`, and as they go to the stage, contiguous along `over`.
 * Elements narrower than a word would go there one by one, many to the same bank; a thread takes a block instead, a word of memory wide and a few words of the stage deep.
 */
export function turnedLayouts(rows: number, over: number, dtype: DType, threads: number, bitSource: 'lanes' | 'thread'): { readonly from: Layout; readonly to: Layout } {
  const word = 32 / bitsOf(dtype), each = Math.max(1, (rows * over) / threads);
  const wide = Math.min(powerOfTwoIn(rows), word), deep = Math.min(powerOfTwoIn(over), Math.max(word, Math.min(4 * word, powerOfTwoIn(Math.floor(each / word) || 1))));
  const free = threadBits(Math.log2(threads), bitSource), bits: [Bit[], Bit[]] = [[], []], left = [powerOfTwoIn(rows) / wide, powerOfTwoIn(over) / deep];
  const take = (d: 0 | 1, most: number): void => { for (let n = 1; n < most && left[d]! > 1 && free.length > 0; n *= 2) { bits[d].push(free.shift()!); left[d]! /= 2; } };
  take(0, wordsOfSector);
  take(1, Infinity);
  take(0, Infinity);
  const numbered = (first: 0 | 1): Layout => {
    const own = [Math.log2(wide), Math.log2(deep)] as const;
    return layout([rows, over].map((size, d): DimLayout => {
      const all = [...Array.from({ length: own[d]! }, (_, n) => reg((d === first ? 0 : own[first]) + n)), ...bits[d as 0 | 1]];
      return { bits: all, repeat: size / 2 ** all.length };
    }));
  };
  return { from: numbered(0), to: numbered(1) };
}
/** Words that memory moves together. */
const wordsOfSector = 8;
