/**
 * Applies a schedule block to the launches of one kernel: the default plan first, then every field that a verb sets, then the target's limits.
 * A demand that cannot be met is reported at its place in the block; the meaning of the kernel never changes.
 */
import type { Reporter } from '../diagnostics/report.ts';
import type { Facts } from '../ir/index-facts.ts';
import { type FusedKernel, groupsOf, type Nest, partsOf } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import { readsOf } from '../ir/tst-walk.ts';
import { plainRead } from '../partition/operand-read.ts';
import { exactType } from '../partition/operand-types.ts';
import { canMultiply, type Contraction } from '../partition/product.ts';
import type { Target } from '../targets/target.ts';
import type { Demands, TileDemand } from './apply-block.ts';
import { applyBox } from './apply-box.ts';
import { writtenTarget } from './apply-file.ts';
import { type GivenProduct, givenProducts } from './apply-intrinsic.ts';
import { applyMatrix } from './apply-matrix.ts';
import { LoopNames } from './apply-names.ts';
import { checkStages, noProduct, heldTensors, operandTensors, padTargets, pipelineTargets } from './apply-rings.ts';
import { sizeName } from './apply-size.ts';
import { applyVector, trimThreads } from './apply-vector.ts';
import { boxPlan, type TensorShapes, type Sides } from './box-plan.ts';
import { type PlanChoice, defaultPlan } from './default-plan.ts';
import { directPlan } from './direct-plan.ts';
import { filledPlan } from './filled-plan.ts';
import { heldPlan } from './held-plan.ts';
import { type Candidate, matrixPlan } from './matrix-plan.ts';
import { vectorPlan } from './vector-plan.ts';

/** A block at work on one variant of its kernel. */
export interface ScheduleRun {
  readonly demands: Demands;
  readonly reporter: Reporter;
  /** A variant for all sizes beside one for sizes whose rows are aligned: there copies may not be asynchronous, so a pipeline is not demanded. */
  readonly isFallback: boolean;
}

type Asked = ReadonlyMap<string, GivenProduct>;
type Notes = PlanChoice['notes'];
/** The plan that the schedule changes. */
type Base = { readonly nest: Nest; readonly asked: Asked; readonly notes: Notes } & (
  | { readonly kind: 'box'; readonly plan: MatrixPlan; readonly c: Contraction; readonly sides: Sides }
  | { readonly kind: 'matrix'; readonly plan: MatrixPlan; readonly candidates: readonly Candidate[] }
  /** Operands straight from memory, of which the schedule says nothing. */
  | { readonly kind: 'direct' }
  /** `isExempt`: the demands are met by another variant. */
  | { readonly kind: 'vector'; readonly isExempt?: boolean });

