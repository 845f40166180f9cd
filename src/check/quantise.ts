import type { Span } from '../diagnostics/span.ts'
import { floatShape, integerRange, isFloat, type DType } from '../ir/dtype.ts'
import { proveNonNegative } from '../ir/index-facts.ts'
import * as ix from '../ir/index-expr.ts'
import type { Axis, Expr, ReduceOp, Tensor } from '../ir/tst.ts'
import { binary, constant } from '../ir/tst-walk.ts'
import { indexOfAxis, type KernelContext } from './context.ts'
import type { FormatStorage } from './tensor-view.ts'
import { fromIndex, toFloat } from './values.ts'

/** The values that one statement stores. */
export interface QuantisedValues {
  readonly axes: readonly Axis[]
  readonly value: Expr
  /** Values of the axes at a place of the stored tensor. */
  readonly at: (where: readonly ix.IndexExpr[]) => readonly ix.IndexExpr[]
  readonly name: string
  readonly span: Span
}

/**
 * Storing in a format, as ordinary statements: the values x; from each group's extremes its scale (and zero point); then the codes.
 *
 *     symmetric      s = max |x| · f32(clip / q_max)                       q = rne(x / s)
 *     whole zero     s = (hi − lo) · f32(clip / (q_max − q_min)),          q = rne(x / s) + z       lo = min(x, 0), hi = max(x, 0)
 *                    z = q_min + rne(−lo / s)
 *     float zero     s = (hi − lo) · f32(clip / (q_max − q_min)), z = lo − q_min·s,  q = rne((x − z) / s)
 *
 * With a `floor` f, max |x| and hi − lo are taken as at least f. s and z as they are stored; codes clamp to their type; where s is 0 the quotient is 0. A whole zero stands for 0 exactly, so its range includes 0.
 * Every division is `cutdiv`, from which rounding gives the rounded quotient exactly, and every other step is one rounding to f32: all targets give the same bytes.
 */
export function storeQuantised(storage: FormatStorage, x: QuantisedValues, kernel: KernelContext): void {
  const { format, codes, scale, zero } = storage
  const values = new Builder(storage, x, kernel)
  const levels = isFloat(codes.dtype) ? 0 : range(codes.dtype).max - range(codes.dtype).min
  if (zero === undefined || format.zero === undefined) {
    const largest = isFloat(codes.dtype) ? floatShape[codes.dtype === 'e4m3' || codes.dtype === 'e5m2' ? codes.dtype : 'e2m1'].max : range(codes.dtype).max
    values.perGroup(scale, (reduce) => times(atLeast(reduce('max', (v) => ({ kind: 'unary', op: 'abs', a: v, type: 'f32' })), format.floor), format.clip / largest))
    values.codes((v, s) => quotient(v, s, codes.dtype))
    return
  }
  const whole = !isFloat(format.zero)
  const least = range(codes.dtype).min
  const lowest = values.extreme('min', whole), highest = values.extreme('max', whole)
  values.perGroup(scale, (_, at) => times(atLeast(fround(binary('sub', read(highest, at, x.span), read(lowest, at, x.span))), format.floor), format.clip / levels))
  values.perGroup(zero, (_, at) => {
    const s = read(scale, at, x.span), lo = clipped(read(lowest, at, x.span), format.clip)
    if (!whole) return least === 0 ? lo : fround(binary('sub', lo, fround(binary('mul', constant(least), s))))
    const z = binary('add', constant(least), rne(binary('cutdiv', { kind: 'unary', op: 'neg', a: lo, type: 'f32' }, s)))
    return toCodes(toFloat(toCodes(z, codes.dtype)), zero.dtype)
  })
  values.codes((v, s, z) => (whole ? toCodes(binary('add', rne(binary('cutdiv', v, s)), toFloat(z())), codes.dtype) : quotient(fround(binary('sub', v, z())), s, codes.dtype)))
}

const range = (dtype: DType): { min: number; max: number } => integerRange(dtype) ?? { min: 0, max: 0 }
/** One rounding to f32 here, whatever a target computes in. */
const fround = (e: Expr): Expr => (e.kind === 'binary' || e.kind === 'read' ? { kind: 'cast', to: 'f32', a: e, type: 'f32' } : e)
const times = (e: Expr, factor: number): Expr => (Math.fround(factor) === 1 ? e : fround(binary('mul', e, constant(Math.fround(factor)))))
const atLeast = (e: Expr, floor: number): Expr => (floor === 0 ? e : binary('max', e, constant(Math.fround(floor))))
const clipped = (e: Expr, clip: number): Expr => (clip === 1 ? e : times(e, clip))
const rne = (e: Expr): Expr => ({ kind: 'unary', op: 'round', a: e, type: 'f32' })
/** Clamps to the codes of an integer type. */
const toCodes = (e: Expr, dtype: DType): Expr => ({ kind: 'cast', to: dtype, a: e, type: 'i32' })
/** Float codes have at most 4 significant bits, so rounding the cut quotient to them rounds the quotient itself. */
const quotient = (x: Expr, s: Expr, dtype: DType): Expr => (isFloat(dtype) ? { kind: 'cast', to: dtype, a: binary('cutdiv', x, s), type: 'f32' } : toCodes(rne(binary('cutdiv', x, s)), dtype))

