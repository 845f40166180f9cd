import type { Span } from '../src/diagnostics/span.ts'
import type { Assign, Doc } from './ast.ts'
import type { CompareOp, Expr, Ident, StringLiteral } from './ast-expr.ts'
import type { SpaceEntry, TargetRef } from './ast-schedule.ts'

/** `intrinsic mma_m16n8k16_f16 for cuda(sm_80) { D[i: 16, j: 8] += …; A: f16 in registers { … }; emit "./x.hbs" }` */
export interface Intrinsic {
  readonly kind: 'intrinsic'
  readonly doc?: Doc
  readonly name: Ident
  readonly target: TargetRef
  /** Statements that say what it computes; one in nearly all cases. */
  readonly meaning: readonly Assign[]
  readonly operands: readonly Operand[]
  readonly emit?: StringLiteral
  readonly span: Span
}

/** `A: f16 in registers { i = l2 l3 l4 r1;  k = r0 l0 l1 r2 }` */
export interface Operand {
  readonly kind: 'operand'
  readonly name: Ident
  readonly dtype: Ident
  readonly memory: Ident
  readonly layout: readonly LayoutDim[]
  readonly span: Span
}

/** Bits of one coordinate, least significant first: `l2`, `r0`, `w1`, `t0`, or `*` for repeats. */
export interface LayoutDim {
  readonly kind: 'layout-dim'
  readonly index: Ident
  readonly bits: readonly Ident[]
  readonly span: Span
}

export interface Accelerator {
  readonly kind: 'accelerator'
  readonly doc?: Doc
  readonly name: Ident
  readonly meaning: readonly Assign[]
  readonly space: readonly SpaceEntry[]
  readonly span: Span
}

/** `codesign resnet50 on gemm_array minimize latency, power subject to power <= 15 W` */
export interface Codesign {
  readonly kind: 'codesign'
  readonly doc?: Doc
  readonly workload: Ident
  readonly accelerators: readonly Ident[]
  readonly minimize: readonly Ident[]
  readonly constraints: readonly Constraint[]
  readonly span: Span
}

export interface Constraint {
  readonly kind: 'constraint'
  readonly metric: Ident
  readonly op: CompareOp
  readonly bound: Expr
  /** The checker asks for it. */
  readonly unit?: Ident
  readonly span: Span
}
