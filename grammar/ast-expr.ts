import type { Span } from '../src/diagnostics/span.ts'

/** A name at its declaration, or one that is not an expression. */
export interface Ident {
  readonly kind: 'ident'
  readonly name: string
  readonly span: Span
}

export interface StringLiteral {
  readonly kind: 'string'
  readonly value: string
  readonly span: Span
}

export type Expr = IntLiteral | FloatLiteral | BoolLiteral | NameRef | FieldRef | Index | Call | Unary | Binary | Conditional | Axis | Concat | ArrayLiteral

export interface IntLiteral {
  readonly kind: 'int'
  /** At most 2^53 − 1. */
  readonly value: number
  readonly span: Span
}

export interface FloatLiteral {
  readonly kind: 'float'
  readonly value: number
  /** As written, for the formatter. */
  readonly text: string
  readonly span: Span
}

export interface BoolLiteral {
  readonly kind: 'bool'
  readonly value: boolean
  readonly span: Span
}

export interface NameRef {
  readonly kind: 'name'
  readonly name: string
  readonly span: Span
}

/** `cache.K` */
export interface FieldRef {
  readonly kind: 'field'
  readonly base: Expr
  readonly field: Ident
  readonly span: Span
}

/** `V[b, idx[b, t], d] else 0`; fewer positions than dimensions leave a tensor of the rest. */
export interface Index {
  readonly kind: 'index'
  readonly base: Expr
  readonly positions: readonly Expr[]
  readonly outside?: Outside
  readonly span: Span
}

/** What a read outside the bounds gives: `else v`, `else clamp` (the nearest element), `else check` (that, and an error is recorded). */
export type Outside =
  | { readonly kind: 'outside-value'; readonly value: Expr; readonly span: Span }
  | { readonly kind: 'outside-clamp'; readonly span: Span }
  | { readonly kind: 'outside-check'; readonly span: Span }

/** A builtin, a cast (`f32(x)`), a `fn`, or in programs a kernel: `topk_rows[T=64](scores)`. */
export interface Call {
  readonly kind: 'call'
  readonly callee: Ident
  readonly sizes: readonly SizeArg[]
  readonly args: readonly Expr[]
  readonly span: Span
}

/** `T=64`, or by position `64`. */
export interface SizeArg {
  readonly kind: 'size-arg'
  readonly name?: Ident
  readonly value: Expr
  readonly span: Span
}

export interface Unary {
  readonly kind: 'unary'
  readonly op: '-' | 'not'
  readonly operand: Expr
  readonly span: Span
}

/** `/` of integers rounds down; so does `%` belong to it. */
export type BinaryOp = '+' | '-' | '*' | '/' | '%' | CompareOp | 'and' | 'or'
export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>='

export interface Binary {
  readonly kind: 'binary'
  readonly op: BinaryOp
  readonly left: Expr
  readonly right: Expr
  readonly span: Span
}

/** `if t < n then a else b` */
export interface Conditional {
  readonly kind: 'conditional'
  readonly condition: Expr
  readonly yes: Expr
  readonly no: Expr
  readonly span: Span
}

/** An index where it is bound: `k`, `k: K - 128`, `k: K - 128 by 128`. */
export interface Binder {
  readonly kind: 'binder'
  readonly name: Ident
  readonly extent?: Expr
  readonly group?: Expr
  readonly span: Span
}

export const REDUCTIONS = ['sum', 'prod', 'max', 'min', 'any', 'all', 'mean', 'argmax', 'argmin', 'logsumexp'] as const
export const AXIS_OPS = [...REDUCTIONS, 'softmax', 'scan', 'topk'] as const
export type AxisOp = (typeof AXIS_OPS)[number]

/** `sum<f16>(k: K - 128 where k < n) body`; `topk(c -> t: T) body` has `into`. */
export interface Axis {
  readonly kind: 'axis'
  readonly op: AxisOp
  readonly accumulator?: Ident
  /** At least one; groups never occur here. */
  readonly binders: readonly Binder[]
  readonly condition?: Expr
  readonly into?: Binder
  readonly body: Expr
  readonly span: Span
}

/** `concat(k) { Xn; Xo }` */
export interface Concat {
  readonly kind: 'concat'
  readonly axis: Ident
  readonly pieces: readonly Expr[]
  readonly span: Span
}

/** `[[1, 2], [3, 4]]`, in tests. */
export interface ArrayLiteral {
  readonly kind: 'array'
  readonly elements: readonly Expr[]
  readonly span: Span
}
