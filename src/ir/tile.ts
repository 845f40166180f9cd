/**
 * Tile IR: one kernel after scheduling. Grid, roles, memories and pipes, and tiles spread over threads by bit-list layouts.
 * CUDA, WGSL and JavaScript are printed from it (through `code.ts`), two interpreters run it.
 *
 * Index arithmetic inside a kernel is an `IndexExpr` whose variables are grid indices (`GridVar.id`), loop indices (`For.variable`) and axis ids.
 * An axis id stands for the *global* coordinate of a tile element along that axis: `AxisInfo.base + local coordinate`, the local one given by the layout.
 * `value(tN)` in an index is the integer held by tile N at that element (a gather).
 */
import type { Span } from '../diagnostics/span.ts';
import type { DType } from './dtype.ts';
import type { IndexExpr } from './index-expr.ts';
import type { Layout } from './layout.ts';
import type { BinaryOp, UnaryOp } from './scalar.ts';

/** `tile` consecutive coordinates of the axis are worked on at once, beginning at `base` (over grid and loop variables). */
export interface AxisInfo { readonly id: string; readonly name: string; readonly extent: IndexExpr; readonly tile: number; readonly base: IndexExpr }

/** One factor of the grid; the group's linear number is decoded into these, the last one fastest (unless `panels` orders them). */
export interface GridVar { readonly id: string; readonly name: string; readonly count: IndexExpr }

/** A tensor in device memory (`place`: in the host's, which the device reaches), dense, last dimension contiguous, packed when sub-byte. `inout`: has values, of which the kernel changes some. */
export interface GlobalBuffer { readonly name: string; readonly dtype: DType; readonly shape: readonly IndexExpr[]; readonly role: 'input' | 'inout' | 'output' | 'scratch'; readonly place?: 'host' }

/**
 * Memory of one group. Rows are all dimensions but the last. `swizzle` W > 0: panels of rows of W bytes, byte address a ^ (((a >> 7) & (W/16 - 1)) << 4);
 * `pad` unused elements lie between panels. W = 0: plain rows, each followed by `pad` unused elements. There are `stages` such blocks, one after another.
 */
export interface SharedBuffer { readonly id: string; readonly dtype: DType; readonly axes: readonly string[]; readonly sizes: readonly number[]; readonly stages: number; readonly swizzle: 0 | 32 | 64 | 128; readonly pad: number }

/** A ring of stages over one or more shared buffers, with the full/empty protocol. */
export interface Pipe { readonly id: string; readonly stages: number; readonly buffers: readonly string[] }

/**
 * A register tile. `axes` name its dimensions (sizes are the axes' `tile`). `packed` tiles hold 16- and 8-bit elements packed into 32-bit words, register bit 0 first
 * (operands of matrix intrinsics); others hold one value (f32, i32 or bool) a register. Mutable tiles are accumulators.
 */
export interface TileDecl { readonly id: number; readonly name: string; readonly dtype: DType; readonly packed: boolean; readonly axes: readonly string[]; readonly layout: Layout; readonly mutable: boolean }

/** Per-element expression. Tiles with fewer axes than the result broadcast. */
export type TileExpr =
  | { readonly kind: 'const'; readonly value: number; readonly type: 'f32' | 'i32' | 'bool' }
  | { readonly kind: 'tile'; readonly tile: number; readonly type: 'f32' | 'i32' | 'bool' }
  /** Index arithmetic as an i32: axis ids are per-element coordinates. */
  | { readonly kind: 'index'; readonly index: IndexExpr; readonly type: 'i32' }
  /** All of `nonNegative` hold (each expression >= 0 at this element). */
  | { readonly kind: 'inside'; readonly nonNegative: readonly IndexExpr[]; readonly type: 'bool' }
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly a: TileExpr; readonly type: 'f32' | 'i32' | 'bool' }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly a: TileExpr; readonly b: TileExpr; readonly type: 'f32' | 'i32' | 'bool' }
  | { readonly kind: 'select'; readonly cond: TileExpr; readonly then: TileExpr; readonly else: TileExpr; readonly type: 'f32' | 'i32' | 'bool' }
  /** As in tst.ts: between value types, or rounding through a narrower stored type and back. */
  | { readonly kind: 'cast'; readonly to: DType; readonly a: TileExpr; readonly type: 'f32' | 'i32' | 'bool' };

/**
 * Elements of a tensor: one index expression per dimension over axis ids, loop and grid variables and `value(tN)` gathers.
 * An element is touched only where every `guard` expression is >= 0; elsewhere a load gives `fill`, a store does nothing. No guard: proved in bounds.
 * `clamp` lists dimensions whose index is clamped into the tensor first. `vector`: that many elements, consecutive in memory and in the lowest
 * register bits, move as one access (alignment and uniform guard across them are proved).
 */
export interface View { readonly buffer: string; readonly index: readonly IndexExpr[]; readonly guard: readonly IndexExpr[]; readonly fill: number; readonly clamp: readonly number[]; readonly vector: number }

/** An associative, commutative merge of tuples; `a0…`/`b0…` are the parts of both sides: tile expressions with tile -(2*part+1) for a and -(2*part+2) for b. */
export interface Reducer { readonly name: string; readonly identity: readonly number[]; readonly merge: readonly TileExpr[] }
export const partA = (part: number): number => -(2 * part + 1);
export const partB = (part: number): number => -(2 * part + 2);

/** Operand of a matrix product: a stage of shared memory, a register tile in the intrinsic's fragment layout, or device memory directly (targets without groups). */
export type Operand =
  | { readonly kind: 'shared'; readonly buffer: string; readonly stage: IndexExpr }
  | { readonly kind: 'tile'; readonly tile: number }
  | { readonly kind: 'global'; readonly view: View; readonly axes: readonly string[] };

