/** Times of plans are taken between runs of a reference, so that a GPU at another clock is noticed. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Reference } from '../bench/steady.ts';
import { summary } from '../../src/runtime/timing.ts';

/** A GPU whose reference takes 100 us at full clock; it leaves its idle clock after `wake` timings, and `idles` after each of the given ones. */
function machine(wake: number, idles: readonly number[] = []): { readonly device: { time: () => Promise<ReturnType<typeof summary>> }; readonly now: () => number; readonly plan: () => Promise<number>; readonly file: string } {
  let timings = 0, since = 0;
  const clock = (): number => { timings++; since = idles.includes(timings) ? 0 : since + 1; return since > wake ? 1 : 5.5; };
  return {
    device: { time: () => Promise.resolve(summary([100 * clock()], 1, 'timestamp')) }, now: () => timings * 10,
    plan: () => Promise.resolve(300 * clock()), file: join(mkdtempSync(join(tmpdir(), 'steady-')), 'least'),
  };
}

test('the first plan waits until the clock has risen', async () => {
  const m = machine(20), r = new Reference(m.device, () => undefined, m.file, m.now), { value, steady, attempts } = await r.timed(m.plan);
  assert.equal([value, steady, attempts], [300, true, 1]);
  assert.is(readFileSync(m.file, 'utf8'), '100');
});
test('a plan that was timed at another clock is timed again', async () => {
  // The 64th timing is the second plan's.
  const m = machine(3, [64]), r = new Reference(m.device, () => undefined, m.file, m.now);
  assert.is((await r.timed(m.plan)).value, 300);
  const second = await r.timed(m.plan);
  assert.equal([second.value, second.steady, second.attempts], [300, true, 2]);
});
test('another process knows the least time, and a clock that never rises is told', async () => {
  const fast = machine(0), first = new Reference(fast.device, () => undefined, fast.file, fast.now);
  await first.timed(fast.plan);
  const slow = machine(1e9), r = new Reference(slow.device, () => undefined, fast.file, slow.now), { steady, reference, attempts } = await r.timed(slow.plan);
  assert.equal([steady, attempts], [false, 3]);
  assert.equal(reference, [5.5, 5.5]);
});
test.run();
