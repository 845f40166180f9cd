/**
 * The pass table: the whole middle of the compiler, in order. `--print-after`, `--stop-after`, `--time-passes` and the validators follow from it.
 * A pass takes and gives a `Stage`; `from` and `to` name the level of IR, `after` what must have run before (checked when this module loads).
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import type { IndexExpr } from '../ir/index-expr.ts';
import { type FusedKernel, type Nest, printNest } from '../ir/nest.ts';
import type { LaunchPlan } from '../ir/plan.ts';
import type { TileKernel } from '../ir/tile.ts';
import { printTile } from '../ir/tile-print.ts';
import type { ValidateOptions } from '../ir/tile-validate.ts';
import { sharedBytesOf } from '../ir/layout-shared.ts';
import type { Kernel } from '../ir/tst.ts';
import { printKernel } from '../ir/tst-print.ts';
import { factsOf, lower } from '../lower/lower.ts';
import { isSecure, secure } from '../lower/secure.ts';
import { planNests, type ScheduleRun } from '../schedule/apply.ts';
import { checkFusion, isInlined, markLaunches, splitDemands } from '../schedule/apply-fusion.ts';
import { checkComputed, reordered } from '../schedule/apply-order.ts';
import { checkLowered } from '../schedule/apply-lowered.ts';
import { mostShared } from '../schedule/apply-limits.ts';
import { plainPlan } from '../schedule/default-plan.ts';
import { printPlan } from '../schedule/print-plan.ts';
import { intrinsicOf, type Target } from '../targets/target.ts';
import { factorSums } from './factor-sums.ts';
import { fuse } from './fuse.ts';
import { fuseWithin } from './limit-buffers.ts';
import { inlineMaps } from './inline-maps.ts';
import { normalize } from './normalize.ts';
import { pieces } from './pieces.ts';
import { ordered } from './ordered.ts';
import { splitProducts, splitReductions } from './split-reductions.ts';
import { storeOperands } from './store-operands.ts';
import { updates } from './updates.ts';
import { splitScales } from './split-scales.ts';
import { splitStreams } from './split-streams.ts';

export interface Context { readonly target: Target; readonly name: string; readonly assumes: Readonly<Record<string, number>>; /** Sizes known to be small: thin variants. */ readonly atMost: Readonly<Record<string, number>>;
  /** The schedule block of the kernel for this target. Its errors are in the run's reporter, and nothing is lowered after one. */
  readonly schedule?: ScheduleRun | undefined }
export interface PlannedNest { readonly plan: LaunchPlan; readonly notes: readonly { candidate: string; reason: string }[] }
export type Stage =
  | { readonly level: 'tst'; readonly kernel: Kernel }
  | { readonly level: 'nest'; readonly fused: FusedKernel }
  | { readonly level: 'plan'; readonly fused: FusedKernel; readonly plans: readonly PlannedNest[] }
  | { readonly level: 'tile'; readonly fused: FusedKernel; readonly plans: readonly PlannedNest[]; readonly kernels: readonly TileKernel[]; /** What the kernels are checked against. */ readonly checks: ValidateOptions };
type Level = Stage['level'];
type At<L extends Level> = Extract<Stage, { level: L }>;

export interface Pass { readonly name: string; readonly from: Level; readonly to: Level; readonly after: readonly string[]; readonly run: (stage: Stage, context: Context) => Stage }

function pass<F extends Level, T extends Level>(name: string, from: F, to: T, after: readonly string[], run: (stage: At<F>, context: Context) => At<T>): Pass {
  return { name, from, to, after, run: (stage, context) => {
    if (stage.level !== from) throw new CompilerBug(`pass ${name} takes ${from}, not ${stage.level}`);
    return run(stage as At<F>, context);
  } };
}
const onKernel = (name: string, after: readonly string[], f: (kernel: Kernel) => Kernel): Pass => pass(name, 'tst', 'tst', after, (s) => ({ level: 'tst', kernel: f(s.kernel) }));

