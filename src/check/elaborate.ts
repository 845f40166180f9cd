import type * as ast from '../../grammar/ast.ts'
import { cover } from '../diagnostics/span.ts'
import type { Axis, Expr } from '../ir/tst.ts'
import { constant, select } from '../ir/tst-walk.ts'
import * as ix from '../ir/index-expr.ts'
import { elaborateAxis } from './elaborate-axis.ts'
import { elaborateCall } from './elaborate-call.ts'
import { elaborateConcat } from './elaborate-concat.ts'
import { elaborateBinary } from './elaborate-binary.ts'
import { elaborateIndex } from './elaborate-index.ts'
import type { Binding, Env } from './env.ts'
import type { IndexVar } from './index-var.ts'
import { factsOf } from './index-of.ts'
import { StoredTensor } from './tensor-view.ts'
import { articled, fromIndex, toFloat, unary } from './values.ts'

/**
 * A value of the source as a tree of typed scalar nodes; undefined where a mistake was reported, here or at the declaration of what
 * it uses. Every part is elaborated also when another part is wrong, so that one run finds all mistakes.
 */
export function elaborate(e: ast.Expr, env: Env): Expr | undefined {
  switch (e.kind) {
    case 'int':
      if (e.value <= 2 ** 31 - 1) return constant(e.value, 'i32')
      env.report('TDSL0246', { text: String(e.value) }, e.span)
      return undefined
    case 'float': return constant(Math.fround(e.value))
    case 'bool': return constant(e.value ? 1 : 0, 'bool')
    case 'name': return elaborateName(e, env)
    case 'field': {
      if (e.base.kind === 'name' && !env.names.has(e.base.name)) env.reportUnknown(e.base.name, e.base.span, 'name')
      else if (e.base.kind === 'name' && isPlainTensor(env.names.get(e.base.name))) env.report('TDSL0114', { name: e.base.name, what: 'a tensor', use: `it has no \`${e.field.name}\`; its elements are named by indices in any order, \`B[n, m] = A[m, n]\`` }, e.span)
      else env.report('TDSL0121', { what: 'a field of a state' }, e.span)
      return undefined
    }
    case 'index': return elaborateIndex(e, env)
    case 'call': return elaborateCall(e, env)
    case 'unary': return elaborateUnary(e, env)
    case 'binary': return elaborateBinary(e, env)
    case 'conditional': return elaborateConditional(e, env)
    case 'axis': return elaborateAxis(e, env)
    case 'concat': return elaborateConcat(e, env)
    case 'array':
      env.report('TDSL0256', { what: 'an array in brackets' }, e.span)
      return undefined
  }
}

/** A parameter that is a state has been reported where it stands, and is stored nowhere. */
const isPlainTensor = (found: Binding | undefined): boolean => found?.kind === 'tensor' && !(found.view instanceof StoredTensor && found.view.storage === undefined)

export const axisOf = (v: IndexVar, extent: ix.IndexExpr): Axis => ({ id: v.id, name: v.name, extent, span: v.span })

export function elaborateName(e: ast.NameRef, env: Env): Expr | undefined {
  const found = env.names.get(e.name)
  if (found === undefined) {
    if (env.kernel.declarations.fns.has(e.name)) env.report('TDSL0114', { name: e.name, what: 'a function', use: `call it: \`${e.name}(…)\`` }, e.span)
    else env.reportUnknown(e.name, e.span, env.inPosition ? 'index' : 'name')
    return undefined
  }
  switch (found.kind) {
    case 'index': return found.variable.range === undefined ? undefined : fromIndex(ix.variable(found.variable.id))
    case 'size': return fromIndex(found.index)
    case 'value': return found.value()
    case 'tensor': {
      const { view } = found
      if (view.rank === 0) return view.read([], undefined, e.span, env)
      env.report('TDSL0114', { name: e.name, what: `a tensor with ${view.rank === 1 ? '1 dimension' : `${view.rank} dimensions`}`, use: 'a number is one of its elements, so index it' }, e.span)
      return undefined
    }
  }
}

function elaborateUnary(e: ast.Unary, env: Env): Expr | undefined {
  // The lowest i32 is written as the negative of a number that is none.
  if (e.op === '-' && e.operand.kind === 'int' && e.operand.value === 2 ** 31) return constant(-(2 ** 31), 'i32')
  const a = elaborate(e.operand, env)
  if (a === undefined) return undefined
  if (e.op === 'not') return isCondition(a, '`not`', e.operand, env) ? unary('not', a) : undefined
  return isNumber(a, '-', e.operand, env) ? unary('neg', a) : undefined
}

export function isCondition(value: Expr, place: string, at: ast.Expr, env: Env): boolean {
  if (value.type === 'bool') return true
  env.report('TDSL0242', { place, got: articled(value.type) }, at.span)
  return false
}

export function isNumber(value: Expr, op: string, at: ast.Expr, env: Env): boolean {
  if (value.type !== 'bool') return true
  env.report('TDSL0241', { use: `and \`${op}\` takes numbers` }, at.span)
  return false
}

function elaborateConditional(e: ast.Conditional, env: Env): Expr | undefined {
  const condition = elaborate(e.condition, env)
  const ok = condition !== undefined && isCondition(condition, '`if`', e.condition, env)
  const yes = elaborate(e.yes, ok ? env.assuming(factsOf(condition, true, env)) : env)
  const no = elaborate(e.no, ok ? env.assuming(factsOf(condition, false, env)) : env)
  if (!ok || yes === undefined || no === undefined) return undefined
  if ((yes.type === 'bool') !== (no.type === 'bool')) {
    env.report('TDSL0255', { op: 'if', got: `${articled(yes.type)} after \`then\` and ${articled(no.type)} after \`else\`` }, cover(e.yes.span, e.no.span))
    return undefined
  }
  const float = yes.type === 'f32' || no.type === 'f32'
  return float ? select(condition, toFloat(yes), toFloat(no)) : select(condition, yes, no)
}
