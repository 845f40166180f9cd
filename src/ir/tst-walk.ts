/** Walking and rebuilding tensor syntax trees: what every pass over `Expr` shares. */
import { unreachable } from '../diagnostics/bug.ts';
import type { ValueType } from './dtype.ts';
import { type IndexExpr, soleAtom, substitute, variable, variablesOf } from './index-expr.ts';
import type { BinaryOp } from './scalar.ts';
import type { Axis, Expr, Read, Reduce, Statement } from './tst.ts';

export const constant = (value: number, type: ValueType = 'f32'): Expr => ({ kind: 'const', value, type });
export const binary = (op: BinaryOp, a: Expr, b: Expr, type: ValueType = a.type): Expr => ({ kind: 'binary', op, a, b, type });
export const multiply = (a: Expr, b: Expr): Expr => (isConstant(a, 1) ? b : isConstant(b, 1) ? a : binary('mul', a, b));
export const select = (cond: Expr, then: Expr, otherwise: Expr): Expr => ({ kind: 'select', cond, then, else: otherwise, type: then.type });
export const isConstant = (e: Expr, value: number): boolean => e.kind === 'const' && e.value === value;

/** The same node with `f` applied to every direct child expression; `g` to every index. Children that come back unchanged keep the node. */
export function mapChildren(e: Expr, f: (child: Expr) => Expr, g: (index: IndexExpr) => IndexExpr = (i) => i): Expr {
  switch (e.kind) {
    case 'const': return e;
    case 'index': { const index = g(e.index); return index === e.index ? e : { ...e, index }; }
    case 'read': return {
      ...e, index: e.index.map(g), fill: e.fill && f(e.fill),
      gathers: Object.fromEntries(Object.entries(e.gathers).map(([id, v]) => [id, f(v)])),
    };
    case 'unary': return { ...e, a: f(e.a) };
    case 'binary': return { ...e, a: f(e.a), b: f(e.b) };
    case 'select': return { ...e, cond: f(e.cond), then: f(e.then), else: f(e.else) };
    case 'cast': return { ...e, a: f(e.a) };
    case 'reduce': return { ...e, axes: e.axes.map((a) => mapAxis(a, g)), where: e.where && f(e.where), body: f(e.body) };
    case 'scan': return { ...e, axis: mapAxis(e.axis, g), at: g(e.at), where: e.where && f(e.where), body: f(e.body) };
    case 'topk': return { ...e, axis: mapAxis(e.axis, g), at: g(e.at), count: g(e.count), where: e.where && f(e.where), body: f(e.body) };
    case 'softmax': return { ...e, axis: mapAxis(e.axis, g), where: e.where && f(e.where), body: f(e.body) };
    default: return unreachable(e);
  }
}
const mapAxis = (axis: Axis, g: (index: IndexExpr) => IndexExpr): Axis => ({ ...axis, extent: g(axis.extent) });

export function childrenOf(e: Expr): Expr[] {
  const found: Expr[] = [];
  mapChildren(e, (child) => { found.push(child); return child; });
  return found;
}

/** Calls `visit` on the node and everything below it, parents first. */
export function walk(e: Expr, visit: (e: Expr) => void): void {
  visit(e);
  for (const child of childrenOf(e)) walk(child, visit);
}

export function readsOf(e: Expr): Read[] {
  const reads: Read[] = [];
  walk(e, (n) => { if (n.kind === 'read') reads.push(n); });
  return reads;
}
/** The statement's value and the run-time integers among its positions. */
export const expressionsIn = (s: Statement): Expr[] => [s.value, ...Object.values(s.update?.gathers ?? {})];
export const readsIn = (s: Statement): Read[] => expressionsIn(s).flatMap(readsOf);
/** The statement with `f` applied to each of those, and `g` to its positions. */
export function mapStatement(s: Statement, f: (e: Expr) => Expr, g: (index: IndexExpr) => IndexExpr = (i) => i): Statement {
  const { update } = s;
  return {
    ...s, value: f(s.value), index: s.index.map(g),
    ...(update === undefined ? {} : { update: { ...update, gathers: Object.fromEntries(Object.entries(update.gathers).map(([id, e]) => [id, f(e)])) } }),
  };
}
export const contains = (e: Expr, test: (e: Expr) => boolean): boolean => test(e) || childrenOf(e).some((c) => contains(c, test));

/** Ids of the axes that the expression uses and does not bind itself. */
export function freeAxes(e: Expr): Set<string> {
  const free = new Set<string>();
  collectFree(e, new Set(), free);
  return free;
}
function collectFree(e: Expr, bound: ReadonlySet<string>, free: Set<string>): void {
  if (e.kind === 'scan' || e.kind === 'topk') {
    for (const id of variablesOf(e.at)) if (!bound.has(id)) free.add(id);
    const own = new Set([...bound, e.axis.id]);
    for (const child of e.where ? [e.where, e.body] : [e.body]) collectFree(child, own, free);
    return;
  }
  const inner = e.kind === 'reduce' ? new Set([...bound, ...e.axes.map((a) => a.id)]) : e.kind === 'softmax' ? new Set([...bound, e.axis.id]) : bound;
  // The axis of a softmax is bound for its body and free outside: its value is taken at that axis.
  if (e.kind === 'softmax') free.add(e.axis.id);
  mapChildren(e, (child) => { collectFree(child, inner, free); return child; }, (index) => {
    for (const id of variablesOf(index)) if (!bound.has(id) && !inner.has(id)) free.add(id);
    return index;
  });
}

