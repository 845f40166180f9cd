import type { Span } from '../src/diagnostics/span.ts'
import type { Binder, Call, Expr, Ident, Outside, SizeArg, StringLiteral } from './ast-expr.ts'
import type { Accelerator, Codesign, Constraint, Intrinsic, LayoutDim, Operand } from './ast-hardware.ts'
import type { Domain, LoopRef, Role, Schedule, SpaceEntry, TargetRef, TileAxis, TileFactor, Verb } from './ast-schedule.ts'

// The tree is one module to its users; its parts lie in files by topic.
export type * from './ast-expr.ts'
export type * from './ast-hardware.ts'
export type * from './ast-schedule.ts'
export { AXIS_OPS, REDUCTIONS } from './ast-expr.ts'

/**
 * The syntax tree of a `.tdsl` file. Every node has a `kind` and a `span`; parentheses are not kept, the tree's shape
 * says what they said. Which names are indices, sizes, tensors or functions is for the checker to find.
 */
export interface File {
  readonly kind: 'file'
  readonly declarations: readonly Declaration[]
  /** All comments in order of their place, doc comments included: the formatter prints them again. */
  readonly comments: readonly Comment[]
  readonly span: Span
}

export interface Comment {
  readonly kind: 'comment'
  /** Without line end, with the slashes or the stars: `// …`, `/// …` or `/* … *\/`. */
  readonly text: string
  readonly block: boolean
  readonly span: Span
}

export type Declaration = Kernel | Fn | Format | State | Program | Extern | Test | Import | Schedule | Intrinsic | Accelerator | Codesign

/** `/// …` lines above a declaration. */
export interface Doc {
  readonly kind: 'doc'
  /** The lines without `///`, `@example` lines left out. */
  readonly text: string
  /** One entry for each `@example M=512, N=512` line. */
  readonly examples: readonly Example[]
  readonly span: Span
}

export interface Example {
  readonly sizes: readonly { readonly name: string; readonly value: number }[]
  readonly span: Span
}

/** `kernel conv2d[st, pad](X: f16[N, C]) -> Y: f16[N] where C == 4 { … }` */
export interface Kernel {
  readonly kind: 'kernel'
  readonly doc?: Doc
  readonly name: Ident
  /** Sizes that no input binds: `[st, pad]`. */
  readonly sizeParams: readonly Ident[]
  readonly params: readonly Param[]
  readonly results: readonly Param[]
  readonly pins: readonly Pin[]
  readonly body: readonly Statement[]
  readonly span: Span
}

/** `A: f16[M, K]`, `V: bf16[T, D] in host`, `cache: inout Cache`. */
export interface Param {
  readonly kind: 'param'
  readonly name: Ident
  readonly inout: boolean
  readonly type: Type
  readonly span: Span
}

/** A tensor, or with no `dims` a scalar or (by its element's name) a state. */
export interface Type {
  readonly kind: 'type'
  readonly elem: Elem
  readonly dims: readonly Dim[]
  /** `in host`; on the device without. */
  readonly place?: Ident
  readonly span: Span
}

/** A dtype, a storage format or a state, by name; `range` is the `C` of `i32<C>`: values lie in `[0, C)`. */
export interface Elem {
  readonly kind: 'elem'
  readonly name: Ident
  readonly range?: Expr
  readonly span: Span
}

/** `K - 128 by 128`: an extent, and for a grouped format the group's length along this dimension. */
export interface Dim {
  readonly kind: 'dim'
  readonly extent: Expr
  readonly group?: Expr
  readonly span: Span
}

/** `D == 128` (one value) or `D in {64, 128}` (a variant for each). */
export interface Pin {
  readonly kind: 'pin'
  readonly size: Ident
  readonly values: readonly Expr[]
  readonly span: Span
}

/** `fn gelu(x: f32) -> f32 = …`, or with a block that assigns `result.name` (the function's own name where the result has none). */
export interface Fn {
  readonly kind: 'fn'
  readonly doc?: Doc
  readonly name: Ident
  readonly sizeParams: readonly Ident[]
  readonly params: readonly Param[]
  readonly result: FnResult
  readonly body: Expr | Block
  readonly span: Span
}

export interface FnResult {
  readonly kind: 'fn-result'
  readonly name?: Ident
  readonly type: Type
  readonly span: Span
}

export interface Block {
  readonly kind: 'block'
  readonly statements: readonly Statement[]
  readonly span: Span
}

