/** A schedule's demands on a launch whose operands come as whole boxes and are multiplied from shared memory (wgmma), in roles of their own. */
import type { Reporter } from '../diagnostics/report.ts';
import { bitsOf } from '../ir/dtype.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { coefficient, isConst, num } from '../ir/index-expr.ts';
import type { Facts } from '../ir/index-facts.ts';
import type { Nest } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { Expr } from '../ir/tst.ts';
import { freeAxes, readsOf } from '../ir/tst-walk.ts';
import type { Contraction } from '../partition/product.ts';
import type { Target } from '../targets/target.ts';
import type { Demands, PipelineDemand, TileDemand } from './apply-block.ts';
import { nearestMultiple, type Note } from './apply-common.ts';
import { mostShared } from './apply-limits.ts';
import { axesOf } from './apply-names.ts';
import { ofRegisters } from './filled-plan.ts';
import { sizeName } from './apply-size.ts';
import type { GivenProduct } from './apply-intrinsic.ts';
import { outBytes, type Sides, stageBytes, storesBoxes, type TensorShapes } from './box-plan.ts';

export interface BoxDemands { readonly tiles: ReadonlyMap<string, TileDemand>; readonly given: GivenProduct | undefined; readonly pipeline: PipelineDemand | undefined; readonly demands: Demands; readonly c: Contraction; readonly sides: Sides }

/** Threads of a group of four warps, and registers a thread of the copying group. */
const groupThreads = 128, loadRegisters = 24;
/** The longest side of a box; barriers of the ring take what is left of shared memory. */
const longestSide = 256, barrierBytes = 2048, panelBytes = 128;

