/** The search over plans: seeded, in slices, interrupted and resumed. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { h200, processor } from '../../src/cost/gpu-profile.ts';
import { ranked, searchPlans, type SearchRequest, type Trial, various } from '../../src/tune/search.ts';
import { matmul, workload } from './support.ts';

const request = (more: Partial<SearchRequest> = {}): SearchRequest => ({ workload: workload(matmul, 'cuda:sm_80', { M: 1024, N: 1024, K: 1024 }), profile: h200, trials: 30, seed: 3, explorer: 'heuristic', ...more });

test('the best is never worse than the compiler\'s own plan, failures are trials, and a seed gives the same twice', async () => {
  const a = await searchPlans(request(), () => true), b = await searchPlans(request(), () => true);
  assert.equal(a.trials, b.trials);
  assert.is(a.trials.length, 30);
  assert.ok(ranked(a.trials)[0]!.predictedUs! <= a.start!.predictedUs!);
  assert.ok(a.trials.every((t) => (t.predictedUs === undefined) !== (t.reason === undefined)));
  assert.ok(a.trials.some((t) => t.reason !== undefined));
});
test('an interrupted search keeps what it has, and goes on to the end that it would have had', async () => {
  const whole = await searchPlans(request({ explorer: 'q-learning' }), () => true);
  const half = await searchPlans(request({ explorer: 'q-learning', trials: 30 }), (p) => p.trials < 8);
  assert.ok(half.trials.length >= 8);
  const rest = await searchPlans(request({ explorer: 'q-learning', known: half.trials }), () => true);
  assert.equal(rest.trials, whole.trials);
});
test('every explorer works on plans', async () => {
  for (const explorer of ['random', 'heuristic', 'q-learning', 'evolutionary', 'exhaustive'] as const) {
    const r = await searchPlans(request({ explorer, trials: 12, workload: workload(matmul, 'cpu', { M: 64, N: 64, K: 64 }), profile: processor }), () => true);
    assert.is(r.trials.length, 12, explorer);
  }
});
test('what the model cannot tell apart does not take all places among those that are measured', () => {
  const of = (tile: number, order: string, predictedUs: number): Trial => ({ block: `schedule f for cuda(sm_80) {\n  tile m by ${tile}\n  order grid by ${order}\n}`, predictedUs });
  const same = ['panels of 8', 'rows', 'panels of 2', 'panels of 4'].map((o) => of(64, o, 5)), other = of(32, 'rows', 5), slow = of(16, 'rows', 9), list = [...same, other, slow];
  assert.equal(various(list, 3), [same[0], same[1], other]);
  assert.equal(various(list, 9), [same[0], same[1], other, slow, same[2], same[3]]);
});
test.run();
