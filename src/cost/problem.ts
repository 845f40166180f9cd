/** A layer on an accelerator as numbers: what every cost model counts. Loops are the interface's: those of the intrinsic, then those of software. */
import { bitsOf } from '../ir/dtype.ts';
import { evaluate, type IndexExpr, isConst } from '../ir/index-expr.ts';
import type { Kernel } from '../ir/tst.ts';
import type { Computation, Dimension } from '../partition/computation.ts';
import type { Intrinsic } from '../partition/declare.ts';
import { type Loop, loopsOf } from '../partition/interface.ts';
import type { Grouping } from '../partition/many-to-one.ts';
import type { Design, Value } from '../partition/space.ts';

/** A tensor's dimension: Σ step·axis, `full` elements long. Axes are numbered over all loops. */
export interface TileDimension { readonly axes: readonly number[]; readonly steps: readonly number[]; readonly full: number }
export interface TensorUse {
  readonly name: string;
  readonly dimensions: readonly TileDimension[];
  readonly bytes: number;
  /** By loop: does the tensor vary along it? */
  readonly varies: readonly boolean[];
}

export interface Problem {
  readonly computation: Computation;
  readonly intrinsic: Intrinsic;
  readonly selection: Grouping;
  readonly design: Design;
  readonly sizes: Readonly<Record<string, number>>;
  readonly loops: readonly Loop[];
  /** Of each axis: its loop, and its extent. Within a loop the last axis varies fastest. */
  readonly axisLoop: readonly number[];
  readonly axisExtent: readonly number[];
  readonly inputs: readonly TensorUse[];
  readonly output: TensorUse;
  readonly macs: number;
}

/** `kernel` in normal form. */
export function problemOf(kernel: Kernel, c: Computation, intrinsic: Intrinsic, selection: Grouping, design: Design, sizes: Readonly<Record<string, number>>): Problem {
  const loops = loopsOf(c, intrinsic, selection, design, sizes);
  const axes = loops.flatMap((l, loop) => l.axes.map((a, k) => ({ id: a.id, loop, extent: l.extents[k] ?? 1 })));
  const at = new Map(axes.map((a, i) => [a.id, i]));
  const number = (e: IndexExpr): number => evaluate(e, (kind, id) => (kind === 'size' ? sizes[id] ?? 0 : 0));
  const use = (name: string, dimensions: readonly Dimension[]): TensorUse => {
    const tensor = kernel.tensors.find((t) => t.name === name);
    const dims = dimensions.map((d, k): TileDimension => {
      const ids = [...new Set([...d.coefficients.keys(), ...d.tangled])].filter((id) => at.has(id));
      const extent = tensor?.shape[k];
      return { axes: ids.map((id) => at.get(id) ?? 0), steps: ids.map((id) => { const f = d.coefficients.get(id); return Math.abs(f === undefined ? 1 : isConst(f) ?? number(f)) || 1; }), full: extent === undefined ? 1 : number(extent) };
    });
    return { name, dimensions: dims, bytes: (tensor === undefined ? 32 : bitsOf(tensor.dtype)) / 8, varies: loops.map((_, l) => dims.some((d) => d.axes.some((a) => axes[a]?.loop === l))) };
  };
  return {
    computation: c, intrinsic, selection, design, sizes, loops,
    axisLoop: axes.map((a) => a.loop), axisExtent: axes.map((a) => a.extent),
    inputs: selection.order.map((from) => c.operands[from]!).map((o) => use(o.name, o.dimensions)),
    output: { ...use(c.statement.target, c.output), name: c.name },
    macs: loops.reduce((n, l) => n * l.total, 1),
  };
}

/** The same layer and match on another design of the same accelerator. `steps`: the extents that it gives to the intrinsic's indices. */
export const problemOn = (p: Problem, design: Design, steps: ReadonlyMap<string, number>): Problem => ({ ...p, design, loops: p.loops.map((l) => (l.index === undefined ? l : { ...l, step: steps.get(l.id) ?? 1 })) });

/** A parameter of the design as a number. */
export function parameter(design: Design, name: string, otherwise: number): number {
  const v: Value | undefined = design[name];
  return typeof v === 'number' ? v : otherwise;
}
/** Elements of the array: x·y. */
export const arraySize = (design: Design): number => parameter(design, 'x', 1) * parameter(design, 'y', 1);
