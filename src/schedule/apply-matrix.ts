/**
 * A schedule's demands on a launch with products: tiles of rows, columns and the summed loop, warps, depth of the ring, order of the grid. Fields that the
 * schedule leaves open follow from those it sets, and are noted as free choices.
 */
import type { Reporter } from '../diagnostics/report.ts';
import { bitsOf } from '../ir/dtype.ts';
import type { Nest } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import { readsOf } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';
import type { Demands, PipelineDemand, Sized, TileDemand } from './apply-block.ts';
import { lcm, nearestMultiple, type Note } from './apply-common.ts';
import { checkThreads, mostAccumulators } from './apply-limits.ts';
import { axesOf } from './apply-names.ts';
import { fmaPatternOf } from './apply-pattern.ts';
import { sizeName } from './apply-size.ts';
import { chooseWarps, demandedWarps } from './apply-warps.ts';
import { copyObstacles, reasonsOf } from './copies.ts';
import type { TensorTypes } from './default-plan.ts';
import { type Candidate, sharedEstimate } from './matrix-plan.ts';

export interface MatrixDemands {
  readonly tiles: ReadonlyMap<string, TileDemand>;
  /** The summed loop that a product takes in steps, by part name. */
  readonly overs: ReadonlyMap<string, string>;
  readonly pipeline: PipelineDemand | undefined;
  readonly order: Demands['order'];
  /** By the tensor that an operand reads. */
  readonly pads: ReadonlyMap<string, Sized> | undefined;
  /** Tensors whose operand registers hold, and the verbs that say so. */
  readonly held: ReadonlySet<string>;
  readonly staged: Demands['staged'];
}
/** Why a tile must be a multiple of something. */
interface Unit { readonly of: number; readonly why: string }

