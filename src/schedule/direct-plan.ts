/**
 * Plans for products of few rows with narrow weights. Memory is read once, by asynchronous copies that keep enough bytes under way or straight to registers, and widened
 * in the registers that are multiplied. Warps take turns at the groups of the sum and meet in shared memory, so that one launch does it all. Threads hold consecutive k,
 * which the instruction takes in its own order.
 */
import { bitsOf, type DType, isPackedInteger } from '../ir/dtype.ts';
import { coefficient, isConst, num, soleAtom, variablesOf } from '../ir/index-expr.ts';
import { divisibleBy, type Facts } from '../ir/index-facts.ts';
import { groupsOf, type Nest } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import { fewColumns, mostSteps, roomBetweenPanels } from '../ir/stages.ts';
import type { Axis, Read } from '../ir/tst.ts';
import { directRead } from '../partition/operand-read.ts';
import { exactType } from '../partition/operand-types.ts';
import { canMultiply, contractionOf } from '../partition/product.ts';
import type { Target } from '../targets/target.ts';
import { boxObstacle, goesOn, type TensorShapes } from './box-plan.ts';

/** Rows that one fragment covers: with more of them weights are widened once for many products, through shared memory. */
export const fewRows = 16;
/** Consecutive k that the four threads of a fragment's row hold together: 16 bytes of four-bit weights each. */
const deepest = 128;
const lanesOfRow = 4;
/** Bits of the elements that a word of codes is widened to: those of f16 and bf16. */
const widened = 16;

