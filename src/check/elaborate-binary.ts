import type * as ast from '../../grammar/ast.ts'
import { add, isConst, num, sub, variablesOf } from '../ir/index-expr.ts'
import { lowerBound, upperBound } from '../ir/index-facts.ts'
import type { BinaryOp } from '../ir/scalar.ts'
import type { Expr } from '../ir/tst.ts'
import { binary, constant } from '../ir/tst-walk.ts'
import { elaborate, isCondition, isNumber } from './elaborate.ts'
import type { Env } from './env.ts'
import { factsOf } from './index-of.ts'
import { arithmetic, pureIndex, toFloat } from './values.ts'

export function elaborateBinary(e: ast.Binary, env: Env): Expr | undefined {
  if (e.op === 'and' || e.op === 'or') return logic(e, e.op, env)
  const a = elaborate(e.left, env)
  const b = elaborate(e.right, env)
  if (a === undefined || b === undefined) return undefined
  const left = isNumber(a, e.op, e.left, env)
  const right = isNumber(b, e.op, e.right, env)
  if (!left || !right) return undefined
  const [x, y] = promote(a, b, e.left, e.right, env)
  const apply = (op: BinaryOp, p = x, q = y): Expr | undefined => combine(op, p, q, e, env)
  switch (e.op) {
    case '+': return apply('add')
    case '-': return apply('sub')
    case '*': return apply('mul')
    case '/': return x.type === 'f32' ? apply('div') : whole('floordiv', x, y, e, env)
    case '%': return x.type === 'f32' ? apply('mod') : whole('mod', x, y, e, env)
    case '==': return apply('eq')
    case '!=': return apply('ne')
    case '<': return apply('lt')
    case '<=': return apply('le')
    case '>': return apply('lt', y, x)
    case '>=': return apply('le', y, x)
  }
}

/** The right side of `and` is only meant where the left one holds, and that of `or` where it does not. */
function logic(e: ast.Binary, op: 'and' | 'or', env: Env): Expr | undefined {
  const a = elaborate(e.left, env)
  const left = a !== undefined && isCondition(a, `\`${op}\``, e.left, env)
  const b = elaborate(e.right, left ? env.assuming(factsOf(a, op === 'and', env)) : env)
  const right = b !== undefined && isCondition(b, `\`${op}\``, e.right, env)
  return left && right ? binary(op, a, b, 'bool') : undefined
}

/** Whole numbers become f32 where the other side is one; a quotient that was rounded down on the way is worth a warning. */
export function promote(a: Expr, b: Expr, left: ast.Expr, right: ast.Expr, env: Env): [Expr, Expr] {
  if (a.type === b.type) return [a, b]
  const [at, whole] = a.type === 'f32' ? [right, b] : [left, a]
  warnQuotient(at, whole, env)
  return [toFloat(a), toFloat(b)]
}

/** `1/D` where a fraction is expected. */
export function warnQuotient(at: ast.Expr, value: Expr, env: Env): void {
  if (at.kind === 'binary' && at.op === '/' && value.type === 'i32') env.report('TDSL0247', { text: textOf(at) }, at.span)
}

const textOf = (e: ast.Expr): string => {
  switch (e.kind) {
    case 'int': return String(e.value)
    case 'name': return e.name
    case 'binary': return `${operandText(e.left, e.op)}${e.op}${operandText(e.right, e.op)}`
    default: return '…'
  }
}

const operandText = (e: ast.Expr, within: string): string => (e.kind === 'binary' && (e.op === '+' || e.op === '-') && within !== '+' && within !== '-' ? `(${textOf(e)})` : textOf(e))

/** Division of whole numbers: a divisor of sizes is at least 1, which the harness checks; any other that is 0 gives 0. */
function whole(op: 'floordiv' | 'mod', a: Expr, b: Expr, e: ast.Binary, env: Env): Expr | undefined {
  const by = pureIndex(b)
  const known = by && isConst(by)
  if (known === 0) {
    env.report('TDSL0209', {}, e.right.span)
    return undefined
  }
  if (by !== undefined && known === undefined && variablesOf(by).size === 0) env.kernel.require(sub(by, num(1)), 'a divisor is at least 1')
  return combine(op, a, b, e, env)
}

function combine(op: BinaryOp, a: Expr, b: Expr, e: ast.Binary, env: Env): Expr | undefined {
  const made = arithmetic(op, a, b)
  if (made === undefined) env.report('TDSL0210', { text: textOf(e) }, e.span)
  else if (made.kind === 'const' && made.type === 'i32' && (made.value > 2 ** 31 - 1 || made.value < -(2 ** 31))) {
    env.report('TDSL0246', { text: `\`${textOf(e)}\`, which is ${made.value},` }, e.span)
    return constant(0, 'i32')
  } else if (made.kind === 'index' && (op === 'mul' || op === 'floordiv' || op === 'mod')) requireWord(op === 'mul' ? made : a, op === 'mul' ? e : e.left, env)
  return made
}

/** Factors of an index below this keep what is computed of it within 32 bits for every size that has its tensors in memory. */
const largeFactor = 1024

/**
 * Indices are computed in 32 bits where they are used, without wrapping: one that a large number multiplies, as in a hash, sets a bound on sizes that the harness checks.
 * As a position it has the bound of its tensor; here it may be a dividend or a value, which nothing else bounds.
 */
function requireWord(value: Expr, at: ast.Expr, env: Env): void {
  const index = pureIndex(value)
  if (index === undefined || !index.terms.some((t) => Math.abs(t.coefficient) >= largeFactor && t.factors.some((f) => f.kind === 'variable'))) return
  const most = upperBound(index, env.ranges), least = lowerBound(index, env.ranges)
  if (most !== undefined) env.kernel.require(sub(num(2 ** 31 - 1), most), `\`${textOf(at)}\` stays within 32 bits`)
  if (least !== undefined) env.kernel.require(add(num(2 ** 31), least), `\`${textOf(at)}\` stays within 32 bits`)
}