export function planNests(fused: FusedKernel, tensors: TensorShapes, facts: Facts, target: Target, atMost: Readonly<Record<string, number>>, run: ScheduleRun | undefined): PlanChoice[] {
  const usual = (nest: Nest): PlanChoice => defaultPlan(nest, tensors, target, atMost, { shapes: tensors, facts });
  if (run === undefined) return fused.nests.map(usual);
  const { demands, reporter } = run;
  const names = new LoopNames(fused.nests, fused.kernel.written ?? []);
  const tiles = tileTargets(demands, names, fused, reporter);
  const given = givenProducts(demands.tensorize, names, fused.nests, tensors, target, reporter);
  const before = reporter.diagnostics.length;
  const bases = fused.nests.map((nest): Base => {
    const asked = new Map(given.filter((g) => g.nest === nest).map((g) => [g.part, g]));
    const box = boxBase(nest, asked, tensors, facts, target, atMost, run, fused);
    if (box !== undefined) return box;
    if (asked.size === 0 && (tiles.get(nest)?.size ?? 0) === 0 && directPlan(nest, tensors, target, facts, atMost) !== undefined) return { kind: 'direct', nest, asked, notes: [] };
    // The default that keeps rows in registers, where nothing is said of tiles or of where operands stand.
    const rows = asked.size > 0 || (tiles.get(nest)?.size ?? 0) > 0 || demands.staged.some((s) => s.memory === 'registers') ? undefined : heldPlan(nest, tensors, target, facts);
    if (rows !== undefined) return { kind: 'box', nest, asked, notes: [], ...rows };
    const matrix = matrixPlan(nest, tensors, target, asked, atMost);
    return 'plan' in matrix ? { kind: 'matrix', nest, asked, ...matrix } : { kind: 'vector', nest, asked, notes: matrix.notes };
  });
  // Where the instruction itself cannot be had, what the other verbs say of it follows from that: one mistake.
  if (reporter.diagnostics.slice(before).some((d) => d.code === 'TDSL0313')) return fused.nests.map(usual);
  const rings = bases.flatMap((b) => (b.kind === 'vector' || b.kind === 'direct' ? [] : [{ nest: b.nest, isBox: b.kind === 'box', tensors: operandTensors(b.kind === 'box' ? [b.c.a, b.c.b] : b.candidates.flatMap((x) => [x.c.a, x.c.b]), fused) }]));
  if (bases.some((b) => b.kind === 'vector' && b.isExempt)) return bases.map((b) => ({ ...usual(b.nest), notes: [...usual(b.nest).notes, ...b.notes] }));
  const straight = operandTensors(bases.flatMap((b) => (b.kind === 'direct' ? partsOf(b.nest).map((p) => p.body) : [])), fused);
  checkStages(demands, rings, straight, fused, target, reporter);
  const pipelines = pipelineTargets(demands, rings, fused, target, reporter), padded = padTargets(demands, rings, fused, target, reporter);
  if (demands.order !== undefined && rings.length === 0) reporter.report('TDSL0322', { verb: 'order grid', why: noProduct(target) }, demands.order.span);
  for (const [verb, demand] of [['specialize', demands.specialize], ['persistent', demands.persistent]] as const) {
    if (demand === undefined || rings.some((r) => r.isBox)) continue;
    if (!target.boxCopies) reporter.report('TDSL0404', { target: writtenTarget(target.name), what: 'unit that copies beside the threads, for which roles and lasting groups are' }, demand.span);
    else reporter.report('TDSL0322', { verb, why: 'no launch multiplies by wgmma' }, demand.span, { notes: bases.flatMap((b) => b.notes).map((n) => ({ message: `${n.candidate}: ${n.reason}` })) });
  }
  return bases.map((base): PlanChoice => {
    const { nest, asked } = base;
    const own = tiles.get(nest) ?? new Map<string, TileDemand>();
    const pipeline = pipelines.get(nest), pads = padded.get(nest);
    if (base.kind === 'direct') return usual(nest);
    if (base.kind === 'vector') {
      const plan = usual(nest);
      if (plan.plan.kind !== 'vector' || own.size === 0) return plan;
      // Loops that are named are not walked as one.
      const start = !plan.plan.collapse?.ids.some((id) => own.has(id)) ? plan.plan : trimThreads(vectorPlan(nest, tensors, target, facts, false), target);
      const next = applyVector(nest, start, own, target, reporter);
      return { plan: next.plan, notes: [...plan.notes, ...next.notes] };
    }
    if (base.kind === 'box') {
      const next = applyBox(nest, base.plan, { tiles: own, given: [...asked.values()][0], pipeline, demands, c: base.c, sides: base.sides }, { shapes: tensors, facts }, target, reporter);
      return { plan: next.plan, notes: [...base.notes, ...next.notes] };
    }
    const held = heldTensors(demands, base.candidates.flatMap((x) => [x.c.a, x.c.b]), fused);
    for (const g of asked.values()) if (base.plan.products.get(g.part) !== g.intrinsic) blameOthers(g, base.candidates, base.plan.products, reporter);
    if (own.size === 0 && asked.size === 0 && pipeline === undefined && pads === undefined && demands.order === undefined && held.size === 0) return { plan: base.plan, notes: base.notes };
    const overs = new Map([...asked].flatMap(([part, g]) => (g.over === undefined ? [] : [[part, g.over] as const])));
    const { plan, notes } = applyMatrix(nest, base.plan, base.candidates, { tiles: own, overs, pipeline, order: demands.order, pads, held, staged: demands.staged }, tensors, target, reporter);
    const chosen = asked.size > 0 ? [] : [...plan.products].map(([part, i]) => ({ candidate: `${i.name} for ${part}`, reason: 'free choice: the schedule does not say' }));
    return { plan, notes: [...base.notes, ...chosen, ...notes] };
  });
}

