import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { blocked, hasExtents, place, serial } from '../../src/ir/layout-build.ts';
import { coordinatesOf, positionOf, registerTable, replicatedBits, sliceTo, threadBitsOf, vectorBits } from '../../src/ir/layout-query.ts';
import { type Layout, layout, parseDim, printLayout, registerCount, sameThreads, thread, warp } from '../../src/ir/layout.ts';

const make = (...dims: string[]): Layout => layout(dims.map(parseDim));
const mmaA = make('l2 l3 l4 r1', 'r0 l0 l1 r2');
const mmaD = make('l2 l3 l4 r1', 'r0 l0 l1');

/** How many (thread, register) pairs hold each element; counted by brute force over the coordinates. */
function holders(l: Layout, threads: number, sizes: readonly number[]): number[] {
  const counts = new Array<number>(sizes.reduce((n, s) => n * s, 1)).fill(0);
  for (let t = 0; t < threads; t++) for (const c of coordinatesOf(l, positionOf(t))) {
    const flat = c.reduce((sum, x, d) => sum * sizes[d]! + x, 0);
    assert.ok(c.every((x, d) => x >= 0 && x < sizes[d]!), `coordinate ${c.join()} of ${sizes.join()}`);
    counts[flat]!++;
  }
  return counts;
}

test('blocked holds every element as often as threads are replicated', () => {
  let cases = 0;
  for (const sizes of [[1], [7], [64], [96], [1024], [4, 64], [3, 5], [1, 80], [16, 24], [2, 3, 8], [5, 4, 6]]) {
    const dims = sizes.map((_, d) => d);
    for (const order of [dims, [...dims].reverse()]) for (const threads of [1, 2, 32, 128]) for (const bitSource of ['lanes', 'thread'] as const) {
      for (const vector of [1, 2, 4, 8].filter((v) => sizes[order[0]!]! % v === 0)) {
        const l = blocked({ sizes, order, vector, threads, bitSource });
        assert.ok(hasExtents(l, sizes));
        const times = 2 ** replicatedBits(l, threads).length;
        assert.ok(holders(l, threads, sizes).every((n) => n === times));
        assert.is(registerCount(l) * threads, sizes.reduce((n, s) => n * s, 1) * times);
        assert.ok(2 ** vectorBits(l, order[0]!) >= vector);
        cases++;
      }
    }
  }
  assert.ok(cases > 300);
});

test('blocked: vector first, then threads along the contiguous dimension, then along the next', () => {
  const l = blocked({ sizes: [16, 32], order: [1, 0], vector: 4, threads: 64, bitSource: 'lanes' });
  assert.is(printLayout(l, ['i', 'k']), 'i = l3 l4 w0 *2  k = r0 r1 l0 l1 l2');
  const plain = blocked({ sizes: [8, 24], order: [0, 1], vector: 1, threads: 256, bitSource: 'thread' });
  assert.is(printLayout(plain, ['i', 'k']), 'i = t0 t1 t2  k = t3 t4 t5 *3');
  assert.equal(replicatedBits(plain, 256), [6, 7]);
});

test('place puts warps above the atom and repeats above the warps', () => {
  const d = place(mmaD, [2, 2], [2, 3]);
  assert.is(printLayout(d, ['i', 'j']), 'i = l2 l3 l4 r1 w0 *2  j = r0 l0 l1 w1 *3');
  assert.ok(holders(d, 128, [64, 48]).every((n) => n === 1));
  assert.is(registerCount(d), 4 * 6);
  const a = place(mmaA, [[warp(0)], 1], [2, 2]);
  assert.is(printLayout(a, ['i', 'k']), 'i = l2 l3 l4 r1 w0 *2  k = r0 l0 l1 r2 *2');
  assert.equal(replicatedBits(a, 128), [6]);
  assert.ok(holders(a, 128, [64, 32]).every((n) => n === 2));
  assert.ok(sameThreads(sliceTo(a, ['i', 'k'], ['i']), sliceTo(d, ['i', 'j'], ['i'])));
});

test('place after warps of the atom, and over its repeats', () => {
  const wgmma = make('l2 l3 l4 r1 w0 w1', 'r0 l0 l1 *4');
  assert.is(printLayout(place(wgmma, [2, 1], [1, 2]), ['i', 'j']), 'i = l2 l3 l4 r1 w0 w1 w2  j = r0 l0 l1 r2 r3 *2');
  assert.is(printLayout(place(wgmma, [1, 1], [1, 5]), ['i', 'j']), 'i = l2 l3 l4 r1 w0 w1  j = r0 l0 l1 *20');
  assert.throws(() => place(make('l0 *3'), [2], [1]), /power of two/);
  // Where repeats become bits, every element keeps its register.
  const before = make('l0 *2', 'r0 *4'), after = place(before, [2, 1], [1, 1]);
  assert.equal(coordinatesOf(before, positionOf(1)), coordinatesOf(after, positionOf(1)));
  assert.is(printLayout(place(serial([2, 2]), [[thread(0)], [thread(1)]], [1, 1]), ['i', 'j']), 'i = r1 t0  j = r0 t1');
});

test('vectorBits counts only neighbours in the lowest registers', () => {
  assert.is(vectorBits(mmaA, 1), 1);
  assert.is(vectorBits(mmaA, 0), 0);
  assert.is(vectorBits(serial([4, 8]), 1), 3);
  assert.is(vectorBits(serial([4, 8]), 0), 0);
  assert.is(vectorBits(make('r0 r1 t0 r2'), 0), 2);
  assert.is(vectorBits(make('r0 r1 *6'), 0), 3);
  assert.is(vectorBits(make('r0 *2', 'r1'), 0), 1);
  assert.equal(threadBitsOf(mmaA, 1).map((b) => b.n), [0, 1]);
});

test('registerTable finds the registers of a broadcast operand, and refuses another thread’s', () => {
  const d = place(mmaD, [1, 1], [2, 2]);
  const row = sliceTo(d, ['i', 'j'], ['i']);
  const table = registerTable(d, ['i', 'j'], row, ['i'])!;
  for (const t of [0, 5, 31]) {
    const big = coordinatesOf(d, positionOf(t)), small = coordinatesOf(row, positionOf(t));
    big.forEach((c, register) => assert.is(small[table[register]!]![0], c[0]));
  }
  assert.is(registerTable(d, ['i', 'j'], blocked({ sizes: [32], order: [0], vector: 1, threads: 32, bitSource: 'lanes' }), ['i']), undefined);
  assert.is(registerTable(d, ['i', 'j'], row, ['k']), undefined);
});

test.run();
