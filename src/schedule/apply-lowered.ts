/** What only the lowered kernel shows: bytes of shared memory, and whether the ring that a schedule demands came to be. */
import { bitsOf } from '../ir/dtype.ts';
import { coefficient, isConst, num } from '../ir/index-expr.ts';
import { sharedBytes, stageBytes } from '../ir/layout-shared.ts';
import { groupsOf, type Nest } from '../ir/nest.ts';
import type { LaunchPlan, MatrixPlan } from '../ir/plan.ts';
import type { SharedBuffer, TileKernel } from '../ir/tile.ts';
import { visitOps } from '../ir/tile-uses.ts';
import type { Expr } from '../ir/tst.ts';
import { freeAxes } from '../ir/tst-walk.ts';
import { short } from '../diagnostics/row.ts';
import { printExpr } from '../ir/tst-print.ts';
import type { Target } from '../targets/target.ts';
import type { ScheduleRun } from './apply.ts';
import { mostShared } from './apply-limits.ts';
import { axesOf } from './apply-names.ts';
import { contractionOf } from './contraction.ts';

export function checkLowered(kernel: TileKernel, nest: Nest, plan: LaunchPlan, target: Target, run: ScheduleRun): void {
  if (plan.kind !== 'matrix') return;
  checkShared(kernel, plan, target, run);
  const pipeline = run.demands.pipelines.find((p) => p.depth.value === plan.stages);
  if (pipeline === undefined || plan.stages === 1 || run.isFallback || kernel.pipes.some((p) => p.stages === plan.stages)) return;
  run.reporter.report('TDSL0317', { depth: plan.stages, why: obstacles(kernel, nest, plan, target).join('; ') || 'no operand changes along the summed loop' }, pipeline.depth.span, { edits: [{ span: pipeline.depth.span, text: '1' }] });
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

/** For each operand of the loop, why it is not copied asynchronously. */
function obstacles(kernel: TileKernel, nest: Nest, plan: MatrixPlan, target: Target): string[] {
  const names = axesOf(nest);
  const found = new Set<string>();
  for (const g of groupsOf(nest)) {
    for (const p of g.parts) {
      const intrinsic = plan.products.get(p.name);
      const c = intrinsic && contractionOf({ ...p, kept: p.kept.filter((id) => plan.roles.has(id)) }, g.axes.map((a) => a.id), plan.roles, () => false);
      if (intrinsic === undefined || c === undefined) continue;
      const over = [...g.axes].sort((x, y) => (plan.tiles.get(y.id) ?? 1) - (plan.tiles.get(x.id) ?? 1))[0]!.id;
      for (const [e, rows, type] of [[c.a, c.m, intrinsic.a.dtype], [c.b, c.n, intrinsic.b.dtype]] as const) {
        if (!freeAxes(e).has(over) || isCopied(kernel, e)) continue;
        const why = obstacle(e, rows, over, type, intrinsic.m * intrinsic.n === 1, kernel, target, (id) => names.get(id)!.name);
        if (why !== undefined) found.add(why);
      }
    }
  }
  return [...found];
}
/** Operands that can be are copied asynchronously even without a ring. */
function isCopied(kernel: TileKernel, e: Expr): boolean {
  let copied = false;
  for (const role of kernel.roles) visitOps(role.body, (op) => { if (op.kind === 'copyAsync' && e.kind === 'read' && op.view.buffer === e.tensor) copied = true; });
  return copied;
}

function obstacle(e: Expr, rows: string, over: string, type: SharedBuffer['dtype'], isFma: boolean, kernel: TileKernel, target: Target, name: (id: string) => string): string | undefined {
  if (e.kind !== 'read') return `\`${short(printExpr(e))}\` is computed, not copied`;
  if (Object.keys(e.gathers).length > 0) return `\`${e.tensor}\` is read at places known only at run time`;
  const buffer = kernel.buffers.find((b) => b.name === e.tensor);
  if (buffer === undefined) return undefined;
  if (buffer.dtype !== type) return `\`${e.tensor}\` is stored as ${buffer.dtype} and multiplied as ${type}`;
  const last = e.index.at(-1);
  const contiguous = last && [over, rows].find((id) => isConst(coefficient(last, id) ?? num(0)) === 1);
  const wanted = isFma ? rows : bitsOf(type) < 16 ? over : contiguous;
  if (contiguous === undefined) return `\`${e.tensor}\` is not contiguous along \`${name(over)}\` or \`${name(rows)}\``;
  if (wanted !== contiguous) return `\`${e.tensor}\` is contiguous along \`${name(contiguous)}\`, and ${isFma ? 'multiply-adds' : `${type} operands`} lie along \`${name(wanted!)}\` in shared memory`;
  const pieces = Math.min(...target.asyncBytes);
  return `rows of \`${e.tensor}\` do not begin at multiples of ${pieces} bytes`;
}