function read(tensor: Tensor, index: readonly ix.IndexExpr[], span: Span): Expr {
  const type = isFloat(tensor.dtype) ? 'f32' : 'i32'
  return { kind: 'read', tensor: tensor.name, index, gathers: {}, bounds: 'proved', fill: undefined, type, span }
}

type ReduceGroup = (op: ReduceOp, of: (value: Expr) => Expr) => Expr

/** Statements over the groups and over the elements of one stored tensor. */
class Builder {
  readonly #storage: FormatStorage
  readonly #x: QuantisedValues
  readonly #kernel: KernelContext
  readonly #values: Tensor
  /** Whether each dimension's last group may be short. */
  readonly #short: readonly boolean[]

  constructor(storage: FormatStorage, x: QuantisedValues, kernel: KernelContext) {
    this.#storage = storage
    this.#x = x
    this.#kernel = kernel
    this.#values = { name: kernel.fresh(`${x.name}_values`), role: 'temporary', dtype: 'f32', shape: x.axes.map((a) => a.extent), limit: undefined, span: x.span }
    kernel.addTensor(this.#values)
    kernel.statements.push({ target: this.#values.name, axes: x.axes, index: x.axes.map(indexOfAxis), value: toFloat(x.value), span: x.span })
    const { codes, group } = storage
    this.#short = codes.shape.map((extent, d) => {
      const g = group[d]
      return g !== undefined && !proveNonNegative(ix.neg(ix.mod(extent, ix.num(g))), kernel.sizeFacts)
    })
  }

  #value(where: readonly ix.IndexExpr[], bounds: 'proved' | 'clamp'): Expr {
    const at = this.#x.at(where)
    return { kind: 'read', tensor: this.#values.name, index: at, gathers: {}, bounds, fill: undefined, type: 'f32', span: this.#x.span }
  }

  /** A statement that gives one value for each group. */
  perGroup(target: Tensor, value: (reduce: ReduceGroup, at: readonly ix.IndexExpr[]) => Expr): void {
    const { span } = this.#x
    const axes = target.shape.map((extent, d) => this.#kernel.axis(`${'gijklmn'[d] ?? 'g'}${d + 1}`, extent, span))
    const stored = value((op, of) => this.#reduce(op, of, axes), axes.map(indexOfAxis))
    this.#kernel.statements.push({ target: target.name, axes, index: axes.map(indexOfAxis), value: stored, span })
  }

  #reduce(op: ReduceOp, of: (value: Expr) => Expr, axes: readonly Axis[]): Expr {
    const { codes, group } = this.#storage
    const { span } = this.#x
    const inner: Axis[] = []
    let where: Expr | undefined
    const place = axes.map((axis, d) => {
      const g = group[d], extent = codes.shape[d] ?? ix.num(0)
      if (g === undefined) return indexOfAxis(axis)
      const known = ix.isConst(extent)
      const i = this.#kernel.axis('e', ix.num(known === undefined ? g : Math.min(g, known)), span)
      inner.push(i)
      const at = ix.add(ix.mul(indexOfAxis(axis), ix.num(g)), indexOfAxis(i))
      if (this.#short[d] === true && !(known !== undefined && known <= g)) {
        const inside = binary('lt', fromIndex(at), fromIndex(extent), 'bool')
        where = where === undefined ? inside : binary('and', where, inside, 'bool')
      }
      return at
    })
    const body = of(this.#value(place, where === undefined ? 'proved' : 'clamp'))
    return inner.length === 0 ? body : { kind: 'reduce', op, axes: inner, where, body, acc: 'f32', type: 'f32', span }
  }

  /** The least or largest value of each group, in a tensor of its own. */
  extreme(op: 'min' | 'max', withZero: boolean): Tensor {
    const { scale } = this.#storage
    const target: Tensor = { name: this.#kernel.fresh(`${this.#x.name}_${op}`), role: 'temporary', dtype: 'f32', shape: scale.shape, limit: undefined, span: this.#x.span }
    this.#kernel.addTensor(target)
    this.perGroup(target, (reduce) => { const e = reduce(op, (v) => v); return withZero ? binary(op, e, constant(0)) : e })
    return target
  }

  codes(value: (x: Expr, scale: Expr, zero: () => Expr) => Expr): void {
    const { codes, scale, zero, group } = this.#storage
    const { span } = this.#x
    const axes = codes.shape.map((extent, d) => this.#kernel.axis(`${'cdefghi'[d] ?? 'c'}${d + 1}`, extent, span))
    const place = axes.map(indexOfAxis)
    const byGroup = place.map((at, d) => { const g = group[d]; return g === undefined ? at : ix.floorDiv(at, ix.num(g)) })
    const stored = value(this.#value(place, 'proved'), read(scale, byGroup, span), () => (zero === undefined ? constant(0) : read(zero, byGroup, span)))
    this.#kernel.statements.push({ target: codes.name, axes, index: place, value: stored, span })
  }
}
