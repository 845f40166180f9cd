/** What only the lowered kernel shows: bytes of shared memory, whether the ring that a schedule demands came to be, and whether what it copies is proved to be there. */
import { choices } from '../diagnostics/row.ts';
import { sharedBytes, stageBytes } from '../ir/layout-shared.ts';
import { groupsOf, type Nest } from '../ir/nest.ts';
import type { LaunchPlan, MatrixPlan } from '../ir/plan.ts';
import { threadsOf, type TileKernel } from '../ir/tile.ts';
import { liveWords } from '../ir/tile-validate-registers.ts';
import { visitOps } from '../ir/tile-uses.ts';
import { readsOf } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';
import type { ScheduleRun } from './apply.ts';
import { mostShared } from './apply-limits.ts';

/**
 * The plans as the kernels came out, for printing. Copies do not run ahead where rows do not begin at multiples of what is copied at once, or one tile holds the whole sum; a
 * plan that counts stages all the same is printed without them, since as a demand they would be refused.
 */
export function asLowered<T extends { readonly plan: LaunchPlan }>(plans: readonly T[], kernels: readonly TileKernel[]): T[] {
  return plans.map((p, i) => {
    const { plan } = p;
    return plan.kind !== 'matrix' || plan.stages === 1 || kernels[i]?.pipes.some(({ stages }) => stages === plan.stages) === true ? p : { ...p, plan: { ...plan, stages: 1 } };
  });
}

/** `isInside`: every piece that the kernel copies is proved to lie inside its tensor; others cannot go to the instruction as the schedule demands. */
export function checkLowered(kernel: TileKernel, nest: Nest, plan: LaunchPlan, target: Target, run: ScheduleRun, isInside: boolean): void {
  if (plan.kind !== 'matrix') return;
  if (!isInside) {
    const [verb] = run.demands.tensorize;
    run.reporter.report('TDSL0315', { intrinsic: verb?.intrinsic.name ?? [...plan.products.values()][0]?.name ?? '', why: 'its operands are not proved to lie inside their tensors, and pieces of them that move together cannot be cut' }, verb?.intrinsic.span ?? run.demands.block.span);
    return;
  }
  checkShared(kernel, plan, target, run);
  checkRegisters(kernel, run);
  const pipeline = run.demands.pipelines.find((p) => p.depth.value === plan.stages);
  if (pipeline === undefined || plan.stages === 1 || run.isFallback || kernel.pipes.some((p) => p.stages === plan.stages)) return;
  const slow = new Set<string>();
  const loads = new Set<string>();
  for (const role of kernel.roles) visitOps(role.body, (op) => { if (op.kind === 'load') loads.add(op.view.buffer); });
  for (const g of groupsOf(nest)) for (const p of g.parts) if (plan.products.has(p.name)) for (const r of readsOf(p.body)) if (loads.has(r.tensor)) slow.add(r.tensor);
  const pieces = Math.min(...target.asyncBytes);
  run.reporter.report('TDSL0317', {
    depth: plan.stages,
    why: slow.size === 0 ? 'one tile holds all of the summed loop' : `rows of ${choices([...slow], 'and')} are not known to begin at multiples of ${pieces} bytes`,
  }, pipeline.depth.span, { edits: [{ span: pipeline.depth.span, text: '1' }] });
}

function checkShared(kernel: TileKernel, plan: MatrixPlan, target: Target, { demands, reporter }: ScheduleRun): void {
  const bytes = kernel.shared.reduce((n, s) => n + sharedBytes(s), 0);
  const most = mostShared(target);
  if (bytes <= most) return;
  const what = kernel.shared.map((s) => `${s.id}: ${s.stages > 1 ? `${s.stages} x ` : ''}${s.sizes.join(' x ')} ${s.dtype}`).join(', ');
  const perStage = kernel.shared.filter((s) => s.stages > 1).reduce((n, s) => n + stageBytes(s), 0);
  const stages = perStage === 0 ? 0 : Math.floor((most - (bytes - perStage * plan.stages)) / perStage);
  const pipeline = demands.pipelines.find((p) => p.depth.value === plan.stages);
  if (pipeline !== undefined && stages >= 1) {
    reporter.report('TDSL0402', { bytes, most, what, fix: `write \`pipeline ${stages}\`` }, pipeline.depth.span, { edits: [{ span: pipeline.depth.span, text: String(stages) }] });
    return;
  }
  // The largest tile takes the most room.
  const largest = [...demands.tiles].sort((a, b) => (b.factors.get('grid')?.value ?? 0) - (a.factors.get('grid')?.value ?? 0))[0];
  const grid = largest?.factors.get('grid');
  reporter.report('TDSL0402', { bytes, most, what, fix: grid === undefined ? 'use smaller tiles' : `make \`${largest!.loop.index.name}\` smaller, by ${Math.max(1, 2 ** Math.floor(Math.log2((grid.value * most) / bytes)))} for example` }, grid?.span ?? demands.block.span);
}

/** What is stored and what stands in registers between loads and products takes room beside the results, which are counted before. */
function checkRegisters(kernel: TileKernel, { demands, reporter }: ScheduleRun): void {
  for (const role of kernel.roles) {
    const most = role.registers, { words } = liveWords(kernel, role);
    if (most === undefined || words <= most || reporter.hasErrors) continue;
    const [largest] = [...demands.tiles].sort((a, b) => (b.factors.get('grid')?.value ?? 0) - (a.factors.get('grid')?.value ?? 0));
    reporter.report('TDSL0403', { words, most, what: `results and operands of the threads that multiply, ${threadsOf(kernel)} in all`, fix: 'use smaller tiles, or more groups of warps' }, largest?.span ?? demands.tensorize[0]?.span ?? demands.block.span);
  }
}
