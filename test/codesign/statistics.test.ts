import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { quantile, wilcoxon } from '../bench/hasco/statistics.ts';

test('quantiles lie between order statistics', () => {
  assert.is(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.is(quantile([10, 20, 30], 0.25), 15);
  assert.is(quantile([1, Infinity, Infinity], 0.5), Infinity);
});
test('signed ranks: values of published tables', () => {
  // All of n pairs on one side: 2/2^n.
  assert.is(wilcoxon([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 2 / 1024);
  assert.is(wilcoxon([1, 2], [1, 2]), 1);
  // n = 5, least sum of ranks 3 (1 + 2 against): 2·(subsets of {1..5} with sum at most 3)/32 = 2·5/32.
  assert.is(wilcoxon([-1, -2, 3, 4, 5], [0, 0, 0, 0, 0]), 10 / 32);
  // 1, 2 and 3 of 20 pairs against: W = 6, z = (6.5 - 105)/√717.5.
  const p = wilcoxon(Array.from({ length: 20 }, (_, i) => (i < 3 ? -(i + 1) : i + 1)), new Array<number>(20).fill(0));
  assert.ok(Math.abs(p - 2.4e-4) < 2e-5, String(p));
});

test.run();
