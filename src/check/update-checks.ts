import type { Span } from '../diagnostics/span.ts'
import * as ix from '../ir/index-expr.ts'
import { type Axis, type Check, type Expr, noOffence, type Tensor } from '../ir/tst.ts'
import { binary, constant, freeAxes, select } from '../ir/tst-walk.ts'
import { indexOfAxis, type KernelContext } from './context.ts'
import { freshen } from './rename.ts'
import { fromIndex } from './values.ts'

/** One position of a tensor, as a value and as index arithmetic, and how long its dimension is. */
export interface LeftPlace { readonly value: Expr; readonly index: ix.IndexExpr; readonly extent: ix.IndexExpr; readonly dimension: number }

/**
 * Writes down, as ordinary statements, what is checked of an update or of a read when the kernel runs:
 *
 *     outside    = min(p where some position of p lies outside, and the conditions around the read hold) number(p)
 *     duplicate  = min(p where any(q with number(q) < number(p)) position(q) == position(p)) number(p)
 *
 * over the axes that matter. So the first offender is found, and the same one on every target; the time is quadratic in the axes that may collide.
 */
export class UpdateChecks {
  readonly #kernel: KernelContext
  readonly #target: string
  readonly #axes: readonly Axis[]
  readonly #span: Span

  constructor(kernel: KernelContext, target: string, axes: readonly Axis[], span: Span) {
    this.#kernel = kernel
    this.#target = target
    this.#axes = axes
    this.#span = span
  }

  outside(places: readonly LeftPlace[]): void {
    const axes = this.#axesOf(places, [])
    const own = this.#copies(axes)
    this.#state({ kind: 'outside', target: this.#target }, axes, own, this.#leaves(places, own))
  }

  /** `target`: what the user calls the tensor. `conditions`: where they do not hold, what is read is not used. */
  read(places: readonly LeftPlace[], target: string, conditions: readonly Expr[]): void {
    const axes = this.#axesOf(places, conditions.flatMap((c) => [...freeAxes(c)]))
    const own = this.#copies(axes)
    const wrong = conditions.reduceRight((inside, c) => binary('and', freshen(c, this.#kernel, own), inside, 'bool'), this.#leaves(places, own))
    const checked = places.map(({ value, extent, dimension }) => ({ dimension, extent, value: freshen(value, this.#kernel, own) }))
    this.#state({ kind: 'read', target, places: checked }, axes, own, wrong)
  }

  #leaves(places: readonly LeftPlace[], own: ReadonlyMap<string, Axis>): Expr {
    return places.flatMap(({ value, extent }) => {
      const at = freshen(value, this.#kernel, own)
      return [binary('lt', at, constant(0, 'i32'), 'bool'), binary('le', fromIndex(extent), at, 'bool')]
    }).reduce((a, b) => binary('or', a, b, 'bool'))
  }

  /** `open`: axes of which two values may share a target. */
  duplicates(places: readonly LeftPlace[], open: readonly string[]): void {
    const concerned = places.filter((p) => this.#axesOf([p], []).some((a) => open.includes(a.id)))
    const axes = this.#axesOf(concerned, open)
    const own = this.#copies(axes)
    const free = axes.filter((a) => open.includes(a.id))
    const other = this.#copies(free)
    const number = (of: ReadonlyMap<string, Axis>): Expr => fromIndex(rowMajor(free, of))
    const before = binary('lt', number(other), number(own), 'bool')
    const same = concerned.map(({ value }) => binary('eq', freshen(value, this.#kernel, new Map([...own, ...other])), freshen(value, this.#kernel, own), 'bool')).reduce((a, b) => binary('and', a, b, 'bool'), constant(1, 'bool'))
    const wrong: Expr = { kind: 'reduce', op: 'any', axes: [...other.values()], where: before, body: same, acc: 'bool', type: 'bool', span: this.#span }
    this.#state({ kind: 'duplicate', target: this.#target }, axes, own, wrong)
  }

  #axesOf(places: readonly LeftPlace[], more: readonly string[]): Axis[] {
    const used = new Set([...more, ...places.flatMap((p) => [...freeAxes(p.value)])])
    return this.#axes.filter((a) => used.has(a.id))
  }
  #copies(axes: readonly Axis[]): Map<string, Axis> {
    return new Map(axes.map((a) => [a.id, this.#kernel.axis(a.name, a.extent, a.span)]))
  }

  #state(what: Pick<Check, 'kind' | 'target' | 'places'>, axes: readonly Axis[], own: ReadonlyMap<string, Axis>, wrong: Expr): void {
    const span = this.#span
    const tensor: Tensor = { name: this.#kernel.fresh(`${this.#target}_${what.kind === 'read' ? 'outside' : what.kind}`), role: 'output', dtype: 'i32', shape: [], limit: undefined, span }
    const number = select(wrong, fromIndex(rowMajor(axes, own)), constant(noOffence, 'i32'))
    const value: Expr = own.size === 0 ? number : { kind: 'reduce', op: 'min', axes: [...own.values()], where: undefined, body: number, acc: 'i32', type: 'i32', span }
    this.#kernel.addCheck({ tensor: tensor.name, ...what, axes: axes.map((a) => ({ id: own.get(a.id)?.id ?? a.id, name: a.name, extent: a.extent })), span }, tensor)
    this.#kernel.statements.push({ target: tensor.name, axes: [], index: [], value, span })
  }
}

/** The number of a point, the last axis fastest. */
function rowMajor(axes: readonly Axis[], of: ReadonlyMap<string, Axis>): ix.IndexExpr {
  return axes.reduce<ix.IndexExpr>((n, a) => ix.add(ix.mul(n, a.extent), indexOfAxis(of.get(a.id) ?? a)), ix.num(0))
}
