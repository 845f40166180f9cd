/**
 * Plans in which one role copies whole boxes of tensors and others multiply them by an intrinsic that reads shared memory (sm_90a).
 * For launches of products over plain pieces of memory that share one summed loop (the two of a gated pair); everything else keeps the plans of matrix-plan.ts.
 *
 * Tile choice, for known sizes: the number of turns the multiprocessors need, times the work of a tile, over how well a tile shape feeds the tensor cores.
 * Where one side is thin the other takes the rows, so that the intrinsic's 64 rows are not padding.
 */
import { bitsOf } from '../ir/dtype.ts';
import { coefficient, type IndexExpr, isConst, mul, num, soleAtom, sub, variable, variablesOf } from '../ir/index-expr.ts';
import { divisibleBy, type Facts } from '../ir/index-facts.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { groupsOf, type Nest } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { Axis, Expr, Read, Tensor } from '../ir/tst.ts';
import { exprKey } from '../ir/tst-walk.ts';
import { plainRead } from '../partition/operand-read.ts';
import { exactType } from '../partition/operand-types.ts';
import { canMultiply, type Contraction, contractionOf } from '../partition/product.ts';
import type { Target } from '../targets/target.ts';

type Note = { candidate: string; reason: string };
export type TensorShapes = ReadonlyMap<string, Pick<Tensor, 'dtype' | 'shape'>>;

/** Bytes that boxes begin at and rows are apart by, multiples of. */
const pitch = 16;
/** Bits of the narrowest swizzled row: columns that are neighbours in memory are read by whole rows. */
const narrowestPanel = 256;

export function boxPlan(nest: Nest, tensors: TensorShapes, target: Target, facts: Facts, atMost: Readonly<Record<string, number>>, asked?: Contraction): { plan: MatrixPlan; c: Contraction; sides: Sides } | { notes: Note[] } {
  const groups = [...groupsOf(nest)];
  const group = groups[0], part = group?.parts[0];
  if (!target.boxCopies || nest.serial.size > 0 || groups.length !== 1 || part === undefined || group!.parts.some((p) => p.where !== undefined)) return { notes: [] };
  const refuse = (reason: string): { notes: Note[] } => ({ notes: [{ candidate: `box copies and wgmma for ${part.name}`, reason }] });
  const axes = new Map<string, Axis>([...nest.spatial, ...group!.axes].map((a) => [a.id, a]));
  const extent = (id: string): number | undefined => isConst(axes.get(id)!.extent);
  const loop = group!.axes.map((a) => a.id);
  /** The largest extent that is known: itself, or the limit of a thin variant. */
  const most = (id: string): number | undefined => { const atom = soleAtom(axes.get(id)!.extent); return extent(id) ?? (atom?.kind === 'size' ? atMost[atom.id] : undefined); };
  const straight = contractionOf(part, loop, new Map(), (id) => extent(id) === 1);
  if (straight === undefined || loop.length !== 1) return { notes: [] };
  const isThin = (most(straight.m) ?? Infinity) <= 64 && (most(straight.n) ?? Infinity) > 64;
  const c = asked ?? (isThin ? contractionOf(part, loop, new Map([[straight.n, 'm'], [straight.m, 'n']]), () => false) : straight);
  if (c === undefined) return { notes: [] };
  const all = group!.parts.map((p) => contractionOf(p, loop, new Map([[c.m, 'm'], [c.n, 'n']]), () => false) ?? c);
  if (all.some((x, n) => x.m !== c.m || x.n !== c.n || (n > 0 && x === c))) return { notes: [] };
  const distinct = (side: 'a' | 'b'): readonly Expr[] => [...new Map(all.map((x) => [exprKey(x[side]), x[side]])).values()];
  const operands = { a: distinct('a'), b: distinct('b') }, sides: Sides = { a: operands.a.length, b: operands.b.length, products: all.length };
  for (const [e, rows] of [...operands.a.map((x) => [x, c.m] as const), ...operands.b.map((x) => [x, c.n] as const)]) {
    const read = plainRead(e), step = read && 1024 / bitsOf(tensors.get(read.tensor)?.dtype ?? 'f32');
    const reason = boxObstacle(e, [rows, loop[0]!], tensors, facts) ?? (read && goesOn(read, axes.get(loop[0]!)!, step!, tensors, facts) ? `${read.tensor} goes on where the sum ends, inside a box` : undefined);
    if (reason !== undefined) return refuse(reason);
  }
  const types = [exactType(c.a, tensors), exactType(c.b, tensors)] as const;
  if (operands.a.some((e) => exactType(e, tensors) !== types[0]) || operands.b.some((e) => exactType(e, tensors) !== types[1])) return refuse('the products of the launch have operands of several types');
  const shared = target.intrinsics.filter((i) => i.operands === 'shared' && i.a.dtype === types[0] && i.b.dtype === types[1] && group!.parts.every((p) => canMultiply(i, ...types, p)));
  if (shared.length === 0) return refuse(types.every((t) => t === 'e4m3') && group!.parts.every((p) => p.acc !== 'f16') ? 'wgmma of e4m3 keeps 14 bits of its sums; `sum<f16>(…)` allows it' : `no such intrinsic takes ${types.join(' and ')}`);
  if (bitsOf(types[0]) < 16 && ![...operands.a, ...operands.b].every((e) => contiguousAlong(e, loop[0]!))) return refuse('8-bit operands must be contiguous along the summed axis');
  const shape = chooseTile(most(c.m), most(c.n), extent(loop[0]!), nest.spatial.filter((a) => a.id !== c.m && a.id !== c.n).reduce((p, a) => p * (extent(a.id) ?? 1), 1), operands.b.some((e) => contiguousAlong(e, c.n)) ? narrowestPanel / bitsOf(types[1]) : 1, shared, sides, target);
  const depth = 1024 / bitsOf(types[0]);
  const groupsOfWarps = shape.m >= 128 ? 2 : 1;
  const boxStores = storesBoxes(nest, [c.m, c.n], shape.n, tensors, facts);
  const stages = Math.max(2, Math.min(8, Math.floor((target.sharedBytes - 2048 - (boxStores ? outBytes(groupsOfWarps) : 0)) / stageBytes(shape, sides, depth * bitsOf(types[0])))));
  return { c, sides, plan: {
    kind: 'matrix', threads: 128 * groupsOfWarps, roles: new Map([[c.m, 'm'], [c.n, 'n']]), tiles: new Map([[c.m, shape.m], [c.n, shape.n], [loop[0]!, depth]]),
    warps: [groupsOfWarps, 1], fma: undefined, products: new Map(group!.parts.map((p) => [p.name, shape.intrinsic])), stages, panels: 8,
    specialize: { loads: 1, loadRegisters: 24, mathRegisters: 240 }, persistent: true, ...(boxStores ? { boxStores } : {}),
  } };
}

