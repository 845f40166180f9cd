/** The search over plans: seeded, in slices, interrupted and resumed. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { h200, processor } from '../../src/cost/gpu-profile.ts';
import { ranked, searchPlans, type SearchRequest } from '../../src/tune/search.ts';
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
test.run();
