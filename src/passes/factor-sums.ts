/**
 * factor-sums: normal form -> normal form. Linearity: what does not vary along a sum leaves it, and conditions become the sum's own.
 *
 *   Y[m] = sum(k) A[m, k]*s[m]                 becomes  Y_f[m] = sum(k) A[m, k];  Y[m] = Y_f[m]*s[m]
 *   O[d] = sum(t) bf16(if c then e*r else 0)*V becomes  O_f[d] = sum(t where c) bf16(e)*V;  O[d] = O_f[d]*r      (r >= 0)
 * A factor crosses a rounding only when it is known to be non-negative: positive scaling commutes with float rounding. Positions that a condition
 * excludes contribute nothing, whatever stands beside them in the product.
 */
import { variable } from '../ir/index-expr.ts';
import type { Expr, Kernel, Statement, Tensor } from '../ir/tst.ts';
import { binary, constant, contains, freeAxes, isConstant, multiply, select, substituteAxes } from '../ir/tst-walk.ts';
import { isNonNegative, isRounding, signsOf } from './algebra.ts';
import { Names } from './names.ts';

interface Split { readonly outer: Expr; readonly inner: Expr; readonly where: Expr | undefined }

export function factorSums(kernel: Kernel): Kernel {
  const sign = signsOf(kernel);
  const names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name), ...kernel.statements.flatMap((s) => [...s.axes, ...(s.value.kind === 'reduce' ? s.value.axes : [])].map((a) => a.id))]);
  const tensors: Tensor[] = [...kernel.tensors];
  const statements: Statement[] = [];
  for (const s of kernel.statements) {
    const e = s.value;
    if (e.kind !== 'reduce' || e.op !== 'sum' || e.type !== 'f32' || e.acc !== 'f32') { statements.push(s); continue; }
    const bound = new Set(e.axes.map((a) => a.id));
    const split = splitBody(e.body, (x) => ![...freeAxes(x)].some((id) => bound.has(id)), sign);
    const where = both(e.where, split.where);
    if (isConstant(split.outer, 1)) { statements.push({ ...s, value: { ...e, where, body: split.inner } }); continue; }
    const axes = s.axes.map((a) => ({ ...a, id: names.axis(a.name) }));
    const rename = new Map(s.axes.map((a, i) => [a.id, variable(axes[i]!.id)]));
    const name = names.tensor(`${s.target}_f`);
    tensors.push({ name, role: 'temporary', dtype: 'f32', shape: axes.map((a) => a.extent), limit: undefined, span: s.span });
    statements.push({ ...s, target: name, axes, index: axes.map((a) => variable(a.id)), value: substituteAxes({ ...e, where, body: split.inner }, rename) });
    const read: Expr = { kind: 'read', tensor: name, index: s.axes.map((a) => variable(a.id)), gathers: {}, bounds: 'proved', fill: undefined, type: 'f32', span: s.span };
    // A sum of nothing is 0 whatever it is multiplied by: beside the empty maximum an exponential is infinite.
    statements.push({ ...s, value: contains(split.outer, isExponential) ? select(binary('eq', read, constant(0), 'bool'), constant(0), multiply(read, split.outer)) : multiply(read, split.outer) });
  }
  return { ...kernel, tensors, statements };
}

const isExponential = (e: Expr): boolean => e.kind === 'unary' && (e.op === 'exp' || e.op === 'exp2');
const both = (a: Expr | undefined, b: Expr | undefined): Expr | undefined => (a && b ? binary('and', a, b, 'bool') : a ?? b);

/** body = outer * inner with `outer` invariant, over the positions where `where` holds. */
function splitBody(e: Expr, isInvariant: (e: Expr) => boolean, sign: (tensor: string) => boolean): Split {
  const whole: Split = { outer: constant(1), inner: e, where: undefined };
  if (isInvariant(e)) return { outer: e, inner: constant(1), where: undefined };
  if (e.kind === 'binary' && e.op === 'mul') {
    const a = splitBody(e.a, isInvariant, sign), b = splitBody(e.b, isInvariant, sign);
    return { outer: multiply(a.outer, b.outer), inner: multiply(a.inner, b.inner), where: both(a.where, b.where) };
  }
  if (e.kind === 'binary' && e.op === 'div' && isInvariant(e.b)) {
    const a = splitBody(e.a, isInvariant, sign);
    return { ...a, outer: binary('div', a.outer, e.b) };
  }
  if (e.kind === 'select' && isConstant(e.else, 0)) {
    const a = splitBody(e.then, isInvariant, sign);
    // An invariant condition stays a factor: it decides the whole sum, not positions of it.
    if (isInvariant(e.cond)) return { ...a, outer: select(e.cond, a.outer, constant(0)) };
    return { ...a, where: both(e.cond, a.where) };
  }
  if (isRounding(e)) {
    const a = splitBody(e.a, isInvariant, sign);
    if (!isNonNegative(a.outer, sign)) return a.where && isConstant(a.outer, 1) ? { ...a, inner: { ...e, a: a.inner } } : whole;
    return { ...a, inner: { ...e, a: a.inner } };
  }
  return whole;
}
