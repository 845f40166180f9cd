import type * as ast from '../../grammar/ast.ts'
import type { DType } from '../ir/dtype.ts'
import { mul, num, sub, variable } from '../ir/index-expr.ts'
import type { Axis, Expr, Reduce, ReduceOp } from '../ir/tst.ts'
import { binary, constant } from '../ir/tst-walk.ts'
import { axisOf, elaborate, isCondition } from './elaborate.ts'
import type { Binding, Env } from './env.ts'
import { factsOf } from './index-of.ts'
import { printExtent } from './extents.ts'
import { freshen, renameAxes } from './rename.ts'
import { arithmetic, articled, fromIndex, toFloat } from './values.ts'

/** The parts of an operator over axes, elaborated. */
interface Parts { readonly axes: readonly Axis[]; readonly where: Expr | undefined; readonly body: Expr; readonly inner: Env }

export function elaborateAxis(e: ast.Axis, env: Env): Expr | undefined {
  if (e.op === 'softmax' || e.op === 'scan') return elaborateKept(e, e.op, env)
  const axes = bind(e, env)
  const inner = axes && env.withNames(axes.names).withAxes(axes.axes).with({ inPosition: false })
  const parts = inner && elaborateParts(e, axes.axes, inner)
  if (e.op === 'topk') return parts && topk(e, parts, env)
  if (parts === undefined) return undefined
  const acc = accumulator(e, parts.body, env)
  if (acc === undefined) return undefined
  switch (e.op) {
    case 'sum': case 'prod': case 'max': case 'min': return numeric(e, parts.body, env) ? reduce(e.op, parts, acc, e) : undefined
    case 'any': case 'all': return isCondition(parts.body, `\`${e.op}\``, e.body, env) ? reduce(e.op, parts, 'bool', e) : undefined
    case 'argmax': case 'argmin':
      if (!numeric(e, parts.body, env)) return undefined
      if (parts.axes.length === 1) return reduce(e.op, parts, acc, e)
      env.report('TDSL0213', { op: e.op }, e.span)
      return undefined
    case 'mean': return numeric(e, parts.body, env) ? mean(parts, acc, e, env) : undefined
    case 'logsumexp': return numeric(e, parts.body, env) ? logsumexp(parts, acc, e, env) : undefined
  }
}

/** Axes for the binders, in order; undefined where one of them has no range, which has been reported. */
function bind(e: ast.Axis, env: Env): { readonly axes: readonly Axis[]; readonly names: ReadonlyMap<string, Binding> } | undefined {
  const names = new Map<string, Binding>()
  const axes: Axis[] = []
  let ok = true
  for (const binder of e.binders) {
    const { name, span } = binder.name
    const old = names.get(name) ?? env.names.get(name)
    if (old !== undefined) env.report('TDSL0110', { name, what: old.kind === 'index' ? 'an index' : old.kind === 'size' ? 'a size' : old.kind === 'tensor' ? 'a tensor' : 'a name' }, span, old.kind === 'index' ? { notes: [{ message: 'it is bound here', span: old.variable.span }] } : {})
    const variable = env.binders.get(binder)
    if (variable === undefined) continue
    if (!variable.used) env.report('TDSL0104', { name, op: e.op }, span)
    names.set(name, { kind: 'index', variable })
    if (variable.range === undefined) ok = false
    else {
      axes.push(axisOf(variable, variable.range))
      env.kernel.requireExtent(variable.range, span)
    }
  }
  // Without a range the body is still elaborated for its own mistakes.
  if (!ok) {
    const inner = env.withNames(names).withAxes(axes).with({ inPosition: false })
    if (e.condition !== undefined) elaborate(e.condition, inner)
    elaborate(e.body, inner)
  }
  return ok ? { axes, names } : undefined
}

function elaborateParts(e: ast.Axis, axes: readonly Axis[], inner: Env): Parts | undefined {
  const where = e.condition && elaborate(e.condition, inner)
  const valid = e.condition === undefined || (where !== undefined && isCondition(where, '`where`', e.condition, inner))
  const body = elaborate(e.body, valid && where !== undefined ? inner.assuming(factsOf(where, true, inner)) : inner)
  return valid && body !== undefined ? { axes, where, body, inner } : undefined
}

function numeric(e: ast.Axis, body: Expr, env: Env): boolean {
  if (body.type !== 'bool') return true
  env.report('TDSL0241', { use: `and \`${e.op}\` takes numbers` }, e.body.span)
  return false
}

/** f32 for floats and i32 for whole numbers; `sum<f16>` keeps its sum in f16, `sum<f32>` of whole numbers in f32. */
function accumulator(e: ast.Axis, body: Expr, env: Env): DType | undefined {
  const usual: DType = body.type
  if (e.accumulator === undefined) return usual
  const { name, span } = e.accumulator
  const summing = e.op === 'sum' || e.op === 'prod' || e.op === 'mean' || e.op === 'logsumexp'
  const fits = name === 'f32' || name === 'f16' || (name === 'i32' && body.type === 'i32' && e.op !== 'mean' && e.op !== 'logsumexp')
  if (summing && fits) return name
  env.report('TDSL0245', { acc: name, op: e.op }, span)
  return undefined
}

