/**
 * Plans for products of few rows with narrow weights: memory is read once, by the threads that multiply, 16 bytes at a time, and widened in registers. Nothing passes
 * through shared memory, so what limits the launch is how many bytes are under way. Threads hold consecutive k, which the instruction takes in its own order.
 */
import { bitsOf, type DType, takes } from '../ir/dtype.ts';
import { coefficient, isConst, num, soleAtom, variablesOf } from '../ir/index-expr.ts';
import { divisibleBy, type Facts } from '../ir/index-facts.ts';
import { groupsOf, type Nest } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { Axis, Read } from '../ir/tst.ts';
import { directRead } from '../lower/operands.ts';
import { exactType } from '../partition/operand-types.ts';
import { canMultiply, contractionOf } from '../partition/product.ts';
import { thinnest } from './matrix-plan.ts';
import type { Target } from '../targets/target.ts';
import { boxObstacle, goesOn, type TensorShapes } from './box-plan.ts';


/** Rows that one fragment covers: with more of them weights are widened once for many products, through shared memory. */
export const fewRows = 16;
/** Consecutive k that the four threads of a fragment's row hold together: 16 bytes of four-bit weights each. */
const deepest = 128;
const warps = 4;
/** Rows of weights that a group takes from boxes. */
const boxRows = 128;

/** Are the weights narrow enough that the bytes saved pay for widening them? */
export const isNarrow = (dtype: DType): boolean => bitsOf(dtype) === 4 && takes('f16', dtype);

export function directPlan(nest: Nest, tensors: TensorShapes, target: Target, facts: Facts, atMost: Readonly<Record<string, number>>): MatrixPlan | undefined {
  if (target.lanes !== 32 || nest.serial.size > 0) return undefined;
  const groups = [...groupsOf(nest)];
  const axes = new Map<string, Axis>([...nest.spatial, ...groups.flatMap((g) => g.axes)].map((a) => [a.id, a]));
  const most = (id: string): number => { const e = axes.get(id)!.extent, atom = soleAtom(e); return isConst(e) ?? (atom?.kind === 'size' ? atMost[atom.id] : undefined) ?? Infinity; };
  const found = groups.flatMap((group) => group.parts.flatMap((part) => {
    const c = contractionOf(part, group.axes.map((a) => a.id), new Map(), () => false);
    return c === undefined ? [] : [{ group, part, c }];
  }));
  const [only] = found;
  if (only === undefined || found.length > 1 || only.group.parts.length > 1 || only.part.where !== undefined || only.group.axes.length !== 1) return undefined;
  const { group, part, c } = only, over = group.axes[0]!.id;
  const [few, narrow] = [directRead(c.a), directRead(c.b)];
  if (few === undefined || narrow === undefined || most(c.m) > fewRows || !isNarrow(exactType(c.b, tensors))) return undefined;
  const intrinsic = target.intrinsics.find((i) => i.m === fewRows && i.n === 8 && i.operands !== 'shared' && i.a.dtype === tensors.get(few.tensor)?.dtype && canMultiply(i, i.a.dtype, exactType(c.b, tensors), part));
  const depth = Math.min(deepest, 2 ** Math.floor(Math.log2(isConst(axes.get(over)!.extent) ?? deepest)));
  if (intrinsic === undefined || depth < 2 * intrinsic.k || [few, narrow].some((r) => goesOn(r, axes.get(over)!, depth, tensors, facts)) || ![few, narrow].every((r) => runsAlong(r, over, depth / warps, tensors, facts))) return undefined;
  const plan = { kind: 'matrix', threads: 32 * warps, roles: new Map<string, 'm' | 'n'>([[c.m, 'm'], [c.n, 'n']]), warps: [1, warps], fma: undefined, products: new Map([[part.name, intrinsic]]), panels: undefined, direct: true } as const;
  const tiles = (rows: number): Map<string, number> => new Map([[c.m, intrinsic.m], [c.n, rows], [over, depth]]);
  // A warp beside those that multiply keeps boxes coming; two groups share a multiprocessor.
  const widest = bitsOf(intrinsic.a.dtype) * intrinsic.m + bitsOf(exactType(c.b, tensors)) * boxRows;
  // Fewer rows than that are read with so few accesses that more groups without a ring do better (docs/performance-log.md).
  if (target.boxCopies && most(c.m) >= thinnest && [few, narrow].every((r) => boxObstacle(r, [r === few ? c.m : c.n, over], tensors, facts) === undefined)) {
    return { ...plan, tiles: tiles(boxRows), stages: Math.min(16, Math.floor((target.sharedBytes / 2 - 2048) / ((widest * depth) / 8))), specialize: 'warp' };
  }
  return { ...plan, tiles: tiles(rowsFor(most(c.n), target)), stages: 1 };
}

/** Rows of weights a group, where nothing passes through shared memory: enough groups to fill the machine; more rows share what they read of the other operand. */
const rowsFor = (rows: number, target: Target): number => (rows === Infinity || rows >= 128 * (target.multiprocessors ?? 108) ? 128 : 64);

/** Parts that the sum of such a product is cut into: two groups a multiprocessor with rings, eight without keep enough bytes under way. */
export function directParts(few: number, rows: number, depth: number, step: number, target: Target): number {
  const most = (target.multiprocessors ?? 108) * (few < thinnest ? 8 : 2.2), groups = rows / (few < thinnest ? rowsFor(rows, target) : boxRows);
  let parts = 1;
  while (parts < 16 && groups * parts * 2 <= most && depth % (parts * 2 * step) === 0 && depth / (parts * 2) >= 4 * step) parts *= 2;
  return parts;
}

/** Whether memory is contiguous along the axis, and `count` elements from every multiple of it are inside the tensor or outside together. */
function runsAlong(read: Read, axis: string, count: number, tensors: TensorShapes, facts: Facts): boolean {
  const shape = tensors.get(read.tensor)?.shape, last = read.index.at(-1);
  if (shape === undefined || last === undefined || isConst(coefficient(last, axis) ?? num(0)) !== 1) return false;
  return !read.index.slice(0, -1).some((i) => variablesOf(i).has(axis)) && divisibleBy(shape.at(-1)!, count, facts);
}
