/**
 * Plans for products by wgmma that a schedule asks for, or that held-plan.ts chooses: an operand is computed on the way, widened or rounded, so no box of memory holds it. Threads that multiply
 * write it to the stage that the instruction reads, a step at a time; or the rows stay in the registers that it takes them from, and if the columns are boxes of
 * memory a role of its own copies those ahead.
 */
import { bitsOf } from '../ir/dtype.ts';
import { isConst } from '../ir/index-expr.ts';
import type { Facts } from '../ir/index-facts.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { groupsOf, type Nest } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { Axis, Expr } from '../ir/tst.ts';
import { plainRead } from '../partition/operand-read.ts';
import { exactType } from '../partition/operand-types.ts';
import { canMultiply, type Contraction } from '../partition/product.ts';
import { intrinsicOf, type Target } from '../targets/target.ts';
import { boxObstacle, contiguousAlong, goesOn, outBytes, type Sides, stageBytes, storesBoxes, type TensorShapes } from './box-plan.ts';

export interface FilledPlan { readonly plan: MatrixPlan; readonly c: Contraction; readonly sides: Sides }
interface Asked { readonly c: Contraction; /** Undefined where the schedule leaves it open. */ readonly intrinsic: MmaIntrinsic | undefined; /** Tensors of the rows that registers hold. */ readonly held: ReadonlySet<string>; /** Rows of a tile, where that is decided. */ readonly rows?: number }

/** Bytes of shared memory that barriers take, and the most columns of a tile that is not asked for. */
const barrierBytes = 2048, usualColumns = 128;

/** The instruction that takes its rows from registers and is the same otherwise. */
export const ofRegisters = (i: MmaIntrinsic, target: Target): MmaIntrinsic | undefined => (i.shared?.a === 'registers' ? i : intrinsicOf(target, `${i.name}_ra`));

/** The plan, or what stands in its way. */
export function filledPlan(nest: Nest, tensors: TensorShapes, target: Target, facts: Facts, { c, intrinsic: asked, held, rows: askedRows }: Asked): FilledPlan | string {
  const groups = [...groupsOf(nest)], [group] = groups, [part] = group?.parts ?? [];
  if (group === undefined || part === undefined || groups.length > 1 || group.parts.length > 1 || group.axes.length > 1 || part.where !== undefined || nest.serial.size > 0) return 'it takes launches of one product over one summed loop, without conditions';
  const over = group.axes[0]!, axes = new Map<string, Axis>([...nest.spatial, over].map((a) => [a.id, a]));
  const extent = (id: string): number => isConst(axes.get(id)!.extent) ?? Infinity;
  const types = [exactType(c.a, tensors), exactType(c.b, tensors)] as const;
  const fits = target.intrinsics.filter((i) => i.operands === 'shared' && canMultiply(i, ...types, part) && i.n <= Math.max(8, Math.min(usualColumns, 2 ** Math.ceil(Math.log2(extent(c.n))))));
  const shared = asked ?? [...fits].sort((i, j) => bitsOf(i.a.dtype) - bitsOf(j.a.dtype) || j.n - i.n)[0];
  const intrinsic = shared === undefined || held.size === 0 ? shared : ofRegisters(shared, target);
  if (intrinsic === undefined) return `no such intrinsic takes ${types.join(' and ')}`;
  const bits = bitsOf(intrinsic.a.dtype), depth = 1024 / bits, rows = askedRows ?? (extent(c.m) <= 64 ? 64 : 128), warpgroups = rows / 64;
  const isBox = (e: Expr, side: string): boolean => { const read = plainRead(e); return read !== undefined && tensors.get(read.tensor)?.dtype === intrinsic.b.dtype && exactType(e, tensors) === intrinsic.b.dtype && boxObstacle(e, [side, over.id], tensors, facts) === undefined && !goesOn(read, over, depth, tensors, facts) && (bits >= 16 || contiguousAlong(e, over.id)); };
  const sides: Sides = { a: held.size > 0 ? 0 : 1, b: 1, products: 1 };
  const plan: MatrixPlan = {
    kind: 'matrix', threads: 128 * warpgroups, roles: new Map([[c.m, 'm'], [c.n, 'n']]), tiles: new Map([[c.m, rows], [c.n, intrinsic.n], [over.id, depth]]), warps: [warpgroups, 1], fma: undefined,
    products: new Map([[part.name, intrinsic]]), stages: 1, panels: 8, ...(held.size > 0 ? { held } : {}),
  };
  // A product by boxes alone keeps the plan that has no threads between memory and the instruction.
  if (held.size === 0 || !isBox(c.b, c.n)) return { plan, c, sides };
  const boxStores = storesBoxes(nest, [c.m, c.n], intrinsic.n, tensors, facts);
  const stages = Math.max(2, Math.min(8, Math.floor((target.sharedBytes - barrierBytes - (boxStores ? outBytes(warpgroups) : 0)) / stageBytes({ m: rows, n: intrinsic.n }, sides, 1024))));
  return { c, sides, plan: { ...plan, stages, specialize: { loads: 1, loadRegisters: 24, mathRegisters: 240 }, persistent: true, ...(boxStores ? { boxStores } : {}) } };
}
