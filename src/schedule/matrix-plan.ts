/** Plans for launches with products: which intrinsic, which axes are rows and columns, tile sizes that fit the target's memory. */
import { bitsOf, type DType } from '../ir/dtype.ts';
import { isConst, soleAtom } from '../ir/index-expr.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { type Layout, layout, reg } from '../ir/layout.ts';
import { threadBits } from '../ir/layout-build.ts';
import { groupsOf, type LoopGroup, type Nest, type Part } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { Axis } from '../ir/tst.ts';
import { freeAxes } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';
import { exactType } from '../partition/operand-types.ts';
import { canMultiply, type Contraction, contractionOf } from '../partition/product.ts';
import { copyObstacles, reasonsOf } from './copies.ts';
import type { TensorTypes } from './default-plan.ts';
import { windowsOf } from './windows.ts';

type Note = { candidate: string; reason: string };
/** A product of the launch with its operands. */
export interface Candidate { readonly part: Part; readonly group: LoopGroup; readonly c: Contraction; /** The summed axis taken in steps; all others are loops. */ readonly over: string; readonly aType: DType; readonly bType: DType }

/** Below this known extent along rows or columns most of a tile would be padding; the vector path reads each operand once instead. */
export const thinnest = 5;

/** Products that a schedule gives to an intrinsic, by part name: never refused as too thin. */
export type Tensorized = ReadonlyMap<string, { readonly c: Contraction; readonly intrinsic: MmaIntrinsic }>;

export function matrixPlan(nest: Nest, tensors: TensorTypes, target: Target, asked: Tensorized = new Map(), atMost: Readonly<Record<string, number>> = {}): { plan: MatrixPlan; candidates: readonly Candidate[]; notes: Note[] } | { notes: Note[] } {
  const notes: Note[] = [];
  if (target.threads === 1 || nest.serial.size > 0) return { notes };
  const axes = new Map<string, Axis>([...nest.spatial, ...[...groupsOf(nest)].flatMap((g) => g.axes)].map((a) => [a.id, a]));
  const extentOf = (id: string): number | undefined => isConst(axes.get(id)!.extent);
  /** The largest extent that is known: itself, or the limit of a thin variant. */
  const mostOf = (id: string): number | undefined => {
    const atom = soleAtom(axes.get(id)!.extent);
    return extentOf(id) ?? (atom?.kind === 'size' ? atMost[atom.id] : undefined);
  };
  const roles = new Map<string, 'm' | 'n'>([...asked.values()].flatMap(({ c }) => [[c.m, 'm'], [c.n, 'n']] as const));
  const candidates: Candidate[] = [];
  const isNested = [...groupsOf(nest)].some((g) => g.inner.length > 0);
  for (const group of groupsOf(nest)) {
    const windows = windowsOf(group);
    for (const part of group.parts) {
      // Steps are taken along the last of the summed axes that is no window, so both operands must run along it.
      const over = group.axes.filter((a) => !windows.has(a.id)).at(-1)?.id ?? group.axes.at(-1)!.id;
      const c = asked.get(part.name)?.c ?? contractionOf(part, [over], roles, (id) => extentOf(id) === 1);
      if (c === undefined) continue;
      // What a nested product computes would be computed again by every thread of a vector plan.
      const thin = asked.has(part.name) || isNested ? undefined : [c.m, c.n].find((id) => (mostOf(id) ?? thinnest) < thinnest);
      if (thin !== undefined) { notes.push({ candidate: `matrix tiles for ${part.name}`, reason: `${axes.get(thin)!.name} is at most ${mostOf(thin)} wide` }); continue; }
      const second = asked.has(part.name) ? undefined : sameThreads(nest, roles, c);
      if (second !== undefined) { notes.push({ candidate: `matrix tiles for ${part.name}`, reason: `${second.map((id) => axes.get(id)!.name).join(' and ')} stand in one tile and would have the same threads` }); continue; }
      roles.set(c.m, 'm');
      roles.set(c.n, 'n');
      candidates.push({ part, group, c, over, aType: exactType(c.a, tensors), bType: exactType(c.b, tensors) });
    }
  }
  if (candidates.length === 0) return { notes };
  const unfit = unfitPart(nest, roles, candidates);
  if (unfit !== undefined) return { notes: [...notes, { candidate: 'matrix tiles', reason: `${unfit} has two axes in one tile that would have the same threads` }] };
  const crossed = candidates.find((x) => candidates.some((y) => y !== x && y.over === x.c.m));
  if (crossed !== undefined) return { notes: [...notes, { candidate: 'matrix tiles', reason: `rows of ${crossed.part.name} are summed in a product around it, whose operand would have two axes of the same threads` }] };
  const products = intrinsicsFor(candidates, target, asked, notes);
  const nested = candidates.length > 1 || candidates.some((x) => x.group.parts.length > 1);
  const plan = tilesFor(candidates, products, roles, { extentOf, mostOf }, nested ? (isNested ? 'inside' : 'beside') : undefined, target);
  const obstacles = plan.stages > 1 ? copyObstacles(nest, candidates, plan, tensors) : [];
  if (obstacles.length === 0) return { plan, candidates, notes };
  const alone = nested ? plan : withoutRing(plan, candidates[0]!, obstacles.map((o) => o.rows), nest, extentOf, target);
  return { plan: { ...alone, stages: 1 }, candidates, notes: [...notes, { candidate: `pipeline ${plan.stages}`, reason: reasonsOf(obstacles) }] };
}

