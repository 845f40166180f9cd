/**
 * Applies a schedule block to the launches of one kernel: the default plan first, then every field that a verb sets, then the target's limits.
 * A demand that cannot be met is reported at its place in the block; the meaning of the kernel never changes.
 */
import type { Ident } from '../../grammar/ast.ts';
import { similarNames } from '../check/suggest.ts';
import type { Reporter } from '../diagnostics/report.ts';
import type { FusedKernel, Nest } from '../ir/nest.ts';
import { readsOf } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';
import type { Demands, PipelineDemand, TileDemand } from './apply-block.ts';
import { type GivenProduct, givenProducts } from './apply-intrinsic.ts';
import { applyMatrix } from './apply-matrix.ts';
import { LoopNames, ownerOf } from './apply-names.ts';
import { sizeName } from './apply-size.ts';
import { applyVector } from './apply-vector.ts';
import { type PlanChoice, type TensorTypes, defaultPlan } from './default-plan.ts';
import { type Candidate, matrixPlan } from './matrix-plan.ts';

/** A block at work on one variant of its kernel. */
export interface ScheduleRun {
  readonly demands: Demands;
  readonly reporter: Reporter;
  /** A variant for all sizes beside one for sizes whose rows are aligned: there copies may not be asynchronous, so a pipeline is not demanded. */
  readonly isFallback: boolean;
}

export function planNests(fused: FusedKernel, tensors: TensorTypes, target: Target, atMost: Readonly<Record<string, number>>, run: ScheduleRun | undefined): PlanChoice[] {
  if (run === undefined) return fused.nests.map((n) => defaultPlan(n, tensors, target, atMost));
  const { demands, reporter } = run;
  const names = new LoopNames(fused.nests, fused.kernel.written ?? []);
  const tiles = tileTargets(demands, names, fused, reporter);
  const given = givenProducts(demands.tensorize, names, fused.nests, tensors, target, reporter);
  const bases = fused.nests.map((nest) => {
    const asked = new Map(given.filter((g) => g.nest === nest).map((g) => [g.part, g]));
    return { nest, asked, matrix: matrixPlan(nest, tensors, target, asked, atMost) };
  });
  const rings = bases.flatMap(({ nest, matrix }) => ('plan' in matrix ? [{ nest, tensors: operandTensors(matrix.candidates, fused) }] : []));
  const pipelines = pipelineTargets(demands, rings, fused, target, reporter);
  if (demands.order !== undefined && rings.length === 0) reporter.report('TDSL0322', { verb: 'order grid', why: `no launch for ${target.name} keeps a product in tiles` }, demands.order.span);
  if (reporter.hasErrors && bases.some((b) => !sameIntrinsics(b.asked, b.matrix))) return bases.map(({ nest }) => defaultPlan(nest, tensors, target, atMost));
  return bases.map(({ nest, asked, matrix }): PlanChoice => {
    const own = tiles.get(nest) ?? new Map<string, TileDemand>();
    if (!('plan' in matrix)) {
      const base = defaultPlan(nest, tensors, target, atMost);
      if (base.plan.kind !== 'vector') return base;
      const { plan, notes } = applyVector(nest, base.plan, own, target, reporter);
      return { plan, notes: [...base.notes, ...notes] };
    }
    for (const g of asked.values()) if (matrix.plan.products.get(g.part) !== g.intrinsic) blameOthers(g, matrix.candidates, matrix.plan.products, reporter);
    const overs = new Map([...asked].flatMap(([part, g]) => (g.over === undefined ? [] : [[part, g.over] as const])));
    const isTouched = own.size > 0 || asked.size > 0 || pipelines.has(nest) || demands.order !== undefined;
    if (!isTouched) return { plan: matrix.plan, notes: matrix.notes };
    const { plan, notes } = applyMatrix(nest, matrix.plan, matrix.candidates, { tiles: own, overs, pipeline: pipelines.get(nest), order: demands.order }, tensors, target, reporter);
    return { plan, notes: [...matrix.notes, ...(asked.size === 0 ? [...plan.products].map(([part, i]) => ({ candidate: `${i.name} for ${part}`, reason: 'free choice: the schedule does not say' })) : []), ...notes] };
  });
}

/** Tile demands by launch and axis. What is said of a loop of one statement wins over what is said of all loops of its name. */
function tileTargets(demands: Demands, names: LoopNames, fused: FusedKernel, reporter: Reporter): Map<Nest, Map<string, TileDemand>> {
  const found = new Map<Nest, Map<string, { demand: TileDemand; reaches: number }>>(fused.nests.map((n) => [n, new Map()]));
  for (const demand of demands.tiles) {
    const targets = names.resolve(demand.loop, reporter);
    for (const { nest, axis } of targets) {
      const own = found.get(nest)!;
      const before = own.get(axis);
      if (before !== undefined && before.reaches === targets.length) reporter.report('TDSL0308', { what: `the tile of \`${sizeName(demand.loop)}\`` }, demand.span, { notes: [{ message: 'first here', span: before.demand.span }] });
      if (before === undefined || targets.length < before.reaches) own.set(axis, { demand, reaches: targets.length });
    }
  }
  return new Map([...found].map(([nest, own]) => [nest, new Map([...own].map(([axis, x]) => [axis, x.demand]))]));
}

