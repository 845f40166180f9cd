/**
 * The default for products of known sizes with an operand that is rounded or widened on the way: its rows stay in the registers that wgmma takes them from, and boxes bring
 * the columns. Chosen where that takes less time than threads that fill a stage for mma.sync, by times of one step that were measured (docs/performance-log.md, section 2).
 */
import { bitsOf, type DType } from '../ir/dtype.ts';
import { isConst } from '../ir/index-expr.ts';
import type { Facts } from '../ir/index-facts.ts';
import { groupsOf, type Nest } from '../ir/nest.ts';
import type { Axis, Expr, Read } from '../ir/tst.ts';
import { plainRead } from '../partition/operand-read.ts';
import { exactType } from '../partition/operand-types.ts';
import { canMultiply, type Contraction, contractionOf } from '../partition/product.ts';
import type { Target } from '../targets/target.ts';
import { contiguousAlong, type TensorShapes } from './box-plan.ts';
import { type FilledPlan, filledPlan } from './filled-plan.ts';

interface Shape { readonly rows: number; readonly columns: number; /** Nanoseconds of one step. */ readonly step: number }
interface Rows { readonly shapes: readonly Shape[]; /** Operations a nanosecond and multiprocessor of the plan without wgmma. */ readonly otherwise: number }

/** The summed loop is taken in steps of so many elements: 128 bytes of 16-bit numbers. */
const depth = 64;
/** By what rows are in memory, on an H200; a step hardly depends on how many rows and columns it has, as threads wait for the loads of the next one. */
const ofFloats: Rows = { shapes: [{ rows: 128, columns: 256, step: 1300 }, { rows: 64, columns: 256, step: 1060 }, { rows: 128, columns: 128, step: 1200 }], otherwise: 1170 };
const ofBytes: Rows = { shapes: [{ rows: 128, columns: 256, step: 1310 }, { rows: 64, columns: 256, step: 1220 }, { rows: 128, columns: 128, step: 1080 }], otherwise: 1630 };

export function heldPlan(nest: Nest, tensors: TensorShapes, target: Target, facts: Facts): FilledPlan | undefined {
  const groups = [...groupsOf(nest)], [part] = groups[0]?.parts ?? [], over = groups[0]?.axes[0];
  if (target.boxCopies !== true || part === undefined || over === undefined || groups.length > 1 || groups[0]!.axes.length > 1) return undefined;
  const straight = contractionOf(part, [over.id], new Map(), () => false);
  const turned = straight && contractionOf(part, [over.id], new Map([[straight.n, 'm'], [straight.m, 'n']]), () => false);
  const found = [straight, turned].flatMap((c) => (c === undefined ? [] : planFor(c) ?? []));
  return found[0];

  function planFor(c: Contraction): FilledPlan | undefined {
    const read = converted(c.a), stored = read && tensors.get(read.tensor)?.dtype, types = [exactType(c.a, tensors), exactType(c.b, tensors)] as const;
    const rows = stored === undefined ? undefined : rowsOf(stored, types[0]);
    if (read?.bounds !== 'proved' || rows === undefined || !contiguousAlong(read, over!.id) || plainRead(c.b) === undefined || bitsOf(types[1]) !== 16) return undefined;
    const shape = fastest(rows, c);
    const intrinsic = shape && target.intrinsics.find((i) => i.operands === 'shared' && i.n === shape.columns && bitsOf(i.a.dtype) === 16 && canMultiply(i, ...types, part!));
    if (shape === undefined || intrinsic === undefined) return undefined;
    const filled = filledPlan(nest, tensors, target, facts, { c, intrinsic, held: new Set([read.tensor]), rows: shape.rows });
    // Without boxes of the columns threads would bring both.
    return typeof filled === 'string' || filled.plan.specialize === undefined ? undefined : filled;
  }

  /** The tile whose turns take least, where that is less than the other plan takes with all multiprocessors at work. */
  function fastest({ shapes, otherwise }: Rows, c: Contraction): Shape | undefined {
    const axes = new Map<string, Axis>([...nest.spatial, over!].map((a) => [a.id, a])), extent = (id: string): number | undefined => isConst(axes.get(id)?.extent ?? over!.extent);
    const [m, n, k] = [extent(c.m), extent(c.n), isConst(over!.extent)], batches = nest.spatial.filter((a) => a.id !== c.m && a.id !== c.n).map((a) => isConst(a.extent));
    if (m === undefined || n === undefined || k === undefined || k % depth !== 0 || batches.some((b) => b === undefined)) return undefined;
    const all = batches.reduce<number>((p, b) => p * b!, 1), most = target.multiprocessors ?? 132;
    // Rows past the last one would be asked for one by one.
    const timed = shapes.filter((s) => m % s.rows === 0).map((s) => ({ s, time: Math.ceil((all * (m / s.rows) * Math.ceil(n / s.columns)) / most) * (k / depth) * s.step }));
    const best = timed.reduce<(typeof timed)[number] | undefined>((a, b) => (a === undefined || b.time < a.time ? b : a), undefined);
    return best !== undefined && best.time < (2 * all * m * n * k) / otherwise / most ? best.s : undefined;
  }
}

/** The read that an operand is, behind any conversions: all that threads do to it costs next to nothing. */
function converted(e: Expr): Read | undefined {
  return e.kind === 'cast' ? converted(e.a) : plainRead(e);
}

/** What was measured: f32 rounded to 16 bits, and bytes that 16 bits hold. */
function rowsOf(stored: DType, as: DType): Rows | undefined {
  if (stored === 'f32') return bitsOf(as) === 16 ? ofFloats : undefined;
  return stored === 'i8' || stored === 'u8' ? ofBytes : undefined;
}
