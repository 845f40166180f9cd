import type { Span } from '../src/diagnostics/span.ts'
import type { Doc } from './ast.ts'
import type { Expr, Ident } from './ast-expr.ts'

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
