/** A plan as the body of a schedule block: what a user can paste, edit and keep. */
import { groupsOf, type Nest } from '../ir/nest.ts';
import { type LaunchPlan, tileOf } from '../ir/plan.ts';

export function printPlan(nest: Nest, plan: LaunchPlan): string {
  const names = new Map([...nest.spatial, ...[...groupsOf(nest)].flatMap((g) => g.axes)].map((a) => [a.id, a.name]));
  const lines: string[] = [];
  const tile = (entries: Iterable<readonly [string, number]>): void => {
    const parts = [...entries].filter(([, n]) => n > 1).map(([id, n]) => `${names.get(id) ?? id} by ${n}`);
    if (parts.length > 0) lines.push(`tile ${parts.join(', ')}`);
  };
  if (plan.kind === 'vector') {
    tile([...plan.axes].map(([id, s]) => [id, tileOf(s)] as const));
  } else {
    tile(plan.tiles);
    for (const [part, i] of plan.products) lines.push(`tensorize ${i.name}    // ${part}`);
    if (plan.stages > 1) lines.push(`pipeline ${plan.stages}`);
    if (plan.panels !== undefined) lines.push(`order grid by panels of ${plan.panels}`);
  }
  return [`// ${nest.name}: ${plan.threads} threads`, ...lines].join('\n');
}
