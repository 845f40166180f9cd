import type { Reporter } from '../diagnostics/report.ts'
import type { Span } from '../diagnostics/span.ts'
import type { DType } from '../ir/dtype.ts'
import { integerRange } from '../ir/dtype.ts'
import { Facts, proveNonNegative } from '../ir/index-facts.ts'
import { type IndexExpr, isConst, num, sub, substitute, value, valuesOf, variable } from '../ir/index-expr.ts'
import { childrenOf, contains, exprKey, freeAxes, substituteAxes } from '../ir/tst-walk.ts'
import type { Axis, Check, Expr, Kernel, Statement, Tensor } from '../ir/tst.ts'
import type { Declarations } from './declarations.ts'
import { printExtent } from './extents.ts'
import { renameAxes } from './rename.ts'

type Fact = Kernel['facts'][number]

/** What grows while one kernel (or one function on its own) is checked: its tensors, statements, facts and fresh names. */
export class KernelContext {
  readonly declarations: Declarations
  readonly reporter: Reporter
  /** Storage names and axis ids that are taken. */
  readonly #taken = new Set<string>()
  /** A statement or tensor is missing because of a mistake, here or in a declaration that the kernel uses. */
  incomplete = false
  readonly temporaries: Tensor[] = []
  readonly statements: Statement[] = []
  readonly facts: Fact[] = []
  readonly checks: Check[] = []
  readonly checkTensors: Tensor[] = []
  /** Tensors whose integers name elements that are written, each once. */
  readonly distinct = new Set<string>()
  /** Known tensors by storage name. */
  readonly tensors = new Map<string, Tensor>()
  /** What holds of the sizes wherever the kernel runs. */
  sizeFacts: Facts = Facts.none
  /** Sizes that are pinned to one value. */
  readonly fixedSizes = new Map<string, number>()
  /** Axes whose range is part of a mistake that has been reported: bounds that depend on them are not. */
  readonly brokenAxes = new Set<string>()
  /** Calls that have been replaced by their bodies. */
  inlined = 0
  overflowed = false
  readonly #gathers = new Map<string, { readonly id: string; readonly expr: Expr }>()
  readonly #gatherById = new Map<string, Expr>()

  constructor(declarations: Declarations, reporter: Reporter) {
    this.declarations = declarations
    this.reporter = reporter
  }

