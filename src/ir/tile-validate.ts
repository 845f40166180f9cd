/**
 * Checks a tile kernel. What is wrong is collected, so that one run shows everything; an empty list means that every rule holds.
 *
 * `declaration` Names and ids are declared once; sizes are positive; a pipe's buffers have its stages and belong to no other pipe; a swizzled
 *               stage is a multiple of 1024 bytes and its rows of W; a tile belongs to one role.
 * `layout`      Every bit stands in one place; 2^bits * repeat is the axis' tile; thread bits are bits of the role's threads; lanes only where
 *               the target promises them.
 * `defined`     A tile is written before it is read on every path; only mutable tiles are written again.
 * `scope`       Index expressions use sizes, grid and loop variables, axes of the op's tiles (or of one coordinate) and declared tiles.
 * `uniform`     Trip counts, conditions, bindings and stages are the same for all threads. With that, barriers, exchanges and products always
 *               stand under uniform control.
 * `axes`        Operands have the axes that the op needs; reducers have one part a tile.
 * `type`        Value types agree.
 * `map`         A thread holds what it needs of every operand: thread bits agree up to broadcast (map, guards, gathers).
 * `mma`         Operands lie as the intrinsic declares, in its types, in registers or in rows of shared memory; warps agree on rows and columns.
 * `reduce`      The result is the source without the reduced axes; partial results keep exactly their thread bits.
 * `registers`   Live tiles fit into the role's registers (a linear estimate without spills).
 * `bounds`      Every index is proved inside its tensor, by guards, clamps or ranges.
 * `vector`      Elements of a vector are neighbours, in registers and in memory, aligned, and guarded alike.
 * `owner`       No two threads or groups store to one element; inputs are not stored to.
 * `word`        Where words must have one owner: no two threads store parts of the smallest store that the target has.
 * `copy`        Asynchronous copies move pieces that the target has, of one type, into a stage of a pipe, with zeros outside. Box copies are boxes of the tensor
 *               from rows 16 bytes apart, cut at its ends alone.
 * `limit`       Threads, shared memory and bindings are within the target, which has early launches where the kernel begins early.
 *
 * By running the control flow on sample sizes, for which loops take 0, 1, 2 … stages + 2 trips (tile-validate-protocol.ts):
 * `pipe`        Stages are written between acquire and commit, read between wait and release; counts balance; no fill is waited for too early.
 * `deadlock`    The roles can finish.
 * `pending`     A stage or accumulator of an asynchronous product is left alone until a wait covers it.
 * `barrier`     Between a write of shared memory outside pipes and another thread's read or write there is a barrier.
 */
import type { Span } from '../diagnostics/span.ts';
import type { IndexExpr } from './index-expr.ts';
import type { Facts } from './index-facts.ts';
import type { MmaIntrinsic } from './intrinsic.ts';
import type { TileKernel } from './tile.ts';
import { checkDeclarations } from './tile-validate-declarations.ts';
import { checkMemory } from './tile-validate-memory.ts';
import { checkOps } from './tile-validate-ops.ts';
import { checkProtocol } from './tile-validate-protocol.ts';
import { checkRegisters } from './tile-validate-registers.ts';

export type TileRule =
  | 'declaration' | 'layout' | 'defined' | 'scope' | 'uniform' | 'axes' | 'type' | 'map' | 'mma' | 'reduce' | 'registers' | 'bounds' | 'vector' | 'owner' | 'word'
  | 'copy' | 'limit' | 'pipe' | 'deadlock' | 'pending' | 'barrier';

/** `op` names the kind of the op, or what is declared. */
export interface TileFailure { readonly rule: TileRule; readonly message: string; readonly op: string; readonly span: Span | undefined }

/** What the target allows; sizes in bytes unless said otherwise. A `Target` is one. */
export interface TileLimits {
  readonly maxThreads: number;
  /** Lanes of a warp; 0 where none are promised. */
  readonly lanes: number;
  readonly sharedBytes: number;
  readonly vectorBytes: number;
  readonly asyncBytes: readonly number[];
  /** Smallest store that leaves its neighbours alone, in bits. */
  readonly storeBits: number;
  /** No two threads may store parts of `storeBits`: for printers that do not merge such stores (by atomics, or one element a word). Default no. */
  readonly ownedWords?: boolean | undefined;
  /** Buffers a kernel may have, and registers (32-bit words) a thread may have; no limit where missing. */
  readonly bindings?: number | undefined;
  /** Kernels may begin before the launch ahead of them has ended. */
  readonly earlyLaunches?: boolean | undefined;
  readonly registers?: number | undefined;
}

export interface ValidateOptions {
  readonly intrinsic: (name: string) => MmaIntrinsic | undefined;
  readonly limits: TileLimits;
  /** What is known of the sizes besides `kernel.assumes`. */
  readonly facts?: Facts;
  /** The integers that a buffer is known to hold lie in 0 <= v < limit. */
  readonly limitOf?: (buffer: string) => IndexExpr | undefined;
}

export type Report = (rule: TileRule, op: string, span: Span | undefined, message: string) => void;

export function validateTile(kernel: TileKernel, options: ValidateOptions): TileFailure[] {
  const found: TileFailure[] = [];
  const report: Report = (rule, op, span, message) => { found.push({ rule, message, op, span }); };
  // Each step computes with what the one before has found to be there.
  checkDeclarations(kernel, options, report);
  if (found.length > 0) return found;
  checkOps(kernel, options, report);
  if (found.length > 0) return found;
  checkRegisters(kernel, options, report);
  checkMemory(kernel, options, report);
  checkProtocol(kernel, options, report);
  return found;
}

/** One line a failure. */
export const printFailures = (failures: readonly TileFailure[]): string =>
  failures.map((f) => `${f.rule}: ${f.op}: ${f.message}${f.span === undefined ? '' : ` (${f.span.file}:${f.span.start})`}`).join('\n');
