/**
 * split-scales: normal form -> normal form. Scales that do not vary within a group leave the inner sum.
 *
 *   Y = sum(k) X[k]*q[k]*s[floor(k/g)]     becomes   Y_group[ko] = sum(ki: g) X[g*ko + ki]*q[g*ko + ki];  Y = sum(ko) Y_group[ko]*s[ko]
 * What is left inside is a product of the stored numbers, which a matrix intrinsic can do where it could not do the scaled one without rounding an operand.
 * Only then is it worth it: elsewhere the scale is one more factor. Positions past the end of the last group read zeros.
 */
import { type DType, takes } from '../ir/dtype.ts';
import { add, ceilDiv, coefficient, isConst, mul, num, soleAtom, sub, substitute, variable, variablesOf, type IndexExpr } from '../ir/index-expr.ts';
import { divisibleBy, Facts, simplify } from '../ir/index-facts.ts';
import type { Axis, Expr, Kernel, Read, Reduce, Statement, Tensor } from '../ir/tst.ts';
import { binary, constant, contains, freeAxes, mapChildren, multiply, rewrite, substituteAxes } from '../ir/tst-walk.ts';
import { exactType } from '../partition/operand-types.ts';
import { contractionOf, factorsOf } from '../partition/product.ts';
import { isNarrow } from '../schedule/direct-plan.ts';
import { thinnest } from '../schedule/matrix-plan.ts';
import type { Target } from '../targets/target.ts';
import { Names } from './names.ts';
import { isZeroBeyond } from './split-reductions.ts';

type Sizes = Readonly<Record<string, number>>;
/** What a variant relies on: sizes known to be small, and what others are multiples of. */
export interface Known { readonly atMost: Sizes; readonly assumes: Sizes }

export function splitScales(kernel: Kernel, target: Target, known: Known = { atMost: {}, assumes: {} }): Kernel {
  const names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name)]);
  const axisNames = new Names(kernel.statements.flatMap((s) => [...s.axes, ...(s.value.kind === 'reduce' ? s.value.axes : [])].map((a) => a.id)));
  const tensors: Tensor[] = [...kernel.tensors];
  const types = new Map(kernel.tensors.map((t) => [t.name, t]));
  const split = (s: Statement): Statement[] => {
    const e = s.value;
    if (e.kind !== 'reduce' || e.op !== 'sum' || e.type !== 'f32' || e.axes.length !== 1 || e.where !== undefined) return [s];
    const k = e.axes[0]!;
    const factors = factorsOf(e.body);
    const g = factors.map((f) => groupOf(f, k.id)).find((n) => n !== undefined);
    if (g === undefined) return [s];
    const ko: Axis = { ...k, id: axisNames.axis(`${k.name}_group`), name: `${k.name}_group`, extent: ceilDiv(k.extent, num(g)), pieces: { kind: 'groups', of: k.name } };
    const ki: Axis = { ...k, id: axisNames.axis(k.name), extent: num(g) };
    const position = add(mul(variable(ko.id), num(g)), variable(ki.id));
    const facts = Facts.none.withVariable(ko.id, ko.extent).withVariable(ki.id, ki.extent);
    const placed = factors.map((f) => indices(substituteAxes(guarded(f, k.id), new Map([[k.id, position]])), (i) => simplify(i, facts)));
    // Zeros past the end say that nothing is there; a factor that goes on past it needs to be told.
    const inside = factors.filter((f) => freeAxes(f).has(k.id) && groupOf(f, k.id) === undefined).every((f) => isZeroBeyond(throughCasts(f), k, tensors)) || (isConst(k.extent) ?? 1) % g === 0
      ? undefined : binary('le', { kind: 'index', index: position, type: 'i32' }, { kind: 'index', index: sub(k.extent, num(1)), type: 'i32' }, 'bool');
    const scales = placed.filter((f) => !freeAxes(f).has(ki.id)), rest = placed.filter((f) => freeAxes(f).has(ki.id));
    const inner = rest.map((f) => exactType(f, types));
    const isWorthIt = target.intrinsics.some((i) => i.m * i.n > 1 && i.d.dtype === 'f32' && inner.every((t) => takes(i.a.dtype, t)));
    if (mustStayWhole(s, e, inner, target, known)) return [s];
    if (scales.length === 0 || rest.length < 2 || !isWorthIt) return [s];
    const own = s.axes.map((a) => ({ ...a, id: axisNames.axis(a.name) })), group: Axis = { ...ko, id: axisNames.axis(`${k.name}_group`) };
    const rename = new Map([...s.axes.map((a, i) => [a.id, variable(own[i]!.id)] as const), [ko.id, variable(group.id)] as const]);
    const name = names.tensor(`${s.target}_group`);
    const axes = [...own, group];
    tensors.push({ name, role: 'temporary', dtype: 'f32', shape: axes.map((a) => a.extent), limit: undefined, span: s.span });
    const partial: Reduce = { ...e, axes: [ki], where: inside && substituteAxes(inside, rename), body: rest.map((f) => substituteAxes(f, rename)).reduce(multiply) };
    const read: Read = { kind: 'read', tensor: name, index: [...s.axes, ko].map((a) => variable(a.id)), gathers: {}, bounds: 'proved', fill: undefined, type: 'f32', span: s.span };
    const merge: Reduce = { ...e, axes: [ko], body: multiply(read, scales.reduce(multiply)) };
    return [{ ...s, target: name, axes, index: axes.map((a) => variable(a.id)), value: partial }, { ...s, value: merge }];
  };
  return { ...kernel, tensors, statements: kernel.statements.flatMap(split) };
}

