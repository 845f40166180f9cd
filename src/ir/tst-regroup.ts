/**
 * What a sum may differ by because a target fuses and regroups: WGSL lets it ("Reassociation and Fusion" in the specification), and drivers do so.
 * - a*b - c becomes one operation, though f32(a*b) asks for a rounding of the product: off by half a unit of the product.
 * - c1 + (x - c2) becomes x + (c1 - c2): the new constant is rounded, and x + c1 - c2 is not in between.
 * - (c1 + x)*c2 becomes x*c2 + c1*c2, one operation.
 */
import { u } from './tst-error.ts';
import { fits, type Num } from './tst-number.ts';
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

/** Code of that difference for a sum of the operands a and b; '0' where there is none. */
export function regrouping(e: Sum, a: Num, b: Num): string {
  const products = ([[e.a, a], [e.b, b]] as const).filter(([x, n]) => isRoundedProduct(x) && !fits(n.grid)).map(([, n]) => `(Math.abs(${n.v}) < Infinity ? ${u} * Math.abs(${n.v}) : 0)`);
  const terms = constants(e);
  const folded = terms.length < 2 ? 0 : terms.reduce((sum, c) => sum + Math.abs(c), 0);
  return [...products, ...(folded === 0 ? [] : [String(2 * u * folded)])].join(' + ') || '0';
}
