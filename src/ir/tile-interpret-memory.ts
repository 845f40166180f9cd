/** Device memory of the interpreters: logical element values, rounded to the stored type, with every access checked against the shape. */
import { CompilerBug } from '../diagnostics/bug.ts';
import type { Span } from '../diagnostics/span.ts';
import type { DType } from './dtype.ts';
import { evaluate } from './index-expr.ts';
import { roundTo } from './round.ts';
import { TileFault } from './tile-fault.ts';
import type { Compute } from './tile-interpret-scope.ts';
import type { GlobalBuffer, TileKernel, View } from './tile.ts';
import type { IndexExpr } from './index-expr.ts';

export type Sizes = Readonly<Record<string, number>>;
export type Buffers = ReadonlyMap<string, Float64Array>;

export interface Memory {
  readonly name: string;
  readonly dtype: DType;
  readonly role: GlobalBuffer['role'];
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function sizeOf(sizes: Sizes, name: string): number {
  const value = sizes[name];
  if (value === undefined) throw new CompilerBug(`size ${name} is not given`);
  return value;
}

/** Inputs are copied and rounded to their type; outputs start as NaN, and so does scratch that is not given. */
export function makeMemories(kernel: TileKernel, sizes: Sizes, buffers: Buffers): Map<string, Memory> {
  return new Map(kernel.buffers.map((b): [string, Memory] => {
    const shape = b.shape.map((e) => evaluate(e, (_, id) => sizeOf(sizes, id)));
    const count = shape.reduce((n, s) => n * s, 1);
    const given = b.role === 'output' ? undefined : buffers.get(b.name);
    if (given === undefined && b.role === 'input') throw new CompilerBug(`buffer ${b.name} is not given`);
    if (given !== undefined && given.length !== count) throw new CompilerBug(`buffer ${b.name} has ${given.length} elements, its shape ${shape.join(' x ')} needs ${count}`);
    return [b.name, { name: b.name, dtype: b.dtype, role: b.role, shape, data: given === undefined ? new Float64Array(count).fill(NaN) : given.map((x) => roundTo(b.dtype, x)) }];
  }));
}

/** What the caller gets: everything the kernel may have written. */
export const results = (memories: ReadonlyMap<string, Memory>): Map<string, Float64Array> =>
  new Map([...memories.values()].filter((m) => m.role !== 'input').map((m) => [m.name, m.data]));

/** The flat address of the element at hand, or -1 where a guard fails. Leaving the tensor is a fault. */
export function compileAddress(view: View, memory: Memory, span: Span, index: (e: IndexExpr) => Compute): Compute {
  const guards = view.guard.map(index);
  const positions = view.index.map(index);
  const { shape, name } = memory;
  if (positions.length !== shape.length) throw new TileFault('bounds', `${name} has ${shape.length} dimensions, the view ${positions.length} indices`, span);
  const clamped = shape.map((_, d) => view.clamp.includes(d));
  return () => {
    for (const g of guards) if (!(g() >= 0)) return -1;
    let flat = 0;
    for (let d = 0; d < positions.length; d++) {
      const extent = shape[d]!;
      let i = positions[d]!();
      if (clamped[d]) i = i < 0 ? 0 : i >= extent ? extent - 1 : i;
      if (!(i >= 0 && i < extent)) throw new TileFault('bounds', `${name}: index ${i} of dimension ${d} is outside 0..${extent}`, span);
      flat = flat * extent + i;
    }
    return flat;
  };
}
