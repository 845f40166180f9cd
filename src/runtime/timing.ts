/** Sampling shared by the devices' `time`. No Node API. */
import type { TimeOptions, Timing } from './device.ts';

export interface TimePlan {
  readonly warmup: number;
  readonly repeats: number;
  readonly minSampleUs: number;
  readonly budgetMs: number;
  readonly busyMs: number;
  readonly flushCache: boolean;
}

/** Fewest samples from which percentiles are reported. */
const LEAST_SAMPLES = 3;
/** Most runs in one sample: bounds the work recorded ahead of a device. */
const MOST_RUNS = 256;

/** @param busyMs what the device takes by itself */
export function timePlan(options: TimeOptions = {}, busyMs = 0): TimePlan {
  return {
    warmup: Math.max(0, options.warmup ?? 3),
    repeats: Math.max(LEAST_SAMPLES, options.repeats ?? 30),
    minSampleUs: options.minSampleUs ?? 200,
    budgetMs: options.budgetMs ?? 2000,
    busyMs: options.busyMs ?? busyMs,
    flushCache: options.flushCache ?? false,
  };
}

/** Runs to put into one sample, from the measured time of one run. */
export function runsPerSample(oneRunUs: number, plan: TimePlan): number {
  if (plan.flushCache || oneRunUs >= plan.minSampleUs) return 1;
  // A run below a clock's resolution measures as zero.
  return Math.min(MOST_RUNS, Math.ceil(plan.minSampleUs / Math.max(oneRunUs, 0.5)));
}

/**
 * Takes samples until the plan's count or its budget is reached.
 * @param sample measures once and returns microseconds for one run
 */
export async function collect(
  plan: TimePlan,
  runs: number,
  clock: Timing['clock'],
  sample: () => number | Promise<number>,
): Promise<Timing> {
  const us: number[] = [];
  const end = performance.now() + plan.budgetMs;
  while (us.length < plan.repeats && (us.length < LEAST_SAMPLES || performance.now() < end)) us.push(await sample());
  return summary(us, runs, clock);
}

export function summary(samples: readonly number[], runs: number, clock: Timing['clock']): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    medianUs: percentile(sorted, 0.5),
    p10Us: percentile(sorted, 0.1),
    p90Us: percentile(sorted, 0.9),
    repeats: sorted.length,
    runsPerSample: runs,
    clock,
  };
}

/** Percentile of sorted samples, linear between neighbours. */
export function percentile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
