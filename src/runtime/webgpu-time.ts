/// <reference types="@webgpu/types" />
/** Times passes by the GPU's own clock. No Node API. */
import type { Timing } from './device.ts';
import { runsPerSample, summary, type TimePlan } from './timing.ts';

const COPY_SRC = 0x04;
const COPY_DST = 0x08;
const MAP_READ = 0x01;
const QUERY_RESOLVE = 0x200;

/** Samples submitted before their timestamps are read, so that the GPU does not idle between them. */
const SAMPLES_AHEAD = 8;
const LEAST_SAMPLES = 3;

/**
 * @param record puts `runs` runs into one pass with these timestamps and submits it
 * @param settle waits for the work and reports its failure
 */
export async function timeByTimestamps(
  gpu: GPUDevice,
  plan: TimePlan,
  record: (timestampWrites: GPUComputePassTimestampWrites, runs: number) => void,
  settle: () => Promise<void>,
): Promise<Timing> {
  const bytes = 16 * SAMPLES_AHEAD;
  const querySet = gpu.createQuerySet({ type: 'timestamp', count: 2 * SAMPLES_AHEAD });
  const raw = gpu.createBuffer({ size: bytes, usage: QUERY_RESOLVE | COPY_SRC });
  const host = gpu.createBuffer({ size: bytes, usage: MAP_READ | COPY_DST });

  /** Microseconds for one run, of `samples` samples. */
  const measure = async (samples: number, runs: number): Promise<number[]> => {
    for (let i = 0; i < samples; i++) record({ querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 }, runs);
    const encoder = gpu.createCommandEncoder();
    encoder.resolveQuerySet(querySet, 0, 2 * samples, raw, 0);
    encoder.copyBufferToBuffer(raw, 0, host, 0, 16 * samples);
    gpu.queue.submit([encoder.finish()]);
    await settle();
    await host.mapAsync(MAP_READ);
    const ticks = new BigUint64Array(host.getMappedRange().slice(0));
    host.unmap();
    return Array.from({ length: samples }, (_, i) => {
      // Nanoseconds. The standard lets a pair step backwards; the difference is signed then and counts as zero.
      const ns = BigInt.asIntN(64, (ticks[2 * i + 1] ?? 0n) - (ticks[2 * i] ?? 0n));
      return Math.max(0, Number(ns)) / 1000 / runs;
    });
  };

  try {
    let [first = 0] = await measure(1, 1);
    for (const end = performance.now() + plan.busyMs; performance.now() < end;) first = (await measure(SAMPLES_AHEAD, runsPerSample(first, plan))).at(-1) ?? first;
    const runs = runsPerSample(first, plan);
    const fit = Math.floor((plan.budgetMs * 1000) / Math.max(1, first * runs));
    const ahead = Math.max(LEAST_SAMPLES, Math.min(SAMPLES_AHEAD, fit));
    const us: number[] = [];
    const end = performance.now() + plan.budgetMs;
    while (us.length < plan.repeats && (us.length < LEAST_SAMPLES || performance.now() < end)) {
      us.push(...(await measure(Math.min(ahead, plan.repeats - us.length), runs)));
    }
    return summary(us, runs, 'timestamp');
  } finally {
    querySet.destroy();
    raw.destroy();
    host.destroy();
  }
}
