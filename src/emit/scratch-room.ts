/** How much shared memory is left for values that threads show each other in reductions. */
import { valueTypeOf } from '../ir/dtype.ts';
import { sharedBytes } from '../ir/layout-shared.ts';
import { visitOps } from '../ir/tile-uses.ts';
import type { Context } from './context.ts';
import { crossBits, crossPlan } from './cross-threads.ts';
import { sameElements } from './digits.ts';

const known = new WeakMap<Context, number>();

/**
 * Registers of every thread that one array of partial values can hold, at least 1: the group's memory, less what the kernel declares and what layout changes take,
 * shared out among the arrays (for each part of each type in each role, two halves that rounds use in turn).
 */
export function partialsRoom(context: Context): number {
  const found = known.get(context);
  if (found !== undefined) return found;
  const { kernel } = context;
  const arrays = new Set<string>(), exchanges = new Map<string, number>();
  let most = 0;
  for (const role of kernel.roles) visitOps(role.body, (op) => {
    if (op.kind === 'reduce') {
      const { rounds } = crossPlan(context.caps.exchangeBits, crossBits(context.tile(op.srcs[0]!), op));
      most += rounds.length;
      if (rounds.length > 0) op.dsts.forEach((dst, part) => arrays.add(`${role.name} ${valueTypeOf(context.tile(dst).dtype) === 'f32'} ${part}`));
    }
    if (op.kind === 'convert' && op.scratch === undefined && !sameElements(context.tile(op.src), context.tile(op.dst))) {
      const src = context.tile(op.src), key = `${role.name} ${valueTypeOf(src.dtype) === 'f32'}`;
      exchanges.set(key, Math.max(exchanges.get(key) ?? 0, src.axes.reduce((n, axis) => n * context.axis(axis).tile, 4)));
    }
  });
  const taken = kernel.shared.reduce((n, s) => n + sharedBytes(s), 0) + [...exchanges.values()].reduce((n, bytes) => n + bytes, 0);
  const room = Math.max(1, Math.floor((context.caps.sharedBytes - taken) / (Math.min(2, most) * arrays.size || 1) / (4 * context.threads)));
  known.set(context, room);
  return room;
}