  /** A name like `stem` that nothing else in the kernel has. */
  fresh(stem: string): string {
    let name = stem
    for (let n = 2; this.#taken.has(name); n++) name = `${stem}_${n}`
    this.#taken.add(name)
    return name
  }

  reserve(name: string): void {
    this.#taken.add(name)
  }

  axis(name: string, extent: IndexExpr, span: Span): Axis {
    return { id: this.fresh(name), name, extent, span }
  }

  addTensor(tensor: Tensor): void {
    this.tensors.set(tensor.name, tensor)
    if (tensor.role === 'temporary') this.temporaries.push(tensor)
  }

  addCheck(check: Check, tensor: Tensor): void {
    this.checks.push(check)
    this.checkTensors.push(tensor)
    this.tensors.set(tensor.name, tensor)
  }

  /** Notes that `expr` must be >= 0 whenever the kernel runs; the harness checks what cannot be proved here. */
  require(expr: IndexExpr, text: string): void {
    if (isConst(expr) !== undefined || proveNonNegative(expr, this.sizeFacts)) return
    this.facts.push({ expr, relation: 'nonneg', text })
    this.sizeFacts = this.sizeFacts.withNonNegative(expr)
  }

  /** A range or extent is at least 0; one that is a negative number is a mistake. */
  requireExtent(extent: IndexExpr, span: Span): void {
    const known = isConst(extent)
    if (known !== undefined && known < 0) this.reporter.report('TDSL0208', { extent: String(known) }, span)
    this.require(extent, `the extent ${printExtent(extent)} must be at least 0`)
  }

  /** A divisor that is not a number is at least 1 whenever the kernel runs. */
  requireDivisor(by: IndexExpr): void {
    this.require(sub(by, num(1)), `${printExtent(by)} divides, so it must be at least 1`)
  }

  /** Notes that `a` must equal `b`. */
  requireEqual(a: IndexExpr, b: IndexExpr, text: string): void {
    const expr = sub(a, b)
    if (isConst(expr) !== undefined || this.facts.some((f) => f.relation === 'zero' && f.expr.key === expr.key)) return
    this.facts.push({ expr, relation: 'zero', text })
    this.sizeFacts = this.sizeFacts.withEqual(a, b)
  }

  /** The atom that stands for an integer which is computed or read at run time. Equal trees share one. */
  gather(expr: Expr): IndexExpr {
    const key = exprKey(expr)
    let entry = this.#gathers.get(key)
    if (entry === undefined) {
      entry = { id: this.fresh(expr.kind === 'read' ? `${expr.tensor}_at` : 'computed'), expr }
      this.#gathers.set(key, entry)
      this.#gatherById.set(entry.id, expr)
    }
    return value(entry.id)
  }

  /** The table that a read with these indices carries. */
  gathersOf(indices: readonly IndexExpr[]): Record<string, Expr> {
    const found: Record<string, Expr> = {}
    for (const index of indices) for (const id of valuesOf(index)) {
      const expr = this.#gatherById.get(id)
      if (expr !== undefined) found[id] = expr
    }
    return found
  }

  /** Positions with axes replaced, also in the run-time integers that they mention. */
  movedPositions(positions: readonly IndexExpr[], to: ReadonlyMap<string, IndexExpr>): { readonly index: readonly IndexExpr[]; readonly gathers: Record<string, Expr> } {
    const index = positions.map((p) => substitute(p, (atom) => {
      if (atom.kind === 'variable') return to.get(atom.id)
      const expr = atom.kind === 'value' ? this.#gatherById.get(atom.id) : undefined
      return expr && this.gather(substituteAxes(expr, to))
    }))
    return { index, gathers: this.gathersOf(index) }
  }

  /** Adds the ranges of the values that these expressions mention: a declared limit, or what their dtype holds. */
  withValueRanges(facts: Facts, exprs: readonly IndexExpr[]): Facts {
    let known = facts
    for (const e of exprs) for (const id of valuesOf(e)) {
      const expr = this.#gatherById.get(id)
      if (expr?.kind !== 'read' || known.rangeOf('value', id) !== undefined) continue
      const tensor = this.tensors.get(expr.tensor)
      if (tensor === undefined) continue
      const limits = integerRange(tensor.dtype)
      if (tensor.limit !== undefined && expr.bounds !== 'fill') known = known.withValue(id, num(0), sub(tensor.limit, num(1)))
      else if (limits !== undefined && tensor.dtype !== 'i32' && tensor.dtype !== 'u32' && expr.bounds !== 'fill') known = known.withValue(id, num(limits.min), num(limits.max))
    }
    return known
  }

  /**
   * Computes `expr` once, in a statement of its own over those of `axes` that it depends on, and gives the read of it. For trees
   * that are needed at several places: a copy would be computed again, and inside a reduction again for each of its steps.
   */
  hoist(expr: Expr, stem: string, axes: readonly Axis[], span: Span): Expr {
    const free = freeAxes(expr)
    const outer = axes.filter((a) => free.has(a.id))
    const own = outer.map((a) => this.axis(a.name, a.extent, a.span))
    const name = this.fresh(stem)
    const moved = renameAxes(expr, new Map(outer.flatMap((a, i) => { const to = own[i]; return to === undefined ? [] : [[a.id, to] as const] })))
    const dtype: DType = expr.type
    this.addTensor({ name, role: 'temporary', dtype, shape: outer.map((a) => a.extent), limit: undefined, span })
    this.statements.push({ target: name, axes: own, index: own.map(indexOfAxis), value: moved, span })
    return { kind: 'read', tensor: name, index: outer.map(indexOfAxis), gathers: {}, bounds: 'proved', fill: undefined, type: expr.type, span }
  }

  /** Whether copies of a tree would cost: it contains an operator over an axis, or is large. */
  costly(expr: Expr): boolean {
    return contains(expr, (e) => e.kind === 'reduce' || e.kind === 'softmax' || e.kind === 'scan' || e.kind === 'topk') || largerThan(expr, 100)
  }
}

export const indexOfAxis = (axis: Axis): IndexExpr => variable(axis.id)

function largerThan(expr: Expr, limit: number): boolean {
  let left = limit
  const stack = [expr]
  for (let e = stack.pop(); e !== undefined; e = stack.pop()) {
    if (--left < 0) return true
    stack.push(...childrenOf(e))
  }
  return false
}