/** Are the weights narrow enough that the bytes saved pay for widening them? */
export const isNarrow = (dtype: DType): boolean => bitsOf(dtype) === 4 && isPackedInteger(dtype);

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
  // Warps hold other elements of the sum where they meet than where they multiply: what goes on to reduce it along an axis of its own has another plan.
  if (![c.m, c.n].every((id) => nest.spatial.some((a) => a.id === id))) return undefined;
  const [few, narrow] = [directRead(c.a), directRead(c.b)];
  if (few === undefined || narrow === undefined || most(c.m) > fewRows || !isNarrow(exactType(c.b, tensors))) return undefined;
  const intrinsic = target.intrinsics.find((i) => i.m === fewRows && i.n === fewColumns && i.operands !== 'shared' && bitsOf(i.a.dtype) === widened && i.a.dtype === tensors.get(few.tensor)?.dtype && canMultiply(i, i.a.dtype, exactType(c.b, tensors), part));
  const depth = Math.min(deepest, 2 ** Math.floor(Math.log2(isConst(axes.get(over)!.extent) ?? deepest)));
  if (intrinsic === undefined || depth < 2 * intrinsic.k || [few, narrow].some((r) => goesOn(r, axes.get(over)!, depth, tensors, facts)) || ![few, narrow].every((r) => runsAlong(r, over, depth / lanesOfRow, tensors, facts))) return undefined;
  const outer = groups.find((g) => g.inner.includes(group)) ?? group, loop = outer.axes[0]!;
  // Rows of boxes are swizzled, which 16 bytes, those of 32 codes, are too few for.
  const isWide = depth * bitsOf(exactType(c.b, tensors)) >= narrowestRow;
  // Of several rows known to be few the ring spares each group its reads; of a single one there is little to spare.
  const several = isConst(axes.get(c.m)!.extent) ?? 1, own = most(c.n) / (target.multiprocessors ?? 132);
  const boxes = (most(c.m) > fewColumns || (several > 1 && own < Infinity)) && target.boxCopies === true && isWide && boxObstacle(few, [c.m, over], tensors, facts) === undefined && boxObstacle(narrow, [c.n, over], tensors, facts) === undefined;
  const count = isConst(loop.extent), shape = boxes ? boxShapeFor(most(c.m), most(c.n), target) : shapeFor(most(c.m), most(c.n), target);
  const turns = outer.axes.length > 1 ? 1 : 2 ** Math.floor(Math.log2(Math.min(shape.turns, Math.ceil((count ?? Infinity) / (loop.id === over ? depth : 1)))));
  // Where the instruction's columns hold them all, the rows of weights are its rows: a step is half as many instructions. Beside boxes, for the sake of half as many scales a thread.
  const turned = most(c.m) <= fewColumns || boxes, perStep = turns * (loop.id === over ? depth : 1);
  const plan = {
    kind: 'matrix', roles: new Map<string, 'm' | 'n'>([[c.m, turned ? 'n' : 'm'], [c.n, turned ? 'm' : 'n']]), fma: undefined, products: new Map([[part.name, intrinsic]]), panels: undefined, direct: true,
    ...(turns > 1 ? { turns: { axis: loop.id, ways: turns } } : {}), ...(target.earlyLaunches === true ? { early: true } : {}),
  } as const;
  const tiles = new Map([[c.m, most(c.m) <= fewColumns ? intrinsic.n : intrinsic.m], [c.n, shape.rows], [over, depth]]);
  const bits = { few: bitsOf(intrinsic.a.dtype), narrow: bitsOf(exactType(c.b, tensors)) };
  const steps = count === undefined ? undefined : Math.ceil(count / perStep);
  const together = shape.together !== undefined && steps !== undefined && steps > shape.together && steps % shape.together === 0 ? shape.together : 1;
  const isWritten = shape.isWritten === true && (steps ?? Infinity) <= mostSteps;
  // Pairs of groups share the boxes of the other operand where those are the most of what is copied: panels of 128 bytes, one brought by either. Steps that are written out are
  // faster without, as neither group waits for the other then.
  const inPairs = !isWritten && shape.rows * bits.narrow < (most(c.m) <= fewColumns ? fewColumns : fewRows) * bits.few && nest.spatial.every((a) => a.id === c.m || a.id === c.n) && depth * bits.few === 2 * 1024 && Math.ceil((isConst(axes.get(c.n)!.extent) ?? 1) / shape.rows) % 2 === 0;
  if (boxes) return { ...plan, boxes, threads: 32 * shape.warps * turns, warps: [shape.warps, 1], tiles, stages: boxStages({ ...shape, few: most(c.m) <= fewColumns ? fewColumns : fewRows }, turns, together, depth, bits, loop.id === over || count === undefined || count > turns * mostSteps ? 0 : (shape.rows * count * bits.few) / 8, steps === undefined ? undefined : Math.ceil(steps / together), target), residents: shape.residents, ...(together > 1 ? { together } : {}), ...(isWritten ? { isWritten } : {}), ...(inPairs ? { cluster: 2 } : {}) };
  const stages = turns === 1 || shape.isDirect === true ? 1 : stagesFor(shape, turns, most(c.m), depth, bits, steps ?? mostStages, target);
  return { ...plan, threads: 32 * shape.warps * turns, warps: turned ? [shape.warps, 1] : [1, shape.warps], tiles, stages, ...(turns === shape.turns ? { residents: shape.residents } : {}), ...(turns > 1 && shape.scalesBefore === true ? { scalesBefore: true } : {}) };
}

interface Shape { readonly rows: number; readonly warps: number; readonly turns: number; readonly residents: number; /** Nothing passes through shared memory on its way to the products. */ readonly isDirect?: boolean; /** Where all groups run at once no other group fills the wait for scales: they are brought in before the first step. */ readonly scalesBefore?: boolean; /** Steps that a stage of boxes holds. */ readonly together?: number; /** Few steps are written out one after another: a warp has registers for what two of them have under way. */ readonly isWritten?: boolean }
/**
 * Rows of weights a group, the warps that share them, those that take turns at the sum, and the groups that are to share a multiprocessor: of few weights one
 * group each, so that the sum is never cut between groups. With more rows of the other operand a group has more weights, as each reads all of those rows
 * (docs/performance-log.md, section 3).
 */