export function applyBox(nest: Nest, plan: MatrixPlan, asked: BoxDemands, { shapes, facts }: { readonly shapes: TensorShapes; readonly facts: Facts }, target: Target, reporter: Reporter): { plan: MatrixPlan; notes: Note[] } {
  const { tiles: demands, given, pipeline } = asked;
  const axes = axesOf(nest);
  const notes: Note[] = [];
  const free = (what: string): void => { notes.push({ candidate: what, reason: 'free choice: the schedule does not say' }); };
  const [part, usual] = [...plan.products][0]!;
  const side = (role: 'm' | 'n'): string => [...plan.roles].find(([, r]) => r === role)![0];
  const [m, n] = [side('m'), side('n')], over = [...plan.tiles.keys()].find((id) => !plan.roles.has(id))!;
  const wanted = (id: string): number | undefined => demands.get(id)?.factors.get('grid')?.value;
  let failed = false;
  for (const [id, d] of demands) {
    const inner = ['role', 'warp', 'atom'] as const;
    if (inner.some((level) => d.factors.has(level))) { failed = true; reporter.report('TDSL0311', { what: `tile ${sizeName(d.loop)}`, why: 'groups of four warps share the rows, 64 at a time; say how many groups by `specialize load 1, math 2`' }, d.span); }
    else if (id !== m && id !== n && id !== over && wanted(id) !== 1) { failed = true; reporter.report('TDSL0312', { loop: sizeName(d.loop), why: 'it is neither rows, columns nor the summed loop of the product' }, d.span); }
  }
  const must = (id: string, of: number, why: string): void => {
    const d = demands.get(id), size = d?.factors.get('grid');
    if (d === undefined || size === undefined || size.value % of === 0) return;
    failed = true;
    const nearest = nearestMultiple(size.value, of);
    reporter.report('TDSL0310', { what: `tile ${sizeName(d.loop)}`, value: size.value, unit: of, why, nearest }, size.span, { edits: [{ span: size.span, text: String(nearest) }] });
  };
  const most = (id: string, limit: number, why: string): void => {
    const d = demands.get(id), size = wanted(id);
    if (d !== undefined && size !== undefined && size > limit) { failed = true; reporter.report('TDSL0311', { what: `tile ${sizeName(d.loop)}`, why: `${size} is more than ${limit}, ${why}` }, d.span); }
  };
  const columns = wanted(n) ?? plan.tiles.get(n)!;
  const chosen = given?.intrinsic ?? widest(usual, columns, target), intrinsic = plan.held === undefined ? chosen : ofRegisters(chosen, target) ?? chosen;
  const isFilled = plan.specialize === undefined;
  if (isFilled) for (const [verb, demand] of [['specialize', asked.demands.specialize], ['persistent', asked.demands.persistent]] as const) {
    if (demand !== undefined) { failed = true; reporter.report('TDSL0322', { verb, why: 'an operand is computed on the way, so the threads that multiply bring the operands as well' }, demand.span); }
  }
  if (given === undefined) free(`${intrinsic.name} for ${part}`);
  must(n, intrinsic.n, `the columns of \`${intrinsic.name}\``);
  const math = asked.demands.specialize?.math.value ?? ((wanted(m) ?? plan.tiles.get(m)!) % 128 === 0 ? 2 : 1);
  must(m, intrinsic.m * math, `the rows of \`${intrinsic.name}\`${math > 1 ? ` in ${math} groups of warps` : ''}`);
  // What is consecutive along rows or columns comes in panels: one of 32 or 64 bytes, or whole ones of 128.
  for (const [id, e] of [[m, asked.c.a], [n, asked.c.b]] as const) {
    if (id === m && plan.held !== undefined) continue;
    const bytes = ((wanted(id) ?? plan.tiles.get(id)!) * bitsOf(intrinsic.a.dtype)) / 8;
    if (liesAlong(e, id, over) && bytes !== 32 && bytes !== 64) must(id, 1024 / bitsOf(intrinsic.a.dtype), 'what is consecutive in memory is copied in panels of 128 bytes');
  }
  const depth = 1024 / bitsOf(intrinsic.a.dtype);
  if (wanted(over) !== undefined && wanted(over) !== depth) {
    failed = true;
    const size = demands.get(over)!.factors.get('grid')!;
    reporter.report('TDSL0311', { what: `tile ${sizeName(demands.get(over)!.loop)}`, why: `a box of ${intrinsic.a.dtype} is 128 bytes deep; write ${depth}` }, size.span, { edits: [{ span: size.span, text: String(depth) }] });
  }
  most(m, longestSide, 'the longest side of a box');
  most(n, longestSide, 'the longest side of a box');
  const { specialize, persistent, order } = asked.demands;
  if (specialize !== undefined && specialize.load.value > 2) { failed = true; reporter.report('TDSL0311', { what: `specialize load ${specialize.load.value}`, why: 'a product has two operands, and one group brings an operand; write `load 2`' }, specialize.load.span, { edits: [{ span: specialize.load.span, text: '2' }] }); }
  if (!Number.isInteger(Math.log2(math))) { failed = true; reporter.report('TDSL0311', { what: `specialize … math ${math}`, why: 'the rows of a tile are shared by 1, 2 or 4 groups of warps' }, specialize?.math.span ?? asked.demands.block.span); }
  if (specialize?.load.value === 2 && plan.held !== undefined) { failed = true; reporter.report('TDSL0311', { what: 'specialize load 2', why: 'registers hold the rows, so there is one operand to copy; write `load 1`' }, specialize.load.span, { edits: [{ span: specialize.load.span, text: '1' }] }); }
  if (failed) return { plan, notes };

  const usualColumns = nearestMultiple(plan.tiles.get(n)!, intrinsic.n), isWhole = (tile: number): boolean => !liesAlong(asked.c.b, n, over) || bitsOf(intrinsic.b.dtype) !== 16 || readsWholePanels(intrinsic, tile);
  const tiles = new Map([...plan.tiles, [m, wanted(m) ?? nearestMultiple(plan.tiles.get(m)!, intrinsic.m * math)], [n, wanted(n) ?? (isWhole(usualColumns) ? usualColumns : intrinsic.n)]]);
  if (!isWhole(tiles.get(n)!)) {
    const panel = Math.min(panelBytes, (tiles.get(n)! * bitsOf(intrinsic.b.dtype)) / 8);
    reporter.report('TDSL0311', { what: given === undefined ? `tile ${axes.get(n)!.name}` : `tensorize ${intrinsic.name}`, why: `its ${intrinsic.n} columns, which are consecutive in memory, are no whole panels of ${panel} bytes; take one of more columns${wanted(n) === undefined ? '' : `, or tile ${axes.get(n)!.name} by ${intrinsic.n}`}` }, given?.verb.span ?? demands.get(n)?.span ?? asked.demands.block.span);
    return { plan, notes };
  }
  const threads = groupThreads * math, loads = specialize?.load.value === 2 ? 2 : 1, copying = isFilled ? 0 : groupThreads * loads;
  // Registers move between the roles in eights; the copying group keeps few.
  const mathRegisters = isFilled ? Math.min(target.threadRegisters ?? 255, Math.floor((target.groupRegisters ?? 65536) / threads)) : Math.min(240, Math.floor(((target.groupRegisters ?? 65536) - copying * loadRegisters) / threads / 8) * 8);
  const blame = demands.get(m) ?? demands.get(n);
  const span = specialize?.math.span ?? blame?.span ?? asked.demands.block.span;
  if (threads + copying > target.maxThreads) reporter.report('TDSL0401', { threads: threads + copying, most: target.maxThreads, how: `${math} groups that multiply and ${loads} that ${loads === 1 ? 'copies' : 'copy'}`, fix: `write \`math ${target.maxThreads / groupThreads - loads}\` at most` }, span);
  const words = (asked.sides.products * tiles.get(m)! * tiles.get(n)!) / threads;
  // ptxas gives all roles what a thread has when the group begins, whatever they hand over later.
  const accumulators = Math.min(mathRegisters - 24, Math.floor((target.groupRegisters ?? 65536) / (threads + copying) / 8) * 8 - 26);
  if (words > accumulators) reporter.report('TDSL0403', { words, most: accumulators, what: `results of ${part}: ${tiles.get(m)} x ${tiles.get(n)} on ${threads} threads${copying === 0 ? '' : ` beside ${copying} that copy`}`, fix: 'use smaller tiles' }, blame?.span ?? span);
  const stage = stageBytes({ m: tiles.get(m)!, n: tiles.get(n)! }, asked.sides, depth * bitsOf(intrinsic.a.dtype));
  const boxStores = !isFilled && tiles.get(m)! % (64 * math) === 0 && storesBoxes(nest, [m, n], tiles.get(n)!, shapes, facts);
  const beside = barrierBytes + (boxStores ? outBytes(math) : 0);
  const fits = Math.floor((mostShared(target) - beside) / stage);
  const stages = pipeline?.depth.value ?? (isFilled ? 1 : Math.max(2, Math.min(8, fits)));
  if (stages > fits) reporter.report('TDSL0402', { bytes: stages * stage + beside, most: mostShared(target), what: `${stages} stages of ${tiles.get(m)} x ${depth} and ${depth} x ${tiles.get(n)} ${intrinsic.a.dtype}`, fix: `write \`pipeline ${fits}\`` }, pipeline?.depth.span ?? span, pipeline === undefined ? {} : { edits: [{ span: pipeline.depth.span, text: String(fits) }] });
  if (isFilled && stages > 1) reporter.report('TDSL0317', { depth: stages, why: 'an operand is computed on the way, not copied' }, pipeline?.depth.span ?? span, pipeline === undefined ? {} : { edits: [{ span: pipeline.depth.span, text: '1' }] });
  if (!isFilled && pipeline?.depth.value === 1) reporter.report('TDSL0317', { depth: 1, why: 'the copying role needs a stage to fill while the other multiplies; write 2' }, pipeline.depth.span, { edits: [{ span: pipeline.depth.span, text: '2' }] });
  for (const id of [m, n]) if (wanted(id) === undefined) free(`tile ${axes.get(id)!.name} by ${tiles.get(id)}`);
  if (pipeline === undefined) free(`pipeline ${stages}`);
  if (specialize === undefined && !isFilled) free(`specialize load 1, math ${math}`);
  if (persistent === undefined && !isFilled) free('persistent');
  if (order === undefined) free(`order grid by ${plan.panels === undefined ? 'rows' : `panels of ${plan.panels}`}`);
  return {
    notes,
    plan: {
      ...plan, threads, tiles, warps: [math, 1], products: new Map([...plan.products.keys()].map((name) => [name, intrinsic])), stages, panels: order === undefined ? plan.panels : order.panels?.value,
      ...(isFilled ? {} : { specialize: { loads, loadRegisters, mathRegisters }, boxStores }), ...(persistent?.groups === undefined ? {} : { groups: persistent.groups.value }),
    },
  };
}

