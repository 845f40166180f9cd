/**
 * Tensor syntax trees: the checked program. One `Statement` per line of the source, its right side a tree whose inner nodes are
 * combiners over reduction axes and scalar operators, and whose leaves are accesses with index arithmetic (HASCO, section 3).
 * The workload and the intrinsic are written in the same nodes, so matching compares like with like.
 *
 * Invariants (checked by `tst-validate.ts`):
 *  1. every axis id is bound once: by its statement (spatial) or by one axis operator;
 *  2. an expression only uses axes bound around it;
 *  3. reads name a tensor declared before, with as many index positions as it has dimensions;
 *  4. value types agree: comparisons give bool, `select` has a bool condition, both arms of one type;
 *  5. formats are gone: dtypes are plain;
 *  6. an update follows a statement (or a caller) that has given its target values.
 */
import type { Span } from '../diagnostics/span.ts';
import type { DType, ValueType } from './dtype.ts';
import type { IndexExpr } from './index-expr.ts';
import type { BinaryOp, UnaryOp } from './scalar.ts';

/** A loop index with the range 0 <= index < extent. `id` is unique within the kernel; `name` is what the user wrote, or what a pass made of it. */
export interface Axis { readonly id: string; readonly name: string; readonly extent: IndexExpr; readonly span: Span; readonly pieces?: Pieces }

/** Whose pieces a loop that a pass made walks, by the name of that loop: parts of a reduction or chunks of a stream (`k_chunk`), or groups of a stored format (`k_group`). */
export interface Pieces { readonly kind: 'parts' | 'chunks' | 'groups'; readonly of: string }

/**
 * What a read does where its index leaves the tensor:
 * `proved`: cannot happen; `fill`: gives `fill`; `clamp`: nearest legal index; `check`: clamp and record the first offence.
 */
export type Bounds = 'proved' | 'fill' | 'clamp' | 'check';

export type ReduceOp = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all' | 'argmax' | 'argmin';

export type Expr =
  | { readonly kind: 'const'; readonly value: number; readonly type: ValueType }
  /** Integer arithmetic over axes and sizes used as a value (i32). */
  | { readonly kind: 'index'; readonly index: IndexExpr; readonly type: 'i32' }
  | Read
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly a: Expr; readonly type: ValueType }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly a: Expr; readonly b: Expr; readonly type: ValueType }
  | { readonly kind: 'select'; readonly cond: Expr; readonly then: Expr; readonly else: Expr; readonly type: ValueType }
  /** Between value types (i32 -> f32, f32 -> i32 truncating toward zero, bool -> i32), or rounding through a stored type (`to`) and back. */
  | { readonly kind: 'cast'; readonly to: DType; readonly a: Expr; readonly type: ValueType }
  | Reduce
  | Scan
  | TopK
  /** Keeps its axis: the value at `axis` of softmax over `axis` of `body`, over the positions where `where` holds; all zeros where none does. */
  | { readonly kind: 'softmax'; readonly axis: Axis; readonly where: Expr | undefined; readonly body: Expr; readonly type: 'f32'; readonly span: Span };

/** `gathers[id]` is the value that an index refers to as the atom `value(id)`: an integer read from a tensor. */
export interface Read {
  readonly kind: 'read';
  readonly tensor: string;
  readonly index: readonly IndexExpr[];
  readonly gathers: Readonly<Record<string, Expr>>;
  readonly bounds: Bounds;
  readonly fill: Expr | undefined;
  readonly type: ValueType;
  readonly span: Span;
}

/** `acc`: the type sums are kept in; 'f16' only when the user wrote `sum<f16>`. argmax and argmin have exactly one axis and give i32, -1 when empty. */
export interface Reduce {
  readonly kind: 'reduce';
  readonly op: ReduceOp;
  readonly axes: readonly Axis[];
  readonly where: Expr | undefined;
  readonly body: Expr;
  readonly acc: DType;
  readonly type: ValueType;
  readonly span: Span;
}

/** The sum of `body` over the positions of `axis` from 0 up to and with `at` where `where` holds. */
export interface Scan { readonly kind: 'scan'; readonly axis: Axis; readonly at: IndexExpr; readonly where: Expr | undefined; readonly body: Expr; readonly type: 'f32' | 'i32'; readonly span: Span }

/**
 * The position along `axis` of the value of rank `at`: 0 is the largest of those where `where` holds, equal values go by their positions. -1 where there are not
 * so many. `count`: the range of `at`.
 */
