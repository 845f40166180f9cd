/** Rules about matrix products, reductions and asynchronous copies: `mma`, `reduce`, `copy`. */
import { bitsOf } from './dtype.ts';
import { coefficient, type IndexExpr, isConst, num, sub, variablesOf } from './index-expr.ts';
import { print } from './index-print.ts';
import { bitIndex, registerTable, sliceTo, threadBitsOf, threadKey } from './layout-query.ts';
import { partialDim } from './layout-build.ts';
import { inInstructionOrder } from './layout-rename.ts';
import { rowPitch } from './layout-shared.ts';
import { type DimLayout, type Layout, extentOf, isThreadBit, sameBit } from './layout.ts';
import type { MmaIntrinsic, SharedOperands } from './intrinsic.ts';
import { layoutFits } from './tile-validate-declarations.ts';
import type { OpContext } from './tile-validate-ops.ts';
import { tilesOfExpr, typeOfExpr, visitExpr } from './tile-uses.ts';
import type { GlobalBuffer, OpOf, Operand, SharedBuffer, TileDecl } from './tile.ts';

export function checkReduce(c: OpContext, op: OpOf<'reduce'>): void {
  const { reducer } = op;
  const parts = reducer.identity.length;
  if (parts === 0 || reducer.merge.length !== parts || op.srcs.length !== parts || op.dsts.length !== parts) {
    c.fail(op, 'axes', `${reducer.name} has ${parts} parts, ${reducer.merge.length} merges, ${op.srcs.length} sources and ${op.dsts.length} results`);
    return;
  }
  reducer.merge.forEach((e) => {
    for (const id of tilesOfExpr(e)) if (id >= 0 || Math.floor((-id - 1) / 2) >= parts) c.fail(op, 'scope', `a merge of ${reducer.name} reads tile ${id}, which is no part`);
    visitExpr(e, (x) => typeOfExpr(x, (message) => c.fail(op, 'type', message)));
  });
  op.srcs.forEach((id, p) => reducePart(c, op, c.tile(id)!, c.tile(op.dsts[p]!)!));
}

function reducePart(c: OpContext, op: OpOf<'reduce'>, source: TileDecl, result: TileDecl): void {
  const gone = op.over.map((o) => o.axis);
  const missing = gone.filter((a) => !source.axes.includes(a));
  if (missing.length > 0) { c.fail(op, 'axes', `${source.name} has no axis ${missing.join()}`); return; }
  const partial = op.over.flatMap((o) => (o.into === undefined ? [] : [{ axis: o.axis, into: o.into }]));
  const kept = source.axes.filter((a) => !gone.includes(a));
  const wanted = [...kept, ...partial.map((o) => o.into)];
  if (wanted.length !== result.axes.length || wanted.some((a) => !result.axes.includes(a))) {
    c.fail(op, 'axes', `${result.name} has axes ${result.axes.join()}, ${source.name} without ${gone.join()} has ${wanted.join()}`);
    return;
  }
  if (source.dtype !== result.dtype && bitsOf(source.dtype) > bitsOf(result.dtype)) c.fail(op, 'type', `${source.dtype} is reduced into ${result.dtype}`);
  for (const { axis, into } of partial) {
    const want = partialDim(source.layout.dims[source.axes.indexOf(axis)]!), have = result.layout.dims[result.axes.indexOf(into)]!;
    if (have.repeat !== 1 || have.bits.length !== want.bits.length || have.bits.some((b, n) => !sameBit(b, want.bits[n]!))) c.fail(op, 'reduce', `${into} is not exactly the thread bits of ${axis}`);
  }
  const own = sliceTo(source.layout, source.axes, kept), there = sliceTo(result.layout, result.axes, kept);
  if (registerTable(own, kept, there, kept) === undefined) c.fail(op, 'reduce', `${result.name} is spread over threads as ${threadKey(there) || 'none'}, ${source.name} without ${gone.join()} as ${threadKey(own) || 'none'}`);
}