/** Columns (or rows) of two products have the same threads, so they may not meet in a tile: one that is stored, or a running value. Gives two that would. */
function sameThreads(nest: Nest, roles: ReadonlyMap<string, 'm' | 'n'>, c: Contraction): readonly [string, string] | undefined {
  const tiles = [nest.spatial.map((a) => a.id), ...[...groupsOf(nest)].flatMap((g) => g.parts.map((p) => p.kept))];
  for (const [id, role] of [[c.m, 'm'], [c.n, 'n']] as const) {
    const other = [...roles].find(([x, r]) => x !== id && r === role && tiles.some((ids) => ids.includes(id) && ids.includes(x)));
    if (other !== undefined) return [other[0], id];
  }
  return undefined;
}
/** A part that is no product and has such axes together before they are reduced. */
function unfitPart(nest: Nest, roles: ReadonlyMap<string, 'm' | 'n'>, candidates: readonly Candidate[]): string | undefined {
  for (const g of groupsOf(nest)) for (const p of g.parts) {
    if (candidates.some((x) => x.part === p)) continue;
    const used = [...new Set([...p.kept, ...g.axes.map((a) => a.id)])].flatMap((id) => roles.get(id) ?? []);
    if (new Set(used).size < used.length) return p.name;
  }
  return undefined;
}

/** One intrinsic a product; all share the accumulator's layout, so one that only multiply-adds can do decides for all. */
function intrinsicsFor(candidates: readonly Candidate[], target: Target, asked: Tensorized, notes: Note[]): Map<string, MmaIntrinsic> {
  const found = new Map<string, MmaIntrinsic>();
  const scalar = [...asked.values()].some((x) => x.intrinsic.m * x.intrinsic.n === 1);
  for (const x of scalar ? [] : candidates) {
    const fits = target.intrinsics.filter((i) => i.m * i.n > 1 && i.operands !== 'shared' && canMultiply(i, x.aType, x.bType, x.part));
    // Narrow operands move fewer bytes.
    const best = [...fits].sort((i, j) => bitsOf(i.a.dtype) - bitsOf(j.a.dtype))[0];
    // Those that read shared memory by themselves have plans of their own, which say what stands in their way.
    for (const i of target.intrinsics) {
      if (i.m * i.n > 1 && i.operands !== 'shared' && !fits.includes(i)) notes.push({ candidate: `${i.name} for ${x.part.name}`, reason: `operands are ${x.aType} and ${x.bType}, summed in ${x.part.type}; it takes ${i.a.dtype} and ${i.b.dtype}, summed in ${i.d.dtype}` });
    }
    const wanted = asked.get(x.part.name)?.intrinsic ?? best;
    if (wanted !== undefined) found.set(x.part.name, wanted);
  }
  if (found.size === candidates.length) return found;
  return new Map(candidates.map((x) => [x.part.name, target.intrinsics.find((i) => i.m * i.n === 1 && i.d.dtype === (x.part.type === 'i32' ? 'i32' : 'f32'))!]));
}

/** Other sums of the launch: inside the loop of one of them, or beside it. */
type Others = 'inside' | 'beside' | undefined;

