import type { Span } from '../diagnostics/span.ts'
import type { IndexExpr } from '../ir/index-expr.ts'

/** A use of an index, alone, at a dimension. */
export interface Occurrence {
  /** Undefined as long as the shape is not known, or cannot be. */
  readonly extent: () => IndexExpr | undefined
  readonly tensor: string
  /** Counted from 1. */
  readonly dim: number
  readonly span: Span
  /** The read says what it gives outside. */
  readonly guarded: boolean
}

/** Where a range comes from: the first part of the notes of range errors. */
export interface RangeSource { readonly text: string; readonly span: Span }

/** An index of one statement while its range is being found. `id` is the axis's, unique in the kernel. */
export class IndexVar {
  readonly id: string
  readonly name: string
  readonly span: Span
  /** The operator that binds it; undefined for an index of the left side. */
  readonly op: string | undefined
  /** Rule 1: the range at the binder. */
  stated: { readonly extent: IndexExpr; readonly span: Span } | undefined
  /** Rule 2: declared extents that it indexes alone on the left. */
  readonly declared: Occurrence[] = []
  /** Rule 3: extents that it indexes alone on the right. */
  readonly alone: Occurrence[] = []
  range: IndexExpr | undefined
  source: RangeSource | undefined
  /** The range could not be found, or the extents contradict each other: reported, so nothing else is said about it. */
  broken = false
  used = false
  /** It indexes something whose shape a reported mistake hides, so that its range may be missing for that reason alone. */
  obscured = false

  constructor(id: string, name: string, span: Span, op: string | undefined) {
    this.id = id
    this.name = name
    this.span = span
    this.op = op
  }

  resolve(range: IndexExpr, source: RangeSource): void {
    this.range = range
    this.source = source
  }
}
