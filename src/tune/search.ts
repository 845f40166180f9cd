/**
 * Search over the schedules of one kernel for one target. Explorers are synchronous and repeat what they did when they are given the same seed and the same
 * values, so a search runs in slices: after each the event loop gets its turn (Ctrl-C, progress, saving), and the explorer starts over with all it knows. A search
 * that was interrupted goes on in the same way from the values of a file.
 */
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { estimate, type GpuEstimate } from '../cost/gpu.ts';
import type { GpuProfile } from '../cost/gpu-profile.ts';
import { explorers, type ExplorerName } from '../search/explorers.ts';
import { Random, seedOf } from '../search/random.ts';
import type { Point } from '../search/space.ts';
import { intrinsicOf } from '../targets/target.ts';
import { blockText } from './block.ts';
import { compileCandidate, type Workload } from './candidate.ts';
import { PlanSpace, structuresOf } from './plan-space.ts';

/** What is known of one schedule: its predicted time, or why it is not legal; later its measured time and whether its numbers are right. */
export interface Trial {
  readonly block: string;
  readonly predictedUs?: number;
  readonly reason?: string;
  readonly measuredUs?: number;
  /** Undefined where nobody checked. */
  readonly right?: boolean;
}
export interface SearchRequest {
  readonly workload: Workload;
  readonly profile: GpuProfile;
  readonly trials: number;
  readonly seed: number;
  readonly explorer: ExplorerName;
  /** Trials of an earlier run. */
  readonly known?: readonly Trial[];
}
export interface SearchProgress { readonly trials: number; readonly bestUs: number; readonly legal: number }
export interface SearchOutcome {
  /** The schedule that the source has, or that the compiler takes by itself. */
  readonly start: Trial | undefined;
  /** In the order of their trials. */
  readonly trials: readonly Trial[];
  readonly structures: readonly string[];
  readonly rejected: readonly { readonly name: string; readonly reason: string }[];
  readonly isInterrupted: boolean;
}

export const predict = (w: Workload, profile: GpuProfile, kernels: Parameters<typeof estimate>[0]): GpuEstimate =>
  estimate(kernels, w.sizes, profile, (name): MmaIntrinsic | undefined => intrinsicOf(w.target, name));

class Pause extends Error {}
/** Milliseconds of new work in a slice, about; more where it takes long to come back to where the last one ended. */
const slice = 700;

/** @param between called after each slice; false ends the search, and what is known so far is kept */
export async function searchPlans(request: SearchRequest, between: (progress: SearchProgress) => boolean): Promise<SearchOutcome> {
  const { workload: w, profile, seed } = request;
  const { structures, rejected } = structuresOf(w);
  const space = new PlanSpace(structures), known = new Map((request.known ?? []).map((t) => [t.block, t])), used = new Map<string, Trial>();
  const names = structures.map((s) => s.name);
  if (structures.length === 0) return { start: undefined, trials: [], structures: names, rejected, isInterrupted: false };
  const starts = space.starts();
  let began = 0, deadline = 0, fresh = 0;
  const trialOf = (point: Point): Trial => {
    const block = blockText(space.blockAt(point)), before = used.get(block) ?? known.get(block);
    if (before !== undefined) { used.set(block, before); return before; }
    const now = performance.now();
    if (fresh++ === 0) deadline = now + Math.max(slice, 3 * (now - began));
    else if (now > deadline) throw new Pause();
    const trial = evaluate(w, profile, block);
    used.set(block, trial);
    return trial;
  };
  const progress = (): SearchProgress => {
    const legal = [...used.values()].flatMap((t) => t.predictedUs ?? []);
    return { trials: used.size, bestUs: Math.min(Infinity, ...legal), legal: legal.length };
  };
  for (let again = true, isInterrupted = false; ; ) {
    began = performance.now();
    fresh = 0;
    again = false;
    try {
      // Points that are one schedule count once, so more of them may be tried than trials are wanted.
      explorers[request.explorer](space, (p) => trialOf(p).predictedUs ?? Infinity, {
        trials: request.trials * 4, random: new Random(seedOf(seed, w.kernel.name, w.target.name)), start: starts, stop: () => used.size >= request.trials,
      });
    } catch (e) {
      if (!(e instanceof Pause)) throw e;
      again = true;
    }
    isInterrupted = !between(progress()) && again;
    if (!again || isInterrupted) return { start: used.get(blockText(space.blockAt(starts[0]!))), trials: [...used.values()], structures: names, rejected, isInterrupted };
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A schedule that is not legal is a result like any other. */
export function evaluate(w: Workload, profile: GpuProfile, block: string): Trial {
  const c = compileCandidate(w, block);
  return c.ok ? { block, predictedUs: predict(w, profile, c.kernels).seconds * 1e6 } : { block, reason: c.reason };
}

/** Legal trials, the fastest first: by measurement where there is one, else by prediction. */
export const ranked = (trials: readonly Trial[]): Trial[] => trials.filter((t) => t.predictedUs !== undefined).sort((a, b) => (a.predictedUs ?? 0) - (b.predictedUs ?? 0));

/** Of so many that differ in the order of the grid alone, and of which the model says the same, two are measured before others get their turn. */
const ofOneKind = 2;
/** The first `many` of ranked trials to measure, so that what the model cannot tell apart does not take all places. */
export function various(trials: readonly Trial[], many: number): Trial[] {
  const seen = new Map<string, number>(), later: Trial[] = [];
  const first = trials.filter((t) => {
    const kind = `${t.predictedUs ?? ''} ${t.block.replace(/\n +order grid by [^\n]*/, '')}`, n = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, n);
    if (n > ofOneKind) later.push(t);
    return n <= ofOneKind;
  });
  return [...first, ...later].slice(0, many);
}