/** Axes of the operand, or undefined when something is not declared. */
function axesOf(c: OpContext, o: Operand): readonly string[] | undefined {
  return o.kind === 'tile' ? c.tile(o.tile)?.axes : o.kind === 'shared' ? c.shared(o.buffer)?.axes : o.axes;
}

export function checkMma(c: OpContext, op: OpOf<'mma'>): void {
  const fail = (message: string): void => c.fail(op, 'mma', message);
  const acc = c.tile(op.acc)!;
  const intrinsic = c.options.intrinsic(op.intrinsic);
  if (intrinsic === undefined) { fail(`the target has no intrinsic ${op.intrinsic}`); return; }
  if (!acc.mutable) fail(`${acc.name} is no accumulator`);
  if (acc.dtype !== intrinsic.d.dtype) fail(`${acc.name} holds ${acc.dtype}, ${intrinsic.name} adds in ${intrinsic.d.dtype}`);
  const scalar = intrinsic.m * intrinsic.n * intrinsic.k === 1;
  const sides = [op.a, op.b].map((o, n) => {
    const axes = axesOf(c, o);
    const name = n === 0 ? 'a' : 'b';
    if (axes === undefined) { c.fail(op, 'scope', `operand ${name} is not declared`); return undefined; }
    if (!axes.includes(op.over)) c.fail(op, 'axes', `operand ${name} has no axis ${op.over}`);
    const foreign = axes.filter((a) => a !== op.over && !acc.axes.includes(a) && (c.kernel.axes.find((x) => x.id === a)?.tile ?? 1) > 1);
    if (foreign.length > 0) c.fail(op, 'axes', `operand ${name} has the axis ${foreign.join()}, the accumulator has not`);
    const dtype = o.kind === 'tile' ? c.tile(o.tile)!.dtype : o.kind === 'shared' ? c.shared(o.buffer)!.dtype : c.kernel.buffers.find((b) => b.name === o.view.buffer)?.dtype;
    const declared = n === 0 ? intrinsic.a : intrinsic.b;
    if (dtype !== undefined && dtype !== declared.dtype && !(scalar && declared.dtype === 'f32' && (dtype === 'f16' || dtype === 'bf16'))) fail(`operand ${name} holds ${dtype}, ${intrinsic.name} reads ${declared.dtype}`);
    return { axes, declared, operand: o, name };
  });
  if (acc.axes.includes(op.over)) c.fail(op, 'axes', `the accumulator has the axis ${op.over} that is summed over`);
  const [a, b] = sides;
  if (a === undefined || b === undefined) return;
  for (const side of [a, b]) if (scalar && side.operand.kind === 'tile') heldByThread(c, op, acc, c.tile(side.operand.tile)!);
  if (!scalar) fragments(c, op, intrinsic, acc, [a, b]);
}

/** Every thread holds the whole rows and columns of the operands of what it sums. */
function heldByThread(c: OpContext, op: OpOf<'mma'>, acc: TileDecl, tile: TileDecl): void {
  const free = tile.axes.filter((a) => a !== op.over && acc.axes.includes(a));
  if (registerTable(sliceTo(acc.layout, acc.axes, free), free, sliceTo(tile.layout, tile.axes, free), free) === undefined) c.fail(op, 'mma', `${tile.name} is spread over other threads than ${acc.name}`);
  const dim = tile.axes.indexOf(op.over);
  if (dim >= 0 && threadBitsOf(tile.layout, dim).length > 0) c.fail(op, 'mma', `${tile.name} is spread over threads along ${op.over}`);
}

interface SideOf { readonly axes: readonly string[]; readonly declared: MmaIntrinsic['a']; readonly operand: Operand; readonly name: string }

