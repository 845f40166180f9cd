/** Times work on a CUDA stream by events. Node only. */
import type { CudaDriver } from './cuda-driver.ts';
import { capture } from './cuda-graph.ts';
import type { Timing } from './device.ts';
import { collect, runsPerSample, type TimePlan } from './timing.ts';

export interface TimedStream {
  readonly driver: CudaDriver;
  readonly stream: bigint;
  readonly l2Bytes: number;
  /** How many graphs have been launched so far. */
  readonly graphs: () => number;
}

/**
 * Short runs are captured into a graph, several to a launch: launched one at a time, the host would be what is timed. Runs that launch graphs, which no capture takes, follow one another instead.
 */
export async function timeCuda(timed: TimedStream, run: (iteration: number) => void, plan: TimePlan): Promise<Timing> {
  const { driver, stream } = timed;
  const { api } = driver;
  let iteration = 0;
  const runMany = (count: number): void => {
    for (let i = 0; i < count; i++) run(iteration++);
  };
  const begin = driver.handle('making an event', (out) => api.cuEventCreate(out, 0));
  const end = driver.handle('making an event', (out) => api.cuEventCreate(out, 0));
  // Twice the cache: every line is replaced.
  const flushBytes = plan.flushCache ? 2 * Math.max(timed.l2Bytes, 1 << 20) : 0;
  const flush = flushBytes > 0 ? driver.handle('memory to overwrite the cache', (out) => api.cuMemAlloc_v2(out, flushBytes)) : 0n;
  /** Microseconds from before to after `work`. */
  const measure = (work: () => void): number => {
    if (flush !== 0n) driver.check(api.cuMemsetD8Async(flush, 1, flushBytes, stream), 'overwriting the cache');
    driver.check(api.cuEventRecord(begin, stream), 'recording an event');
    work();
    driver.check(api.cuEventRecord(end, stream), 'recording an event');
    driver.check(api.cuEventSynchronize(end), 'a timed kernel');
    const ms = new Float32Array(1);
    driver.check(api.cuEventElapsedTime(ms, begin, end), 'reading events');
    return (ms[0] ?? 0) * 1000;
  };
  const before = timed.graphs();
  try {
    runMany(plan.warmup);
    driver.check(api.cuStreamSynchronize(stream), 'a kernel');
    // How many runs make a sample follows from one; where the host was kept waiting it seems long, and each sample would then be one run with all that the host does.
    let first = measure(() => runMany(1));
    for (let i = 0; i < 2 && !plan.flushCache && first < 20 * plan.minSampleUs; i++) first = Math.min(first, measure(() => runMany(1)));
    const runs = runsPerSample(first, plan);
    if (runs === 1) return await collect(plan, 1, 'event', () => measure(() => runMany(1)));
    if (timed.graphs() > before) return await collect(plan, runs, 'event', () => measure(() => runMany(runs)) / runs);
    const graph = capture(driver, stream, () => runMany(runs));
    try {
      const launch = (): void => driver.check(api.cuGraphLaunch(graph, stream), 'launching a graph');
      measure(launch);
      return await collect(plan, runs, 'graph', () => measure(launch) / runs);
    } finally {
      api.cuGraphExecDestroy(graph);
    }
  } finally {
    api.cuEventDestroy_v2(begin);
    api.cuEventDestroy_v2(end);
    if (flush !== 0n) api.cuMemFree_v2(flush);
  }
}
