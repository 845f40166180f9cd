import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withPauses } from '../../src/runtime/webgpu-pauses.ts';

/** Turns of the event loop until the promise settles. */
async function turns(work: Promise<unknown>): Promise<number> {
  let count = 0, going = true;
  const turn = (): void => { count++; if (going) setImmediate(turn); };
  setImmediate(turn);
  await work.catch(() => undefined);
  going = false;
  return count;
}
const later = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('done'), ms));

test('waiting has a pause in every turn of the event loop, and none afterwards', async () => {
  const plain = await turns(later(60));
  const paused = await turns(withPauses(later(60)));
  assert.ok(paused <= 70 && paused * 4 < plain, `${paused} turns with pauses, ${plain} without`);
  assert.ok((await turns(later(60))) > 4 * paused, 'pauses go on');
});

test('results and errors come through, and several waits have one pause a turn', async () => {
  assert.is(await withPauses(later(5)), 'done');
  const failed = withPauses(Promise.reject(new Error('no')));
  assert.is(await failed.catch((cause: unknown) => (cause instanceof Error ? cause.message : '')), 'no');
  const start = performance.now();
  const count = await turns(Promise.all([1, 2, 3, 4, 5].map(() => withPauses(later(100)))));
  assert.ok(count * 5 > (performance.now() - start) / 2, `${count} turns`);
});

test.run();