function fragments(c: OpContext, op: OpOf<'mma'>, intrinsic: MmaIntrinsic, acc: TileDecl, sides: readonly [SideOf, SideOf]): void {
  const fail = (message: string): void => c.fail(op, 'mma', message);
  const turns = acc.axes.filter((x) => isTurn(c, x, acc, sides));
  const wide = acc.axes.filter((x, d) => extentOf(acc.layout.dims[d]!) > 1 && !turns.includes(x));
  const free = sides.map((s) => wide.filter((x) => s.axes.includes(x)));
  const [i, j] = [free[0]![0] ?? acc.axes.find((x) => sides[0].axes.includes(x)), free[1]![0] ?? acc.axes.find((x) => sides[1].axes.includes(x) && !sides[0].axes.includes(x))];
  if (free.some((f) => f.length > 1) || i === undefined || j === undefined || i === j) { fail(`${intrinsic.name} needs one axis of rows and one of columns, the accumulator has ${acc.axes.join()}`); return; }
  const dim = (t: TileDecl, axis: string): DimLayout => t.layout.dims[t.axes.indexOf(axis)]!;
  const prefix = (t: TileDecl, axes: readonly [string, string], declared: Layout): void => {
    axes.forEach((axis, d) => {
      const own = dim(t, axis), want = declared.dims[d]!;
      if (!want.bits.every((b, n) => own.bits[n] !== undefined && sameBit(b, own.bits[n]!)) || extentOf(own) % extentOf(want) !== 0) fail(`${t.name} does not begin with the fragment of ${intrinsic.name} along ${axis}`);
    });
  };
  prefix(acc, [i, j], intrinsic.d.layout);
  if (intrinsic.shared !== undefined) {
    if (!op.isAsync) fail(`${intrinsic.name} is asynchronous`);
    readsShared(c, op, intrinsic, intrinsic.shared, sides);
    if (intrinsic.shared.a === 'shared') return;
  }
  const straight = bothInOrder(c, op, sides);
  sides.forEach((s, n) => {
    if (s.operand.kind === 'global') { fail(`operand ${s.name} of ${intrinsic.name} lies in device memory`); return; }
    if (s.operand.kind !== 'tile') return;
    const own = c.tile(s.operand.tile)!, t = straight === undefined ? own : { ...own, layout: straight[n]! };
    prefix(t, n === 0 ? [i, op.over] : [op.over, j], s.declared.layout);
    if (bitsOf(t.dtype) < 32 && !t.packed) fail(`${t.name} is not packed`);
    // Above the fragment rows (or columns) go to the warps that sum them, and all of k is in every warp.
    const shared = n === 0 ? i : j;
    const above = (d: DimLayout, low: number): string => d.bits.flatMap((b, p) => (p >= low && isThreadBit(b) ? [`${p}@${bitIndex(b)}`] : [])).join(' ');
    const low = Math.log2(n === 0 ? intrinsic.m : intrinsic.n);
    if (above(dim(t, shared), low) !== above(dim(acc, shared), low)) fail(`${t.name} gives ${shared} to other warps than ${acc.name}`);
    if (above(dim(t, op.over), Math.log2(intrinsic.k)) !== '') fail(`${t.name} is spread over warps along ${op.over}`);
  });
}

/** An axis of warps that each have a product of their own: the same bits in the accumulator and both operands. */
function isTurn(c: OpContext, axis: string, acc: TileDecl, sides: readonly [SideOf, SideOf]): boolean {
  const bitsIn = (t: TileDecl | undefined): string | undefined => { const d = t?.layout.dims[t.axes.indexOf(axis)]; return d === undefined || d.repeat > 1 || d.bits.some((b) => b.from !== 'warp') ? undefined : d.bits.map((b) => b.n).join(); };
  const own = bitsIn(acc);
  return own !== undefined && own !== '' && sides.every((s) => s.operand.kind === 'tile' && bitsIn(c.tile(s.operand.tile)) === own);
}

/** The layouts of two operands in registers that run through k in another order than the instruction. */
function bothInOrder(c: OpContext, op: OpOf<'mma'>, sides: readonly [SideOf, SideOf]): readonly [Layout, Layout] | undefined {
  const [a, b] = sides.map(({ operand, declared }, n) => {
    if (operand.kind !== 'tile') return undefined;
    const { axes, layout } = c.tile(operand.tile)!;
    const dim = axes.indexOf(op.over);
    // The layouts of intrinsics have dimensions (i, k) and (k, j).
    if (dim < 0 || dim > 1 || axes.length < 2) return undefined;
    return { layout, dim, atom: dim === (n === 0 ? 1 : 0) ? declared.layout : { dims: [...declared.layout.dims].reverse() } };
  });
  return a === undefined || b === undefined ? undefined : inInstructionOrder(a, b);
}

