/** Rules about matrix products, reductions and asynchronous copies: `mma`, `reduce`, `copy`. */
import { bitsOf } from './dtype.ts';
import { bitIndex, registerTable, sliceTo, threadBitsOf, threadKey } from './layout-query.ts';
import { partialDim } from './layout-build.ts';
import { type DimLayout, type Layout, extentOf, isThreadBit, sameBit } from './layout.ts';
import type { MmaIntrinsic } from './intrinsic.ts';
import { layoutFits } from './tile-validate-declarations.ts';
import type { OpContext } from './tile-validate-ops.ts';
import { tilesOfExpr, typeOfExpr, visitExpr } from './tile-uses.ts';
import type { OpOf, Operand, TileDecl } from './tile.ts';

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
  const wide = acc.axes.filter((_, d) => extentOf(acc.layout.dims[d]!) > 1);
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
  sides.forEach((s, n) => {
    if (s.operand.kind === 'global') { fail(`operand ${s.name} of ${intrinsic.name} lies in device memory`); return; }
    if (s.operand.kind !== 'tile') return;
    const t = c.tile(s.operand.tile)!;
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

export function checkCopy(c: OpContext, op: OpOf<'copyAsync'>): void {
  const fail = (message: string): void => c.fail(op, 'copy', message);
  const buffer = c.shared(op.buffer), from = c.kernel.buffers.find((b) => b.name === op.view.buffer);
  if (buffer === undefined || from === undefined) { c.fail(op, 'scope', `${buffer === undefined ? op.buffer : op.view.buffer} is not declared`); return; }
  if (op.view.index.length !== from.shape.length) c.fail(op, 'axes', `${from.name} has ${from.shape.length} dimensions, the view ${op.view.index.length} indices`);
  if (buffer.dtype !== from.dtype) fail(`${from.dtype} is copied into ${buffer.dtype}`);
  if (!c.kernel.pipes.some((p) => p.buffers.includes(op.buffer))) fail(`${op.buffer} belongs to no pipe`);
  if (op.view.fill !== 0 && op.view.guard.length > 0) fail('outside of the tensor a copy gives zeros');
  if (op.via === 'tma') { if (op.view.clamp.length > 0) fail('a box copy cannot clamp'); return; }
  if (op.layout.dims.length !== buffer.axes.length || op.layout.dims.some((d, n) => extentOf(d) !== buffer.sizes[n])) c.fail(op, 'layout', `the copy covers ${op.layout.dims.map(extentOf).join(' x ')}, the stage is ${buffer.sizes.join(' x ')}`);
  layoutFits(op.layout, c.role, c.options, (message) => c.fail(op, 'layout', message));
  const bytes = (op.view.vector * bitsOf(from.dtype)) / 8;
  if (!c.options.limits.asyncBytes.includes(bytes)) fail(`pieces of ${bytes} bytes; the target has ${c.options.limits.asyncBytes.join(', ') || 'none'}`);
}
