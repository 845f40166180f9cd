/**
 * Plans: how a nest is spread over a machine. One function (lower/lower.ts) turns (nest, plan) into tile IR; rules, schedule blocks and search only change fields here.
 *
 * `vector` plans spread elementwise work and plain reductions: each axis is cut into `rep` x `threads` x `vec` consecutive coordinates.
 * `matrix` plans keep products of two operands in accumulators: axes of the launch are rows (`m`), columns (`n`) or neither.
 */
import type { MmaIntrinsic } from './intrinsic.ts';
import type { Layout } from './layout.ts';

/** tile = rep * threads * vec; `shift`: the first thread bit the axis takes. */
export interface AxisSplit { readonly vec: number; readonly threads: number; readonly shift: number; readonly rep: number }
export const whole: AxisSplit = { vec: 1, threads: 1, shift: 0, rep: 1 };
export const tileOf = (s: AxisSplit): number => s.vec * s.threads * s.rep;

export interface VectorPlan {
  readonly kind: 'vector';
  readonly threads: number;
  /** By axis id; an axis without an entry is walked one coordinate at a time (grid or loop). */
  readonly axes: ReadonlyMap<string, AxisSplit>;
  /** Grid axes walked as one, the last fastest: neighbouring threads take neighbouring elements whatever the last axis' extent. */
  readonly collapse?: { readonly ids: readonly string[]; readonly split: AxisSplit };
}

export interface MatrixPlan {
  readonly kind: 'matrix';
  readonly threads: number;
  readonly roles: ReadonlyMap<string, 'm' | 'n'>;
  /** Tile sizes of the m and n axes and of the axes the products sum over. */
  readonly tiles: ReadonlyMap<string, number>;
  /** Warps along rows and columns (products by an intrinsic with a fragment layout). */
  readonly warps: readonly [number, number];
  /** Accumulator pattern of products by plain multiply-adds. */
  readonly fma: Layout | undefined;
  /** The intrinsic of each product, by part name. */
  readonly products: ReadonlyMap<string, MmaIntrinsic>;
  /** Depth of the shared-memory ring. */
  readonly stages: number;
  readonly panels: number | undefined;
  /** Operands are multiplied in registers, each thread's consecutive along the summed axis, as they come from memory or, with more than one stage, from the ring. */
  readonly direct?: boolean;
  /** Scales that a direct plan's steps have are in shared memory before the first step. */
  readonly scalesBefore?: boolean;
  /** The ring of a direct plan is filled with boxes, which one warp beside `threads` asks for. */
  readonly boxes?: boolean;
  /** Steps whose boxes a stage of that ring holds together, where that many divide the number of steps. */
  readonly together?: number;
  /** Groups that run together: boxes that are the same for all of them are brought once. */
  readonly cluster?: number;
  /** Warps beside those of rows and columns that take steps of a summed axis in turn. Each keeps sums of its own, which meet in shared memory after the loop. */
  readonly turns?: { readonly axis: string; readonly ways: number };
  /** Tensors whose operand each thread computes in the registers that the instruction takes it from, past shared memory. */
  readonly held?: ReadonlySet<string>;
  /** Steps of boxes are written out one after another, with no loop around them. */
  readonly isWritten?: boolean;
  /** Groups that are to run on a multiprocessor at once: registers are kept within their share. */
  readonly residents?: number;
  /** The launch may begin while the one before it ends. */
  readonly early?: boolean;
  /** Copies and products in roles of their own: registers a thread of each. A copying role has 128 threads beside `threads`; of two of them each brings one operand. */
  readonly specialize?: { readonly loads: 1 | 2; readonly loadRegisters: number; readonly mathRegisters: number };
  /** Results leave by boxes through shared memory, while the group goes on. */
  readonly boxStores?: boolean;
  /** As many groups as the device holds take tiles in turn, or `groups` of them. */
  readonly persistent?: boolean;
  readonly groups?: number;
  /** Elements that each row of a stage is longer by, by the tensor that the operand reads. Such rows are not swizzled. */
  readonly pads?: ReadonlyMap<string, number>;
}

export type LaunchPlan = VectorPlan | MatrixPlan;
