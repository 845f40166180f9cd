/**
 * split-reductions: normal form -> normal form. A long reduction with few results is done in chunks by many groups, then merged.
 *
 *   T = sum(k: K) x[k]     becomes   T_chunk[c] = sum(i: L where c*L + i < K) x[c*L + i];  T = sum(c: 256) T_chunk[c]        L = ceil(K/256)
 * Without it one group would walk the whole axis while the rest of the machine waits. It costs a second launch, so known short axes stay whole.
 */
import { add, ceilDiv, isConst, mul, num, sub, variable, variablesOf } from '../ir/index-expr.ts';
import type { Axis, Expr, Kernel, Read, Reduce, Statement, Tensor } from '../ir/tst.ts';
import { binary, constant, freeAxes, rewrite, substituteAxes } from '../ir/tst-walk.ts';
import type { SplitDemand } from '../schedule/apply-fusion.ts';
import { exactType } from '../partition/operand-types.ts';
import { contractionOf, factorsOf } from '../partition/product.ts';
import { isOfParts } from '../schedule/apply-names.ts';
import { fewRows, isNarrow } from '../schedule/direct-plan.ts';
import { thinnest } from '../schedule/matrix-plan.ts';
import type { Target } from '../targets/target.ts';
import { Names } from './names.ts';

const chunks = 256;
/** At most this many results count as few: one group each would not fill the machine. */
const fewResults = 32;
/** A known axis up to this length is walked by one group. */
const shortAxis = 16384;

/** Products whose tiles are too few for the machine; with a schedule, what it demands (by statement) and nothing else. */
export function splitProducts(kernel: Kernel, target: Target, demanded?: ReadonlyMap<string, SplitDemand>): Kernel {
  const types = new Map(kernel.tensors.map((t) => [t.name, t]));
  return split(kernel, (s, e) => {
    if (demanded !== undefined) return demanded.get(s.target);
    const parts = target.threads === 1 ? 1 : productChunks(s, e, target, types);
    return parts > 1 ? { axis: e.axes[0]!.id, parts, unit: stepDepth } : undefined;
  });
}

/** Other long reductions with few results; with a schedule what it demands of loops that were made since. */
export function splitReductions(kernel: Kernel, target: Target, demanded?: ReadonlyMap<string, SplitDemand>): Kernel {
  return split(kernel, (s, e) => (demanded !== undefined ? demanded.get(s.target) : target.threads > 1 && isWorthSplitting(s, e) ? { axis: e.axes.at(-1)!.id, parts: chunks, unit: 1 } : undefined));
}

function split(kernel: Kernel, demand: (s: Statement, e: Reduce) => SplitDemand | undefined): Kernel {
  const names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name)]);
  const axisNames = new Names(kernel.statements.flatMap((s) => [...s.axes, ...(s.value.kind === 'reduce' ? s.value.axes : [])].map((a) => a.id)));
  const tensors: Tensor[] = [...kernel.tensors];
  const statements = kernel.statements.flatMap((s) => {
    const found = s.value.kind === 'reduce' ? demand(s, s.value) : undefined;
    return found === undefined || s.value.kind !== 'reduce' ? [s] : inParts(s, s.value, found, tensors, names, axisNames);
  });
  return { ...kernel, tensors, statements };
}

/** Is the reduction a product that a matrix plan would take? */
export function isProduct(s: Statement, e: Reduce): boolean {
  return contractionOf({ ...e, name: s.target, kept: s.axes.map((a) => a.id), rescale: undefined }, e.axes.map((a) => a.id), new Map(), () => false) !== undefined;
}

/** T = sum(k) body  becomes  T_chunk[c] = sum(i) body[k = c*L + i];  T = sum(c) T_chunk[c]. Products have c first, so that their stored columns stay contiguous. */
function inParts(s: Statement, e: Reduce, { axis: id, parts, unit }: SplitDemand, tensors: Tensor[], names: Names, axisNames: Names): Statement[] {
  const k = e.axes.find((a) => a.id === id)!;
  const axis = (name: string, extent: Axis['extent'], rest: Partial<Axis> = {}): Axis => ({ ...k, id: axisNames.axis(name), name, extent, ...rest });
  // Whole steps of the tile that the plan takes, so that every part begins where memory is aligned.
  const length = mul(ceilDiv(k.extent, num(parts * unit)), num(unit));
  const isExact = (isConst(length) ?? 0) * parts === (isConst(k.extent) ?? -1);
  const part = (): Axis => axis(`${k.name}_chunk`, num(parts), { pieces: { kind: 'parts', of: k.name } });
  const c = part(), i = axis(k.name, length), outer = part();
  const position = add(mul(variable(c.id), length), variable(i.id));
  const own = s.axes.map((a) => ({ ...a, id: axisNames.axis(a.name) }));
  const to = new Map([[k.id, position], ...s.axes.map((a, d) => [a.id, variable(own[d]!.id)] as const)]);
  const inside: Expr = binary('le', { kind: 'index', index: position, type: 'i32' }, { kind: 'index', index: sub(k.extent, num(1)), type: 'i32' }, 'bool');
  const chunked = (x: Expr): Expr => substituteAxes(isExact ? x : guarded(x, k.id), to);
  const name = names.tensor(`${s.target}_chunk`);
  // Where every factor with the split axis is a plain read, zeros past its end say the same as the condition, and copies stay plain.
  const inBounds = isExact || addsZeros(e, k, tensors) ? undefined : inside;
  const where = e.where ? (inBounds ? binary('and', inBounds, chunked(e.where), 'bool') : chunked(e.where)) : inBounds;
  const partial: Reduce = { ...e, axes: e.axes.map((a) => (a === k ? i : a)), where, body: chunked(e.body) };
  const ordered = <T>(chunk: T, others: readonly T[]): T[] => (isProduct(s, e) ? [chunk, ...others] : [...others, chunk]);
  const axes = ordered(c, own);
  tensors.push({ name, role: 'temporary', dtype: e.type === 'f32' ? 'f32' : 'i32', shape: axes.map((a) => a.extent), limit: undefined, inMemory: true, span: s.span });
  const read: Read = { kind: 'read', tensor: name, index: ordered(outer, s.axes).map((a) => variable(a.id)), gathers: {}, bounds: 'proved', fill: undefined, type: e.type, span: s.span };
  return [
    { ...s, target: name, axes, index: axes.map((a) => variable(a.id)), value: partial },
    { ...s, value: { ...e, axes: [outer], where: undefined, body: read } },
  ];
}

