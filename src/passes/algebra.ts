/** The algebra that factoring and streaming rest on: products, exponents, signs. */
import type { Expr, Kernel } from '../ir/tst.ts';
import { binary, constant, exprKey, isConstant, mapChildren, multiply } from '../ir/tst-walk.ts';

/** A cast that only rounds a float to a narrower float; positive scaling commutes with it up to that rounding (language contract, section 0). */
export const isRounding = (e: Expr): e is Extract<Expr, { kind: 'cast' }> => e.kind === 'cast' && e.type === 'f32' && e.a.type === 'f32';

/** Is the value >= 0 (or NaN) whatever the inputs? `of` answers for temporaries. */
export function isNonNegative(e: Expr, of: (tensor: string) => boolean): boolean {
  const go = (x: Expr): boolean => isNonNegative(x, of);
  switch (e.kind) {
    case 'const': return e.value >= 0;
    case 'read': return of(e.tensor);
    case 'unary': return e.op === 'exp' || e.op === 'exp2' || e.op === 'abs' || e.op === 'sqrt' || e.op === 'rsqrt' || (e.op === 'rcp' && go(e.a));
    case 'binary':
      if (e.op === 'mul' && exprKey(e.a) === exprKey(e.b)) return true;
      if (e.op === 'max') return go(e.a) || go(e.b);
      return (e.op === 'mul' || e.op === 'add' || e.op === 'div' || e.op === 'min') && go(e.a) && go(e.b);
    case 'select': return (go(e.then) || isGuardedReciprocal(e)) && go(e.else);
    case 'cast': return e.type !== 'bool' && go(e.a);
    case 'reduce': return (e.op === 'sum' || e.op === 'prod' || e.op === 'max' || e.op === 'min') && go(e.body) && e.op !== 'max' && e.op !== 'min';
    default: return false;
  }
}
/** if 0 < x then 1/x else ... */
const isGuardedReciprocal = (e: Extract<Expr, { kind: 'select' }>): boolean =>
  e.then.kind === 'unary' && e.then.op === 'rcp' && e.cond.kind === 'binary' && e.cond.op === 'lt' && isConstant(e.cond.a, 0) && exprKey(e.cond.b) === exprKey(e.then.a);

/** Signs of a kernel's temporaries, each from its own statement. */
export function signsOf(kernel: Kernel): (tensor: string) => boolean {
  const known = new Map<string, boolean>();
  const of = (name: string): boolean => known.get(name) ?? false;
  for (const s of kernel.statements) known.set(s.target, isNonNegative(s.value, of));
  return of;
}

interface Power { readonly expr: Expr; readonly power: number }
/** product of factors^power * exp(sum of terms * coefficient). */
export interface Product { readonly factors: Map<string, Power>; readonly exponent: Map<string, Power> }

const bump = (into: Map<string, Power>, expr: Expr, power: number): void => {
  const key = exprKey(expr);
  const sum = (into.get(key)?.power ?? 0) + power;
  if (sum === 0) into.delete(key); else into.set(key, { expr, power: sum });
};

/** Adds e^sign to the product. `if c then x else 0` counts as [c]*x; rounding casts are looked through. */
export function decompose(e: Expr, sign = 1, into: Product = { factors: new Map(), exponent: new Map() }): Product {
  if (e.kind === 'binary' && e.op === 'mul') { decompose(e.a, sign, into); decompose(e.b, sign, into); }
  else if (e.kind === 'binary' && e.op === 'div') { decompose(e.a, sign, into); decompose(e.b, -sign, into); }
  else if (e.kind === 'unary' && e.op === 'rcp') decompose(e.a, -sign, into);
  else if (e.kind === 'unary' && e.op === 'exp') linear(e.a, sign, into.exponent);
  else if (isRounding(e)) decompose(e.a, sign, into);
  else if (e.kind === 'select' && isConstant(e.else, 0)) { bump(into.factors, { ...e, then: constant(1) }, sign); decompose(e.then, sign, into); }
  else if (!isConstant(e, 1)) bump(into.factors, e, sign);
  return into;
}

/** Adds scale*e to a linear form over opaque expressions. */
export function linear(e: Expr, scale: number, into: Map<string, Power> = new Map()): Map<string, Power> {
  if (e.kind === 'binary' && (e.op === 'add' || e.op === 'sub')) { linear(e.a, scale, into); linear(e.b, e.op === 'add' ? scale : -scale, into); }
  else if (e.kind === 'unary' && e.op === 'neg') linear(e.a, -scale, into);
  else if (e.kind === 'binary' && e.op === 'mul' && e.a.kind === 'const') linear(e.b, scale * e.a.value, into);
  else if (e.kind === 'binary' && e.op === 'mul' && e.b.kind === 'const') linear(e.a, scale * e.b.value, into);
  else if (e.kind === 'const') bump(into, constant(1), scale * e.value);
  else bump(into, e, scale);
  return into;
}

/** The linear form as an expression; undefined when it is empty. */
export function linearExpr(form: ReadonlyMap<string, Power>): Expr | undefined {
  // Positive terms first, so that the text reads `old - new`.
  const terms = [...form.values()].sort((a, b) => Number(b.power > 0) - Number(a.power > 0));
  let sum: Expr | undefined;
  for (const { expr, power } of terms) {
    const size = Math.abs(power);
    const term = size === 1 ? expr : multiply(constant(size), expr);
    if (sum === undefined) sum = power > 0 ? term : { kind: 'unary', op: 'neg', a: term, type: 'f32' };
    else sum = binary(power > 0 ? 'add' : 'sub', sum, term);
  }
  return sum;
}

/** The product as an expression; undefined where a factor is left with a power other than 1 or -1. */
export function productExpr(p: Product): Expr | undefined {
  let result: Expr = constant(1);
  for (const { expr, power } of p.factors.values()) {
    if (power === 1) result = multiply(result, expr);
    else if (power === -1) result = binary('div', result, expr);
    else return undefined;
  }
  const exponent = linearExpr(p.exponent);
  return exponent === undefined ? result : multiply(result, { kind: 'unary', op: 'exp', a: exponent, type: 'f32' });
}

/** h[new]/h[old] as a product: what is common cancels. */
export function ratio(to: Expr, from: Expr): Product {
  return decompose(from, -1, decompose(to, 1));
}

/** Replaces reads of temporaries by other tensors of the same shape. */
export function renameReads(e: Expr, rename: ReadonlyMap<string, string>): Expr {
  const child = mapChildren(e, (x) => renameReads(x, rename));
  const to = child.kind === 'read' ? rename.get(child.tensor) : undefined;
  return child.kind === 'read' && to !== undefined ? { ...child, tensor: to } : child;
}