export const passes: readonly Pass[] = [
  pass('mark-launches', 'tst', 'tst', [], (s, c) => {
    const kernel = { ...s.kernel, written: s.kernel.written ?? s.kernel.statements.map((x) => x.target) };
    return { level: 'tst', kernel: c.schedule === undefined ? kernel : markLaunches(kernel, c.schedule) };
  }),
  onKernel('updates', ['mark-launches'], updates),
  onKernel('ordered', ['updates'], ordered),
  onKernel('normalize', ['ordered'], normalize),
  pass('store-operands', 'tst', 'tst', ['normalize'], (s, c) => ({ level: 'tst', kernel: storeOperands(s.kernel, isInlined(s.kernel, c.schedule)) })),
  onKernel('inline-maps', ['store-operands'], inlineMaps),
  onKernel('pieces', ['inline-maps'], pieces),
  onKernel('factor-sums', ['pieces'], factorSums),
  onKernel('inline-factors', ['factor-sums'], inlineMaps),
  // Products are split before their scales leave them: a part is a product with scales again.
  pass('split-products', 'tst', 'tst', ['inline-factors'], (s, c) => ({ level: 'tst', kernel: splitProducts(s.kernel, c.target, c.schedule === undefined ? undefined : splitDemands(s.kernel, c.schedule)) })),
  pass('split-scales', 'tst', 'tst', ['split-products'], (s, c) => ({ level: 'tst', kernel: splitScales(s.kernel, c.target, c) })),
  pass('split-streams', 'tst', 'tst', ['split-scales'], (s, c) => ({ level: 'tst', kernel: splitStreams(s.kernel, c.target, c.atMost, namedChunks(c.schedule)) })),
  pass('split-reductions', 'tst', 'tst', ['split-streams'], (s, c) => ({ level: 'tst', kernel: splitReductions(s.kernel, c.target, c.schedule === undefined ? undefined : splitDemands(s.kernel, c.schedule, true)) })),
  pass('fuse', 'tst', 'nest', ['normalize', 'split-reductions'], (s, c) => {
    const fused = fuseWithin(s.kernel, c.target, (kernel) => fuse(kernel, isInlined(kernel, c.schedule)));
    if (c.schedule === undefined) return { level: 'nest', fused };
    const { demands, reporter } = c.schedule;
    checkFusion(fused, c.schedule);
    if (!reporter.hasErrors) checkComputed(fused, demands.computes, reporter);
    return { level: 'nest', fused: reordered(fused, demands.reorders, reporter) };
  }),
  pass('plan', 'nest', 'plan', ['fuse'], (s, c) => ({ level: 'plan', fused: s.fused, plans: plansOf(s.fused, c) })),
  pass('lower', 'plan', 'tile', ['plan'], (s, c) => {
    const checks = checksOf(s.fused, c);
    const lowered = s.fused.nests.map((nest, i) => lowerNest(s.fused, nest, s.plans[i]!, s.fused.nests.length === 1 ? c.name : `${c.name}_${i + 1}`, c, checks));
    return { ...s, level: 'tile', plans: lowered.map((l) => l.planned), kernels: lowered.map((l) => l.kernel), checks };
  }),
];
for (const [i, p] of passes.entries()) {
  const before = passes.slice(0, i).map((q) => q.name);
  for (const name of p.after) if (!before.includes(name)) throw new CompilerBug(`pass ${p.name} must stand after ${name}`);
}

/** No verb cuts a stream: a block that names the loop over its chunks, as a printed plan does, means the plan that has one. */
function namedChunks(run: ScheduleRun | undefined): ((chunks: string) => boolean) | undefined {
  return run && ((chunks) => run.demands.tiles.some((t) => t.loop.index.name === chunks) && run.demands.splits.every((v) => `${v.loop.index.name}_chunk` !== chunks));
}

/** What the target allows, and what is known of sizes and of integers in memory. */
function checksOf(fused: FusedKernel, c: Context): ValidateOptions {
  const limitOf = (buffer: string): IndexExpr | undefined => (fused.kernel.tensors.find((t) => t.name === buffer) ?? fused.scratch.find((x) => x.name === buffer))?.limit;
  return {
    limits: c.schedule === undefined ? c.target : { ...c.target, sharedBytes: mostShared(c.target) }, intrinsic: (name: string) => intrinsicOf(c.target, name),
    limitOf, facts: factsOf(fused, c),
  };
}

/** The kernel by the plan asked for, or by a plainer one where that plan needs too much memory or copies whole pieces that are not proved to be inside their tensor. */
function lowerNest(fused: FusedKernel, nest: Nest, planned: PlannedNest, name: string, c: Context, checks: ValidateOptions): { planned: PlannedNest; kernel: TileKernel } {
  const lowerWith = (plan: LaunchPlan, target = c.target): TileKernel => secure(lower(fused, nest, plan, target, { name, assumes: c.assumes, atMost: c.atMost }), checks);
  const first = lowerWith(planned.plan);
  // Pieces that threads load one by one can be clamped.
  const kernel = planned.plan.kind === 'vector' || isSecure(first, checks) ? first : lowerWith(planned.plan, { ...c.target, asyncBytes: [] });
  if (c.schedule !== undefined) { checkLowered(kernel, nest, planned.plan, c.target, c.schedule, isSecure(kernel, checks)); return { planned, kernel }; }
  const needed = sharedBytesOf(kernel);
  if (planned.plan.kind === 'vector' || (needed <= c.target.sharedBytes && isSecure(kernel, checks))) return { planned, kernel };
  const reason = needed <= c.target.sharedBytes ? 'its operands are not proved to lie inside their tensors' : `its operands take ${needed} bytes of shared memory together, and a group has ${c.target.sharedBytes}`;
  const instead: PlannedNest = { plan: plainPlan(nest, typesOf(fused), c.target, factsOf(fused, c)), notes: [...planned.notes, { candidate: `products of ${nest.name} in accumulators`, reason }] };
  return { planned: instead, kernel: lowerWith(instead.plan) };
}

function plansOf(fused: FusedKernel, c: Context): PlannedNest[] {
  const shapes = typesOf(fused);
  return planNests(fused, shapes, factsOf(fused, c), c.target, c.atMost, c.schedule);
}

/** Dtypes and shapes of everything in memory. */
export const typesOf = (fused: FusedKernel): ReadonlyMap<string, Pick<Kernel['tensors'][number], 'dtype' | 'shape'>> =>
  new Map([...fused.kernel.tensors.filter((t) => t.role !== 'temporary').map((t) => [t.name, t] as const), ...fused.scratch.map((s) => [s.name, s] as const)]);

/** The text form of a stage, as `--print-after` shows it. */
export function printStage(stage: Stage): string {
  switch (stage.level) {
    case 'tst': return printKernel(stage.kernel);
    case 'nest': return stage.fused.nests.map(printNest).join('\n');
    case 'plan': return stage.fused.nests.map((n, i) => printPlan(n, stage.plans[i]!.plan, stage.fused.kernel.written)).join('\n');
    case 'tile': return stage.kernels.map(printTile).join('\n');
  }
}
