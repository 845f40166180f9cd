import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allot, frontOf, holds, hull, thinned } from '../../src/codesign/allot.ts';
import { Random } from '../../src/search/random.ts';

interface S { readonly seconds: number; readonly energy: number }
const unbounded = { power: Infinity, energy: Infinity };

/** Every combination of schedules: the least time that keeps the bounds; undefined where none does. */
function best(counts: readonly number[], lists: readonly (readonly S[])[], bounds: typeof unbounded): number | undefined {
  let least: number | undefined;
  const go = (i: number, seconds: number, energy: number): void => {
    if (i < lists.length) { for (const s of lists[i]!) go(i + 1, seconds + counts[i]! * s.seconds, energy + counts[i]! * s.energy); return; }
    if (holds(bounds, seconds, energy) && seconds < (least ?? Infinity)) least = seconds;
  };
  go(0, 0, 0);
  return least;
}

test('a hull is the corners that some price of energy chooses', () => {
  const random = new Random(3);
  const list = Array.from({ length: 60 }, (): S => ({ seconds: 1 + random.next(), energy: 1 + random.next() })), front = frontOf(list), corners = hull(front), few = thinned(front, 3);
  for (let k = 0; k <= 400; k++) {
    const price = k < 400 ? Math.tan((k / 400) * (Math.PI / 2)) : 1e9, of = (s: S): number => s.seconds + price * s.energy;
    assert.ok(Math.min(...corners.map(of)) <= Math.min(...list.map(of)) + 1e-12, `price ${price}`);
  }
  corners.slice(1).forEach((s, i) => { assert.ok(s.seconds > corners[i]!.seconds && s.energy < corners[i]!.energy); });
  for (const s of list) assert.ok(front.includes(s) !== list.some((o) => o !== s && o.seconds <= s.seconds && o.energy <= s.energy));
  assert.ok(corners.every((x) => few.includes(x)) && few.every((x) => front.includes(x)) && few.length < front.length);
  assert.equal(frontOf([{ seconds: Infinity, energy: 0 }]), []);
});

test('schedules keep a bound where any do, in little more than the least time', () => {
  const random = new Random(11);
  let met = 0, missed = 0;
  for (let round = 0; round < 300; round++) {
    const layers = 1 + random.below(5), counts = Array.from({ length: layers }, () => 1 + random.below(5));
    const hulls = counts.map(() => frontOf(Array.from({ length: 5 }, (): S => ({ seconds: 1 + random.next(), energy: 0.2 + random.next() }))));
    const bounds = random.next() < 0.5 ? { ...unbounded, power: 0.15 + 0.5 * random.next() } : { ...unbounded, energy: counts.reduce((n, c) => n + c, 0) * (0.3 + 0.5 * random.next()) };
    const { chosen, met: isMet, price } = allot(counts, hulls, bounds), least = best(counts, hulls, bounds);
    const seconds = chosen.reduce((n, s, i) => n + counts[i]! * s.seconds, 0), energy = chosen.reduce((n, s, i) => n + counts[i]! * s.energy, 0);
    assert.is(isMet, least !== undefined);
    if (least === undefined) { missed++; assert.is(price, Infinity); continue; }
    met++;
    assert.ok(holds(bounds, seconds, energy));
    // One layer's step of one price is what the relaxation can lose.
    const step = Math.max(...hulls.flatMap((h, i) => h.slice(1).map((s, k) => counts[i]! * (s.seconds - h[k]!.seconds))), 0);
    if (layers === 1) assert.ok(Math.abs(seconds - least) < 1e-12);
    assert.ok(seconds >= least - 1e-12 && seconds <= least + step + 1e-12, `${seconds} against ${least}`);
  }
  assert.ok(met > 100 && missed > 20);
});

test('without a bound that counts, every layer is as fast as it can be', () => {
  const hulls = [[{ seconds: 1, energy: 3 }, { seconds: 2, energy: 1 }], [{ seconds: 4, energy: 2 }]];
  const { chosen, price, met } = allot([1, 2], hulls, unbounded);
  assert.equal(chosen.map((s) => s.seconds), [1, 4]);
  assert.is(price, 0);
  assert.ok(met);
});

test.run();