function tilesFor(candidates: readonly Candidate[], products: Map<string, MmaIntrinsic>, roles: Map<string, 'm' | 'n'>, { extentOf, mostOf }: Record<'extentOf' | 'mostOf', (id: string) => number | undefined>, others: Others, target: Target): MatrixPlan {
  const nested = others !== undefined;
  const fma = [...products.values()].every((i) => i.m * i.n === 1);
  // Few rows: one warp a group, so that more groups share a multiprocessor.
  const isThin = [...roles].every(([id, role]) => role === 'n' || (mostOf(id) ?? Infinity) <= 16);
  const async16 = target.asyncBytes.includes(16);
  // Positions beside a window are the row of a picture, which is shorter than a matrix, and the channels before it are few.
  const isPicture = !nested && candidates.some((x) => windowsOf(x.group).size > 0);
  // So are those of tensors with more dimensions: several sums, or an axis of one operand that is neither rows nor columns.
  const isTensor = !nested && candidates.some((x) => x.group.axes.length > 1 || x.part.kept.some((id) => !roles.has(id) && freeAxes(x.c.a).has(id) !== freeAxes(x.c.b).has(id)));
  const sizes = fma ? fmaSizes(others, isPicture || isTensor, target) : isPicture ? { m: 64, n: 64, k: 32, warps: [2, 4] as const } : nested ? { m: isThin ? 16 : 64, n: 64, k: 64, warps: [isThin ? 1 : 4, 1] as const } : { m: 128, n: 128, k: 32, warps: [2, 4] as const };
  const tiles = new Map<string, number>();
  const pattern = fma ? fmaPattern(sizes.threads!, [sizes.mRegs!, sizes.nRegs!], sizes.nThreads!, target) : undefined;
  const unit = (role: 'm' | 'n'): number => (pattern ? 2 ** pattern.dims[role === 'm' ? 0 : 1]!.bits.length : (role === 'm' ? 16 * sizes.warps[0] : 8 * sizes.warps[1]));
  // Columns of one product that another sums over come in steps of that one's instruction.
  const step = (id: string): number => Math.max(1, ...candidates.filter((x) => x.over === id).map((x) => products.get(x.part.name)!.k));
  for (const [id, role] of roles) {
    const n = extentOf(id);
    const wide = role === 'm' ? sizes.m : sizes.n;
    // A known column extent is covered by one tile where something nested would be repeated for each tile of it.
    const whole = Math.max(unit(role), step(id));
    const cover = n === undefined ? undefined : Math.ceil(n / whole) * whole;
    tiles.set(id, cover === undefined ? wide : nested && role === 'n' && cover <= 256 && isOutputColumn(id, candidates) ? cover : Math.min(wide, cover));
  }
  for (const x of candidates) {
    const depth = Math.max(sizes.k, fma ? 1 : products.get(x.part.name)!.k);
    for (const a of x.group.axes) {
      if (roles.has(a.id)) continue;
      // Only the axis that both operands run along is taken in steps; the others are loops. A step of one would be no axis of a tile.
      const inner = x.over === a.id;
      const n = extentOf(a.id);
      tiles.set(a.id, !inner ? 1 : fma ? Math.min(depth, Math.max(2, n ?? depth)) : nested && n !== undefined && n <= 256 ? Math.ceil(n / atLeast16(step(a.id))) * atLeast16(step(a.id)) : isPicture ? depth : widen(depth, products.get(x.part.name)!));
    }
  }
  const plan: MatrixPlan = {
    kind: 'matrix', threads: fma ? sizes.threads! : 32 * sizes.warps[0] * sizes.warps[1], roles, tiles, warps: sizes.warps, fma: pattern, products,
    stages: async16 && !fma ? (nested ? 2 : 4) : 1, panels: nested ? undefined : 8,
  };
  return fitMemory(plan, candidates, target);
}

/** Bytes of an operand that copies bring in, in one step without a ring. */
const stepBytes = 16384;

/**
 * Where threads fill one operand by hand, nothing runs ahead and every step waits for its loads. So steps are deep, and the tile is narrow on the side that
 * is filled: each of its elements then serves more rows of the other. Columns that are one of several axes of their operand (positions in the row of a picture)
 * are fewer, and so are the rows beside them.
 */
function withoutRing(plan: MatrixPlan, x: Candidate, filled: readonly string[], nest: Nest, extentOf: (id: string) => number | undefined, target: Target): MatrixPlan {
  const { c, over } = x, intrinsic = plan.products.get(x.part.name)!, windows = new Set([...groupsOf(nest)].flatMap((g) => [...windowsOf(g)]));
  if (windows.size > 0 || new Set(filled).size !== 1) return plan;
  const narrow = filled[0] === c.n ? c.n : c.m, wide = narrow === c.n ? c.m : c.n, bits = bitsOf(intrinsic.a.dtype);
  const isOneOfMany = [...freeAxes(narrow === c.n ? c.b : c.a)].some((id) => id !== narrow && nest.spatial.some((a) => a.id === id));
  const rows = isOneOfMany ? 64 : bits < 16 ? 256 : 128;
  const depth = Math.min(isOneOfMany ? 64 : (stepBytes * 8) / rows / bits, 2 ** Math.ceil(Math.log2(extentOf(over) ?? Infinity)));
  const warps: readonly [number, number] = (rows === 256) === (wide === c.m) ? [4, 2] : [2, 4];
  const size = (id: string, n: number): number => { const unit = id === c.m ? intrinsic.m * warps[0] : intrinsic.n * warps[1]; return Math.min(n, Math.ceil((extentOf(id) ?? n) / unit) * unit); };
  return fitMemory({ ...plan, warps, tiles: new Map([...plan.tiles, [wide, size(wide, rows)], [narrow, size(narrow, 64)], [over, Math.max(depth, intrinsic.k)]]), stages: 1 }, [x], target);
}