/** Box copies and products of shared memory, where the target has them and the schedule asks for no other intrinsic. */
function boxBase(nest: Nest, asked: Asked, tensors: TensorShapes, facts: Facts, target: Target, atMost: Readonly<Record<string, number>>, { demands, reporter, isFallback }: ScheduleRun, fused: FusedKernel): Base | undefined {
  const wanted = [...asked.values()].find((g) => g.intrinsic.operands === 'shared');
  if (!target.boxCopies || (asked.size > 0 && wanted === undefined)) return undefined;
  const box = boxPlan(nest, tensors, target, facts, atMost, wanted?.c);
  const c = 'plan' in box ? box.c : wanted?.c, held = c === undefined ? new Set<string>() : wanted?.intrinsic.shared?.a === 'registers' ? new Set(readsOf(c.a).map((r) => r.tensor)) : heldTensors(demands, [c.a], fused);
  const columns = c === undefined ? undefined : demands.staged.find((s) => s.memory === 'registers' && heldTensors({ ...demands, staged: [s] }, [c.b], fused).size > 0);
  if (columns !== undefined && (wanted !== undefined || 'plan' in box)) reporter.report('TDSL0311', { what: 'stage … in registers', why: 'wgmma takes its rows alone from registers, and the columns from shared memory; `tensorize` with the loops in another order makes them rows' }, columns.span);
  // What threads compute on the way is no box.
  const isComputed = c !== undefined && wanted !== undefined && [c.a, c.b].some((e) => { const read = plainRead(e); return read === undefined || tensors.get(read.tensor)?.dtype !== wanted.intrinsic.a.dtype; });
  if (c !== undefined && (held.size > 0 || isComputed)) {
    const filled = filledPlan(nest, tensors, target, facts, { c, intrinsic: wanted?.intrinsic, held });
    if (typeof filled !== 'string') return { kind: 'box', nest, asked, notes: [], ...filled };
    reporter.report('TDSL0313', { intrinsic: wanted?.intrinsic.name ?? 'wgmma with rows in registers', why: filled }, wanted?.verb.span ?? demands.block.span);
    return undefined;
  }
  if ('plan' in box) return { kind: 'box', nest, asked, notes: [], plan: box.plan, c: box.c, sides: box.sides };
  // Rows of any length cannot be copied as boxes; where they can, another variant runs.
  if (isFallback && box.notes.length > 0) return { kind: 'vector', nest, asked, isExempt: true, notes: [{ candidate: 'the schedule', reason: 'it holds for aligned rows, which another variant takes; this one has the default plan' }] };
  if (wanted !== undefined) reporter.report('TDSL0313', { intrinsic: wanted.intrinsic.name, why: box.notes.map((n) => n.reason).join('; ') || 'it takes launches of one product over one summed loop' }, wanted.verb.span, { notes: withoutBoxes(wanted, tensors, target) });
  return undefined;
}

/** Intrinsics that compute the same product from rows of any length. */
function withoutBoxes({ nest, part: name, c }: GivenProduct, tensors: TensorShapes, target: Target): { message: string }[] {
  const types = [exactType(c.a, tensors), exactType(c.b, tensors)] as const;
  const part = [...groupsOf(nest)].flatMap((g) => g.parts).find((p) => p.name === name);
  const names = part === undefined ? [] : target.intrinsics.filter((i) => i.operands !== 'shared' && i.a.dtype === types[0] && i.b.dtype === types[1] && canMultiply(i, ...types, part)).map((i) => `\`${i.name}\``);
  return names.length === 0 ? [] : [{ message: `${names.join(' or ')} takes rows of any length; without \`tensorize\` the compiler chooses` }];
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

/** All products of a launch share the layout of their accumulators: one that only multiply-adds can do decides for all. */
function blameOthers(g: GivenProduct, candidates: readonly Candidate[], products: ReadonlyMap<string, { readonly name: string }>, reporter: Reporter): void {
  const others = candidates.filter((x) => x.part.name !== g.part).map((x) => ({ message: `${x.part.name} multiplies ${x.aType} and ${x.bType}, for which there is only ${products.get(x.part.name)!.name}` }));
  reporter.report('TDSL0315', { intrinsic: g.intrinsic.name, why: 'the products of this launch share the layout of their results, and not all of them can be done by matrix instructions' }, g.verb.intrinsic.span, { notes: others });
}
