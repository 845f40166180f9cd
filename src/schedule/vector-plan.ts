/** Plans for everything without a matrix product: threads along the axis that memory is contiguous in, a few elements a thread. */
import { bitsOf } from '../ir/dtype.ts';
import { coefficient, type IndexExpr, isConst, num, variablesOf } from '../ir/index-expr.ts';
import { divisibleBy, Facts } from '../ir/index-facts.ts';
import { groupsOf, type LoopGroup, type Nest } from '../ir/nest.ts';
import type { AxisSplit, VectorPlan } from '../ir/plan.ts';
import type { Axis, Expr } from '../ir/tst.ts';
import { readsOf } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';
import { contractionOf } from '../partition/product.ts';
import type { TensorTypes } from './default-plan.ts';
import { windowsOf } from './windows.ts';

/** Loops at most this long are walked by each thread alone. */
const shortLoop = 16;
const coveringPower = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, n)));

/** `facts`: what is known of sizes; rows that begin aligned are taken one by one, with wide accesses. `mayCollapse`: others may be walked as one run. */
export function vectorPlan(nest: Nest, tensors: TensorTypes, target: Target, facts: Facts = Facts.none, mayCollapse = true): VectorPlan {
  if (target.threads === 1) return scalarPlan(nest);
  const tops = [...nest.groups, ...nest.serialGroups];
  const windows = new Set(tops.flatMap((g) => [...windowsOf(g)]));
  const isLong = (a: Axis): boolean => (isConst(a.extent) ?? (windows.has(a.id) ? 0 : Infinity)) > shortLoop;
  const votes = contiguity(nest, isLong);
  const score = (a: Axis): number => votes.get(a.id) ?? 0;
  const axes = new Map<string, AxisSplit>();
  const grid = nest.spatial.filter((a) => !nest.serial.has(a.id));
  const serial = nest.spatial.filter((a) => nest.serial.has(a.id));
  const vec = vectorWidth(nest, tensors, target);
  const best = (list: readonly Axis[]): Axis | undefined => [...list].sort((a, b) => score(b) - score(a))[0];

  // Threads that take the positions of a serial axis each walk alone what is reduced for one position.
  const position = best(serial), isOfPosition = (g: LoopGroup): boolean => position !== undefined && g.parts.some((p) => p.kept.includes(position.id));
  const loops = tops.filter((g) => !isOfPosition(g)).map((g) => best(g.axes.filter(isLong))).filter((a) => a !== undefined);
  const bestGrid = best(grid);
  const rowwise = serial.length > 0 || (loops.length > 0 && (bestGrid === undefined || Math.max(...loops.map(score)) >= score(bestGrid)));
  if (rowwise) {
    const along = [...loops, ...(position === undefined ? [] : [position])];
    // A short row takes few threads; other rows of the group take the rest.
    const longest = Math.max(...along.map((a) => isConst(a.extent) ?? Infinity));
    // Rows of a product (a matrix times few vectors) are many: a warp each, which merges without shared memory.
    const most = isManyRows(nest) ? 32 : target.threads;
    const threads = Math.min(target.threads, most, coveringPower(Math.ceil(longest / vec)));
    for (const a of along) axes.set(a.id, split(a, vec, threads, 0));
    const row = grid.at(-1);
    if (row !== undefined && threads < target.threads) axes.set(row.id, { vec: 1, threads: target.threads / threads, shift: Math.log2(threads), rep: 1 });
    return { kind: 'vector', threads: target.threads, axes };
  }
  if (bestGrid === undefined) return { kind: 'vector', threads: target.threads, axes };
  const patch = loops.length === 0 ? transposing(nest, grid, tensors, target) : undefined;
  if (patch !== undefined) return { kind: 'vector', threads: target.threads, axes: patch };
  const open = grid.filter((a) => isConst(a.extent) !== 1);
  // One number counts all of them, in 32 bits; where the sizes are open, a launch sees to it. Positions of nothing have no digits.
  const count = open.reduce((n, a) => n * (isConst(a.extent) ?? 1), 1), isCountable = count > 0 && count + target.threads < 2 ** 31;
  if (mayCollapse && isCountable && loops.length === 0 && open.length > 1 && bestGrid === open.at(-1)) {
    // Threads along a row that may be short would have nothing to do, so all rows are one run.
    const wide = widthOfRun(nest, bestGrid, tensors, vec), isAligned = divisibleBy(bestGrid.extent, wide, facts);
    if (!isAligned || (isConst(bestGrid.extent) ?? 0) < target.threads * wide) {
      return { kind: 'vector', threads: target.threads, axes, collapse: { ids: open.map((a) => a.id), split: { vec: isAligned ? wide : 1, threads: target.threads, shift: 0, rep: 1 } } };
    }
  }
  // Columns: neighbouring threads take neighbouring elements; a long loop is shared by the rest of the group.
  // Eight threads of eight elements read whole 128-byte lines, and leave columns for many groups.
  const lanes = loops.length > 0 ? (vec >= 8 ? 8 : 16) : target.threads;
  const own = split(bestGrid, vec, Math.min(lanes, coveringPower(Math.ceil((isConst(bestGrid.extent) ?? Infinity) / vec))), 0);
  axes.set(bestGrid.id, own);
  const rest = target.threads / own.threads;
  if (loops.length > 0) for (const a of loops) axes.set(a.id, { vec: 1, threads: rest, shift: Math.log2(own.threads), rep: 1 });
  else {
    const next = best(grid.filter((a) => a !== bestGrid && (isConst(a.extent) ?? 2) > 1));
    if (next !== undefined && rest > 1) axes.set(next.id, { vec: 1, threads: rest, shift: Math.log2(own.threads), rep: 1 });
  }
  return { kind: 'vector', threads: target.threads, axes };
}

