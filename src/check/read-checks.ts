import { proveInside } from '../ir/index-facts.ts'
import * as ix from '../ir/index-expr.ts'
import { view } from '../ir/index-print.ts'
import type { BinaryOp } from '../ir/scalar.ts'
import type { Axis, Expr, Read } from '../ir/tst.ts'
import { binary, exprKey, expressionsIn, freeAxes } from '../ir/tst-walk.ts'
import type { KernelContext } from './context.ts'
import { type LeftPlace, UpdateChecks } from './update-checks.ts'
import { fromIndex } from './values.ts'

/** The axes around an expression, and what holds where its value is used. */
interface Scope { readonly axes: ReadonlyMap<string, Axis>; readonly conditions: readonly Expr[] }
type Names = ReadonlyMap<string, string>

/**
 * Reads whose indices came from data and have no proved range take the nearest element; what is checked of them when the kernel runs is written down before the
 * statement that reads. Where a condition around the read does not hold, its value is not used, and its index may be anything.
 *
 * @param names the user's names of storage tensors
 */
export function checkReads(kernel: KernelContext, names: Names): void {
  const statements = kernel.statements.splice(0)
  for (const s of statements) {
    const found = new ReadFinder()
    const axes = new Map(s.axes.map((a) => [a.id, a]))
    for (const e of expressionsIn(s)) found.visit(e, { axes, conditions: [] })
    for (const { read, scope } of found.reads.values()) state(kernel, read, scope, names)
    kernel.statements.push(s)
  }
}

class ReadFinder {
  /** By what is the same of two reads of a statement. */
  readonly reads = new Map<string, { readonly read: Read; readonly scope: Scope }>()

  visit(e: Expr, scope: Scope): void {
    const under = (condition: Expr): Scope => ({ ...scope, conditions: [...scope.conditions, condition] })
    switch (e.kind) {
      case 'const': case 'index': return
      case 'read': {
        for (const g of Object.values(e.gathers)) this.visit(g, scope)
        if (e.fill !== undefined) this.visit(e.fill, scope)
        if (e.bounds === 'check') this.reads.set(`${exprKey(e)} ${scope.conditions.map(exprKey).join(' ')}`, { read: e, scope })
        return
      }
      case 'unary': case 'cast': this.visit(e.a, scope); return
      case 'binary':
        this.visit(e.a, scope)
        this.visit(e.b, e.op === 'and' ? under(e.a) : e.op === 'or' ? under(not(e.a)) : scope)
        return
      case 'select':
        this.visit(e.cond, scope)
        this.visit(e.then, under(e.cond))
        this.visit(e.else, under(not(e.cond)))
        return
      case 'reduce': this.#inside(e.axes, e.where, e.body, scope); return
      case 'scan': case 'topk': this.#inside([e.axis], e.where, e.body, scope); return
      // The axis of a softmax is one of those around it, but its values are those at all of its positions.
      case 'softmax': this.#inside([e.axis], e.where, e.body, { ...scope, conditions: scope.conditions.filter((c) => !freeAxes(c).has(e.axis.id)) }); return
    }
  }

  #inside(axes: readonly Axis[], where: Expr | undefined, body: Expr, scope: Scope): void {
    const own = new Map([...scope.axes, ...axes.map((a) => [a.id, a] as const)])
    if (where !== undefined) this.visit(where, { ...scope, axes: own })
    this.visit(body, { axes: own, conditions: where === undefined ? scope.conditions : [...scope.conditions, where] })
  }
}

const not = (e: Expr): Expr => ({ kind: 'unary', op: 'not', a: e, type: 'bool' })

function state(kernel: KernelContext, read: Read, scope: Scope, names: Names): void {
  const shape = kernel.tensors.get(read.tensor)?.shape ?? []
  const known = kernel.sizeFacts.withVariables([...scope.axes.values()].map((a) => [a.id, a.extent]))
  const places = read.index.flatMap((index, dimension): LeftPlace[] => {
    const extent = shape[dimension]
    if (extent === undefined || proveInside(index, extent, kernel.withValueRanges(known, [index]))) return []
    return [{ value: valueOf(index, read.gathers), index, extent, dimension }]
  })
  if (places.length > 0) new UpdateChecks(kernel, read.tensor, [...scope.axes.values()], read.span).read(places, names.get(read.tensor) ?? read.tensor, scope.conditions)
}

/** An index as the value that it is, its run-time integers put in. */
export function valueOf(index: ix.IndexExpr, gathers: Read['gathers']): Expr {
  if (ix.valuesOf(index).size === 0) return fromIndex(index)
  const v = view(index)
  const all = (op: BinaryOp, parts: readonly ix.IndexExpr[]): Expr => parts.map((p) => valueOf(p, gathers)).reduce((a, b) => binary(op, a, b))
  switch (v.kind) {
    case 'num': return fromIndex(index)
    case 'atom': return gathers[v.atom.id] ?? fromIndex(index)
    case 'sum': return all('add', v.terms)
    case 'product': return all('mul', v.factors)
    case 'floordiv': case 'mod': return all(v.kind, [v.a, v.b])
    case 'min': case 'max': return all(v.kind, v.args)
  }
}
