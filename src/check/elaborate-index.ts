import type * as ast from '../../grammar/ast.ts'
import type { Expr } from '../ir/tst.ts'
import { fnView } from './call-fn.ts'
import { elaborate } from './elaborate.ts'
import type { Env, Position, TensorView } from './env.ts'
import { printExtent, tractable } from './extents.ts'
import { indexOf } from './index-of.ts'
import { PartialView } from './tensor-view.ts'
import { articled } from './values.ts'

/** `A[m, k]` as a value: all positions are given. */
export function elaborateIndex(e: ast.Index, env: Env): Expr | undefined {
  const base = viewOf(e.base, env)
  const positions = e.positions.map((p) => positionOf(p, env))
  if (base === undefined) {
    if (e.outside?.kind === 'outside-value') elaborate(e.outside.value, env)
    return undefined
  }
  if (positions.length !== base.rank) {
    env.report('TDSL0202', { name: base.name, dims: base.rank + base.given, got: positions.length + base.given }, e.span)
    return undefined
  }
  const known = positions.filter((p) => p !== undefined)
  return known.length < positions.length ? undefined : base.read(known, e.outside, e.span, env)
}

/** One index position; undefined where a mistake was reported. */
export function positionOf(p: ast.Expr, env: Env): Position | undefined {
  const value = elaborate(p, env.inPosition ? env : env.with({ inPosition: true }))
  if (value === undefined) return undefined
  if (value.type === 'f32') {
    env.report('TDSL0243', {}, p.span)
    return undefined
  }
  if (value.type === 'bool') {
    env.report('TDSL0241', { use: 'and an index is a number' }, p.span)
    return undefined
  }
  const index = indexOf(value, env)
  if (!tractable(index)) {
    env.report('TDSL0210', { text: printExtent(index).slice(0, 40) }, p.span)
    return undefined
  }
  const named = p.kind === 'name' ? env.names.get(p.name) : undefined
  return { index, span: p.span, alone: named?.kind === 'index' ? named.variable : undefined, value }
}

/** What is indexed, or given to a function as a tensor. */
export function viewOf(e: ast.Expr, env: Env): TensorView | undefined {
  switch (e.kind) {
    case 'name': {
      const found = env.names.get(e.name)
      if (found === undefined) {
        if (env.kernel.declarations.fns.has(e.name)) env.report('TDSL0114', { name: e.name, what: 'a function', use: `call it before its result is indexed: \`${e.name}(…)[…]\`` }, e.span)
        else env.reportUnknown(e.name, e.span, 'name')
        return undefined
      }
      if (found.kind === 'tensor') return found.view
      const what = found.kind === 'size' ? 'a size' : found.kind === 'index' ? 'an index' : 'a number'
      if (found.kind !== 'value' || found.value() !== undefined) env.report('TDSL0114', { name: e.name, what, use: 'only a tensor can be indexed' }, e.span)
      return undefined
    }
    case 'index': {
      const base = viewOf(e.base, env)
      const positions = e.positions.map((p) => positionOf(p, env))
      if (base === undefined) return undefined
      if (positions.length > base.rank) {
        env.report('TDSL0202', { name: base.name, dims: base.rank + base.given, got: positions.length + base.given }, e.span)
        return undefined
      }
      const known = positions.filter((p) => p !== undefined)
      return known.length < positions.length ? undefined : new PartialView(base, known, e.outside)
    }
    case 'call': return fnView(e, env)
    case 'field': case 'int': case 'float': case 'bool': case 'unary': case 'binary': case 'conditional': case 'axis': case 'concat': case 'array': {
      const value = elaborate(e, env)
      if (value !== undefined) env.report('TDSL0114', { name: 'this', what: articled(value.type), use: 'only a tensor can be indexed' }, e.span)
      return undefined
    }
  }
}
