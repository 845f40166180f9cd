/**
 * Tile sizes of launches without a product. An axis is cut into rep x threads x vec: `by grid` is all of it, `by role` what the threads cover at once, `by atom`
 * what one thread holds side by side. What the schedule leaves open keeps as much of the default as divides the tile.
 */
import type { Reporter } from '../diagnostics/report.ts';
import type { Nest } from '../ir/nest.ts';
import { type AxisSplit, tileOf, type VectorPlan, whole } from '../ir/plan.ts';
import type { Target } from '../targets/target.ts';
import type { TileDemand } from './apply-block.ts';
import { nearestMultiple, powerIn, type Note } from './apply-common.ts';
import { checkThreads, mostAccumulators } from './apply-limits.ts';
import { axesOf } from './apply-names.ts';
import { sizeName } from './apply-size.ts';

export function applyVector(nest: Nest, plan: VectorPlan, tiles: ReadonlyMap<string, TileDemand>, target: Target, reporter: Reporter): { plan: VectorPlan; notes: Note[] } {
  if (tiles.size === 0) return { plan, notes: [] };
  const names = axesOf(nest);
  const notes: Note[] = [];
  const axes = new Map(plan.axes);
  for (const [id, demand] of tiles) {
    const split = splitOf(demand, plan.axes.get(id) ?? whole, target, reporter);
    if (split === undefined) continue;
    axes.set(id, split);
    if (!demand.factors.has('role') && split.threads > 1) notes.push({ candidate: `${split.threads} threads along ${names.get(id)!.name}, ${split.vec} elements each`, reason: `free choice: the schedule says only that its tile is ${tileOf(split)}` });
  }
  for (const [id, s] of axes) if (tileOf(s) === 1) axes.delete(id);
  const shifted = trimThreads({ ...plan, axes: shift(axes, plan, tiles) }, target);
  const how = [...shifted.axes].filter(([, s]) => s.threads > 1).map(([id, s]) => `${s.threads} along ${names.get(id)!.name}`).join(', ');
  const largest = [...tiles].sort((a, b) => (axes.get(b[0])?.threads ?? 1) - (axes.get(a[0])?.threads ?? 1))[0]!;
  const fits = checkThreads(shifted.threads, how, largest[1].span, `halve the tile of \`${sizeName(largest[1].loop)}\` or let each thread hold more (\`by atom\`)`, target, reporter);
  // All elements of the stored tile are in registers at once.
  const held = nest.spatial.reduce((n, a) => { const s = axes.get(a.id) ?? whole; return n * s.vec * s.rep; }, 1);
  const most = mostAccumulators(shifted.threads, target);
  const blamed = nest.spatial.map((a) => tiles.get(a.id)).find((t) => t !== undefined);
  if (fits && held > most && blamed !== undefined) reporter.report('TDSL0403', { words: held, most, what: 'elements of the stored tile', fix: 'use smaller tiles' }, blamed.span);
  return { plan: shifted, notes };
}

function splitOf(demand: TileDemand, old: AxisSplit, target: Target, reporter: Reporter): AxisSplit | undefined {
  const tile = demand.factors.get('grid')?.value ?? Math.max(tileOf(old), demand.factors.get('role')?.value ?? 1, demand.factors.get('atom')?.value ?? 1);
  const warp = demand.factors.get('warp'), atom = demand.factors.get('atom'), role = demand.factors.get('role');
  const wrong = (place: { span: TileDemand['span'] }, why: string): undefined => { reporter.report('TDSL0311', { what: `tile ${sizeName(demand.loop)}`, why }, place.span); return undefined; };
  if (warp !== undefined) return wrong(warp, 'this launch has no product, so warps have no tiles of their own; write `by role` and `by atom`');
  if (atom !== undefined && atom.value !== powerIn(atom.value)) return wrong(atom, `what a thread holds side by side is a power of two; write ${powerIn(atom.value) * 2} or ${powerIn(atom.value)}`);
  // A factor left out divides the next one out that is given.
  const vec = atom?.value ?? Math.min(powerIn(role?.value ?? tile), Math.max(1, old.vec));
  const inner = role?.value ?? tile;
  // Without `by role` the threads follow from the tile, which must then leave them enough to do side by side.
  const usual = vec * Math.min(32, old.threads);
  if (role === undefined && old.threads > 1 && tile % usual !== 0 && (tile > usual || powerIn(tile) !== tile)) {
    const nearest = nearestMultiple(tile, usual), place = demand.factors.get('grid') ?? demand;
    reporter.report('TDSL0310', { what: `tile ${sizeName(demand.loop)}`, value: tile, unit: usual, why: `${usual / vec} threads with ${vec} elements each`, nearest }, place.span, { edits: [{ span: place.span, text: String(nearest) }] });
    return undefined;
  }
  const threads = role !== undefined ? role.value / vec : Math.min(powerIn(inner / vec), old.threads);
  if (!Number.isInteger(threads) || threads !== powerIn(threads)) return wrong(role ?? demand, `${threads} threads are no power of two; \`by role\` is a power of two times \`by atom\``);
  if (target.threads === 1 && (threads > 1 || vec > 1)) return wrong(role ?? atom ?? demand, `${target.name} has one thread, which holds whole tiles; leave \`by role\` and \`by atom\` out`);
  const rep = tile / (threads * vec);
  if (!Number.isInteger(rep)) return wrong(demand, `${tile} is no multiple of what the threads cover at once, ${threads * vec}`);
  return { vec, threads, shift: old.shift, rep };
}

/**
 * Thread bits: axes that shared bits go on sharing them, and each class begins where the one below it ends.
 * Axes that had no threads come last, in the order of the schedule.
 */
function shift(axes: ReadonlyMap<string, AxisSplit>, old: VectorPlan, tiles: ReadonlyMap<string, TileDemand>): Map<string, AxisSplit> {
  const order = (id: string): number => ((old.axes.get(id)?.threads ?? 1) > 1 ? old.axes.get(id)!.shift : 100 + [...tiles.keys()].indexOf(id));
  const result = new Map<string, AxisSplit>();
  const classes = [...new Set([...axes.keys()].filter((id) => axes.get(id)!.threads > 1).map(order))].sort((a, b) => a - b);
  const starts = new Map<number, number>();
  // Axes walked as one run keep the lowest bits.
  let next = old.collapse === undefined ? 0 : old.collapse.split.shift + Math.log2(old.collapse.split.threads);
  for (const c of classes) {
    starts.set(c, next);
    next += Math.max(...[...axes].filter(([id, s]) => s.threads > 1 && order(id) === c).map(([, s]) => Math.log2(s.threads)));
  }
  for (const [id, s] of axes) result.set(id, { ...s, shift: s.threads > 1 ? starts.get(order(id))! : 0 });
  return result;
}

/** As many threads as the axes use, a warp at least: further ones would only repeat work. */
export function trimThreads(plan: VectorPlan, target: Target): VectorPlan {
  const used = 2 ** Math.max(0, ...[...plan.axes.values(), ...(plan.collapse === undefined ? [] : [plan.collapse.split])].map((s) => (s.threads > 1 ? s.shift + Math.log2(s.threads) : 0)));
  return { ...plan, threads: Math.max(Math.min(target.threads, 32), used) };
}
