import type { Axis, Expr, Kernel, Statement, Tensor } from '../ir/tst.ts'
import { type IndexExpr, isConst, num, substitute } from '../ir/index-expr.ts'
import { mapChildren, mapStatement } from '../ir/tst-walk.ts'
import { fromIndex } from './values.ts'

/**
 * The kernel for given values of some of its sizes, which then stand as numbers in every shape, range, index and value. The sizes stay
 * in the signature, pinned to the one value, so that a harness still checks shapes against them. Facts that have become true are gone;
 * one that has become false is kept, and no call can meet it.
 */
export function instantiate(kernel: Kernel, sizes: Readonly<Record<string, number>>): Kernel {
  const index = (e: IndexExpr): IndexExpr => substitute(e, (atom) => {
    const value = atom.kind === 'size' && Object.hasOwn(sizes, atom.id) ? sizes[atom.id] : undefined
    return value === undefined ? undefined : num(value)
  })
  const axis = (a: Axis): Axis => ({ ...a, extent: index(a.extent) })
  const expr = (e: Expr): Expr => {
    const mapped = mapChildren(e, expr, index)
    return mapped.kind === 'index' ? fromIndex(mapped.index) : mapped
  }
  const tensor = (t: Tensor): Tensor => ({ ...t, shape: t.shape.map(index), limit: t.limit && index(t.limit) })
  const statement = (s: Statement): Statement => ({ ...mapStatement(s, expr, index), axes: s.axes.map(axis) })
  const holds = (e: IndexExpr, relation: 'nonneg' | 'zero'): boolean => { const n = isConst(e); return n !== undefined && (relation === 'zero' ? n === 0 : n >= 0) }
  return {
    ...kernel,
    sizes: kernel.sizes.map((s) => { const value = Object.hasOwn(sizes, s.name) ? sizes[s.name] : undefined; return value === undefined ? s : { ...s, pinned: [value] } }),
    tensors: kernel.tensors.map(tensor),
    statements: kernel.statements.map(statement),
    ...(kernel.checks === undefined ? {} : { checks: kernel.checks.map((c) => ({ ...c, axes: c.axes.map((a) => ({ ...a, extent: index(a.extent) })), ...(c.places === undefined ? {} : { places: c.places.map((p) => ({ ...p, extent: index(p.extent), value: expr(p.value) })) }) })) }),
    facts: kernel.facts.map((f) => ({ ...f, expr: index(f.expr) })).filter((f) => !holds(f.expr, f.relation)),
  }
}