/** Replaces axes by index expressions, everywhere in the tree. A softmax moves with its axis, which is bound for its body and free outside. */
export function substituteAxes(e: Expr, replace: ReadonlyMap<string, IndexExpr>): Expr {
  if (replace.size === 0) return e;
  const index = (i: IndexExpr): IndexExpr => substitute(i, (atom) => (atom.kind === 'variable' ? replace.get(atom.id) : undefined));
  const go = (x: Expr): Expr => {
    const moved = x.kind === 'softmax' ? replace.get(x.axis.id) : undefined;
    return x.kind === 'softmax' && moved !== undefined ? movedSoftmax(x, replace, moved) : mapChildren(x, go, index);
  };
  return go(e);
}

/** The softmax along the axis that stands for its own now; at another place, the sum over all positions of the one that is meant. */
function movedSoftmax(e: Extract<Expr, { kind: 'softmax' }>, replace: ReadonlyMap<string, IndexExpr>, to: IndexExpr): Expr {
  const atom = soleAtom(to), id = atom?.kind === 'variable' ? atom.id : `${e.axis.id}'at`;
  const inside = new Map([...replace, [e.axis.id, variable(id)]]);
  const outside = (i: IndexExpr): IndexExpr => substitute(i, (a) => (a.kind === 'variable' ? replace.get(a.id) : undefined));
  const axis: Axis = { ...e.axis, id, extent: outside(e.axis.extent) };
  const along: Expr = { ...e, axis, where: e.where && substituteAxes(e.where, inside), body: substituteAxes(e.body, inside) };
  if (atom?.kind === 'variable') return along;
  const here = binary('eq', { kind: 'index', index: variable(id), type: 'i32' }, { kind: 'index', index: to, type: 'i32' }, 'bool');
  return { kind: 'reduce', op: 'sum', axes: [axis], where: here, body: along, acc: 'f32', type: 'f32', span: e.span };
}

/** Replaces whole nodes, parents first; a replaced node is not entered. */
export function rewrite(e: Expr, replace: (e: Expr) => Expr | undefined): Expr {
  return replace(e) ?? mapChildren(e, (child) => rewrite(child, replace));
}

/** Text that is equal exactly when two expressions are the same tree (bound axes compared by id). */
export function exprKey(e: Expr): string {
  const parts: string[] = [];
  switch (e.kind) {
    case 'const': return `#${e.value}:${e.type}`;
    case 'index': return `@${e.index.key}`;
    case 'read': return `${e.tensor}[${e.index.map((i) => i.key).join(',')}|${Object.entries(e.gathers).map(([id, v]) => `${id}=${exprKey(v)}`).join(';')}|${e.bounds}|${e.fill ? exprKey(e.fill) : ''}]`;
    case 'unary': parts.push(e.op); break;
    case 'binary': parts.push(e.op); break;
    case 'select': parts.push('?'); break;
    case 'cast': parts.push(`to ${e.to} ${e.type}`); break;
    case 'reduce': parts.push(`${e.op}<${e.acc}>`, ...e.axes.map((a) => `${a.id}:${a.extent.key}`), e.where ? exprKey(e.where) : ''); return `(${parts.join(' ')} ${exprKey(e.body)})`;
    case 'scan': case 'topk': return `(${e.kind} ${e.axis.id}:${e.axis.extent.key} @${e.at.key} ${e.where ? exprKey(e.where) : ''} ${exprKey(e.body)})`;
    case 'softmax': return `(softmax ${e.axis.id} ${e.where ? exprKey(e.where) : ''} ${exprKey(e.body)})`;
    default: return unreachable(e);
  }
  return `(${parts.join(' ')} ${childrenOf(e).map(exprKey).join(' ')})`;
}

/** The value a reduction starts from, and gives where nothing is reduced. */
export function identityOf(op: Reduce['op'], type: ValueType, lowest: number): number {
  switch (op) {
    case 'sum': case 'any': return 0;
    case 'prod': case 'all': return 1;
    case 'max': case 'argmax': return type === 'i32' ? -(2 ** 31) : lowest;
    case 'min': case 'argmin': return type === 'i32' ? 2 ** 31 - 1 : -lowest;
    default: return unreachable(op);
  }
}
export const combinerOf = (op: Reduce['op']): BinaryOp => {
  switch (op) {
    case 'sum': return 'add';
    case 'prod': return 'mul';
    case 'max': case 'argmax': return 'max';
    case 'min': case 'argmin': return 'min';
    case 'any': return 'or';
    case 'all': return 'and';
    default: return unreachable(op);
  }
};

/** What all has to hold for the condition to hold. */
export function conjuncts(e: Expr | undefined): Expr[] {
  if (e === undefined) return [];
  return e.kind === 'binary' && e.op === 'and' ? [...conjuncts(e.a), ...conjuncts(e.b)] : [e];
}
