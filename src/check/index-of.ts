import * as ix from '../ir/index-expr.ts'
import type { Span } from '../diagnostics/span.ts'
import { Facts } from '../ir/index-facts.ts'
import type { BinaryOp } from '../ir/scalar.ts'
import type { Expr } from '../ir/tst.ts'
import { exprKey } from '../ir/tst-walk.ts'
import type { Env } from './env.ts'
import { indexArithmetic } from './values.ts'

const structural: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['add', 'sub', 'mul', 'min', 'max', 'floordiv', 'mod'])

/**
 * A whole value as an index expression: arithmetic over axes, sizes and numbers as it is, anything read or computed at run time as an
 * atom of the kernel's gather table. An operator over an axis is computed in a statement of its own first, since an atom may stand in
 * several positions.
 */
export function indexOf(e: Expr, env: Env): ix.IndexExpr {
  return structure(e, env, (leaf) => {
    const axis = firstAxis(leaf)
    return env.kernel.gather(axis === undefined ? leaf : env.kernel.hoist(leaf, 'computed', env.axes, axis))
  })
}

/** The same for proofs about a value that stays where it is: what an operator over an axis computes is an atom of which nothing is known. */
export const indexForProof = (e: Expr, env: Env): ix.IndexExpr => structure(e, env, (leaf) => (firstAxis(leaf) === undefined ? env.kernel.gather(leaf) : ix.value(exprKey(leaf))))

function structure(e: Expr, env: Env, leaf: (e: Expr) => ix.IndexExpr): ix.IndexExpr {
  if (e.kind === 'index') return e.index
  if (e.kind === 'const') return ix.num(e.value)
  if (e.kind === 'binary' && structural.has(e.op)) {
    const index = indexArithmetic(e.op, structure(e.a, env, leaf), structure(e.b, env, leaf))
    if (index !== undefined && (e.op !== 'mul' || staysInWord(index, env))) return index
  }
  if (e.kind === 'unary' && e.op === 'neg') return ix.neg(structure(e.a, env, leaf))
  return leaf(e)
}

/** Factors below this leave arithmetic on whole numbers of which nothing is known to indices, for the sake of proofs. */
const largeFactor = 1024

/** Values wrap at 32 bits and indices do not: a product of a value with a large number, as in a hash, is a value itself unless what it is read from keeps it small. */
function staysInWord(index: ix.IndexExpr, env: Env): boolean {
  const known = env.kernel.withValueRanges(Facts.none, [index])
  return index.terms.every((t) => t.factors.every((f) => {
    if (f.kind !== 'value') return true
    const range = known.rangeOf('value', f.id)
    if (range === undefined) return Math.abs(t.coefficient) < largeFactor
    const ends = [range.lo, range.hi].map((end) => Math.abs((end && ix.isConst(end)) ?? 0))
    return Math.max(...ends) * Math.abs(t.coefficient) < 2 ** 31
  }))
}

/** Where an operator over an axis computes part of a value, if one does. Those in the positions of a read have statements of their own. */
function firstAxis(e: Expr): Span | undefined {
  switch (e.kind) {
    case 'reduce': case 'softmax': case 'scan': case 'topk': return e.span
    case 'const': case 'index': return undefined
    case 'read': return e.fill && firstAxis(e.fill)
    case 'unary': case 'cast': return firstAxis(e.a)
    case 'binary': return firstAxis(e.a) ?? firstAxis(e.b)
    case 'select': return firstAxis(e.cond) ?? firstAxis(e.then) ?? firstAxis(e.else)
  }
}

/** What a condition says about whole numbers: expressions that are >= 0 where it holds. Disjunctions say nothing. */
export function factsOf(e: Expr, holds: boolean, env: Env): ix.IndexExpr[] {
  if (e.kind === 'unary' && e.op === 'not') return factsOf(e.a, !holds, env)
  if (e.kind !== 'binary') return []
  if (e.op === (holds ? 'and' : 'or')) return [...factsOf(e.a, holds, env), ...factsOf(e.b, holds, env)]
  if (e.a.type !== 'i32' || e.b.type !== 'i32') return []
  const difference = (): ix.IndexExpr => ix.sub(indexForProof(e.b, env), indexForProof(e.a, env))
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
