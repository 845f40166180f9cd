/**
 * What a sum may differ by because a target fuses and regroups: WGSL lets it ("Reassociation and Fusion" in the specification), and drivers do so.
 * - a*b - c becomes one operation, though f32(a*b) asks for a rounding of the product: off by half a unit of the product.
 * - c1 + (x - c2) becomes x + (c1 - c2): the new constant is rounded, and x + c1 - c2 is not in between.
 * - (c1 + x)*c2 becomes x*c2 + c1*c2, one operation.
 * - x*c1 + (y + x*c2) becomes x*(c1 + c2) + y: the new constant and the product are rounded, and y + x*c2 is not in between.
 */
import { u } from './tst-error.ts';
import { fits, type Num, plus } from './tst-number.ts';
import { exprKey } from './tst-walk.ts';
import type { Expr } from './tst.ts';

type Sum = Extract<Expr, { kind: 'binary' }>;
export const isSum = (e: Expr): e is Sum => e.kind === 'binary' && e.type === 'f32' && (e.op === 'add' || e.op === 'sub');

const isRoundedProduct = (e: Expr): boolean =>
  e.kind === 'cast' && e.to === 'f32' && e.a.type === 'f32' && e.a.kind === 'binary' && e.a.op === 'mul';

/** The constants among the terms of a sum of sums. */
function constants(e: Expr): readonly number[] {
  if (e.kind === 'const') return [e.value];
  if (e.kind === 'unary' && e.op === 'neg') return constants(e.a);
  return isSum(e) ? [...constants(e.a), ...constants(e.b)] : [];
}

/** Code of what a product of a sum and a constant may differ by; '0' where e is none. */
export function distributing(e: Expr, a: Num, b: Num): string {
  if (e.kind !== 'binary' || e.type !== 'f32' || e.op !== 'mul') return '0';
  const [sum, factor] = isSum(e.a) ? [a, e.b] : isSum(e.b) ? [b, e.a] : [a, undefined], [by] = factor === undefined || isSum(factor) ? [] : constants(factor);
  const terms = constants(isSum(e.a) ? e.a : e.b);
  if (by === undefined || terms.length === 0) return '0';
  const folded = terms.reduce((n, c) => n + Math.abs(c), 0);
  return `(Math.abs(${sum.v}) < Infinity ? ${u * Math.abs(by)} * (Math.abs(${sum.v}) + ${2 * folded}) : 0)`;
}

/** One term of a sum, `of` times the constant `by`; of constants `of` is undefined. */
interface Term { readonly of: Expr | undefined; readonly by: number }
const keyOf = ({ of }: Term): string => (of === undefined ? '' : exprKey(of));

/** The terms of a sum of sums, of which none is 0 times something. */
function termsOf(e: Expr, by = 1): readonly Term[] {
  if (by === 0) return [];
  if (e.kind === 'const') return e.value === 0 ? [] : [{ of: undefined, by: by * e.value }];
  if (e.kind === 'cast' && e.to === 'f32' && e.a.type === 'f32') return termsOf(e.a, by);
  if (e.kind === 'unary' && e.op === 'neg') return termsOf(e.a, -by);
  if (e.kind === 'binary' && e.type === 'f32' && e.op === 'mul') {
    const [x, c] = e.b.kind === 'const' ? [e.a, e.b.value] : e.a.kind === 'const' ? [e.b, e.a.value] : [e, undefined];
    // A product of a sum is taken as it is: its terms are another matter.
    if (c !== undefined) return isSum(x) ? (c === 0 ? [] : [{ of: x, by: by * c }]) : termsOf(x, by * c);
  }
  return isSum(e) ? [...termsOf(e.a, by), ...termsOf(e.b, e.op === 'sub' ? -by : by)] : [{ of: e, by }];
}

/** Code of what a sum may differ by where both operands have terms that are multiples of the same; '0' where there are none. `compile` gives the value of a term that is none of the operands. */
function collecting(e: Sum, a: Num, b: Num, compile: (e: Expr) => Num): string {
  const left = termsOf(e.a), right = termsOf(e.b, e.op === 'sub' ? -1 : 1), keys = new Set(left.map(keyOf));
  const like = new Set(right.map(keyOf).filter((key) => key !== '' && keys.has(key)));
  if (like.size === 0) return '0';
  const sums = new Map<string, { of: Expr | undefined; by: number }>();
  for (const t of [...left, ...right]) {
    const sum = sums.get(keyOf(t));
    if (sum === undefined) sums.set(keyOf(t), { ...t });
    else sum.by += t.by;
  }
  const size = (key: string, { of, by }: Term): string => {
    if (of === undefined) return String(Math.abs(by));
    const [operand, value] = left.length === 1 && left[0] !== undefined && keyOf(left[0]) === key ? [left[0], a] : right.length === 1 && right[0] !== undefined && keyOf(right[0]) === key ? [right[0], b] : [undefined, compile(of)];
    return `${Math.abs(operand === undefined ? by : by / operand.by)} * Math.abs(${value.v})`;
  };
  const merged = [...sums].filter(([, { by }]) => by !== 0).map(([key, t]) => {
    const isRounded = Math.log2(Math.abs(t.by)) % 1 !== 0, roundings = like.has(key) ? (isRounded ? 1 : 0) + (Math.fround(t.by) === t.by ? 0 : 1) : 0;
    return { roundings, key, t };
  });
  // Sums of all but one of the merged terms come between, in any order.
  const between = Math.max(0, merged.length - 2);
  const parts = merged.filter(({ roundings }) => roundings + between > 0).map(({ roundings, key, t }) => `${roundings + between} * ${size(key, t)}`);
  return parts.length === 0 ? '0' : `S.finite(${u} * (${parts.join(' + ')}))`;
}

/** Code of that difference for a sum of the operands a and b; '0' where there is none. */
export function regrouping(e: Sum, a: Num, b: Num, compile: (e: Expr) => Num): string {
  const products = ([[e.a, a], [e.b, b]] as const).filter(([x, n]) => isRoundedProduct(x) && !fits(n.grid)).map(([, n]) => `(Math.abs(${n.v}) < Infinity ? ${u} * Math.abs(${n.v}) : 0)`);
  const terms = constants(e);
  const folded = terms.length < 2 ? 0 : terms.reduce((sum, c) => sum + Math.abs(c), 0);
  return plus(...products, ...(folded === 0 ? [] : [String(2 * u * folded)]), collecting(e, a, b, compile));
}
