/**
 * pieces: normal form -> normal form in which loops end where a condition on their index changes. With b a size expression:
 *
 *   Y = sum(k: K) (if k < b then A[k] else B[k - b])*W[k]
 *                    becomes   Y_1 = sum(k: b) A[k]*W[k];  Y_2 = sum(k: K - b) B[k]*W[b + k];  Y = Y_1 + Y_2
 *   let S[k: K] = if k < b then f(A[k]) else f(B[k - b])
 *                    becomes   S_1[k: b] = f(A[k]);  S_2[k: K - b] = f(B[k]);  reads of S at an index choose
 *
 *   O = sum(t) exp(P[t] - M)*V[t]    with M = max(M_1, M_2)
 *                    becomes   O_1 = sum(t) exp(P_1[t] - M_1)*V_1[t], … ;  O = O_1*exp(M_1 - M) + O_2*exp(M_2 - M)
 *
 * So what `concat` joins is read from each piece with the piece's own storage, and merged by the reduction's own operator.
 */
import { add, coefficient, type IndexExpr, isConst, neg, num, sub, valuesOf, variable, variablesOf } from '../ir/index-expr.ts';
import { Facts, proveInside, proveNonNegative } from '../ir/index-facts.ts';
import type { Axis, Expr, Kernel, Read, Reduce, Statement, Tensor } from '../ir/tst.ts';
import { binary, combinerOf, contains, mapChildren, mapStatement, readsIn, readsOf, rewrite, select, substituteAxes, walk } from '../ir/tst-walk.ts';
import { Names } from './names.ts';

export function pieces(kernel: Kernel): Kernel {
  const chooses = (s: Statement): boolean => contains(s.value, (e) => e.kind === 'select' && breakOf(e.cond) !== undefined);
  return kernel.statements.some(chooses) ? new Pieces(kernel).run() : kernel;
}

/** `axis < at`, with `at` over sizes alone. */
interface Break { readonly axis: string; readonly at: IndexExpr }
/** The parts of a tensor along one dimension, and where each begins. */
interface Joined { readonly dim: number; readonly starts: readonly IndexExpr[]; readonly parts: readonly string[] }

/** The condition `index < at` of an index that is a variable plus something over sizes. */
function breakOf(cond: Expr): Break | undefined {
  if (cond.kind !== 'binary' || cond.op !== 'lt') return undefined;
  const a = indexIn(cond.a), b = indexIn(cond.b);
  if (a === undefined || b === undefined) return undefined;
  const room = sub(b, a), [axis, ...others] = variablesOf(room);
  if (axis === undefined || others.length > 0 || valuesOf(room).size > 0 || isConst(coefficient(room, axis) ?? num(0)) !== -1) return undefined;
  return { axis, at: add(room, variable(axis)) };
}
const indexIn = (e: Expr): IndexExpr | undefined => (e.kind === 'index' ? e.index : e.kind === 'const' && e.type === 'i32' ? num(e.value) : undefined);

class Pieces {
  private readonly tensors: Map<string, Tensor>;
  private readonly statements: Statement[] = [];
  private readonly joined = new Map<string, Joined>();
  private readonly names: Names;
  private readonly axisNames: Names;
  private readonly facts: Facts;
  /** The maxima over the pieces of those that have been split, by the name of the maximum over all. */
  private readonly maxima = new Map<string, readonly string[]>();
  /** Tensors read in ways that need them whole. */
  private readonly whole = new Set<string>();

