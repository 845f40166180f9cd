/**
 * The oracle's own lowering: one statement becomes cells, each a value for every point of its axes, in dependency order.
 * A reduction that does not vary along all axes around it gets a cell of its own, so that it is computed once for each point it depends
 * on; softmax becomes the three cells of its definition (body, maximum, sum),
 * scan and top-k a cell whose rows follow from those of another. Nothing is rounded between a cell and its use.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import type { DType } from './dtype.ts';
import { variable, variablesOf } from './index-expr.ts';
import { binary, constant, contains, freeAxes, mapChildren, select, substituteAxes } from './tst-walk.ts';
import type { Axis, Expr, Read, Reduce, Scan, Statement, TopK } from './tst.ts';

export interface Cell {
  readonly name: string;
  readonly axes: readonly Axis[];
  readonly value: Expr;
  readonly type: DType;
  /** Not from `value`, but from rows of other cells over the same axes, whose last is the row's. */
  readonly rows?: { readonly op: 'scan' | 'topk'; readonly of: string; readonly counts: string | undefined };
}
type Softmax = Extract<Expr, { kind: 'softmax' }>;

/** Hidden cells, then what is left of the value of the statement with that number. Names of cells begin with `#`, as no name of the language does. */
export function hoist(s: Statement, number: number): { cells: readonly Cell[]; value: Expr } {
  const cells: Cell[] = [];
  const makeCell = (axes: readonly Axis[], value: Expr): Read => {
    const bad = axes.find((a) => variablesOf(a.extent).size > 0);
    if (bad) throw new CompilerBug(`the extent of ${bad.id} depends on another index`);
    const name = `#${number}.${cells.length}`;
    cells.push({ name, axes, value, type: value.type });
    return { kind: 'read', tensor: name, index: axes.map((a) => variable(a.id)), gathers: {}, bounds: 'proved', fill: undefined, type: value.type, span: s.span };
  };
  const lower = (e: Expr, around: readonly Axis[]): Expr => {
    switch (e.kind) {
      case 'reduce': {
        const inner = [...around, ...e.axes];
        const reduced: Reduce = { ...e, where: e.where && lower(e.where, inner), body: lower(e.body, inner) };
        const free = freeAxes(reduced);
        const own = around.filter((a) => free.has(a.id));
        return own.length === around.length ? reduced : makeCell(own, reduced);
      }
      case 'softmax': return lowerSoftmax(e, around);
      case 'scan': case 'topk': return lowerRows(e, around);
      default: return mapChildren(e, (child) => lower(child, around));
    }
  };
  const lowerRows = (e: Scan | TopK, around: readonly Axis[]): Expr => {
    const inner = [...around, e.axis];
    const free = new Set([...freeAxes(e.body), ...(e.where ? freeAxes(e.where) : [])]);
    const own = around.filter((a) => free.has(a.id));
    const body = makeCell([...own, e.axis], lower(e.body, inner));
    const counts = e.where && makeCell([...own, e.axis], lower(e.where, inner));
    const last: Axis = e.kind === 'scan' ? e.axis : { ...e.axis, id: `${e.axis.id}'`, extent: e.count };
    const name = `#${number}.${cells.length}`;
    cells.push({ name, axes: [...own, last], value: body, type: e.type, rows: { op: e.kind, of: body.tensor, counts: counts?.tensor } });
    return { kind: 'read', tensor: name, index: [...own.map((a) => variable(a.id)), e.at], gathers: {}, bounds: 'proved', fill: undefined, type: e.type, span: e.span };
  };
  const lowerSoftmax = (e: Softmax, around: readonly Axis[]): Expr => {
    const outside = around.filter((a) => a.id !== e.axis.id);
    const inner = [...outside, e.axis];
    const free = new Set([...freeAxes(e.body), ...(e.where ? freeAxes(e.where) : [])]);
    const own = outside.filter((a) => free.has(a.id));
    const lowered = lower(e.body, inner);
    const costly = contains(lowered, (x) => x.kind === 'reduce');
    const body = costly ? makeCell([...own, e.axis], lowered) : lowered;
    const where = e.where && lower(e.where, inner);
    // The same under another name, for the operators over the axis.
    const axis: Axis = { ...e.axis, id: `${e.axis.id}'` };
    const renamed = (x: Expr): Expr => substituteAxes(x, new Map([[e.axis.id, variable(axis.id)]]));
    const over = (op: Reduce['op'], value: Expr): Reduce =>
      ({ kind: 'reduce', op, axes: [axis], where: where && renamed(where), body: renamed(value), acc: 'f32', type: 'f32', span: e.span });
    const maximum = makeCell(own, over('max', body));
    const weight: Expr = { kind: 'unary', op: 'exp', a: binary('sub', body, maximum), type: 'f32' };
    const total = makeCell(own, over('sum', weight));
    const share = binary('div', weight, total);
    return where ? select(where, share, constant(0)) : share;
  };
  const value = lower(s.value, s.axes);
  return { cells, value };
}
