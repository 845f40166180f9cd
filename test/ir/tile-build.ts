/** Short forms for writing tile kernels by hand in tests. */
import { span } from '../../src/diagnostics/span.ts';
import type { DType, ValueType } from '../../src/ir/dtype.ts';
import { type IndexExpr, add, ceilDiv, floorDiv, mod, mul, num, size, sub, value, variable } from '../../src/ir/index-expr.ts';
import { type Layout, layout, parseDim } from '../../src/ir/layout.ts';
import type { BinaryOp, UnaryOp } from '../../src/ir/scalar.ts';
import type { AxisInfo, Op, OpOf, Operand, Reducer, SharedBuffer, TileDecl, TileExpr, TileKernel, View } from '../../src/ir/tile.ts';
import { partA, partB } from '../../src/ir/tile.ts';

export { add, ceilDiv, floorDiv, mod, mul, num, size, sub, value, variable };
export const v = variable;
/** Every op gets a span of its own, so that a failure can be told from its neighbours'. */
let position = 0;
const here = (): { span: ReturnType<typeof span> } => ({ span: span('test.tdsl', position++, position) });

export const bits = (...dims: string[]): Layout => layout(dims.map(parseDim));
export const axis = (id: string, extent: IndexExpr | number, tile: number, base: IndexExpr | number = 0): AxisInfo => ({ id, name: id, extent: ix(extent), tile, base: ix(base) });
export const ix = (e: IndexExpr | number): IndexExpr => (typeof e === 'number' ? num(e) : e);
export const tile = (id: number, name: string, dtype: DType, axes: string[], l: Layout, more: { mutable?: boolean; packed?: boolean } = {}): TileDecl => ({ id, name, dtype, axes, layout: l, mutable: more.mutable ?? false, packed: more.packed ?? false });
export const shared = (id: string, dtype: DType, axes: string[], sizes: number[], more: { stages?: number; swizzle?: 0 | 32 | 64 | 128; pad?: number } = {}): SharedBuffer => ({ id, dtype, axes, sizes, stages: more.stages ?? 1, swizzle: more.swizzle ?? 0, pad: more.pad ?? 0 });
export const view = (buffer: string, index: (IndexExpr | number)[], more: { guard?: IndexExpr[]; fill?: number; clamp?: number[]; vector?: number } = {}): View => ({ buffer, index: index.map(ix), guard: more.guard ?? [], fill: more.fill ?? 0, clamp: more.clamp ?? [], vector: more.vector ?? 1 });
/** limit - 1 - e >= 0 */
export const below = (e: IndexExpr, limit: IndexExpr | number): IndexExpr => sub(sub(ix(limit), e), num(1));

export const loop = (name: string, count: IndexExpr | number, body: Op[]): Op => ({ ...here(), kind: 'for', variable: name, count: ix(count), unroll: false, body });
export const when = (nonNegative: IndexExpr[], then: Op[], otherwise: Op[] = []): Op => ({ ...here(), kind: 'if', nonNegative, then, else: otherwise });
export const bind = (name: string, to: IndexExpr, body: Op[]): Op => ({ ...here(), kind: 'let', variable: name, value: to, body });
export const load = (dst: number, from: View): Op => ({ ...here(), kind: 'load', dst, view: from });
export const store = (src: number, to: View): Op => ({ ...here(), kind: 'store', src, view: to });
export const storeShared = (src: number, buffer: string, stage: IndexExpr | number = 0, vector = 1): Op => ({ ...here(), kind: 'storeShared', src, buffer, stage: ix(stage), vector });
export const loadShared = (dst: number, buffer: string, stage: IndexExpr | number = 0, vector = 1): Op => ({ ...here(), kind: 'loadShared', dst, buffer, stage: ix(stage), vector });
export const copyAsync = (buffer: string, stage: IndexExpr, from: View, l: Layout, via: 'cp_async' | 'tma' = 'cp_async'): Op => ({ ...here(), kind: 'copyAsync', buffer, stage, view: from, layout: l, via });
export const map = (dst: number, expr: TileExpr): Op => ({ ...here(), kind: 'map', dst, expr });
export const reduce = (reducer: Reducer, srcs: number[], over: OpOf<'reduce'>['over'], dsts: number[]): Op => ({ ...here(), kind: 'reduce', reducer, srcs, over, dsts });
export const mma = (acc: number, a: Operand | number, b: Operand | number, over: string, intrinsic: string, isAsync = false): Op => ({ ...here(), kind: 'mma', acc, a: operand(a), b: operand(b), over, intrinsic, isAsync });
const operand = (o: Operand | number): Operand => (typeof o === 'number' ? { kind: 'tile', tile: o } : o);
export const inShared = (buffer: string, stage: IndexExpr | number = 0): Operand => ({ kind: 'shared', buffer, stage: ix(stage) });
export const mmaWait = (pending: number): Op => ({ ...here(), kind: 'mmaWait', pending });
export const acquire = (pipe: string): Op => ({ ...here(), kind: 'acquire', pipe });
export const commit = (pipe: string): Op => ({ ...here(), kind: 'commit', pipe });
export const release = (pipe: string): Op => ({ ...here(), kind: 'release', pipe });
export const wait = (pipe: string, ahead = 0): Op => ({ ...here(), kind: 'wait', pipe, ahead });
export const convert = (src: number, dst: number, scratch?: string): Op => ({ ...here(), kind: 'convert', src, dst, scratch });
export const barrier = (): Op => ({ ...here(), kind: 'barrier' });

export const f = (x: number): TileExpr => ({ kind: 'const', value: x, type: 'f32' });
export const t = (id: number, type: ValueType = 'f32'): TileExpr => ({ kind: 'tile', tile: id, type });
export const inside = (...nonNegative: IndexExpr[]): TileExpr => ({ kind: 'inside', nonNegative, type: 'bool' });
export const un = (op: UnaryOp, a: TileExpr): TileExpr => ({ kind: 'unary', op, a, type: a.type });
export const bin = (op: BinaryOp, a: TileExpr, b: TileExpr, type: ValueType = a.type): TileExpr => ({ kind: 'binary', op, a, b, type });
export const select = (cond: TileExpr, then: TileExpr, otherwise: TileExpr): TileExpr => ({ kind: 'select', cond, then, else: otherwise, type: then.type });
export const cast = (to: DType, a: TileExpr, type: ValueType): TileExpr => ({ kind: 'cast', to, a, type });

export const sum: Reducer = { name: 'sum', identity: [0], merge: [bin('add', t(partA(0)), t(partB(0)))] };
export const largest: Reducer = { name: 'max', identity: [-3.4028234663852886e38], merge: [bin('max', t(partA(0)), t(partB(0)))] };
/** (m, l): the running maximum and the sum of exponentials below it. */
export const softmaxPair: Reducer = (() => {
  const m = bin('max', t(partA(0)), t(partB(0)));
  const part = (mPart: number, lPart: number): TileExpr => bin('mul', t(lPart), un('exp', bin('sub', t(mPart), m)));
  return { name: 'softmax', identity: [-3.4028234663852886e38, 0], merge: [m, bin('add', part(partA(0), partA(1)), part(partB(0), partB(1)))] };
})();

type Defaults = 'panels' | 'shared' | 'pipes' | 'assumes' | 'target';
export function kernel(k: Omit<TileKernel, Defaults> & Partial<Pick<TileKernel, Defaults>>): TileKernel {
  return { panels: undefined, shared: [], pipes: [], assumes: {}, target: 'cuda', ...k };
}
export const one = (threads: number, body: Op[], registers?: number): TileKernel['roles'] => [{ name: 'all', threads, registers, body }];
