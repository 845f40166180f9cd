import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Trials } from '../../src/search/explorer.ts';
import { explorerNames, explorers } from '../../src/search/explorers.ts';
import { startPoint } from '../../src/search/heuristic.ts';
import { Random } from '../../src/search/random.ts';
import { encode, keyOf, moved, neighbours, pointAt, sizeOf, type Point, type SearchSpace } from '../../src/search/space.ts';

const line = (name: string, n: number, wraps = false) => ({ name, wraps, encoding: Array.from({ length: n }, (_, i) => i / (n - 1)) });
const space: SearchSpace = { parts: [line('a', 12), line('b', 12), line('order', 3, true), line('intrinsic', 4, true)] };
/** A bowl with ripples, its least value 1 at (7, 3, 1, 2); a corner does not run. */
const bowl = ([a = 0, b = 0, c = 0, d = 0]: Point): number => (a + b > 20 ? Infinity : 1 + (a - 7) ** 2 + (b - 3) ** 2 + 5 * Math.abs(c - 1) + 3 * Math.abs(d - 2) + ((a * 7 + b * 3) % 4 === 0 ? 0 : 0.5) * Number(a !== 7 || b !== 3));

test('moves end at the ends of a split and wrap elsewhere', () => {
  assert.is(moved(space, [0, 0, 0, 0], 0, -1), undefined);
  assert.equal(moved(space, [0, 0, 0, 0], 2, -1), [0, 0, 2, 0]);
  assert.is(neighbours(space, [0, 5, 0, 0]).length, 1 + 2 + 2 + 2);
  assert.equal(pointAt(space, sizeOf(space) - 1), [11, 11, 2, 3]);
  assert.equal([...encode(space, [11, 0, 1, 3])], [1, 0, 0.5, 1]);
});

for (const name of explorerNames) {
  test(`${name}: the number of trials, no point twice, the same again from the same seed`, () => {
    const run = (seed: number, trials: number): { seen: string[]; value: number } => {
      const seen: string[] = [];
      const result = explorers[name](space, (p) => { seen.push(keyOf(p)); return bowl(p); }, { trials, random: new Random(seed) });
      assert.is(result.trials, seen.length);
      assert.is(result.trace.length, seen.length);
      if (result.best !== undefined) assert.is(bowl(result.best), result.value);
      assert.ok(result.trace.every((v, i) => i === 0 || v <= result.trace[i - 1]!));
      return { seen, value: result.value };
    };
    const a = run(3, 200), b = run(3, 200);
    assert.is(a.seen.length, 200);
    assert.is(new Set(a.seen).size, 200);
    assert.equal(a, b);
    if (name !== 'exhaustive' && name !== 'grid') assert.not.equal(run(4, 200).seen, a.seen);
    // A space that is used up ends the search.
    assert.ok(run(3, 5000).seen.length <= sizeOf(space));
  });
}

test('all of the space holds the least', () => {
  assert.equal(explorers.exhaustive(space, bowl, { trials: Infinity, random: new Random(0) }).best, [7, 3, 1, 2]);
});
test('guided searches find the least of 1728 points in 170 trials', () => {
  for (const name of ['heuristic', 'q-learning', 'evolutionary'] as const) {
    const found = Array.from({ length: 5 }, (_, seed) => explorers[name](space, bowl, { trials: 170, random: new Random(seed) }).value);
    assert.ok(found.filter((v) => v <= 2.5).length >= 4, `${name}: ${found.join(' ')}`);
  }
});
test('starts from a neighbour are the first trials; a stop keeps what was found', () => {
  const r = explorers.heuristic(space, bowl, { trials: 100, random: new Random(1), start: [[7, 3, 1, 2]], stop: (trial) => trial === 5 });
  assert.is(r.value, 1);
  assert.is(r.trials, 5);
});
test('nothing runs: no best point', () => {
  for (const name of explorerNames) assert.is(explorers[name](space, () => Infinity, { trials: 50, random: new Random(1) }).best, undefined, name);
});

test('annealed starts: a point of value l is taken with probability exp(-γ(l - l*)/l*)', () => {
  const trials = new Trials(([a = 0]) => (a === 0 ? 1 : 3), { trials: 10, random: new Random(1) });
  const good = trials.evaluate([0, 0, 0, 0])!, bad = trials.evaluate([1, 0, 0, 0])!;
  const random = new Random(5), n = 20000;
  let taken = 0;
  for (let i = 0; i < n; i++) if (startPoint(trials, new Set(), random) === bad) taken++;
  // Drawn half the time, then taken with exp(-0.5·(3 - 1)/1) = e^-1.
  assert.ok(Math.abs(taken / n - 0.5 * Math.exp(-1)) < 0.01, String(taken / n));
  assert.is(startPoint(trials, new Set([bad]), random), good);
  assert.is(startPoint(trials, new Set([good, bad]), random), undefined);
});

test.run();
