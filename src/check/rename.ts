import { type IndexExpr, substitute, variable } from '../ir/index-expr.ts'
import { mapChildren } from '../ir/tst-walk.ts'
import type { Axis, Expr } from '../ir/tst.ts'

/** Makes axes of the same extent with ids of their own. */
export interface AxisSource { axis(name: string, extent: IndexExpr, span: Axis['span']): Axis }

/** The tree with axes replaced by others, also where a softmax keeps one. */
export function renameAxes(expr: Expr, to: ReadonlyMap<string, Axis>): Expr {
  if (to.size === 0) return expr
  const index = (i: IndexExpr): IndexExpr => substitute(i, (atom) => {
    const axis = atom.kind === 'variable' ? to.get(atom.id) : undefined
    return axis && variable(axis.id)
  })
  const go = (e: Expr): Expr => {
    const mapped = mapChildren(e, go, index)
    if (mapped.kind !== 'softmax') return mapped
    const axis = to.get(mapped.axis.id)
    return axis === undefined ? mapped : { ...mapped, axis }
  }
  return go(expr)
}

/** A copy in which every axis that the tree binds itself has a new id, as two uses of one tree in a statement must. */
export function freshen(expr: Expr, source: AxisSource, to: ReadonlyMap<string, Axis> = new Map()): Expr {
  const index = (i: IndexExpr): IndexExpr => substitute(i, (atom) => {
    const axis = atom.kind === 'variable' ? to.get(atom.id) : undefined
    return axis && variable(axis.id)
  })
  if (expr.kind === 'reduce') {
    const axes = expr.axes.map((a) => source.axis(a.name, a.extent, a.span))
    const inner = new Map(to)
    expr.axes.forEach((a, i) => { const own = axes[i]; if (own !== undefined) inner.set(a.id, own) })
    return { ...expr, axes, where: expr.where && freshen(expr.where, source, inner), body: freshen(expr.body, source, inner) }
  }
  if (expr.kind === 'scan' || expr.kind === 'topk') {
    const axis = source.axis(expr.axis.name, expr.axis.extent, expr.axis.span)
    const inner = new Map(to).set(expr.axis.id, axis)
    return { ...expr, axis, at: index(expr.at), where: expr.where && freshen(expr.where, source, inner), body: freshen(expr.body, source, inner) }
  }
  const mapped = mapChildren(expr, (child) => freshen(child, source, to), index)
  if (mapped.kind !== 'softmax') return mapped
  const axis = to.get(mapped.axis.id)
  return axis === undefined ? mapped : { ...mapped, axis }
}