export interface TopK { readonly kind: 'topk'; readonly axis: Axis; readonly at: IndexExpr; readonly count: IndexExpr; readonly where: Expr | undefined; readonly body: Expr; readonly type: 'i32'; readonly span: Span }

export interface Tensor {
  readonly name: string;
  /** `inout`: has values before the kernel, which statements update. */
  readonly role: 'input' | 'inout' | 'output' | 'temporary';
  readonly dtype: DType;
  readonly shape: readonly IndexExpr[];
  /** Integers known to lie in 0 <= v < limit (`i32<C>`): gathers through them need no check. */
  readonly limit: IndexExpr | undefined;
  /** Memory of the host, which kernels read and write where it is; of the device without. */
  readonly place?: 'host';
  /** A temporary that must be computed by a launch of its own. */
  readonly inMemory?: boolean;
  /** Temporaries of one name here are stored by one launch; the axes of each are the first of those of the one with the most. */
  readonly storedWith?: string;
  /** A temporary that must be computed where its statement stands: what it reads is updated later. */
  readonly atOnce?: boolean;
  /** Integers that name elements to write: inputs made up for a run repeat none along the last axis. */
  readonly distinct?: boolean;
  readonly span: Span;
}

/**
 * Some elements of a tensor that has values already get others; the rest stay, and everything the statement reads is as it was before it.
 * `set`: points go to different elements (proved, or the subject of a check). Others combine what all points bring, with the old value, in any order.
 */
export type UpdateOp = 'set' | 'add' | 'max' | 'min';
export interface Update {
  readonly op: UpdateOp;
  /** As in `Read`, of the positions on the left. */
  readonly gathers: Readonly<Record<string, Expr>>;
  /** Positions may lie outside of the tensor; what would go there is left out. */
  readonly mayLeave: boolean;
}

/** `target[index…] = value` for every point of `axes`. After checking, `index` is affine in `axes` unless it is an update; for temporaries it is exactly the axes in order. */
export interface Statement {
  readonly target: string;
  readonly axes: readonly Axis[];
  readonly index: readonly IndexExpr[];
  readonly value: Expr;
  readonly update?: Update;
  readonly span: Span;
}

/**
 * What is checked when the kernel runs. `tensor` is an i32 among the outputs, without dimensions: the number, row by row over `axes`, of the first point
 * that is wrong, or `noOffence`.
 */
export interface Check {
  readonly tensor: string;
  /** Of a write outside of its tensor, a write where an earlier point writes too, a read outside of its tensor. */
  readonly kind: 'outside' | 'duplicate' | 'read';
  /** The tensor that is written or read. */
  readonly target: string;
  readonly axes: readonly { readonly id: string; readonly name: string; readonly extent: IndexExpr }[];
  /** Of a read: the indices that may lie outside, over the axes above. */
  readonly places?: readonly { readonly dimension: number; readonly extent: IndexExpr; readonly value: Expr }[];
  readonly span: Span;
}
export const noOffence = 2 ** 31 - 1;

/** A size of the signature. `pinned`: the values it may take, one variant each. `parameter`: no input's shape binds it. */
export interface SizeDecl { readonly name: string; readonly pinned: readonly number[] | undefined; readonly parameter: boolean; readonly span: Span }

/** A tensor of the user's signature whose storage was split by its format: what the harness packs and unpacks. */
export interface FormatUse { readonly tensor: string; readonly format: string; readonly codes: string; readonly scale: string; readonly zero: string | undefined; readonly group: readonly (number | undefined)[] }

export interface Kernel {
  readonly name: string;
  readonly doc: string;
  readonly sizes: readonly SizeDecl[];
  /** Inputs and outputs in the order of the signature, then those of checks, then temporaries in the order of their `let`. */
  readonly tensors: readonly Tensor[];
  readonly statements: readonly Statement[];
  /** Targets of the statements as the user wrote them, once passes have added their own; those begin with the name of the one they come from and `_`. */
  readonly written?: readonly string[];
  readonly formats: readonly FormatUse[];
  readonly checks?: readonly Check[];
  /** Sizes from `@example M=512, N=512`. */
  readonly example: Readonly<Record<string, number>>;
  /** Facts about sizes that the signature implies and the harness checks: each expression is >= 0 (or == 0 with `equal`). */
  readonly facts: readonly { readonly expr: IndexExpr; readonly relation: 'nonneg' | 'zero'; readonly text: string }[];
  readonly span: Span;
}

export interface Program { readonly file: string; readonly kernels: readonly Kernel[] }
