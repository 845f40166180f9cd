import * as ix from '../ir/index-expr.ts'
import type { Span } from '../diagnostics/span.ts'
import type { BinaryOp } from '../ir/scalar.ts'
import type { Expr } from '../ir/tst.ts'
import { contains } from '../ir/tst-walk.ts'
import type { Env } from './env.ts'
import { indexArithmetic } from './values.ts'

const structural: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['add', 'sub', 'mul', 'min', 'max', 'floordiv', 'mod'])

/**
 * A whole value as an index expression: arithmetic over axes, sizes and numbers as it is, anything read or computed at run time as an
 * atom of the kernel's gather table. An operator over an axis is computed in a statement of its own first, since an atom may stand in
 * several positions.
 */
export function indexOf(e: Expr, env: Env): ix.IndexExpr {
  if (e.kind === 'index') return e.index
  if (e.kind === 'const') return ix.num(e.value)
  if (e.kind === 'binary' && structural.has(e.op)) {
    const index = indexArithmetic(e.op, indexOf(e.a, env), indexOf(e.b, env))
    if (index !== undefined) return index
  }
  if (e.kind === 'unary' && e.op === 'neg') return ix.neg(indexOf(e.a, env))
  const axis = e.kind === 'read' ? undefined : firstAxis(e)
  return env.kernel.gather(axis === undefined ? e : env.kernel.hoist(e, 'computed', env.axes, axis))
}

function firstAxis(e: Expr): Span | undefined {
  switch (e.kind) {
    case 'reduce': case 'softmax': return e.span
    case 'const': case 'index': case 'read': return undefined
    case 'unary': case 'cast': return firstAxis(e.a)
    case 'binary': return firstAxis(e.a) ?? firstAxis(e.b)
    case 'select': return firstAxis(e.cond) ?? firstAxis(e.then) ?? firstAxis(e.else)
  }
}

/** The same for a value that stays where it is: undefined where an operator over an axis computes part of it. */
export const indexOfKept = (e: Expr, env: Env): ix.IndexExpr | undefined => (contains(e, (x) => x.kind === 'reduce' || x.kind === 'softmax') ? undefined : indexOf(e, env))

/** What a condition says about whole numbers: expressions that are >= 0 where it holds. Disjunctions say nothing. */
export function factsOf(e: Expr, holds: boolean, env: Env): ix.IndexExpr[] {
  if (e.kind === 'unary' && e.op === 'not') return factsOf(e.a, !holds, env)
  if (e.kind !== 'binary') return []
  if (e.op === (holds ? 'and' : 'or')) return [...factsOf(e.a, holds, env), ...factsOf(e.b, holds, env)]
  if (e.a.type !== 'i32' || e.b.type !== 'i32') return []
  const a = indexOfKept(e.a, env)
  const b = indexOfKept(e.b, env)
  if (a === undefined || b === undefined) return []
  const difference = (): ix.IndexExpr => ix.sub(b, a)
  const one = ix.num(1)
  switch (e.op) {
    case 'lt': return [holds ? ix.sub(difference(), one) : ix.neg(difference())]
    case 'le': return [holds ? difference() : ix.sub(ix.neg(difference()), one)]
    case 'eq': case 'ne': {
      if ((e.op === 'eq') !== holds) return []
      const d = difference()
      return [d, ix.neg(d)]
    }
    default: return []
  }
}