/** `format q4 = int4 { scale f16, symmetric, clip 0.9 }`; `format act = bf16`, which has no options, is a name for a type. */
export interface Format {
  readonly kind: 'format'
  readonly doc?: Doc
  readonly name: Ident
  readonly storage: Ident
  readonly options: readonly FormatOption[] | undefined
  readonly span: Span
}

export interface FormatOption {
  readonly kind: 'format-option'
  readonly name: Ident
  /** A name (`f16`) or a number (`0.9`). */
  readonly value?: Expr
  readonly span: Span
}

/** `state Cache { K: bf16[L, N, D], len: i32[B] }` */
export interface State {
  readonly kind: 'state'
  readonly doc?: Doc
  readonly name: Ident
  readonly fields: readonly Param[]
  readonly span: Span
}

export interface Program {
  readonly kind: 'program'
  readonly doc?: Doc
  readonly name: Ident
  readonly sizeParams: readonly Ident[]
  readonly params: readonly Param[]
  readonly results: readonly Param[]
  readonly pins: readonly Pin[]
  readonly body: readonly Statement[]
  readonly span: Span
}

/** `extern host fn eigh(A: f32[N, N]) -> w: f32[N], V: f32[N, N]` */
export interface Extern {
  readonly kind: 'extern'
  readonly doc?: Doc
  readonly name: Ident
  readonly sizeParams: readonly Ident[]
  readonly params: readonly Param[]
  readonly results: readonly Param[]
  readonly span: Span
}

/** `test matmul(M=3, N=5) { A[m, k] = …; expect C[m, n] == … within 1e-3 }` */
export interface Test {
  readonly kind: 'test'
  readonly doc?: Doc
  readonly subject: Ident
  readonly sizes: readonly SizeArg[]
  readonly body: readonly Statement[]
  readonly span: Span
}

/** `import { q4, gelu as g } from "./lib.tdsl"` */
export interface Import {
  readonly kind: 'import'
  readonly names: readonly ImportName[]
  readonly from: StringLiteral
  readonly span: Span
}

export interface ImportName {
  readonly kind: 'import-name'
  readonly name: Ident
  readonly alias?: Ident
  readonly span: Span
}

export type Statement = Let | Assign | For | Expect | CallStatement

/** `let W[b, s, t]: bf16 = …`; several targets only where a call with several results is on the right. */
export interface Let {
  readonly kind: 'let'
  readonly targets: readonly LetTarget[]
  readonly value: Expr
  readonly span: Span
}

export interface LetTarget {
  readonly kind: 'let-target'
  readonly name: Ident
  readonly indices: readonly Binder[]
  /** How the values are stored; inferred without. */
  readonly elem?: Elem
  readonly place?: Ident
  readonly span: Span
}

/** `C[m, n] = …`, `cache.K[l, slot[b, t], d] += …`; without positions the whole tensor. */
export interface Assign {
  readonly kind: 'assign'
  readonly target: Target
  readonly op: AssignOp
  readonly value: Expr
  readonly span: Span
}

export type AssignOp = '=' | '+=' | 'max=' | 'min='

export interface Target {
  readonly kind: 'target'
  readonly name: Ident
  /** The `K` of `cache.K`. */
  readonly field?: Ident
  readonly positions: readonly LeftPosition[]
  readonly span: Span
}

/** A position on the left: any index expression; a bare name may bring its range, `k: K - 128`. */
export interface LeftPosition {
  readonly kind: 'left-position'
  readonly index: Expr
  readonly extent?: Expr
  readonly span: Span
}

/** `for l in 0..L { … }`, in programs. */
export interface For {
  readonly kind: 'for'
  readonly index: Ident
  readonly from: Expr
  readonly to: Expr
  readonly body: readonly Statement[]
  readonly span: Span
}

/** `expect C[m, n] == 2 within 1e-3`, in tests: holds for all values of the free indices. */
export interface Expect {
  readonly kind: 'expect'
  readonly condition: Expr
  readonly within?: Expr
  readonly span: Span
}

/** A call for its effect on `inout` arguments, in programs. */
export interface CallStatement {
  readonly kind: 'call-statement'
  readonly call: Call
  readonly span: Span
}

export type Node =
  | File | Ident | StringLiteral | Doc | Declaration | Param | Type | Elem | Dim | Pin | FnResult | Block | FormatOption | ImportName
  | Statement | LetTarget | Binder | Target | LeftPosition | Expr | Outside | SizeArg | TargetRef | LoopRef | Verb | TileAxis | TileFactor
  | Role | SpaceEntry | Domain | Operand | LayoutDim | Constraint