export type Op = { readonly span: Span } & (
  /** for variable = 0 .. count-1; uniform over the group. `unroll` asks the printer to unroll, whole or so many turns at once. */
  | { readonly kind: 'for'; readonly variable: string; readonly count: IndexExpr; readonly unroll: boolean | number; readonly body: readonly Op[] }
  /** Binds `variable` to `value` (uniform over the group) inside `body`; sibling lets may bind the same variable to other values (a lagging consumer and its producer share an axis). */
  | { readonly kind: 'let'; readonly variable: string; readonly value: IndexExpr; readonly body: readonly Op[] }
  /** Runs where all conditions are >= 0; they are uniform over the group. */
  | { readonly kind: 'if'; readonly nonNegative: readonly IndexExpr[]; readonly then: readonly Op[]; readonly else: readonly Op[] }
  | { readonly kind: 'load'; readonly dst: number; readonly view: View }
  /**
   * `boxes`: this shared memory takes the tile piece by piece, from where boxes go to the tensor while the threads go on. Otherwise the same.
   * `scatter`: its places depend on integers read at run time; that they differ is the program's business, which checks it.
   */
  | { readonly kind: 'store'; readonly src: number; readonly view: View; readonly scatter?: true; readonly boxes?: string }
  /** Shared memory <- tile and back; the tile's axes are the buffer's, in any order, sizes equal. `vector` as in View. */
  | { readonly kind: 'storeShared'; readonly src: number; readonly buffer: string; readonly stage: IndexExpr; readonly vector: number }
  | { readonly kind: 'loadShared'; readonly dst: number; readonly buffer: string; readonly stage: IndexExpr; readonly vector: number }
  /** Asynchronous copy device -> shared in pieces of `view.vector` elements (4, 8 or 16 bytes), spread over threads by `layout` (dims = the buffer's axes); lands at `wait`. Where a guard fails the stage gets zeros. */
  | { readonly kind: 'copyAsync'; readonly buffer: string; readonly stage: IndexExpr; readonly view: View; readonly layout: Layout; readonly via: 'cp_async' | 'tma'; /** All groups of the cluster take this box, and each asks for its part of it. */ readonly multicast?: true }
  /** dst = expr, elementwise. */
  | { readonly kind: 'map'; readonly dst: number; readonly expr: TileExpr }
  /**
   * dsts = reducer over the axes `over` of srcs. With `into`, only the register part of that axis is reduced and the thread bits stay as the axis `into` of the
   * result (per-thread partial results; its AxisInfo has tile = 2^(thread bits of the axis), its layout dimension is exactly those bits in order); a later reduce over `into` merges threads.
   */
  | { readonly kind: 'reduce'; readonly reducer: Reducer; readonly srcs: readonly number[]; readonly over: readonly { readonly axis: string; readonly into?: string }[]; readonly dsts: readonly number[] }
  /** acc += a · b over axis `over`, by the named intrinsic; `isAsync` ones are covered by a later mmaWait. */
  | { readonly kind: 'mma'; readonly acc: number; readonly a: Operand; readonly b: Operand; readonly over: string; readonly intrinsic: string; readonly isAsync: boolean }
  | { readonly kind: 'mmaWait'; readonly pending: number }
  /** Pipe protocol. `ahead` of wait: that many younger commits may still be in flight. */
  | { readonly kind: 'acquire' | 'commit' | 'release'; readonly pipe: string }
  | { readonly kind: 'wait'; readonly pipe: string; readonly ahead: number }
  /** Same values in the layout of dst (same axes). */
  | { readonly kind: 'convert'; readonly src: number; readonly dst: number; readonly scratch: string | undefined }
  | { readonly kind: 'barrier' }
);
export type OpOf<K extends Op['kind']> = Extract<Op, { kind: K }>;

export interface Role { readonly name: string; readonly threads: number; readonly registers: number | undefined; readonly body: readonly Op[] }

export interface TileKernel {
  readonly name: string;
  readonly target: string;
  /** Run-time sizes in parameter order. */
  readonly sizes: readonly string[];
  readonly buffers: readonly GlobalBuffer[];
  readonly axes: readonly AxisInfo[];
  readonly grid: readonly GridVar[];
  readonly panels: number | undefined;
  /** The groups that run at once take the grid's points in turn; pipes run on from one to the next. */
  readonly persistent?: boolean;
  /** How many they are, where that is not what the device holds. */
  readonly groups?: number;
  /** So many groups that follow one another in the grid run together and share boxes. */
  readonly cluster?: number;
  /** The launch may begin before the one ahead of it has ended: every thread that works waits for that end before it touches memory of the device. */
  readonly early?: boolean;
  /** Groups that are to run on a multiprocessor at once. */
  readonly residents?: number;
  /** How far one number counts that stands for several coordinates together, where there is such a number. */
  readonly counts?: IndexExpr;
  /** What the coordinates are called that such a number stands for, over its tile axis and the grid. */
  readonly digits?: readonly { readonly name: string; readonly at: IndexExpr }[];
  readonly shared: readonly SharedBuffer[];
  readonly pipes: readonly Pipe[];
  readonly tiles: readonly TileDecl[];
  readonly roles: readonly Role[];
  /** Divisibility and pins this variant relies on (the harness picks the variant): each size is a multiple of the number. */
  readonly assumes: Readonly<Record<string, number>>;
}

export const threadsOf = (kernel: TileKernel): number => kernel.roles.reduce((n, role) => n + role.threads, 0);