/** Does the stage have the operand's elements along these rows or columns one after another? It has them as memory does. */
function liesAlong(e: Expr, id: string, over: string): boolean {
  const last = readsOf(e).filter((r) => r.index.length > 0 && freeAxes(r).size > 0).sort((x, y) => freeAxes(y).size - freeAxes(x).size)[0]?.index.at(-1);
  return last !== undefined && isConst(coefficient(last, over) ?? num(0)) !== 1 && isConst(coefficient(last, id) ?? num(0)) === 1;
}
/** The instruction reads columns that are consecutive from panels of 128 bytes, or from a single one of 64 or 32. */
function readsWholePanels({ n, b }: MmaIntrinsic, tile: number): boolean {
  const own = (tile * bitsOf(b.dtype)) / 8, panel = own % panelBytes === 0 ? panelBytes : own;
  return (panel === 128 || panel === 64 || panel === 32) && ((n * bitsOf(b.dtype)) / 8) % panel === 0;
}

/** The intrinsic of the same operands with the most columns that divide the tile. */
function widest(usual: MmaIntrinsic, columns: number, target: Target): MmaIntrinsic {
  const fits = target.intrinsics.filter((i) => i.operands === 'shared' && i.a.dtype === usual.a.dtype && i.d.dtype === usual.d.dtype && i.k === usual.k && columns % i.n === 0);
  const smallest = target.intrinsics.filter((i) => i.operands === 'shared' && i.a.dtype === usual.a.dtype && i.d.dtype === usual.d.dtype && i.k === usual.k).sort((a, b) => a.n - b.n)[0];
  return [...fits].sort((a, b) => b.n - a.n)[0] ?? smallest ?? usual;
}
