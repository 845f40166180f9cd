/** Makes sizes known: every use of a size becomes its value. What then follows (bounds, divisions, alignment) is for the passes to see. */
import { type IndexExpr, num, substitute } from '../ir/index-expr.ts'
import type { Axis, Expr, Kernel } from '../ir/tst.ts'
import { mapChildren } from '../ir/tst-walk.ts'

/** The kernel with `sizes` substituted; those sizes are then pinned to that one value. Unknown names are left alone. */
export function instantiate(kernel: Kernel, sizes: Readonly<Record<string, number>>): Kernel {
  const at = (e: IndexExpr): IndexExpr =>
    substitute(e, (atom) => (atom.kind === 'size' && Object.hasOwn(sizes, atom.id) ? num(sizes[atom.id]!) : undefined))
  const go = (e: Expr): Expr => mapChildren(e, go, at)
  const axis = (a: Axis): Axis => ({ ...a, extent: at(a.extent) })
  return {
    ...kernel,
    sizes: kernel.sizes.map((s) => (Object.hasOwn(sizes, s.name) ? { ...s, pinned: [sizes[s.name]!] } : s)),
    tensors: kernel.tensors.map((t) => ({ ...t, shape: t.shape.map(at), limit: t.limit && at(t.limit) })),
    statements: kernel.statements.map((s) => ({ ...s, axes: s.axes.map(axis), index: s.index.map(at), value: go(s.value) })),
    facts: kernel.facts.map((f) => ({ ...f, expr: at(f.expr) })),
  }
}