/** A step is whole steps of the instruction, and not of fewer elements than copies bring together. */
const atLeast16 = (step: number): number => Math.max(16, step);
/** 8-bit operands take twice the depth for the same bytes. */
const widen = (depth: number, i: MmaIntrinsic): number => Math.max(i.k, bitsOf(i.a.dtype) < 16 ? depth * 2 : depth);
const isOutputColumn = (id: string, candidates: readonly Candidate[]): boolean => candidates.some((x) => x.c.n === id && !candidates.some((y) => y.group.axes.some((a) => a.id === id)));

interface Sizes { readonly m: number; readonly n: number; readonly k: number; readonly warps: readonly [number, number]; readonly threads?: number; readonly mRegs?: number; readonly nRegs?: number; readonly nThreads?: number }
function fmaSizes(others: Others, isShort: boolean, target: Target): Sizes {
  const isLarge = target.sharedBytes >= 48 * 1024, large = isLarge && !isShort;
  // What is nested is computed again for each tile of columns that may be many, and every turn waits for what it brings in.
  if (others === 'inside' && isLarge) return { m: 16, n: 64, k: 32, warps: [1, 1], threads: 256, mRegs: 0, nRegs: 2, nThreads: 16 };
  if (others !== undefined) return { m: 16, n: 16, k: 32, warps: [1, 1], threads: 128, mRegs: 0, nRegs: 1, nThreads: 8 };
  return { m: large ? 128 : 64, n: large ? 128 : 64, k: 16, warps: [1, 1], threads: 256, mRegs: 2, nRegs: 2, nThreads: 16 };
}

/** Rows by columns of multiply-adds: each thread holds neighbouring columns, so that it loads and stores them together. */
function fmaPattern(threads: number, [mRegs, nRegs]: readonly [number, number], nThreads: number, target: Target): Layout {
  const bits = threadBits(Math.log2(threads), target.lanes > 0 ? 'lanes' : 'thread');
  const nBits = Math.log2(nThreads);
  return layout([
    { bits: [...Array.from({ length: mRegs }, (_, i) => reg(nRegs + i)), ...bits.slice(nBits)], repeat: 1 },
    { bits: [...Array.from({ length: nRegs }, (_, i) => reg(i)), ...bits.slice(0, nBits)], repeat: 1 },
  ]);
}

/** Halves summed depth, then stages, until the staged operands fit. */
function fitMemory(plan: MatrixPlan, candidates: readonly Candidate[], target: Target): MatrixPlan {
  let current = plan;
  for (let i = 0; i < 8 && sharedEstimate(current, candidates) > target.sharedBytes; i++) {
    if (current.stages > 2) { current = { ...current, stages: current.stages - 1 }; continue; }
    const deepest = [...current.tiles].filter(([id]) => !current.roles.has(id)).sort((a, b) => b[1] - a[1])[0];
    if (deepest === undefined) break;
    const [id, depth] = deepest, step = Math.max(1, ...candidates.filter((x) => x.over === id).map((x) => plan.products.get(x.part.name)!.k));
    if (depth <= atLeast16(step)) break;
    current = { ...current, tiles: new Map([...current.tiles, [id, Math.ceil(depth / 2 / step) * step]]) };
  }
  return current;
}

/** Bytes of shared memory that the operands of all products take, padding included. */
export function sharedEstimate(plan: MatrixPlan, candidates: readonly { readonly part: Part; readonly group: LoopGroup; readonly c: Contraction }[]): number {
  let bytes = 0;
  for (const x of candidates) {
    const i = plan.products.get(x.part.name)!;
    const depth = Math.max(...x.group.axes.map((a) => plan.tiles.get(a.id) ?? 1));
    for (const [rows, type] of [[x.c.m, i.a.dtype], [x.c.n, i.b.dtype]] as const) bytes += ((plan.tiles.get(rows)! + (i.m === 1 ? 4 : 0)) * depth * bitsOf(type) * plan.stages) / 8;
  }
  return bytes;
}