  constructor(private readonly kernel: Kernel) {
    this.tensors = new Map(kernel.tensors.map((t) => [t.name, t]));
    this.names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name)]);
    this.axisNames = new Names(kernel.statements.flatMap((s) => [...s.axes, ...(s.value.kind === 'reduce' ? s.value.axes : [])].map((a) => a.id)));
    let facts = Facts.none;
    for (const f of kernel.facts) facts = f.relation === 'zero' ? facts.withEqual(f.expr, num(0)) : facts.withNonNegative(f.expr);
    this.facts = facts;
    for (const s of kernel.statements) for (const r of readsIn(s)) if (r.bounds !== 'proved' || r.index.some((i) => valuesOf(i).size > 0)) this.whole.add(r.tensor);
    for (const t of kernel.tensors) if (t.role !== 'temporary' || t.inMemory === true || t.limit !== undefined) this.whole.add(t.name);
  }

  run(): Kernel {
    for (const s of this.kernel.statements) this.statement(mapStatement(s, (e) => this.chosen(e)));
    const made = new Set(this.statements.map((s) => s.target));
    return { ...this.kernel, tensors: [...this.tensors.values()].filter((t) => t.role !== 'temporary' || made.has(t.name)), statements: this.statements };
  }

  /** Reads of joined tensors as choices between their parts. */
  private chosen(e: Expr): Expr {
    const x = mapChildren(e, (child) => this.chosen(child));
    const joined = x.kind === 'read' ? this.joined.get(x.tensor) : undefined;
    if (x.kind !== 'read' || joined === undefined) return x;
    const at = x.index[joined.dim]!;
    const part = (n: number): Expr => ({ ...x, tensor: joined.parts[n]!, index: x.index.map((i, d) => (d === joined.dim ? sub(i, joined.starts[n]!) : i)), bounds: 'clamp' });
    return joined.starts.slice(1).reduceRight<Expr>((rest, start, n) => select(binary('lt', { kind: 'index', index: at, type: 'i32' }, { kind: 'index', index: start, type: 'i32' }, 'bool'), part(n), rest), part(joined.parts.length - 1));
  }

  private statement(s: Statement): void {
    if (s.value.kind === 'reduce' && s.value.op !== 'argmax' && s.value.op !== 'argmin') {
      const { value } = s;
      for (const axis of value.axes) {
        const cuts = this.cuts(value, axis);
        if (cuts.length > 0) { this.split(s, value, axis, cuts); return; }
      }
    }
    const tensor = this.tensors.get(s.target);
    if (tensor !== undefined && !this.whole.has(s.target)) {
      for (const [dim, axis] of s.axes.entries()) {
        const cuts = this.cuts(s.value, axis);
        if (cuts.length > 0) { this.cutTensor(s, tensor, dim, axis, cuts); return; }
      }
    }
    this.statements.push(s);
  }

  /** Places strictly inside the axis where a choice changes, in rising order. */
  private cuts(e: Expr, axis: Axis): IndexExpr[] {
    const found: IndexExpr[] = [];
    walk(e, (x) => {
      const b = x.kind === 'select' ? breakOf(x.cond) : undefined;
      if (b === undefined || b.axis !== axis.id || found.some((f) => f.key === b.at.key)) return;
      // Only places that are known to lie on the axis.
      if (proveNonNegative(b.at, this.facts) && proveNonNegative(sub(axis.extent, b.at), this.facts) && isConst(b.at) !== 0 && !proveNonNegative(sub(b.at, axis.extent), this.facts)) found.push(b.at);
    });
    const rising: IndexExpr[] = [];
    for (const at of found) {
      const place = rising.findIndex((r) => proveNonNegative(sub(r, at), this.facts));
      const after = place < 0 ? rising.at(-1) : undefined;
      if (after !== undefined && !proveNonNegative(sub(at, after), this.facts)) continue;
      const before = place > 0 ? rising[place - 1] : undefined;
      if (before !== undefined && !proveNonNegative(sub(at, before), this.facts)) continue;
      if (place < 0) rising.push(at); else rising.splice(place, 0, at);
    }
    return rising;
  }

  /** The axis within each of its pieces, and where it stands on the whole. */
  private segments(axis: Axis, cuts: readonly IndexExpr[]): { readonly axis: Axis; readonly start: IndexExpr }[] {
    const starts = [num(0), ...cuts];
    return starts.map((start, n) => ({ start, axis: { ...axis, id: this.axisNames.axis(axis.name), extent: sub(starts[n + 1] ?? axis.extent, start) } }));
  }

  private split(s: Statement, value: Reduce, axis: Axis, cuts: readonly IndexExpr[]): void {
    const tensor = this.tensors.get(s.target);
    const type = value.type;
    const segments = this.segments(axis, cuts);
    const shift = value.op === 'sum' ? this.shiftOf(value.body, segments.length) : undefined;
    const names: string[] = [];
    const parts = segments.map((segment, n): Expr => {
      const own = s.axes.map((a) => ({ ...a, id: this.axisNames.axis(a.name) }));
      const inner = value.axes.map((a) => (a === axis ? segment.axis : { ...a, id: this.axisNames.axis(a.name) }));
      const to = new Map([...s.axes.map((a, i) => [a.id, variable(own[i]!.id)] as const), ...value.axes.map((a, i) => [a.id, a === axis ? add(variable(segment.axis.id), segment.start) : variable(inner[i]!.id)] as const)]);
      const facts = this.knowing([...own, ...inner]);
      const within = (e: Expr): Expr => this.settled(substituteAxes(e, to), facts);
      const name = this.names.tensor(`${s.target}_piece`);
      this.tensors.set(name, { name, role: 'temporary', dtype: type, shape: own.map((a) => a.extent), limit: undefined, span: tensor?.span ?? s.span });
      names.push(name);
      // Each piece goes by its own maximum, so that its sum streams with it.
      const local: Read | undefined = shift && { ...shift, tensor: this.maxima.get(shift.tensor)![n]! };
      const body = shift === undefined || local === undefined ? value.body : rewrite(value.body, (x) => (x.kind === 'read' && x.tensor === shift.tensor ? local : undefined));
      this.statement({ target: name, axes: own, index: own.map((a) => variable(a.id)), value: { ...value, axes: inner, where: value.where && within(value.where), body: within(body) }, span: s.span });
      const read: Read = { kind: 'read', tensor: name, index: s.axes.map((a) => variable(a.id)), gathers: {}, bounds: 'proved', fill: undefined, type, span: s.span };
      const part = this.chosen(read);
      return shift === undefined || local === undefined ? part : binary('mul', part, { kind: 'unary', op: 'exp', a: binary('sub', local, shift), type: 'f32' });
    });
    if (value.op === 'max') this.maxima.set(s.target, names);
    this.statement({ ...s, value: parts.reduce((a, b) => binary(combinerOf(value.op), a, b)) });
  }

  /** The M of a factor exp(x - M) of the body, where M is the maximum over the same pieces and stands nowhere else. */
  private shiftOf(body: Expr, count: number): Read | undefined {
    const found: Read[] = [];
    const factor = (e: Expr): void => {
      if (e.kind === 'binary' && e.op === 'mul') { factor(e.a); factor(e.b); }
      if (e.kind === 'unary' && e.op === 'exp' && e.a.kind === 'binary' && e.a.op === 'sub' && e.a.b.kind === 'read' && this.maxima.get(e.a.b.tensor)?.length === count) found.push(e.a.b);
    };
    factor(body);
    const [only] = found;
    return only !== undefined && readsOf(body).filter((r) => r.tensor === only.tensor).length === 1 ? only : undefined;
  }

  private cutTensor(s: Statement, tensor: Tensor, dim: number, axis: Axis, cuts: readonly IndexExpr[]): void {
    const parts = this.segments(axis, cuts).map((segment) => {
      const own = s.axes.map((a) => (a === axis ? segment.axis : { ...a, id: this.axisNames.axis(a.name) }));
      const bound = s.value.kind === 'reduce' ? s.value.axes.map((a) => ({ ...a, id: this.axisNames.axis(a.name) })) : [];
      const inner = s.value.kind === 'reduce' ? s.value.axes : [];
      const to = new Map([...s.axes.map((a, i) => [a.id, a === axis ? add(variable(segment.axis.id), segment.start) : variable(own[i]!.id)] as const), ...inner.map((a, i) => [a.id, variable(bound[i]!.id)] as const)]);
      const facts = this.knowing([...own, ...bound]);
      const moved = (e: Expr): Expr => this.settled(substituteAxes(e, to), facts);
      const value: Expr = s.value.kind === 'reduce' ? { ...s.value, axes: bound, where: s.value.where && moved(s.value.where), body: moved(s.value.body) } : moved(s.value);
      const name = this.names.tensor(`${s.target}_piece`);
      this.tensors.set(name, { ...tensor, name, shape: own.map((a) => a.extent) });
      this.statement({ ...s, target: name, axes: own, index: own.map((a) => variable(a.id)), value });
      return { name, start: segment.start };
    });
    this.joined.set(s.target, { dim, starts: parts.map((p) => p.start), parts: parts.map((p) => p.name) });
  }

  private knowing(axes: readonly Axis[]): Facts { return this.facts.withVariables(axes.map((a) => [a.id, a.extent] as const)); }

  /** Choices that are known within the piece are made; reads that are known to be inside need no guard. */
  private settled(e: Expr, facts: Facts): Expr {
    const x = mapChildren(e, (child) => this.settled(child, facts));
    if (x.kind === 'select') {
      const known = this.holds(x.cond, facts);
      return known === undefined ? x : known ? x.then : x.else;
    }
    if (x.kind !== 'read' || x.bounds !== 'clamp') return x;
    const shape = this.tensors.get(x.tensor)?.shape ?? [];
    const isInside = x.index.every((i, d) => valuesOf(i).size === 0 && shape[d] !== undefined && proveInside(i, shape[d], facts));
    return isInside ? { ...x, bounds: 'proved' } : x;
  }
  private holds(cond: Expr, facts: Facts): boolean | undefined {
    const b = breakOf(cond);
    if (b === undefined) return undefined;
    const room = sub(sub(b.at, variable(b.axis)), num(1));
    return proveNonNegative(room, facts) ? true : proveNonNegative(sub(neg(room), num(1)), facts) ? false : undefined;
  }
}
