/** An operand's step as boxes of its tensor, which the unit that copies them fills with zeros past the ends of the tensor by itself. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type IndexExpr, num, sub, variablesOf } from '../ir/index-expr.ts';
import type { Layout } from '../ir/layout.ts';
import type { LaunchPlan } from '../ir/plan.ts';
import { plainRead } from '../partition/operand-read.ts';
import type { Builder } from './builder.ts';
import { isForCluster } from './clusters.ts';
import { joined, type Staged } from './operands.ts';
import type { Values } from './values.ts';

/** @param ends what must be >= 0 where the summed axis has not ended */
export function copyBox(s: Staged, stage: IndexExpr, ends: readonly IndexExpr[], layout: Layout, plan: LaunchPlan, b: Builder, values: Values): void {
  const read = plainRead(s.expr);
  if (read === undefined) throw new CompilerBug(`lower: ${s.name} is no box of memory`);
  const { index, guard: inside } = values.address(read);
  const { shape } = b.buffer(read.tensor), end = (d: number): IndexExpr => sub(sub(shape[d]!, num(1)), index[d]!);
  // Where a tensor goes on behind the rows that are asked for, what comes from there is multiplied and left out when results are stored: its own end is all that counts.
  const rows = index.flatMap((e, d) => (variablesOf(e).has(s.rows) ? [d] : [])), isOther = (g: IndexExpr): boolean => variablesOf(g).has(s.rows) && !variablesOf(g).has(s.over) && rows.every((d) => g.key !== index[d]!.key);
  const guard = joined(joined(inside, ends).filter((g) => !isOther(g)), inside.some(isOther) ? rows.map(end) : []);
  b.emit({ kind: 'copyAsync', buffer: s.buffer!.id, stage, view: { buffer: read.tensor, index, guard, fill: 0, clamp: [], vector: 1 }, layout, via: 'tma', ...(isForCluster(index, plan, b) ? { multicast: true } : {}) });
}
