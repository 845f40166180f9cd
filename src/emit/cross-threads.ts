/** Which bits of the thread number a reduction merges, and by which way. */
import type { OpOf, TileDecl } from '../ir/tile.ts';
import { digitsOf } from './digits.ts';

/** Bits of the thread number that are merged, lowest first. */
export function crossBits(src: TileDecl, op: OpOf<'reduce'>): number[] {
  const over = new Set(op.over.filter((o) => o.into === undefined).map((o) => o.axis));
  return digitsOf(src).flatMap((d) => (d.source.kind === 'thread' && over.has(d.axis) ? [d.source.bit] : [])).sort((a, b) => a - b);
}

export interface BitRun { readonly first: number; readonly count: number }
const mostInRound = 4;

/** Runs of neighbouring bits: `exchange` within warps, then `rounds` through shared memory. */
export function crossPlan(exchangeBits: number, bits: readonly number[]): { readonly exchange: readonly BitRun[]; readonly rounds: readonly BitRun[] } {
  const runsOf = (list: readonly number[], most: number): BitRun[] => {
    const runs: BitRun[] = [];
    for (const bit of list) {
      const last = runs.at(-1);
      if (last !== undefined && last.first + last.count === bit && last.count < most) runs[runs.length - 1] = { ...last, count: last.count + 1 };
      else runs.push({ first: bit, count: 1 });
    }
    return runs;
  };
  return { exchange: runsOf(bits.filter((b) => b < exchangeBits), 5), rounds: runsOf(bits.filter((b) => b >= exchangeBits), mostInRound) };
}
