/**
 * split-reductions: normal form -> normal form. A long reduction with few results is done in chunks by many groups, then merged.
 *
 *   T = sum(k: K) x[k]     becomes   T_chunk[c] = sum(i: L where c*L + i < K) x[c*L + i];  T = sum(c: 256) T_chunk[c]        L = ceil(K/256)
 * Without it one group would walk the whole axis while the rest of the machine waits. It costs a second launch, so known short axes stay whole.
 */
import { add, ceilDiv, isConst, mul, num, sub, variable } from '../ir/index-expr.ts';
import type { Axis, Expr, Kernel, Read, Reduce, Statement, Tensor } from '../ir/tst.ts';
import { binary, constant, rewrite, substituteAxes } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';
import { Names } from './names.ts';

const chunks = 256;
/** At most this many results count as few: one group each would not fill the machine. */
const fewResults = 32;
/** A known axis up to this length is walked by one group. */
const shortAxis = 16384;

export function splitReductions(kernel: Kernel, target: Target): Kernel {
  if (target.threads === 1) return kernel;
  const names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name)]);
  const axisNames = new Names(kernel.statements.flatMap((s) => [...s.axes, ...(s.value.kind === 'reduce' ? s.value.axes : [])].map((a) => a.id)));
  const tensors: Tensor[] = [...kernel.tensors];
  const statements = kernel.statements.flatMap((s) => {
    const e = s.value;
    if (e.kind !== 'reduce' || !isWorthSplitting(s, e)) return [s];
    const k = e.axes.at(-1)!;
    const axis = (name: string, extent: Axis['extent']): Axis => ({ ...k, id: axisNames.axis(name), name, extent });
    const length = ceilDiv(k.extent, num(chunks));
    const c = axis(`${k.name}_chunk`, num(chunks)), i = axis(k.name, length), outer = axis(`${k.name}_chunk`, num(chunks));
    const position = add(mul(variable(c.id), length), variable(i.id));
    const own = s.axes.map((a) => ({ ...a, id: axisNames.axis(a.name) }));
    const to = new Map([[k.id, position], ...s.axes.map((a, d) => [a.id, variable(own[d]!.id)] as const)]);
    const inside: Expr = binary('le', { kind: 'index', index: position, type: 'i32' }, { kind: 'index', index: sub(k.extent, num(1)), type: 'i32' }, 'bool');
    const chunked = (x: Expr): Expr => substituteAxes(guarded(x, k.id), to);
    const name = names.tensor(`${s.target}_chunk`);
    const partial: Reduce = { ...e, axes: [...e.axes.slice(0, -1), i], where: e.where ? binary('and', inside, chunked(e.where), 'bool') : inside, body: chunked(e.body) };
    tensors.push({ name, role: 'temporary', dtype: e.type === 'f32' ? 'f32' : 'i32', shape: [...own, c].map((a) => a.extent), limit: undefined, inMemory: true, span: s.span });
    const read: Read = { kind: 'read', tensor: name, index: [...s.axes, outer].map((a) => variable(a.id)), gathers: {}, bounds: 'proved', fill: undefined, type: e.type, span: s.span };
    const merge: Reduce = { ...e, axes: [outer], where: undefined, body: read };
    return [{ ...s, target: name, axes: [...own, c], index: [...own, c].map((a) => variable(a.id)), value: partial }, { ...s, value: merge }] satisfies Statement[];
  });
  return { ...kernel, tensors, statements };
}

function isWorthSplitting(s: Statement, e: Reduce): boolean {
  if (e.op === 'argmax' || e.op === 'argmin' || e.type === 'bool') return false;
  const results = s.axes.reduce<number | undefined>((n, a) => { const x = isConst(a.extent); return n === undefined || x === undefined ? undefined : n * x; }, 1);
  return results !== undefined && results <= fewResults && (isConst(e.axes.at(-1)!.extent) ?? Infinity) > shortAxis;
}

/** Reads along the split axis may now stand beyond its end, where their value is not used. */
function guarded(e: Expr, axis: string): Expr {
  return rewrite(e, (x) => {
    if (x.kind !== 'read' || x.bounds !== 'proved' || !x.index.some((i) => i.terms.some((t) => t.factors.some((f) => f.kind === 'variable' && f.id === axis)))) return undefined;
    return { ...x, bounds: 'fill', fill: constant(0, x.type), gathers: Object.fromEntries(Object.entries(x.gathers).map(([id, v]) => [id, guarded(v, axis)])) };
  });
}