export function applyMatrix(nest: Nest, plan: MatrixPlan, candidates: readonly Candidate[], asked: MatrixDemands, tensors: TensorTypes, target: Target, reporter: Reporter): { plan: MatrixPlan; notes: Note[] } {
  const axes = axesOf(nest);
  const name = (id: string): string => axes.get(id)!.name;
  const notes: Note[] = [];
  const free = (what: string): void => { notes.push({ candidate: what, reason: 'free choice: the schedule does not say' }); };
  const wanted = (id: string): number | undefined => asked.tiles.get(id)?.factors.get('grid')?.value;
  let failed = false;
  const wrong = (demand: TileDemand, why: string): void => { failed = true; reporter.report('TDSL0311', { what: `tile ${sizeName(demand.loop)}`, why }, demand.span); };

  const overs = new Map(candidates.map((x) => [x, overOf(x, plan, asked)] as const));
  const tiles = new Map(plan.tiles);
  for (const [x, over] of overs) for (const a of x.group.axes) if (a.id !== over && !plan.roles.has(a.id)) tiles.set(a.id, 1);
  for (const [x, over] of overs) if ((tiles.get(over) ?? 1) === 1 && wanted(over) === undefined) tiles.set(over, Math.max(plan.products.get(x.part.name)!.k, plan.fma === undefined ? 32 : 16));
  for (const [id, demand] of asked.tiles) {
    const isTiled = plan.roles.has(id) || [...overs.values()].includes(id);
    const size = wanted(id);
    if (size !== undefined && size > 1 && !isTiled) {
      failed = true;
      const inGroup = candidates.some((x) => x.group.axes.some((a) => a.id === id));
      reporter.report('TDSL0312', { loop: sizeName(demand.loop), why: inGroup ? `the product takes \`${[...new Set(overs.values())].map(name).join(', ')}\` in steps, and other summed loops one by one` : 'it is neither rows, columns nor the summed loop of a product' }, demand.span, { edits: [{ span: demand.factors.get('grid')!.span, text: '1' }] });
    }
    if (size !== undefined) tiles.set(id, size);
  }
  if (failed) return { plan, notes };

  let next: MatrixPlan = { ...plan, tiles };
  const units = new Map<string, Unit>();
  const need = (id: string, of: number, why: string): void => { const u = units.get(id); units.set(id, u === undefined ? { of, why } : { of: lcm(u.of, of), why: `${u.why} and ${why}` }); };
  const isShaped = [...asked.tiles].some(([id, t]) => plan.roles.has(id) && t.factors.size > 0);
  if (plan.fma === undefined) {
    const first = [...plan.products.values()][0]!;
    for (const [id, demand] of asked.tiles) checkLevels(id, demand, next, overs, wrong);
    const fixed = demandedWarps(next, asked.tiles, first, reporter);
    if (failed || fixed === undefined) return { plan, notes };
    if (isShaped) next = { ...next, warps: chooseWarps(next, candidates, first, fixed, target) };
    if (isShaped && (fixed[0] === undefined || fixed[1] === undefined)) free(`${next.warps.join(' x ')} warps`);
    for (const [id, role] of next.roles) {
      const d = role === 'm' ? 0 : 1;
      const atom = d === 0 ? first.m : first.n;
      need(id, atom * next.warps[d], `the ${d === 0 ? 'rows' : 'columns'} of \`${first.name}\`${next.warps[d] > 1 ? ` on ${next.warps[d]} warps` : ''}`);
    }
    for (const [x, over] of overs) need(over, plan.products.get(x.part.name)!.k, `the depth of \`${plan.products.get(x.part.name)!.name}\``);
    next = { ...next, threads: 32 * next.warps[0] * next.warps[1] };
  } else {
    const pattern = fmaPatternOf(next, asked.tiles, target, reporter);
    if (pattern === undefined) return { plan, notes };
    next = { ...next, fma: pattern.layout, threads: pattern.threads };
    if (isShaped) free(`${pattern.threads} threads`);
    for (const [id, role] of next.roles) need(id, 2 ** pattern.layout.dims[role === 'm' ? 0 : 1]!.bits.length, 'what the threads cover at once');
  }
  // Operands are staged by steps of the summed loop, so a step has more than one element.
  for (const over of new Set([...overs].map(([, id]) => id))) {
    const demand = asked.tiles.get(over), size = demand?.factors.get('grid');
    if (tiles.get(over) !== 1 || demand === undefined || size === undefined) continue;
    failed = true;
    reporter.report('TDSL0310', { what: `tile ${sizeName(demand.loop)}`, value: 1, unit: 2, why: 'operands are staged by steps of several elements', nearest: 2 }, size.span, { edits: [{ span: size.span, text: '2' }] });
  }
  for (const [id, { of, why }] of units) {
    const tile = tiles.get(id)!;
    if (tile % of === 0) continue;
    const demand = asked.tiles.get(id), size = demand?.factors.get('grid');
    // A tile that the schedule does not set follows the warps that it sets.
    if (demand === undefined || size === undefined) { tiles.set(id, Math.ceil(tile / of) * of); continue; }
    failed = true;
    const nearest = nearestMultiple(tile, of);
    reporter.report('TDSL0310', { what: `tile ${sizeName(demand.loop)}`, value: tile, unit: of, why, nearest }, size.span, { edits: [{ span: size.span, text: String(nearest) }] });
  }
  for (const id of units.keys()) if (wanted(id) === undefined) free(`tile ${name(id)} by ${tiles.get(id)}`);
  if (failed) return { plan, notes };

  const obstacles = copyObstacles(nest, candidates, next, tensors);
  if (asked.pipeline !== undefined) {
    const { value, span } = asked.pipeline.depth;
    if (value > 1 && obstacles.length > 0) reporter.report('TDSL0317', { depth: value, why: reasonsOf(obstacles) }, span, { edits: [{ span, text: '1' }] });
    next = { ...next, stages: value };
  } else if (obstacles.length > 0) next = { ...next, stages: 1 };
  if (asked.order !== undefined) next = { ...next, panels: asked.order.panels?.value };
  if (asked.held.size > 0 && next.fma !== undefined) reporter.report('TDSL0311', { what: 'stage … in registers', why: 'a thread that multiplies and adds needs whole rows and columns, which it reads from `shared` memory where all threads have brought them' }, asked.staged.find((s) => s.memory === 'registers')!.span);
  const words = asked.held.size === 0 || next.fma !== undefined ? undefined : [...next.products.values()].find((i) => bitsOf(i.a.dtype) === 32);
  if (words !== undefined) reporter.report('TDSL0311', { what: 'stage … in registers', why: `\`${words.name}\` takes the bits of numbers, which \`shared\` memory gives; registers hold the numbers themselves` }, asked.staged.find((s) => s.memory === 'registers')!.span);
  if (asked.held.size > 0) next = { ...next, held: asked.held };
  next = { ...next, ...padsOf(next, candidates, asked.pads, reporter) };
  const blame = [...asked.tiles].find(([id]) => plan.roles.has(id))?.[1];
  if (blame !== undefined && checkThreads(next.threads, plan.fma === undefined ? `${next.warps.join(' x ')} warps` : '', blame.span, 'use larger tiles for a warp (`by warp`), or smaller ones for the group', target, reporter)) checkAccumulators(next, candidates, blame, target, reporter);
  next = fitFree(next, candidates, { stages: asked.pipeline !== undefined, tile: (id) => asked.tiles.has(id) }, target);
  if (asked.pipeline === undefined) free(`pipeline ${next.stages}`);
  if (asked.order === undefined) free(`order grid by ${next.panels === undefined ? 'rows' : `panels of ${next.panels}`}`);
  return { plan: next, notes };
}

