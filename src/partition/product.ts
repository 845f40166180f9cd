/**
 * Matching the running sums of a launch onto matrix instructions: how the compiler chooses an intrinsic on CUDA and WGSL.
 *
 * A candidate gives each index of the intrinsic one loop: two kept ones and a summed one; all other loops stay outside. On a GPU an operand is any
 * expression, computed while its tile is brought to where the instruction reads it, so the access test of many-to-one matching (Z ⋆ Y = X and X ⋆ Yᵀ = Z, AMOS)
 * decides, and factors of the product that share loops go into one operand. Operand types are the last step (operand-types.ts).
 */
import type { DType } from '../ir/dtype.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import type { Part } from '../ir/nest.ts';
import type { Expr } from '../ir/tst.ts';
import { conjuncts, constant, freeAxes, isConstant, multiply } from '../ir/tst-walk.ts';
import { axesOf, type Computation } from './computation.ts';
import { gpuIntrinsic } from './library-gpu.ts';
import { accessBits, validate } from './many-to-one.ts';
import { permutations } from './match.ts';
import { hasTypes } from './operand-types.ts';

/** sum(over) a*b where a varies along m but not n and b along n but not m; and so does each condition of the sum, which masks the one or the other. */
export interface Contraction { readonly m: string; readonly n: string; readonly a: Expr; readonly b: Expr }

/** Every target has it, and all matrix instructions mean a product of this form. */
const plainest = 'fma_1x1x1';
/** Accesses of a product: A[i, k], B[k, j] and the result, as bits over i, j and k. */
interface Meaning { readonly z: readonly number[]; readonly indices: number; readonly combiner: Computation['combiner'] }
const meanings = new WeakMap<Computation, Meaning>();
function meaningOf(c: Computation): Meaning {
  const known = meanings.get(c) ?? { z: accessBits(c, permutations(c.operands.length)[0] ?? [], axesOf(c)), indices: axesOf(c).length, combiner: c.combiner };
  meanings.set(c, known);
  return known;
}
const productMeaning = (): Meaning => meaningOf(gpuIntrinsic(plainest)!.computation);

/** `isOne`: loops of one turn, which make no rows or columns. `known`: axes already known to be rows (or columns) of another product of the launch. */
export function contractionOf(part: Part, loopAxes: readonly string[], known: ReadonlyMap<string, 'm' | 'n'>, isOne: (axis: string) => boolean): Contraction | undefined {
  const meaning = productMeaning();
  if (part.op !== meaning.combiner || part.type === 'bool') return undefined;
  const factors = factorsOf(part.body), free = factors.map(freeAxes), conditions = conjuncts(part.where).map(freeAxes);
  const kept = part.kept.filter((id) => !isOne(id));
  // Later axes are contiguous in what is stored, so columns are sought from the end. A fragment has one axis of rows: that of a product before is taken where it fits.
  const rows = [...kept].reverse().sort((a, b) => Number(known.get(b) === 'm') - Number(known.get(a) === 'm'));
  for (const n of [...kept].reverse()) for (const m of rows) {
    if (m === n || (known.get(m) ?? 'm') !== 'm' || (known.get(n) ?? 'n') !== 'n' || conditions.some((f) => f.has(m) && f.has(n))) continue;
    const inA = free.map((f) => f.has(m));
    if (!loopAxes.some((k) => matches(meaning, free, inA, [m, n, k]))) continue;
    const side = (a: boolean): Expr => factors.filter((_, i) => inA[i] === a).reduce(multiply, constant(1, part.type));
    return { m, n, a: side(true), b: side(false) };
  }
  return undefined;
}

/** The access test: factors of A are those that vary along its kept loop, all others are B's. */
function matches(meaning: Meaning, free: readonly ReadonlySet<string>[], inA: readonly boolean[], loops: readonly [string, string, string]): boolean {
  const row = (a: boolean): number => loops.reduce((bits, id, j) => bits | (Number(free.some((f, i) => inA[i] === a && f.has(id))) << j), 0);
  const result = 0b011;
  return validate([row(true), row(false), result], loops.map((_, j) => 1 << j), meaning.z, meaning.indices);
}

export function factorsOf(e: Expr): Expr[] {
  if (e.kind === 'binary' && e.op === 'mul') return [...factorsOf(e.a), ...factorsOf(e.b)];
  return isConstant(e, 1) ? [] : [e];
}

/** Does the intrinsic, as it is declared, compute this product exactly as the source says? */
export function canMultiply(intrinsic: MmaIntrinsic, a: DType, b: DType, part: Pick<Part, 'type' | 'acc'>): boolean {
  const declared = gpuIntrinsic(intrinsic.name);
  if (declared === undefined) return false;
  const { z, indices } = meaningOf(declared.computation), product = productMeaning();
  return indices === product.indices && validate(product.z, Array.from({ length: indices }, (_, j) => 1 << j), z, indices) && hasTypes(declared, a, b, part);
}