/** How many operands of rows and of columns the products of a launch have, each counted once, and how many products there are. */
export interface Sides { readonly a: number; readonly b: number; readonly products: number }
/** Bytes of one stage of the ring. */
export const stageBytes = (tile: { readonly m: number; readonly n: number }, { a, b }: Sides, bitsDeep: number): number => ((a * tile.m + b * tile.n) * bitsDeep) / 8;

/** The rows of wgmma are 64; a group of four warps takes one or two of them, two such groups share a tile. */
const shapes: readonly (readonly [number, number])[] = [[128, 256], [256, 128], [128, 224], [128, 192], [128, 128], [64, 256], [64, 128], ...[64, 32, 16, 8].flatMap((n): [number, number][] => [[128, n], [64, n]])];

function chooseTile(m: number | undefined, n: number | undefined, k: number | undefined, batches: number, leastColumns: number, intrinsics: readonly MmaIntrinsic[], { a, b, products }: Sides, target: Target): { m: number; n: number; intrinsic: MmaIntrinsic } {
  // A thin side is covered by one tile, so that the other operand is read once.
  const thin = n !== undefined && n <= 64 ? Math.max(8, leastColumns, 2 ** Math.ceil(Math.log2(n))) : undefined;
  const options = shapes.flatMap(([tm, tn]) => {
    const intrinsic = [...intrinsics].filter((i) => tn % i.n === 0).sort((a, b) => b.n - a.n)[0];
    // Columns that are neighbours in memory come in whole panels.
    if (intrinsic === undefined || tn < leastColumns || (leastColumns > 1 && tn > 2 * leastColumns && tn % (4 * leastColumns) !== 0) || (thin !== undefined && tn !== thin)) return [];
    // Sums of all products stay in registers, at most 128 a thread.
    if (tm * tn * products > 128 * 128 * (tm >= 128 ? 2 : 1)) return [];
    const tiles = batches * Math.ceil((m ?? 8192) / tm) * Math.ceil((n ?? 8192) / tn);
    const turns = Math.ceil(tiles / (target.multiprocessors ?? 132));
    // Cycles of one step of 64 k: products at 4096 operations a cycle, operands at 64 bytes a cycle from the second-level cache, and shared memory at 128 bytes a
    // cycle, written once and read by each group of 64 rows (a twentieth less was measured). Then what a turn costs beside its steps: the ring runs full, and sums go to memory, in
    // twice as many pieces where 64 does not divide the columns.
    const step = Math.max((products * tm * tn) / 32, 2 * (a * tm + b * tn), 0.95 * (a * tm + b * tn + products * (tm / 64) * (64 + tn)));
    return [{ m: tm, n: tn, intrinsic, cost: turns * (((k ?? 4096) / 64) * step + 1000 + (tm * tn) / 32 + (tn > 64 && tn % 64 !== 0 ? 2000 : 0)) }];
  });
  return options.reduce((best, o) => (o.cost < best.cost * 0.999 ? o : best));
}

