/**
 * Windows: summed axes along which an operand is read beside a kept one, as in `X[y + r, x + s]`. Every result looks at few neighbours of its own place, so where the
 * extent is not known such an axis counts as short: threads are not spread along it, and products do not take it in steps.
 */
import { coefficient, type IndexExpr, isConst, num, variablesOf } from '../ir/index-expr.ts';
import type { LoopGroup } from '../ir/nest.ts';
import type { Axis } from '../ir/tst.ts';
import { readsOf } from '../ir/tst-walk.ts';

/** Reads this far apart at most still are a window's (dilation). */
const widestStep = 16;

/** The axes of the group's loop that are windows of one of its parts. */
export function windowsOf(group: LoopGroup): ReadonlySet<string> {
  const reads = group.parts.flatMap((p) => readsOf(p.body).map((r) => ({ r, kept: p.kept })));
  return new Set(group.axes.filter((a) => reads.some(({ r, kept }) => r.index.some((e) => isWindow(e, a, kept)))).map((a) => a.id));
}

/** Runs of a kept axis that do not overlap, as `x[c*L + i]` with i < L, are one axis in two parts and no window. */
function isWindow(e: IndexExpr, axis: Axis, kept: readonly string[]): boolean {
  const along = variablesOf(e);
  if (!along.has(axis.id) || Math.abs(isConst(coefficient(e, axis.id) ?? num(0)) ?? Infinity) > widestStep) return false;
  return kept.some((id) => { const step = along.has(id) ? coefficient(e, id) : undefined; return step !== undefined && step.key !== axis.extent.key; });
}
