/**
 * Streaming: when may a reduction that uses another reduction's result over the same axis be computed in the same pass?
 *
 * For r = (+)1 f(t) and u = (+)2 h(t, r) one pass exists if some `act` satisfies act(G(a, b), h(t, a)) = h(t, b) with G free of t and act(G, .)
 * distributing over (+)2. For sums act is multiplication and G = h(t, b)/h(t, a); for maxima and minima it is addition and G = h(t, b) - h(t, a).
 * Online softmax is the instance h = exp(x[t] - r)*v[t], G = exp(a - b); nothing here knows that name.
 */
import { unreachable } from '../diagnostics/bug.ts';
import type { Expr, Reduce } from '../ir/tst.ts';
import { freeAxes, readsOf } from '../ir/tst-walk.ts';
import { linear, linearExpr, productExpr, ratio, renameReads } from './algebra.ts';

export const oldName = (part: string): string => `${part}@old`;
export const newName = (part: string): string => `${part}@new`;

/** How a running value changes when the parts it depends on move from `@old` to `@new`: multiplied by, or increased by, `factor`. */
export interface Rescale { readonly kind: 'multiply' | 'add'; readonly factor: Expr }

/** The correction of `body` reduced by `op` over `axes` when its `parts` change; undefined where it does not stream: no correction takes back a term that a condition let in for a value of before. */
export function rescaleOf({ op, body, where }: Pick<Reduce, 'op' | 'body' | 'where'>, parts: readonly string[], axes: ReadonlySet<string>): Rescale | undefined {
  if (where !== undefined && readsOf(where).some((r) => parts.includes(r.tensor))) return undefined;
  const from = renameReads(body, new Map(parts.map((p) => [p, oldName(p)])));
  const to = renameReads(body, new Map(parts.map((p) => [p, newName(p)])));
  const invariant = (e: Expr | undefined): Expr | undefined => (e === undefined || [...freeAxes(e)].some((id) => axes.has(id)) ? undefined : e);
  if (op === 'sum') {
    const factor = invariant(productExpr(ratio(to, from)));
    return factor !== undefined && isDefined(factor) ? { kind: 'multiply', factor } : undefined;
  }
  // The least whole number is no neutral element: increased by a correction it wraps.
  if ((op === 'max' || op === 'min') && body.type === 'f32') {
    const factor = invariant(linearExpr(linear(from, -1, linear(to, 1))));
    return factor !== undefined && isDefined(factor) ? { kind: 'add', factor } : undefined;
  }
  return undefined;
}

/**
 * Has the correction a value whatever the parts have come to so far? A quotient has none where its divisor is 0 at first or in passing, although
 * the final value may be sound, and then the running value is lost.
 */
function isDefined(e: Expr): boolean {
  switch (e.kind) {
    case 'const': case 'index': case 'read': return true;
    case 'cast': return isDefined(e.a);
    case 'unary': return ['neg', 'abs', 'exp', 'exp2', 'tanh'].includes(e.op) && isDefined(e.a);
    case 'binary': return ['add', 'sub', 'mul', 'min', 'max'].includes(e.op) && isDefined(e.a) && isDefined(e.b);
    case 'select': case 'reduce': case 'softmax': case 'scan': case 'topk': return false;
    default: return unreachable(e);
  }
}
