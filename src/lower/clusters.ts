/** Groups of a cluster, which follow one another in the grid, share what does not depend on the grid's last coordinate. */
import { type IndexExpr, variablesOf } from '../ir/index-expr.ts';
import type { LaunchPlan } from '../ir/plan.ts';
import type { Builder } from './builder.ts';

/** Whether all groups of a cluster ask for the same box. */
export function isForCluster(index: readonly IndexExpr[], plan: LaunchPlan, b: Builder): boolean {
  const last = b.grid.at(-1)?.id;
  if (plan.kind !== 'matrix' || plan.cluster === undefined || last === undefined) return false;
  return !index.some((e) => [...variablesOf(e)].some((id) => id === last || (b.hasAxis(id) && variablesOf(b.axisInfo(id).base).has(last))));
}
