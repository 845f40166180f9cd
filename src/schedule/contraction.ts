/** Which reductions are products of a row operand and a column operand, and which intrinsics can do them without narrowing anything. */
import type { DType } from '../ir/dtype.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import type { Part } from '../ir/nest.ts';
import type { Expr, Tensor } from '../ir/tst.ts';
import { constant, freeAxes, isConstant, multiply } from '../ir/tst-walk.ts';

/** sum(over) a*b where a varies along m but not n and b along n but not m. */
export interface Contraction { readonly m: string; readonly n: string; readonly a: Expr; readonly b: Expr }

/** `isRow`: axes already known to be rows (or columns) of another product of the launch; `columns` in order of preference. */
export function contractionOf(part: Part, loopAxes: readonly string[], known: ReadonlyMap<string, 'm' | 'n'>, extentOne: (axis: string) => boolean): Contraction | undefined {
  if (part.op !== 'sum' || part.type === 'bool') return undefined;
  const factors = factorsOf(part.body);
  const free = factors.map(freeAxes);
  if (!factors.some((_, i) => loopAxes.some((k) => free[i]!.has(k)))) return undefined;
  const kept = part.kept.filter((id) => !extentOne(id));
  const separate = (m: string, n: string): boolean => !free.some((f) => f.has(m) && f.has(n)) && free.some((f) => f.has(m)) && free.some((f) => f.has(n));
  const fits = (m: string, n: string): boolean => (known.get(m) ?? 'm') === 'm' && (known.get(n) ?? 'n') === 'n';
  // Later axes are contiguous in what is stored, so columns are sought from the end.
  for (const n of [...kept].reverse()) {
    for (const m of [...kept].reverse()) {
      if (m === n || !separate(m, n) || !fits(m, n)) continue;
      const side = (has: string, other: string): Expr => factors.filter((_, i) => free[i]!.has(has) || (has === n && !free[i]!.has(other))).reduce(multiply, constant(1, part.type));
      return { m, n, a: side(m, n), b: side(n, m) };
    }
  }
  return undefined;
}

export function factorsOf(e: Expr): Expr[] {
  if (e.kind === 'binary' && e.op === 'mul') return [...factorsOf(e.a), ...factorsOf(e.b)];
  return isConstant(e, 1) ? [] : [e];
}

/** The narrowest stored type that holds every value of the expression exactly; f32 or i32 where nothing narrower is known. */
export function exactType(e: Expr, tensors: ReadonlyMap<string, Pick<Tensor, 'dtype'>>): DType {
  switch (e.kind) {
    case 'read': return tensors.get(e.tensor)?.dtype ?? (e.type === 'f32' ? 'f32' : 'i32');
    case 'cast':
      if (e.type === 'f32' && e.a.type === 'f32') return e.to;
      if (e.type === 'f32' && e.a.type === 'i32') return exactType(e.a, tensors);
      return e.type === 'f32' ? 'f32' : 'i32';
    case 'select': return isConstant(e.else, 0) ? exactType(e.then, tensors) : e.type === 'f32' ? 'f32' : 'i32';
    default: return e.type === 'f32' ? 'f32' : 'i32';
  }
}

const holds: Readonly<Record<string, readonly DType[]>> = {
  f16: ['f16', 'i8', 'u8', 'int4', 'uint4'],
  bf16: ['bf16', 'i8', 'u8', 'int4', 'uint4'],
  i8: ['i8', 'int4', 'uint4'],
  // tf32 keeps 10 fraction bits and f32's exponent, so both 16-bit floats fit.
  f32: ['f16', 'bf16', 'i8', 'u8', 'int4', 'uint4'],
};

/** Does the intrinsic compute the product exactly as the source says: operands held exactly, sums in the accumulator type asked for? */
export function canMultiply(intrinsic: MmaIntrinsic, a: DType, b: DType, part: Part): boolean {
  const sums = part.type === 'i32' ? intrinsic.d.dtype === 'i32' : intrinsic.d.dtype === (part.acc === 'f16' ? 'f16' : 'f32');
  return sums && takes(intrinsic.a.dtype, a) && takes(intrinsic.b.dtype, b);
}

/** Does an operand of type `wide` hold every value of `type` exactly? */
export const takes = (wide: DType, type: DType): boolean => (holds[wide] ?? []).includes(type);