/** Rows of a stage begin where whole pieces of 16 bytes can be copied and loaded. */
function padsOf(plan: MatrixPlan, candidates: readonly Candidate[], asked: ReadonlyMap<string, Sized> | undefined, reporter: Reporter): Pick<MatrixPlan, 'pads'> {
  if (asked === undefined) return {};
  for (const [tensor, { value, span }] of asked) {
    const sides = candidates.flatMap((x) => { const i = plan.products.get(x.part.name)!; return [[x.c.a, i.a.dtype], [x.c.b, i.b.dtype]] as const; });
    const unit = Math.max(...sides.filter(([e]) => readsOf(e).some((r) => r.tensor === tensor)).map(([, type]) => 128 / bitsOf(type)));
    if (value % unit === 0) continue;
    const nearest = nearestMultiple(value, unit);
    reporter.report('TDSL0310', { what: `pad ${tensor}`, value, unit, why: 'so that rows begin at multiples of 16 bytes', nearest }, span, { edits: [{ span, text: String(nearest) }] });
  }
  return { pads: new Map([...asked].map(([tensor, { value }]) => [tensor, value])) };
}

/** The summed loop taken in steps: by `tensorize`, by a tile larger than 1, or the default's. */
function overOf(x: Candidate, plan: MatrixPlan, asked: MatrixDemands): string {
  const summed = x.group.axes.filter((a) => !plan.roles.has(a.id));
  const list = summed.length > 0 ? summed : x.group.axes;
  const tiled = list.find((a) => (asked.tiles.get(a.id)?.factors.get('grid')?.value ?? 1) > 1);
  const byDefault = [...list].sort((a, b) => (plan.tiles.get(b.id) ?? 1) - (plan.tiles.get(a.id) ?? 1))[0]!;
  return asked.overs.get(x.part.name) ?? (tiled ?? ((plan.tiles.get(byDefault.id) ?? 1) > 1 ? byDefault : list.at(-1)!)).id;
}

/** Inner factors of a product by an instruction: warps cut rows and columns, and an atom is the instruction's own tile. */
function checkLevels(id: string, demand: TileDemand, plan: MatrixPlan, overs: ReadonlyMap<Candidate, string>, wrong: (demand: TileDemand, why: string) => void): void {
  const grid = demand.factors.get('grid')?.value ?? plan.tiles.get(id)!;
  const role = demand.factors.get('role')?.value, warp = demand.factors.get('warp')?.value, atom = demand.factors.get('atom')?.value;
  const kind = plan.roles.get(id);
  const product = [...overs].find(([x, over]) => (kind === 'm' ? x.c.m : kind === 'n' ? x.c.n : over) === id);
  const intrinsic = product && plan.products.get(product[0].part.name)!;
  if (role !== undefined && role !== grid) wrong(demand, `all warps work on the whole tile; write \`by role ${grid}\` or leave it out`);
  if (warp !== undefined && kind === undefined && warp !== grid) wrong(demand, 'warps share the summed loop; only rows and columns are cut for them');
  if (atom !== undefined && intrinsic !== undefined) {
    const own = kind === 'm' ? intrinsic.m : kind === 'n' ? intrinsic.n : intrinsic.k;
    if (atom !== own) wrong(demand, `the atom of \`${intrinsic.name}\` is ${own} here`);
  }
}

function checkAccumulators(plan: MatrixPlan, candidates: readonly Candidate[], blame: TileDemand, target: Target, reporter: Reporter): void {
  const words = (p: MatrixPlan): number => Math.ceil(candidates.reduce((n, x) => n + p.tiles.get(x.c.m)! * p.tiles.get(x.c.n)!, 0) / p.threads);
  const most = mostAccumulators(plan.threads, target);
  if (words(plan) <= most) return;
  const what = candidates.map((x) => `results of ${x.part.name}: ${plan.tiles.get(x.c.m)} x ${plan.tiles.get(x.c.n)} on ${plan.threads} threads`).join(', ');
  const fix = plan.fma === undefined && plan.threads * 2 <= target.maxThreads && words({ ...plan, threads: plan.threads * 2 }) <= mostAccumulators(plan.threads * 2, target) ? `use ${plan.threads / 16} warps, or halve the tile` : 'halve the tile';
  reporter.report('TDSL0403', { words: words(plan), most, what, fix }, blame.span);
}

/** Fields that the schedule leaves open make room: stages first, then the depth of a step. */
function fitFree(plan: MatrixPlan, candidates: readonly Candidate[], demanded: { stages: boolean; tile: (id: string) => boolean }, target: Target): MatrixPlan {
  let current = plan;
  while (sharedEstimate(current, candidates) > target.sharedBytes) {
    if (!demanded.stages && current.stages > 2) { current = { ...current, stages: current.stages - 1 }; continue; }
    const deepest = [...current.tiles].filter(([id, t]) => !current.roles.has(id) && !demanded.tile(id) && (t / 2) % Math.max(2, ...[...current.products.values()].map((i) => i.k)) === 0).sort((a, b) => b[1] - a[1])[0];
    if (deepest !== undefined) { current = { ...current, tiles: new Map([...current.tiles, [deepest[0], deepest[1] / 2]]) }; continue; }
    if (demanded.stages || current.stages === 1) return current;
    current = { ...current, stages: 1 };
  }
  return current;
}
