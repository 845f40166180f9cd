import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kendallTau, ratioInterval, regret } from '../../src/cost/rank.ts';

const near = (x: number, y: number, by = 1e-9): void => assert.ok(Math.abs(x - y) <= by, `${x} is not ${y}`);

test("Kendall's tau: same order, opposite order, one pair exchanged, ties", () => {
  assert.is(kendallTau([1, 2, 3, 4], [10, 20, 30, 40]), 1);
  assert.is(kendallTau([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  near(kendallTau([1, 2, 3, 4], [1, 2, 4, 3]), (5 - 1) / 6);
  // One tie in a: 5 pairs agree of √(6·5).
  near(kendallTau([1, 1, 2, 3], [1, 2, 3, 4]), 5 / Math.sqrt(30));
  assert.ok(Number.isNaN(kendallTau([1, 1], [1, 2])));
});
test('regret: how far the best of those that the model likes is from the best', () => {
  assert.is(regret([3, 1, 2], [10, 20, 15], 1), 1);
  assert.is(regret([3, 1, 2], [10, 20, 15], 2), 0.5);
  assert.is(regret([3, 1, 2], [10, 20, 15], 3), 0);
});
test('the interval of a ratio covers the mean of logarithms with Student\'s quantile', () => {
  const { mean, low, high } = ratioInterval([1.1, 1.2, 1.3, 1.2, 1.15]);
  const logs = [1.1, 1.2, 1.3, 1.2, 1.15].map(Math.log), m = logs.reduce((a, b) => a + b) / 5;
  const s = Math.sqrt(logs.reduce((a, x) => a + (x - m) ** 2, 0) / 4);
  near(mean, Math.exp(m));
  // t(0.975, 4) = 2.776.
  near(high, Math.exp(m + (2.776 * s) / Math.sqrt(5)), 2e-3);
  near(low, Math.exp(m - (2.776 * s) / Math.sqrt(5)), 2e-3);
});
test.run();
