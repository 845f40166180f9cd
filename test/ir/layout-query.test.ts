/** Runs of neighbours in registers: in order, and in the order in which masks find four-bit codes in a word. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { coordinateOf, type Layout, lane, layout, reg } from '../../src/ir/layout.ts';
import { isApart, positionOf, runBits, vectorBits } from '../../src/ir/layout-query.ts';

const along = (bits: readonly number[]): Layout => layout([{ bits: [...bits.map(reg), lane(0)], repeat: 1 }]);

test('words of elements n and n + 4 of eight are a run of loads, not of other accesses', () => {
  const apart = along([1, 2, 0, 3]);
  assert.ok(isApart(apart, 0));
  assert.equal([runBits(apart, 0), vectorBits(apart, 0)], [4, 0]);
  assert.equal(Array.from({ length: 16 }, (_, r) => coordinateOf(apart, 0, positionOf(0), r)), [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15]);
});

test('other orders are runs as far as they go up by one', () => {
  for (const [bits, expected] of [[[0, 1, 2, 3], 4], [[0, 2, 1, 3], 1], [[2, 0, 1, 3], 0], [[1, 0, 2, 3], 0]] as const) {
    assert.is(isApart(along(bits), 0), false);
    assert.equal([runBits(along(bits), 0), vectorBits(along(bits), 0)], [expected, expected]);
  }
});

test.run();