function split(a: Axis, vec: number, threads: number, shift: number): AxisSplit {
  const n = isConst(a.extent);
  return { vec: n === undefined ? vec : Math.min(vec, coveringPower(n)), threads, shift, rep: 1 };
}

/** Elements of the narrowest type that the nest moves which fill one access. */
function vectorWidth(nest: Nest, tensors: TensorTypes, target: Target): number {
  const names = [...expressionsOf(nest).flatMap(readsOf).map((r) => r.tensor), ...nest.stores.map((s) => s.tensor)];
  const bits = names.flatMap((n) => { const t = tensors.get(n); return t ? [bitsOf(t.dtype)] : []; });
  const narrowest = Math.min(32, ...bits);
  return Math.max(1, Math.min(32, 2 ** Math.floor(Math.log2((target.vectorBytes * 8) / Math.max(narrowest, 4)))));
}

/** What memory moves at least. */
const sectorBits = 256;

/**
 * What is read along one axis and stored along another: a warp takes a patch in which both run over whole sectors. Each thread reads a few neighbours at once, and its
 * neighbours store beside each other what they have in each register.
 */
function transposing(nest: Nest, grid: readonly Axis[], tensors: TensorTypes, target: Target): Map<string, AxisSplit> | undefined {
  const [store] = nest.stores, last = store?.index.at(-1), stored = store && tensors.get(store.tensor);
  const steps = (index: IndexExpr | undefined): Axis | undefined => grid.find((a) => index !== undefined && isConst(coefficient(index, a.id) ?? num(0)) === 1);
  const to = steps(last);
  if (nest.stores.length !== 1 || store?.scatter !== undefined || stored === undefined || to === undefined) return undefined;
  const isWide = (a: Axis): boolean => (isConst(a.extent) ?? Infinity) > shortLoop;
  const found = readsOf(store!.value).flatMap((r) => {
    const from = steps(r.index.at(-1)), type = tensors.get(r.tensor);
    const isAcross = from !== undefined && from !== to && r.index.slice(0, -1).some((i) => variablesOf(i).has(to.id)) && !variablesOf(r.index.at(-1)!).has(to.id);
    return isAcross && isWide(from) && isWide(to) && type !== undefined ? [{ from, type }] : [];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  const lanes = Math.min(32, sectorBits / bitsOf(stored.dtype)), beside = 32 / lanes;
  return new Map([
    [first.from.id, split(first.from, Math.max(1, Math.min(sectorBits / 2, target.vectorBytes * 8) / Math.max(8, bitsOf(first.type.dtype))), beside, 0)],
    [to.id, { vec: 1, threads: target.threads / beside, shift: Math.log2(beside), rep: 1 }],
  ]);
}

/** Elements of a run that a thread takes: what fills one access of the widest type that moves along it, and a word of the narrowest; few where a window is looked at. */
function widthOfRun(nest: Nest, along: Axis, tensors: TensorTypes, most: number): number {
  const moved = [...expressionsOf(nest).flatMap(readsOf), ...nest.stores].filter((r) => variablesOf(r.index.at(-1) ?? num(0)).has(along.id));
  const bits = moved.flatMap((r) => { const t = tensors.get(r.tensor); return t ? [bitsOf(t.dtype)] : []; });
  // Where words are shared by elements that cross them, as many as before: their plans know how words are owned.
  if (bits.some((n) => !Number.isInteger(Math.log2(n)))) return most;
  const hasWindow = [...groupsOf(nest)].some((g) => windowsOf(g).size > 0);
  return Math.min(most, Math.max(hasWindow ? 4 : 128 / Math.max(8, ...bits), 32 / Math.min(32, ...bits)));
}

/** Launches whose one loop is a product of a row and a column operand. */
const isManyRows = (nest: Nest): boolean => [...groupsOf(nest)].some((g) => g.parts.some((p) => contractionOf(p, g.axes.map((a) => a.id), new Map(), () => false) !== undefined));

/** One thread walks everything; products keep a small block of accumulators so that each element read is used several times. */
function scalarPlan(nest: Nest): VectorPlan {
  const axes = new Map<string, AxisSplit>();
  const known = new Map<string, 'm' | 'n'>();
  const block = (id: string, n: number): void => { axes.set(id, { vec: 1, threads: 1, shift: 0, rep: n }); };
  for (const g of groupsOf(nest)) for (const p of g.parts) {
    const c = contractionOf(p, g.axes.map((a) => a.id), known, () => false);
    if (c === undefined) continue;
    const isOutput = (id: string): boolean => nest.spatial.some((a) => a.id === id && !nest.serial.has(id));
    const whole = (id: string): number | undefined => { const n = isConst(nest.spatial.find((a) => a.id === id)?.extent ?? num(0)); return n && n <= 256 && hasNested(nest) ? n : undefined; };
    if (isOutput(c.m) && whole(c.n) === undefined) block(c.m, 4);
    if (isOutput(c.n)) block(c.n, whole(c.n) ?? 4);
  }
  return { kind: 'vector', threads: 1, axes };
}
const hasNested = (nest: Nest): boolean => [...nest.groups, ...nest.serialGroups].some((g) => g.inner.length > 0);

export function expressionsOf(nest: Nest): Expr[] {
  const below = (g: LoopGroup): Expr[] => [...g.parts.flatMap((p) => [p.body, ...(p.where ? [p.where] : [])]), ...g.inner.flatMap(below)];
  return [...nest.stores.map((s) => s.value), ...nest.groups.flatMap(below), ...nest.serialGroups.flatMap(below)];
}

/**
 * For each axis, how much memory is contiguous along it: every access whose last index steps by one with the axis, weighed by how many axes it spans. What is read in
 * a long loop counts for more than what is read or stored once beside it.
 */
function contiguity(nest: Nest, isLong: (a: Axis) => boolean): Map<string, number> {
  const votes = new Map<string, number>();
  const vote = (index: readonly ReturnType<typeof num>[], weight: number): void => {
    const last = index.at(-1);
    if (last === undefined) return;
    for (const id of variablesOf(last)) {
      if (isConst(coefficient(last, id) ?? num(0)) === 1) votes.set(id, (votes.get(id) ?? 0) + weight);
    }
  };
  const spanned = (index: readonly IndexExpr[]): number => 10 ** new Set(index.flatMap((i) => [...variablesOf(i)])).size;
  const isLoop = [...groupsOf(nest)].some((g) => g.axes.some(isLong));
  for (const r of nest.stores.flatMap((s) => readsOf(s.value))) vote(r.index, spanned(r.index));
  for (const g of groupsOf(nest)) for (const p of g.parts) for (const e of [p.body, ...(p.where ? [p.where] : [])]) for (const r of readsOf(e)) vote(r.index, (isLoop ? 10 : 1) * spanned(r.index));
  for (const s of nest.stores) vote(s.index, spanned(s.index));
  return votes;
}
