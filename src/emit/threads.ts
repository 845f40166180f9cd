/** Thread bits that a layout leaves unused: their threads hold copies, and one of them acts for all. */
import { binary, index, type CodeExpr } from '../ir/code.ts';
import type { Context } from './context.ts';
import { threadNumber } from './coordinates.ts';
import { type Spread, threadBitsUsed } from './digits.ts';

/** Holds in exactly one of the threads that hold copies of the spread's elements; undefined where there are no copies. */
export function ownerCondition(context: Context, spread: Spread): CodeExpr | undefined {
  const bits = Math.ceil(Math.log2(context.threads));
  const used = new Set(threadBitsUsed(spread));
  const unused = Array.from({ length: bits }, (_, bit) => bit).filter((bit) => !used.has(bit));
  const lowest = unused[0];
  if (lowest === undefined) return undefined;
  const thread = threadNumber(context);
  if (unused.length === bits) return binary('eq', thread, index(0));
  // The unused bits are the high ones: the low threads act.
  if (lowest === bits - unused.length) return binary('lt', thread, index(2 ** lowest));
  return binary('eq', binary('bitand', thread, index(unused.reduce((mask, bit) => mask + 2 ** bit, 0))), index(0));
}