/** Shared memory that results pass through: two places for the pieces of each group of warps. */
export const outBytes = (groupsOfWarps: number): number => 2 * groupsOfWarps * 64 * 128;

/** Whether the results can leave as boxes whose rows are 128 or 64 bytes of columns. */
export function storesBoxes(nest: Nest, [m, n]: readonly [string, string], columns: number, tensors: TensorShapes, facts: Facts): boolean {
  const [store] = nest.stores;
  const tensor = store && tensors.get(store.tensor);
  if (store === undefined || tensor === undefined || nest.stores.length > 1 || store.scatter !== undefined || store.axes !== undefined) return false;
  const bits = bitsOf(tensor.dtype);
  if ((bits !== 16 && bits !== 32) || columns % (512 / bits) !== 0 || !variablesOf(store.index.at(-1) ?? num(0)).has(n)) return false;
  return indexObstacle(store.tensor, store.index, tensor, [m, n], facts) === undefined;
}

/** Whether the tensor goes on where the sum ends, inside a step: what is read there is not zero. */
export function goesOn(read: Pick<Read, 'tensor' | 'index'>, over: Axis, step: number, tensors: TensorShapes, facts: Facts): boolean {
  const shape = tensors.get(read.tensor)?.shape;
  return !divisibleBy(over.extent, step, facts) && read.index.some((index, d) => variablesOf(index).has(over.id) && isConst(sub(sub(shape?.[d] ?? num(0), over.extent), sub(index, variable(over.id)))) !== 0);
}

/** Why the operand cannot be copied as boxes; undefined where it can. */
export function boxObstacle(e: Expr, tiled: readonly [string, string], tensors: TensorShapes, facts: Facts): string | undefined {
  const read = plainRead(e);
  const tensor = read && tensors.get(read.tensor);
  if (read === undefined || tensor === undefined) return 'an operand is computed on the way';
  return indexObstacle(read.tensor, read.index, tensor, tiled, facts);
}

function indexObstacle(name: string, indices: readonly IndexExpr[], tensor: Pick<Tensor, 'dtype' | 'shape'>, tiled: readonly [string, string], facts: Facts): string | undefined {
  const bytes = (x: IndexExpr): IndexExpr => mul(x, num(bitsOf(tensor.dtype)));
  const seen = new Set<string>();
  for (const [d, index] of indices.entries()) {
    const along = [...variablesOf(index)].filter((id) => tiled.includes(id));
    if (along.some((id) => seen.has(id))) return `${name} is read along a diagonal`;
    for (const id of along) seen.add(id);
    if (along.length > 1 || along.some((id) => isConst(coefficient(index, id) ?? num(0)) !== 1)) return `${name} is not read as a box`;
    if (d === indices.length - 1 && along.length === 0) return `${name} is not contiguous along a tiled axis`;
  }
  let stride: IndexExpr = num(1);
  for (let d = tensor.shape.length - 1; d > 0; d--) {
    stride = mul(stride, tensor.shape[d]!);
    if (!divisibleBy(bytes(stride), pitch * 8, facts)) return `rows of ${name} are not known to be multiples of ${pitch} bytes apart`;
  }
  if (tensor.shape.length > 5) return `${name} has more than five dimensions`;
  return undefined;
}

export const contiguousAlong = (e: Expr, axis: string): boolean => {
  const last = plainRead(e)?.index.at(-1);
  return last !== undefined && variablesOf(last).has(axis);
};