/** Most elements of a box along one dimension, most dimensions, and bytes that its rows are multiples of. */
const longestSide = 256, mostDimensions = 5, boxBytes = 16;

/**
 * A box: each axis of the stage runs along one dimension of the tensor in steps of one, in the same order, the last along the last; conditions ask for nothing but
 * the ends of the tensor, which the copying unit knows.
 */
function boxCopy(c: OpContext, op: OpOf<'copyAsync'>, buffer: SharedBuffer, from: GlobalBuffer): void {
  const fail = (message: string): void => c.fail(op, 'copy', message);
  if (op.view.clamp.length > 0) fail('a box copy cannot clamp');
  if (buffer.swizzle === 0 && buffer.pad !== 0) fail(`a box leaves no room between the rows of ${buffer.id}`);
  if (from.shape.length > mostDimensions) fail(`${from.name} has ${from.shape.length} dimensions, a box at most ${mostDimensions}`);
  // Leading axes may be further steps along the last dimension, a box each, of which each begins where the one before ends.
  const isStep = (id: string): boolean => id !== buffer.axes.at(-1) && op.view.index.every((e, d) => !variablesOf(e).has(id) || (d === op.view.index.length - 1 && isConst(coefficient(e, id) ?? num(0)) === buffer.sizes.at(-1)));
  const inside = buffer.axes.slice(Math.max(0, buffer.axes.findIndex((id) => !isStep(id))));
  const along = op.view.index.map((e) => inside.filter((id) => variablesOf(e).has(id)));
  if (along.some((ids, d) => ids.length > 1 || ids.some((id) => isConst(coefficient(op.view.index[d]!, id) ?? num(0)) !== 1))) fail(`${from.name} is not read in steps of one along one axis a dimension`);
  if (along.flat().join() !== inside.join() || along.at(-1)?.[0] !== buffer.axes.at(-1)) fail(`${buffer.id} has axes ${buffer.axes.join()}, the box runs along ${along.map((ids) => ids.join('+') || '-').join()}`);
  if (op.multicast === true) {
    const last = c.kernel.grid.at(-1), ways = c.kernel.cluster;
    const mentions = (e: IndexExpr): boolean => [...variablesOf(e)].some((id) => id === last?.id || variablesOf(c.kernel.axes.find((a) => a.id === id)?.base ?? num(0)).has(last?.id ?? ''));
    if (last === undefined || ways === undefined || (isConst(last.count) ?? 1) % ways !== 0) fail(`no cluster of ${ways ?? 1} groups has all of its groups side by side in the grid`);
    else if ([...op.view.index, ...op.view.guard].some(mentions)) fail(`groups of a cluster ask for different boxes of ${from.name}`);
  }
  const row = buffer.swizzle > 0 ? rowPitch(buffer) : buffer.sizes.at(-1) ?? 1;
  if ((row * bitsOf(buffer.dtype)) / 8 % boxBytes !== 0) fail(`rows of ${row} elements are no multiples of ${boxBytes} bytes`);
  if ([...buffer.sizes.slice(-inside.length, -1), row].some((n) => n > longestSide)) fail(`a box of ${buffer.sizes.join(' x ')}; no side is longer than ${longestSide}`);
  const ends = new Set(op.view.index.flatMap((e, d) => [e.key, sub(sub(from.shape[d]!, num(1)), e).key]));
  for (const g of op.view.guard) if (!ends.has(g.key)) fail(`a box copy cannot ask for ${print(g)} >= 0`);
}

