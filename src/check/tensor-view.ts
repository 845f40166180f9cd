import type * as ast from '../../grammar/ast.ts'
import { isWithin, type Span } from '../diagnostics/span.ts'
import { integerRange, valueTypeOf } from '../ir/dtype.ts'
import * as ix from '../ir/index-expr.ts'
import type { Bounds, Expr, Tensor } from '../ir/tst.ts'
import { isConstant } from '../ir/tst-walk.ts'
import { boundsOf } from './bounds.ts'
import { elaborate } from './elaborate.ts'
import type { Env, Position, TensorView } from './env.ts'
import { dequantised, type FormatDecl } from './formats.ts'
import { articled, toFloat } from './values.ts'

/** How a declared tensor lies in memory: one tensor, or the parts of a storage format. */
export type Storage =
  | { readonly kind: 'plain'; readonly tensor: Tensor }
  | FormatStorage
export interface FormatStorage { readonly kind: 'format'; readonly format: FormatDecl; readonly codes: Tensor; readonly scale: Tensor; readonly zero: Tensor | undefined; readonly group: readonly (number | undefined)[] }

/** A tensor that the signature or a let declares. */
export class StoredTensor implements TensorView {
  readonly name: string
  readonly span: Span
  readonly rank: number
  readonly given = 0
  /** Undefined until the ranges of a let are known, and where a mistake hides them. */
  storage: Storage | undefined
  readonly #shape: () => readonly ix.IndexExpr[] | undefined
  /** A value has been given by a statement (or by the caller). */
  written: boolean
  writtenAt: Span | undefined
  wasRead = false
  /** The value itself, of a let that needs no memory. */
  inline: Expr | undefined
  /** One extent, where the others may not be known yet. */
  dimension: (i: number) => ix.IndexExpr | undefined

  constructor(name: string, span: Span, rank: number, shape: () => readonly ix.IndexExpr[] | undefined, written: boolean) {
    this.name = name
    this.span = span
    this.rank = rank
    this.#shape = shape
    this.written = written
    this.dimension = (i) => this.shape?.[i]
  }

  get shape(): readonly ix.IndexExpr[] | undefined {
    return this.#shape()
  }

  get limits(): TensorView['limits'] {
    if (this.storage?.kind !== 'plain') return undefined
    const { limit, dtype } = this.storage.tensor
    if (limit !== undefined) return { lo: ix.num(0), hi: ix.sub(limit, ix.num(1)) }
    const range = dtype === 'i32' || dtype === 'u32' ? undefined : integerRange(dtype)
    return range && { lo: ix.num(range.min), hi: ix.num(range.max) }
  }

  read(positions: readonly Position[], outside: ast.Outside | undefined, span: Span, env: Env): Expr | undefined {
    this.wasRead = true
    if (!this.written) {
      if (this.writtenAt !== undefined || this.storage !== undefined || this.shape !== undefined) {
        const notes = this.writtenAt === undefined ? [] : [{ message: `\`${this.name}\` gets its values here${isWithin(span, this.writtenAt) ? ', all of them at once; what follows from the element before is a `scan`, as in `scan(n) A[n]`' : ''}`, span: this.writtenAt }]
        env.report('TDSL0106', { name: this.name }, span, { notes })
      }
      return undefined
    }
    if (this.inline !== undefined) return this.inline
    const { shape, storage } = this
    if (shape === undefined || storage === undefined) return undefined
    const bounds = boundsOf(this.name, 0, shape, positions, outside, span, env)
    if (bounds === undefined) return undefined
    const index = positions.map((p) => p.index)
    switch (storage.kind) {
      case 'plain': {
        const type = valueTypeOf(storage.tensor.dtype)
        const fill = bounds === 'fill' ? fillOf(outside, type, env) : undefined
        if (bounds === 'fill' && fill === undefined) return undefined
        return readOf(storage.tensor, index, bounds, fill, span, env)
      }
      case 'format': return this.#dequantise(storage, index, bounds, outside, span, env)
    }
  }

  /** `W[n, k]` is `f32(W_codes[n, k]) · W_scale[n, floor(k/128)]`, with the zero point of the same group. */
  #dequantise(s: Extract<Storage, { kind: 'format' }>, index: readonly ix.IndexExpr[], bounds: Bounds, outside: ast.Outside | undefined, span: Span, env: Env): Expr | undefined {
    const fill = bounds === 'fill' ? fillOf(outside, 'f32', env) : undefined
    if (bounds === 'fill') {
      if (fill === undefined) return undefined
      if (!isConstant(fill, 0)) {
        env.report('TDSL0121', { what: `a value other than 0 outside of \`${this.name}\`, which is stored as ${s.format.name},` }, outside?.span ?? span)
        return undefined
      }
    }
    const byGroup = index.map((i, d) => { const g = s.group[d]; return g === undefined ? i : ix.floorDiv(i, ix.num(g)) })
    const part = (tensor: Tensor, at: readonly ix.IndexExpr[]): Expr => {
      const type = valueTypeOf(tensor.dtype)
      // Where the code is inside, so are the scale and zero point of its group: one check is enough.
      return readOf(tensor, at, bounds === 'check' && tensor !== s.codes ? 'clamp' : bounds, bounds === 'fill' ? { kind: 'const', value: 0, type } : undefined, span, env)
    }
    return dequantised(s.format, part(s.codes, index), part(s.scale, byGroup), s.zero && part(s.zero, byGroup))
  }
}

function fillOf(outside: ast.Outside | undefined, type: Expr['type'], env: Env): Expr | undefined {
  if (outside?.kind !== 'outside-value') return undefined
  const value = elaborate(outside.value, env)
  if (value === undefined) return undefined
  if (value.type === type) return value
  if (type === 'f32' && value.type === 'i32') return toFloat(value)
  env.report('TDSL0255', { op: 'else', got: `${articled(value.type)}, and the tensor has values of type ${type}` }, outside.span)
  return undefined
}

export function readOf(tensor: Tensor, index: readonly ix.IndexExpr[], bounds: Bounds, fill: Expr | undefined, span: Span, env: Env): Expr {
  return { kind: 'read', tensor: tensor.name, index, gathers: env.kernel.gathersOf(index), bounds, fill, type: valueTypeOf(tensor.dtype), span }
}

/** A view with its first positions given: what is left is indexed by whoever gets it. */
export class PartialView implements TensorView {
  readonly #base: TensorView
  readonly #first: readonly Position[]
  readonly #outside: ast.Outside | undefined

  constructor(base: TensorView, first: readonly Position[], outside: ast.Outside | undefined) {
    this.#base = base
    this.#first = first
    this.#outside = outside
  }

  get name(): string { return this.#base.name }
  get rank(): number { return this.#base.rank - this.#first.length }
  get given(): number { return this.#base.given + this.#first.length }
  get limits(): TensorView['limits'] { return this.#base.limits }
  get shape(): readonly ix.IndexExpr[] | undefined { return this.#base.shape?.slice(this.#first.length) }

  read(positions: readonly Position[], outside: ast.Outside | undefined, span: Span, env: Env): Expr | undefined {
    return this.#base.read([...this.#first, ...positions], outside ?? this.#outside, span, env)
  }
}
