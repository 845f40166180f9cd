/** Timestamps of a GPU whose clock rises while it works: what is counted begins when it has. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { timePlan } from '../../src/runtime/timing.ts';
import { timeByTimestamps } from '../../src/runtime/webgpu-time.ts';

/** A GPU that takes 5 ms of real time and claims 1 us for a run, or 6 until it has worked for `rises` ms. */
function gpuThatRises(rises: number): { readonly gpu: GPUDevice; readonly record: (writes: unknown, runs: number) => void; readonly settle: () => Promise<void> } {
  let ticks: bigint[] = [], worked = 0;
  const buffer = { destroy: () => undefined, unmap: () => undefined, mapAsync: () => Promise.resolve(), getMappedRange: () => BigUint64Array.from(ticks).buffer };
  const gpu = {
    createQuerySet: () => ({ destroy: () => undefined }), createBuffer: () => buffer, queue: { submit: () => undefined },
    createCommandEncoder: () => ({ resolveQuerySet: () => undefined, copyBufferToBuffer: () => { resolved = true; }, finish: () => ({}) }),
  } as unknown as GPUDevice;
  let resolved = false;
  const record = (_: unknown, runs: number): void => {
    if (resolved) { ticks = []; resolved = false; }
    ticks.push(0n, BigInt(1000 * runs * (worked < rises ? 6 : 1)));
  };
  const settle = async (): Promise<void> => { await new Promise((r) => setTimeout(r, 5)); worked += 5; };
  return { gpu, record, settle };
}

test('a GPU that idled is kept busy before the first sample', async () => {
  const slow = gpuThatRises(1000), options = { repeats: 5, minSampleUs: 100, budgetMs: 50 };
  assert.is((await timeByTimestamps(slow.gpu, timePlan(options), slow.record, slow.settle)).medianUs, 6);
  const g = gpuThatRises(60), t = await timeByTimestamps(g.gpu, timePlan(options, 200), g.record, g.settle);
  assert.equal([t.medianUs, t.p90Us, t.runsPerSample], [1, 1, 100]);
});
test('no work before where none is asked for', () => {
  assert.is(timePlan().busyMs, 0);
  assert.is(timePlan({}, 300).busyMs, 300);
  assert.is(timePlan({ busyMs: 0 }, 300).busyMs, 0);
});
test.run();