/** What an instruction reads straight from shared memory lies in swizzled rows or whole panels, consecutive along a dimension that it knows. */
function readsShared(c: OpContext, op: OpOf<'mma'>, intrinsic: MmaIntrinsic, { a, aMajor, bMajor, swizzles }: SharedOperands, sides: readonly [SideOf, SideOf]): void {
  const fail = (message: string): void => c.fail(op, 'mma', message);
  sides.forEach(({ operand, name }, n) => {
    const where = n === 0 ? a : 'shared';
    if (operand.kind !== (where === 'registers' ? 'tile' : 'shared')) fail(`${intrinsic.name} reads operand ${name} from ${where === 'shared' ? 'shared memory' : 'registers'}`);
    if (operand.kind !== 'shared') return;
    const buffer = c.shared(operand.buffer)!;
    if (buffer.pad !== 0) fail(`${intrinsic.name} knows no room between panels of ${buffer.id}`);
    if (!swizzles.some((w) => w === buffer.swizzle)) fail(`${intrinsic.name} cannot read rows of ${buffer.swizzle} bytes of ${buffer.id}`);
    if (buffer.axes.length !== 2) fail(`${buffer.id} has ${buffer.axes.length} dimensions`);
    const overK = buffer.axes.at(-1) === op.over;
    const isKnown = n === 0 ? aMajor.includes(overK ? 'k' : 'm') : bMajor.includes(overK ? 'k' : 'n');
    if (!isKnown) fail(`${intrinsic.name} does not read operand ${name} where ${op.over} is ${overK ? '' : 'not '}consecutive`);
    const block = n === 0 ? intrinsic.m : intrinsic.n;
    if (!overK && (block * bitsOf(buffer.dtype)) / 8 % Math.max(1, buffer.swizzle) !== 0) fail(`${block} elements are no whole panels of ${buffer.id}`);
    if (buffer.sizes[buffer.axes.indexOf(op.over)]! % intrinsic.k !== 0) fail(`${buffer.id} holds no multiple of ${intrinsic.k} along ${op.over}`);
  });
  // Four warps whose first number is a multiple of four act together.
  const first = c.kernel.roles.slice(0, c.kernel.roles.indexOf(c.role)).reduce((n, r) => n + r.threads, 0);
  const together = 128;
  if (first % together !== 0 || c.role.threads % together !== 0) fail(`${intrinsic.name} needs groups of ${together} threads; role ${c.role.name} has threads ${first} to ${first + c.role.threads - 1}`);
}

export function checkCopy(c: OpContext, op: OpOf<'copyAsync'>): void {
  const fail = (message: string): void => c.fail(op, 'copy', message);
  const buffer = c.shared(op.buffer), from = c.kernel.buffers.find((b) => b.name === op.view.buffer);
  if (buffer === undefined || from === undefined) { c.fail(op, 'scope', `${buffer === undefined ? op.buffer : op.view.buffer} is not declared`); return; }
  if (op.view.index.length !== from.shape.length) c.fail(op, 'axes', `${from.name} has ${from.shape.length} dimensions, the view ${op.view.index.length} indices`);
  if (buffer.dtype !== from.dtype) fail(`${from.dtype} is copied into ${buffer.dtype}`);
  if (!c.kernel.pipes.some((p) => p.buffers.includes(op.buffer))) fail(`${op.buffer} belongs to no pipe`);
  if (op.view.fill !== 0 && op.view.guard.length > 0) fail('outside of the tensor a copy gives zeros');
  if (op.via === 'tma') { boxCopy(c, op, buffer, from); return; }
  if (op.layout.dims.length !== buffer.axes.length || op.layout.dims.some((d, n) => extentOf(d) !== buffer.sizes[n])) c.fail(op, 'layout', `the copy covers ${op.layout.dims.map(extentOf).join(' x ')}, the stage is ${buffer.sizes.join(' x ')}`);
  layoutFits(op.layout, c.role, c.options, (message) => c.fail(op, 'layout', message));
  const bytes = (op.view.vector * bitsOf(from.dtype)) / 8;
  if (!c.options.limits.asyncBytes.includes(bytes)) fail(`pieces of ${bytes} bytes; the target has ${c.options.limits.asyncBytes.join(', ') || 'none'}`);
}
