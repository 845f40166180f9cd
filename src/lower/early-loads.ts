/**
 * Loads that what is done to sums needs, such as those of a bias, begin while the last products of a tile still run: moved ahead of the wait for them.
 * Only what surely stays in registers beside the sums, and under no condition, since a branch beside running products makes ptxas run them one after another.
 */
import { valuesOf } from '../ir/index-expr.ts';
import { registerCount } from '../ir/layout.ts';
import type { GlobalBuffer, Op, OpOf, TileDecl } from '../ir/tile.ts';

/** Registers of a thread for addresses and what is computed from sums. */
const reserve = 40;

export function loadsBeforeWait(ops: readonly Op[], tiles: readonly TileDecl[], buffers: readonly GlobalBuffer[], registers: number): readonly Op[] {
  const wait = ops.findIndex((op) => op.kind === 'mmaWait' && op.pending === 0);
  if (wait < 0) return ops;
  const count = (id: number): number => registerCount(tiles[id]!.layout);
  let left = registers - reserve - [...accumulators(ops)].reduce((n, id) => n + count(id), 0);
  const early: OpOf<'load'>[] = [];
  for (const op of ops.slice(wait + 1)) {
    if (op.kind !== 'load' || op.view.guard.length > 0 || op.view.index.some((e) => [...valuesOf(e)].length > 0) || count(op.dst) > left) continue;
    if (buffers.find((b) => b.name === op.view.buffer)?.role !== 'input') continue;
    left -= count(op.dst);
    early.push(op);
  }
  return [...ops.slice(0, wait), ...early, ...ops.slice(wait).filter((op) => op.kind !== 'load' || !early.includes(op))];
}

function accumulators(ops: readonly Op[]): Set<number> {
  return new Set(ops.flatMap((op) => {
    switch (op.kind) {
      case 'for': case 'let': return [...accumulators(op.body)];
      case 'if': return [...accumulators(op.then), ...accumulators(op.else)];
      case 'mma': return [op.acc];
      default: return [];
    }
  }));
}