/** Four-bit weights that one access takes. */
const wholeWords = 32;

/** Whether one side of the product is known to be too thin for tiles, and the other has no narrow weights that make up for it. */
function mustStayWhole(s: Statement, e: Reduce, types: readonly DType[], target: Target, { atMost, assumes }: Known): boolean {
  const k = e.axes[0]!.extent, atom = soleAtom(k), multiple = isConst(k) ?? (atom?.kind === 'size' ? assumes[atom.id] : undefined) ?? 1;
  if (target.lanes === 32 && types.some(isNarrow) && multiple % wholeWords === 0) return false;
  const c = contractionOf({ ...e, name: s.target, kept: s.axes.map((a) => a.id), rescale: undefined }, e.axes.map((a) => a.id), new Map(), () => false);
  const most = (a: Axis): number => { const atom = soleAtom(a.extent); return isConst(a.extent) ?? (atom?.kind === 'size' ? atMost[atom.id] : undefined) ?? thinnest; };
  return c !== undefined && s.axes.some((a) => (a.id === c.m || a.id === c.n) && most(a) < thinnest);
}

/** g, where the factor depends on the axis only as floor((axis + a multiple of g)/g). */
function groupOf(e: Expr, axis: string): number | undefined {
  let group: number | undefined;
  const visit = (i: IndexExpr): void => {
    for (const t of i.terms) for (const f of t.factors) {
      const by = f.kind === 'floordiv' ? isConst(f.b) : undefined;
      if (f.kind !== 'floordiv' || by === undefined || isConst(coefficient(f.a, axis) ?? num(0)) !== 1) continue;
      // Where the axis begins, a group does.
      if (divisibleBy(sub(f.a, variable(axis)), by, Facts.none)) group = by;
    }
  };
  contains(e, (x) => { if (x.kind === 'read') x.index.forEach(visit); return false; });
  return group;
}

/** The read below changes of type, which keep 0. */
const throughCasts = (e: Expr): Expr => (e.kind === 'cast' ? throughCasts(e.a) : e);

const indices = (e: Expr, f: (i: IndexExpr) => IndexExpr): Expr => mapChildren(e, (c) => indices(c, f), f);

/** Reads along the axis itself may stand beyond its end in the last group: zeros, which add nothing. */
function guarded(e: Expr, axis: string): Expr {
  return rewrite(e, (x) => (x.kind === 'read' && x.bounds === 'proved' && x.index.some((i) => variablesOf(withoutDivisions(i)).has(axis)) ? { ...x, bounds: 'fill', fill: constant(0, x.type) } : undefined));
}
const withoutDivisions = (i: IndexExpr): IndexExpr => substitute({ ...i, terms: i.terms.filter((t) => t.factors.every((f) => f.kind !== 'floordiv')) }, () => undefined);
