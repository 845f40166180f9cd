import type { Span } from '../src/diagnostics/span.ts'

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

// ---------------------------------------------------------------- declarations

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

/** `format q4 = int4 { scale f16, symmetric, clip 0.9 }` */
export interface Format {
  readonly kind: 'format'
  readonly doc?: Doc
  readonly name: Ident
  readonly storage: Ident
  readonly options: readonly FormatOption[]
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

// ------------------------------------------------------------------ statements

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

/** An index where it is bound: `k`, `k: K - 128`, `k: K - 128 by 128`. */
export interface Binder {
  readonly kind: 'binder'
  readonly name: Ident
  readonly extent?: Expr
  readonly group?: Expr
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

// ----------------------------------------------------------------- expressions

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

// ---------------------------------------------------- schedules and hardware

/** `cuda(sm_90a)`, `wgsl`, `cpu` */
export interface TargetRef {
  readonly kind: 'target-ref'
  readonly name: Ident
  readonly variant?: Ident
  readonly span: Span
}

/** `schedule matmul for cuda(sm_90a) { … }` */
export interface Schedule {
  readonly kind: 'schedule'
  readonly doc?: Doc
  readonly kernel: Ident
  readonly target: TargetRef
  readonly verbs: readonly Verb[]
  readonly span: Span
}

/** A loop as the algorithm named it, `m`, or `P.d` where the bare name is not unique. */
export interface LoopRef {
  readonly kind: 'loop-ref'
  readonly statement?: Ident
  readonly index: Ident
  readonly span: Span
}

export type Verb =
  | TileVerb
  | ReorderVerb
  | StageVerb
  | PipelineVerb
  | TensorizeVerb
  | SpecializeVerb
  | SplitVerb
  | ComputeVerb
  | InlineVerb
  | LaunchVerb
  | PersistentVerb
  | OrderVerb
  | PadVerb
  | TuneVerb
  | RequiresVerb

/** `tile m by 128, n by 256 by warp 64`: factors from the outside in. */
export interface TileVerb {
  readonly kind: 'tile'
  readonly axes: readonly TileAxis[]
  readonly span: Span
}

export interface TileAxis {
  readonly kind: 'tile-axis'
  readonly loop: LoopRef
  readonly factors: readonly TileFactor[]
  readonly span: Span
}

/** `by 64`, or with the level it is for `by warp 64`. */
export interface TileFactor {
  readonly kind: 'tile-factor'
  readonly level?: Ident
  readonly size: Expr
  readonly span: Span
}

/** `reorder m, n, k`: from the outside in. */
export interface ReorderVerb {
  readonly kind: 'reorder'
  readonly loops: readonly LoopRef[]
  readonly span: Span
}

/** `stage A, B in shared via tma, pipeline 4` */
export interface StageVerb {
  readonly kind: 'stage'
  readonly tensors: readonly Ident[]
  readonly memory: Ident
  readonly via?: Ident
  readonly pipeline?: Expr
  readonly span: Span
}

/** `pipeline 4`, or of some tensors `pipeline A, B by 4` */
export interface PipelineVerb {
  readonly kind: 'pipeline'
  readonly tensors: readonly Ident[]
  readonly depth: Expr
  readonly span: Span
}

/** `tensorize wgmma_m64n256k16_f16(m, n, k)` */
export interface TensorizeVerb {
  readonly kind: 'tensorize'
  readonly intrinsic: Ident
  readonly loops: readonly LoopRef[]
  readonly span: Span
}

/** `specialize load 1, math 2` */
export interface SpecializeVerb {
  readonly kind: 'specialize'
  readonly roles: readonly Role[]
  readonly span: Span
}

export interface Role {
  readonly kind: 'role'
  readonly name: Ident
  readonly count: Expr
  readonly span: Span
}

/** `split k by 4`: the reduction over groups. */
export interface SplitVerb {
  readonly kind: 'split'
  readonly loop: LoopRef
  readonly by: Expr
  readonly span: Span
}

/** `compute P at t of O` */
export interface ComputeVerb {
  readonly kind: 'compute'
  readonly statement: Ident
  readonly level: Ident
  readonly consumer: Ident
  readonly span: Span
}

/** `inline acc` */
export interface InlineVerb {
  readonly kind: 'inline'
  readonly statements: readonly Ident[]
  readonly span: Span
}

/** `launch P`: a kernel launch of its own. */
export interface LaunchVerb {
  readonly kind: 'launch'
  readonly statements: readonly Ident[]
  readonly span: Span
}

/** `persistent`, or with the number of groups `persistent 132` */
export interface PersistentVerb {
  readonly kind: 'persistent'
  readonly groups?: Expr
  readonly span: Span
}

/** `order grid by panels of 8` */
export interface OrderVerb {
  readonly kind: 'order'
  readonly what: Ident
  readonly pattern: Ident
  readonly of?: Expr
  readonly span: Span
}

/** `pad A, B by 8`: elements after each row. */
export interface PadVerb {
  readonly kind: 'pad'
  readonly tensors: readonly Ident[]
  readonly by: Expr
  readonly span: Span
}

/** `tune bm in {64, 128}, bn in 1..8`: names that the other verbs use as sizes. */
export interface TuneVerb {
  readonly kind: 'tune'
  readonly parameters: readonly SpaceEntry[]
  readonly span: Span
}

/** `requires streaming`: a demand, an error where it cannot be met. */
export interface RequiresVerb {
  readonly kind: 'requires'
  readonly what: Ident
  readonly args: readonly Expr[]
  readonly span: Span
}

/** `x in {8, 16} KiB`, `banks in 1..8`, `y = x` */
export interface SpaceEntry {
  readonly kind: 'space-entry'
  readonly name: Ident
  readonly domain: Domain
  readonly unit?: Ident
  readonly span: Span
}

export type Domain =
  | { readonly kind: 'domain-set'; readonly values: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'domain-range'; readonly from: Expr; readonly to: Expr; readonly span: Span }
  | { readonly kind: 'domain-value'; readonly value: Expr; readonly span: Span }

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
  readonly unit: Ident
  readonly span: Span
}

export type Node =
  | File | Ident | StringLiteral | Doc | Declaration | Param | Type | Elem | Dim | Pin | FnResult | Block | FormatOption | ImportName
  | Statement | LetTarget | Binder | Target | LeftPosition | Expr | Outside | SizeArg | TargetRef | LoopRef | Verb | TileAxis | TileFactor
  | Role | SpaceEntry | Domain | Operand | LayoutDim | Constraint
