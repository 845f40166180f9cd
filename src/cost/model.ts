/** What a cost model says, and how it is asked: prepared for one layer, one match and one design, it answers for a schedule in microseconds. */
import type { Problem } from './problem.ts';

export interface Term { readonly name: string; readonly value: number; readonly unit: string; readonly how: string }

/** `area` and `power` of the compat model have no unit: the formulas it reproduces do not say one. */
export interface Numbers {
  readonly cycles: number;
  readonly seconds: number;
  readonly energy: number;
  readonly power: number;
  readonly area: number;
}
export interface Estimate extends Numbers {
  /** Why the schedule cannot run, where it cannot; then the numbers are infinite. */
  readonly problem: string | undefined;
  readonly terms: readonly Term[];
}

/** `tiles[l]`: the tile of loop l; `hoist`: how many summed loops stand outside (interface.ts). */
export interface Evaluator {
  readonly problem: Problem;
  /** Cycles, Infinity where the schedule does not fit. */
  cycles(tiles: ArrayLike<number>, hoist: number): number;
  /** J, Infinity where the schedule does not fit: the estimate's, without its terms. */
  energy(tiles: ArrayLike<number>, hoist: number): number;
  /** The estimate's numbers, without its terms. */
  numbers(tiles: ArrayLike<number>, hoist: number): Numbers;
  estimate(tiles: ArrayLike<number>, hoist: number): Estimate;
}

export interface CostModel {
  readonly name: string;
  prepare(problem: Problem): Evaluator;
}

export const infeasible = (problem: string): Estimate => ({ cycles: Infinity, seconds: Infinity, energy: Infinity, power: Infinity, area: Infinity, problem, terms: [] });