/** Tensors in memory, as the source calls them, that products read through shared memory. */
function operandTensors(candidates: readonly Candidate[], fused: FusedKernel): Set<string> {
  const scratch = new Set(fused.scratch.map((s) => s.name));
  const inMemory = new Set([...scratch, ...fused.kernel.tensors.filter((t) => t.role === 'input').map((t) => t.name)]);
  const written = fused.kernel.written ?? [];
  return new Set(candidates.flatMap((x) => [...readsOf(x.c.a), ...readsOf(x.c.b)]).filter((r) => inMemory.has(r.tensor)).map((r) => (scratch.has(r.tensor) ? ownerOf(r.tensor, written) : r.tensor)));
}

type Ring = { readonly nest: Nest; readonly tensors: ReadonlySet<string> };
function pipelineTargets(demands: Demands, rings: readonly Ring[], fused: FusedKernel, target: Target, reporter: Reporter): Map<Nest, PipelineDemand> {
  const written = fused.kernel.written ?? [];
  const known = [...fused.kernel.tensors.filter((t) => t.role === 'input').map((t) => t.name), ...written];
  const isStaged = (t: Ident): boolean => {
    if (rings.some((r) => r.tensors.has(t.name))) return true;
    // Groups of a format's tensor are stored under names of their own.
    const parts = fused.kernel.formats.find((f) => f.tensor === t.name);
    if (parts !== undefined && rings.some((r) => r.tensors.has(parts.codes))) return true;
    if (!known.includes(t.name) && parts === undefined) reporter.report('TDSL0306', { what: 'tensor', name: t.name, similar: similarNames(t.name, known) }, t.span);
    else reporter.report('TDSL0316', { tensor: t.name, why: rings.length === 0 ? `no launch for ${target.name} keeps a product in tiles` : 'it is no operand of a product' }, t.span);
    return false;
  };
  for (const s of demands.staged) {
    s.tensors.forEach(isStaged);
    if (s.via !== undefined && target.asyncBytes.length === 0) reporter.report('TDSL0404', { target: target.name, what: 'asynchronous copies' }, s.via.span);
  }
  const found = new Map<Nest, PipelineDemand>();
  for (const p of demands.pipelines) {
    const { value, span } = p.depth;
    if (value > 1 && target.asyncBytes.length === 0) { reporter.report('TDSL0404', { target: target.name, what: 'asynchronous copies, so nothing is copied ahead' }, span, { edits: [{ span, text: '1' }] }); continue; }
    if (rings.length === 0) { reporter.report('TDSL0322', { verb: 'pipeline', why: `no launch for ${target.name} keeps a product in tiles` }, p.span); continue; }
    const named = p.tensors.filter((t) => demands.staged.some((s) => s.tensors.includes(t)) || isStaged(t));
    for (const r of rings.filter((x) => p.tensors.length === 0 || named.some((t) => x.tensors.has(t.name)))) {
      const before = found.get(r.nest);
      if (before === undefined || (before.tensors.length === 0 && p.tensors.length > 0)) found.set(r.nest, p);
      else if (before.tensors.length > 0 || p.tensors.length === 0) reporter.report('TDSL0308', { what: `the pipeline of ${[...r.tensors].map((t) => `\`${t}\``).join(' and ')}, which share one ring,` }, p.span, { notes: [{ message: 'first here', span: before.span }] });
    }
  }
  return found;
}

const sameIntrinsics = (asked: ReadonlyMap<string, GivenProduct>, matrix: ReturnType<typeof matrixPlan>): boolean => 'plan' in matrix || asked.size === 0;

/** All products of a launch share the layout of their accumulators: one that only multiply-adds can do decides for all. */
function blameOthers(g: GivenProduct, candidates: readonly Candidate[], products: ReadonlyMap<string, { readonly name: string }>, reporter: Reporter): void {
  const others = candidates.filter((x) => x.part.name !== g.part).map((x) => ({ message: `${x.part.name} multiplies ${x.aType} and ${x.bType}, for which there is only ${products.get(x.part.name)!.name}` }));
  reporter.report('TDSL0315', { intrinsic: g.intrinsic.name, why: 'the products of this launch share the layout of their results, and not all of them can be done by matrix instructions' }, g.verb.intrinsic.span, { notes: others });
}
