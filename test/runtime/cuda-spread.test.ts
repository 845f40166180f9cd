import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spread } from '../../src/runtime/cuda-spread.ts';

/** What every part comes after, by the streams' own order and the waits. */
function achieved(afters: readonly (readonly number[])[], most: number): Set<number>[] {
  const onStream = new Map<number, Set<number>>();
  const before: Set<number>[] = [];
  for (const [i, { stream, waits }] of spread(afters, most).entries()) {
    const own = onStream.get(stream) ?? new Set<number>();
    for (const p of waits) { own.add(p); for (const q of before[p] ?? []) own.add(q); }
    before.push(new Set(own));
    onStream.set(stream, own.add(i));
  }
  return before;
}

test('independent parts go side by side, dependent ones stay on their stream', () => {
  // A diamond: 1 and 2 after 0, 3 after both.
  assert.equal(spread([[], [0], [0], [1, 2]], 4), [{ stream: 0, waits: [] }, { stream: 0, waits: [] }, { stream: 1, waits: [0] }, { stream: 1, waits: [1] }]);
  // A chain has one stream and no waits.
  assert.equal(spread([[], [0], [1], [2]], 4).every(({ stream, waits }) => stream === 0 && waits.length === 0), true);
  // With one stream all stand in line.
  assert.equal(spread([[], [], []], 1).map(({ stream }) => stream), [0, 0, 0]);
  assert.equal(spread([[], [], []], 2).map(({ stream }) => stream), [0, 1, 0]);
});

test('every part comes after those that it names, whatever they are', () => {
  let seed = 7;
  const random = (n: number): number => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
  let waits = 0, beside = 0;
  for (let round = 0; round < 300; round++) {
    const afters = Array.from({ length: 1 + random(20) }, (_, i) => [...new Set(Array.from({ length: random(4) }, () => random(Math.max(1, i))))].filter((p) => p < i));
    for (const most of [1, 2, 4]) {
      const before = achieved(afters, most);
      for (const [i, after] of afters.entries()) for (const p of after) assert.ok(before[i]?.has(p), `${JSON.stringify(afters)}: ${i} after ${p} on ${most}`);
      const placed = spread(afters, most);
      assert.ok(placed.every(({ stream }) => stream < most));
      waits += placed.reduce((n, s) => n + s.waits.length, 0);
      beside += placed.filter(({ stream }) => stream > 0).length;
    }
  }
  assert.ok(waits > 100 && beside > 100, `${waits} waits, ${beside} parts beside the first stream`);
});

test.run();