/**
 * How many pieces a matrix product's sum is cut into: while its tiles are too few for the machine's multiprocessors, each piece a whole number of steps.
 * Only for known sizes, where that can be counted.
 */
function productChunks(s: Statement, e: Reduce, target: Target, types: ReadonlyMap<string, Tensor>): number {
  if (target.multiprocessors === undefined || e.op !== 'sum' || e.axes.length !== 1 || e.where !== undefined) return 1;
  const c = contractionOf({ ...e, name: s.target, kept: s.axes.map((a) => a.id), rescale: undefined }, e.axes.map((a) => a.id), new Map(), () => false);
  const depth = isConst(e.axes[0]!.extent);
  const extents = s.axes.map((a) => isConst(a.extent));
  if (c === undefined || depth === undefined || extents.some((n) => n === undefined)) return 1;
  // Where one side is thin, each group multiplies a few rows of the other without tiles; warps of a group cut the sum of narrow weights.
  const least = Math.min(...[c.m, c.n].map((id) => isConst(s.axes.find((a) => a.id === id)!.extent)!));
  if (least <= fewRows && target.lanes === 32 && [c.a, c.b].some((side) => factorsOf(side).some((f) => isNarrow(exactType(f, types))))) return 1;
  const tiles = least < thinnest ? Math.ceil(extents.reduce<number>((p, x) => p * x!, 1) / rowsOfGroup) : s.axes.reduce((n, a) => { const x = isConst(a.extent)!; return n * (a.id === c.m || a.id === c.n ? Math.ceil(x / Math.min(least <= 128 && x > least ? 64 : 128, 2 ** Math.ceil(Math.log2(x)))) : x); }, 1);
  let parts = 1;
  while (parts < 16 && tiles * parts * 2 <= target.multiprocessors * 1.1 && depth % (parts * 2 * stepDepth) === 0 && depth / (parts * 2) >= 4 * stepDepth) parts *= 2;
  return parts;
}
/** Rows that the groups of a vector plan take, a warp each. */
const rowsOfGroup = 8;
/** Elements of the summed axis that a product takes in one step. */
const stepDepth = 128;

function isWorthSplitting(s: Statement, e: Reduce): boolean {
  // What merges the chunks of a stream has few terms, and parts of it no verb would mean.
  if (e.op === 'argmax' || e.op === 'argmin' || e.type === 'bool' || isOfParts(e.axes.at(-1)!)) return false;
  const results = s.axes.reduce<number | undefined>((n, a) => { const x = isConst(a.extent); return n === undefined || x === undefined ? undefined : n * x; }, 1);
  return results !== undefined && results <= fewResults && (isConst(e.axes.at(-1)!.extent) ?? Infinity) > shortAxis;
}

/** A sum of products in which each factor that varies along the axis is zero beyond its end, so that the product is. */
function addsZeros(e: Reduce, axis: Axis, tensors: readonly Tensor[]): boolean {
  const along = factorsOf(e.body).filter((f) => freeAxes(f).has(axis.id));
  return e.op === 'sum' && along.length > 0 && along.every((f) => isZeroBeyond(f, axis, tensors));
}

/** A read whose tensor ends where the axis does, so that it gives zeros beyond when it is guarded. One that goes on there gives what happens to stand behind. */
export function isZeroBeyond(f: Expr, axis: Axis, tensors: readonly Tensor[]): boolean {
  if (f.kind !== 'read' || f.bounds !== 'proved' || Object.keys(f.gathers).length > 0) return false;
  const shape = tensors.find((t) => t.name === f.tensor)?.shape ?? [];
  return f.index.some((i, d) => { const before = sub(i, variable(axis.id)), extent = shape[d]; return !variablesOf(before).has(axis.id) && extent !== undefined && sub(extent, before).key === axis.extent.key; });
}

/** Reads along the split axis may now stand beyond its end, where their value is not used. */
export function guarded(e: Expr, axis: string): Expr {
  return rewrite(e, (x) => {
    if (x.kind !== 'read' || x.bounds !== 'proved' || !x.index.some((i) => variablesOf(i).has(axis))) return undefined;
    return { ...x, bounds: 'fill', fill: constant(0, x.type), gathers: Object.fromEntries(Object.entries(x.gathers).map(([id, v]) => [id, guarded(v, axis)])) };
  });
}