function shapeFor(few: number, rows: number, target: Target): Shape {
  const own = rows / (target.multiprocessors ?? 108);
  // Of an unknown number of rows there may be few, which are to reach all multiprocessors.
  if (few <= fewColumns && own === Infinity) return { rows: 16, warps: 1, turns: 8, residents: 3, isDirect: true };
  if (few <= fewColumns) return own <= 32 ? { rows: 16, warps: 1, turns: 16, residents: 2, isDirect: true } : { rows: 32, warps: 1, turns: 8, residents: 2, isDirect: true, scalesBefore: own <= 64 };
  if (own <= 40) return { rows: 32, warps: 1, turns: 16, residents: 1, isDirect: true };
  return own <= 72 ? { rows: 64, warps: 1, turns: 8, residents: 1, isDirect: true } : { rows: 128, warps: 4, turns: 2, residents: 2 };
}

/**
 * The same where boxes fill the ring: one group a multiprocessor, of up to eight rows two where there are many weights. Where it is not known how many rows of weights there
 * are, groups of some that are no waste for few. Two steps come together where registers and the ring have room for them.
 */
function boxShapeFor(few: number, rows: number, target: Target): Shape {
  const own = rows / (target.multiprocessors ?? 132);
  if (own <= ownOfFew) return { rows: 32, warps: 1, turns: 8, residents: 1, isWritten: true };
  if (own <= 72 || rows === Infinity) return { rows: 64, warps: 1, turns: 4, residents: 1, together: 2 };
  return few <= fewColumns ? { rows: 128, warps: 4, turns: 2, residents: 2, together: 2 } : { rows: 256, warps: 4, turns: 2, residents: 1 };
}
/** Rows of weights a multiprocessor up to which a group has 32 of them. */
const ownOfFew = 40;
/** Bits of the narrowest rows that are swizzled. */
const narrowestRow = 32 * 8;

/** Stages that fit in shared memory beside the parts of the sum, as many as there are steps at most. */
function stagesFor({ rows, residents }: Shape, turns: number, few: number, depth: number, bits: { readonly few: number; readonly narrow: number }, steps: number, target: Target): number {
  const side = few <= fewColumns ? fewColumns : fewRows;
  // Rows are padded; so few of the other operand that they stay in the nearest cache have no stage.
  const stage = (turns * depth * 1.25 * (rows * bits.narrow + (few <= fewColumns ? 0 : side * bits.few))) / 8 + rows * turns * 4;
  const parts = 4 * turns * side * (rows + 8);
  return Math.max(1, Math.min(mostStages, steps, Math.floor(((target.sharedBytes + 1024) / residents - 1024 - parts) / stage)));
}
const mostStages = 6;
/** The same for a ring of boxes, which leave no room between rows, but some between panels; scales are not in it, but may be there before (`ahead` bytes). */
function boxStages({ rows, residents, few }: Shape & { readonly few: number }, turns: number, together: number, depth: number, bits: { readonly few: number; readonly narrow: number }, ahead: number, steps: number | undefined, target: Target): number {
  const room = (turns * depth * few * bits.few) % 8192 === 0 && roomBetweenPanels((depth * bits.few) / 8, bits.few) > 0 ? 1024 : 0;
  const stage = together * ((turns * depth * (rows * bits.narrow + few * bits.few)) / 8 + room), parts = turns === 1 ? 0 : 4 * turns * few * (rows + 4);
  return Math.max(2, Math.min(mostBoxStages, steps ?? mostBoxStages, Math.floor(((target.sharedBytes + 1024) / residents - 1024 - parts - ahead) / stage)));
}

const mostBoxStages = 8;

/** Whether memory is contiguous along the axis, and `count` elements from every multiple of it are inside the tensor or outside together. */
function runsAlong(read: Read, axis: string, count: number, tensors: TensorShapes, facts: Facts): boolean {
  const shape = tensors.get(read.tensor)?.shape, last = read.index.at(-1);
  if (shape === undefined || last === undefined || isConst(coefficient(last, axis) ?? num(0)) !== 1) return false;
  return !read.index.slice(0, -1).some((i) => variablesOf(i).has(axis)) && divisibleBy(shape.at(-1)!, count, facts);
}
