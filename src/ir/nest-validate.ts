/** Checks the invariants that nest.ts lists, with their numbers; what is wrong is collected. */
import { variablesOf } from './index-expr.ts';
import type { LoopGroup, Nest, Part, Store } from './nest.ts';
import type { Axis, Expr } from './tst.ts';
import { contains, freeAxes } from './tst-walk.ts';

export interface Violation { readonly rule: number; readonly message: string }

export function validateNest(nest: Nest): Violation[] {
  const found: Violation[] = [];
  const report = (rule: number, message: string): void => void found.push({ rule, message: `${message} in the nest ${nest.name}` });
  const bound = new Set<string>();
  const bind = (axes: readonly Axis[]): void => {
    for (const { id } of axes) {
      if (bound.has(id)) report(1, `the axis ${id} is bound twice`);
      bound.add(id);
    }
  };
  const over = (ids: Iterable<string>, scope: ReadonlySet<string>, what: string): void => {
    for (const id of ids) if (!scope.has(id)) report(2, `${what} uses the axis ${id}, which is not bound there`);
  };
  const value = (e: Expr, scope: ReadonlySet<string>, what: string): void => {
    over(freeAxes(e), scope, what);
    if (contains(e, (x) => x.kind === 'reduce' || x.kind === 'softmax' || x.kind === 'scan' || x.kind === 'topk')) report(3, `${what} holds a reduction`);
  };
  const part = (p: Part, around: ReadonlySet<string>, inside: ReadonlySet<string>): void => {
    over(p.kept, around, p.name);
    value(p.body, inside, p.name);
    if (p.where !== undefined) value(p.where, inside, `the condition of ${p.name}`);
    if (p.rescale !== undefined) value(p.rescale.factor, around, `the correction of ${p.name}`);
  };
  const level = (groups: readonly LoopGroup[], around: ReadonlySet<string>): void => {
    for (const g of groups) {
      bind(g.axes);
      const inside = new Set([...around, ...g.axes.map((a) => a.id)]);
      level(g.inner, inside);
      for (const p of g.parts) part(p, around, inside);
    }
  };
  const store = (s: Store, all: ReadonlySet<string>): void => {
    const scope = s.axes === undefined ? all : new Set(s.axes);
    value(s.value, scope, `the value of ${s.tensor}`);
    for (const e of Object.values(s.scatter?.gathers ?? {})) value(e, scope, `a position of ${s.tensor}`);
    for (const i of s.index) over(variablesOf(i), scope, `a position of ${s.tensor}`);
  };
  const spatial = nest.spatial.map((a) => a.id);
  bind(nest.spatial);
  level(nest.groups, new Set(spatial.filter((id) => !nest.serial.has(id))));
  level(nest.serialGroups, new Set(spatial));
  for (const s of nest.stores) store(s, new Set(spatial));
  return found;
}