function reduce(op: ReduceOp, { axes, where, body }: Parts, acc: DType, e: ast.Axis): Reduce {
  const value = acc === 'f32' || acc === 'f16' ? toFloat(body) : body
  return { kind: 'reduce', op, axes, where, body: value, acc, type: op === 'argmax' || op === 'argmin' ? 'i32' : value.type, span: e.span }
}

/** Σ x / n, with n the number of positions where the condition holds; 0 where there is none. */
function mean(parts: Parts, acc: DType, e: ast.Axis, env: Env): Expr {
  const total = reduce('sum', { ...parts, body: toFloat(parts.body) }, acc === 'f16' ? 'f16' : 'f32', e)
  const count = parts.where === undefined
    ? fromIndex(mul(...parts.axes.map((a) => a.extent)))
    : freshen({ kind: 'reduce', op: 'sum', axes: parts.axes, where: parts.where, body: constant(1, 'i32'), acc: 'i32', type: 'i32', span: e.span }, env.kernel)
  const atLeastOne = arithmetic('max', count, fromIndex(num(1))) ?? binary('max', count, constant(1, 'i32'))
  return binary('div', total, toFloat(atLeastOne))
}

/** m + log Σ exp(x − m) with m = max x, each computed once: x where it is costly, and m always. */
function logsumexp(parts: Parts, acc: DType, e: ast.Axis, env: Env): Expr {
  const { kernel } = env
  const body = toFloat(parts.body)
  const x = kernel.costly(body) ? kernel.hoist(body, 'logsumexp_of', parts.inner.axes, e.body.span) : body
  const max = kernel.hoist({ kind: 'reduce', op: 'max', axes: parts.axes, where: parts.where, body: x, acc: 'f32', type: 'f32', span: e.span }, 'logsumexp_max', env.axes, e.span)
  const sum: Expr = { kind: 'reduce', op: 'sum', axes: parts.axes, where: parts.where, body: { kind: 'unary', op: 'exp', a: binary('sub', x, max), type: 'f32' }, acc: acc === 'f16' ? 'f16' : 'f32', type: 'f32', span: e.span }
  return binary('add', max, { kind: 'unary', op: 'log', a: freshen(sum, kernel), type: 'f32' })
}

/** The position of the value of each rank; the rank is an index around. */
function topk(e: ast.Axis, { axes, where, body }: Parts, env: Env): Expr | undefined {
  const { into } = e
  const [axis] = axes
  if (into === undefined || axis === undefined || axes.length > 1) {
    env.report('TDSL0216', {}, e.span)
    return undefined
  }
  const { name, span } = into.name
  const rank = env.names.get(name)
  if (rank?.kind !== 'index') {
    env.report('TDSL0115', { name, op: 'topk' }, span)
    return undefined
  }
  if (e.accumulator !== undefined) env.report('TDSL0245', { acc: e.accumulator.name, op: 'topk' }, e.accumulator.span)
  const count = rank.variable.range
  if (count === undefined || !numeric(e, body, env)) return undefined
  if (where === undefined) env.kernel.require(sub(axis.extent, count), `${printExtent(count)} values are taken of ${printExtent(axis.extent)}`)
  return { kind: 'topk', axis, at: variable(rank.variable.id), count, where, body, type: 'i32', span: e.span }
}

/** softmax and scan: a value for each position along an axis that is bound around them. */
function elaborateKept(e: ast.Axis, op: 'softmax' | 'scan', env: Env): Expr | undefined {
  const axes: Axis[] = []
  let bound = true
  for (const binder of e.binders) {
    const { name, span } = binder.name
    const found = env.names.get(name)
    if (found?.kind !== 'index') {
      env.report('TDSL0115', { name, op }, span)
      bound = false
    } else if (found.variable.range !== undefined) axes.push(axisOf(found.variable, found.variable.range))
  }
  const parts = elaborateParts(e, axes, env.with({ inPosition: false }))
  const axis = axes[0]
  if (e.binders.length > 1) {
    env.report('TDSL0121', { what: `\`${op}\` over several indices` }, e.span)
    return undefined
  }
  if (e.accumulator !== undefined) env.report('TDSL0245', { acc: e.accumulator.name, op }, e.accumulator.span)
  if (!bound || parts === undefined || axis === undefined) return undefined
  if (parts.body.type === 'bool') {
    env.report('TDSL0255', { op, got: articled('bool') }, e.body.span)
    return undefined
  }
  if (op === 'scan') {
    // The terms run along an axis of their own, up to the position around.
    const own = env.kernel.axis(axis.name, axis.extent, axis.span)
    const to = new Map([[axis.id, own]])
    const body = renameAxes(parts.body, to)
    return { kind: 'scan', axis: own, at: variable(axis.id), where: parts.where && renameAxes(parts.where, to), body, type: body.type === 'i32' ? 'i32' : 'f32', span: e.span }
  }
  return { kind: 'softmax', axis, where: parts.where, body: toFloat(parts.body), type: 'f32', span: e.span }
}
