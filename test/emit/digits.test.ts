import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { digitsOf, innerLoops, registerLoops, sameElements, type Spread } from '../../src/emit/digits.ts';
import { coordinateOf, registerCount } from '../../src/ir/layout.ts';
import { positionOf } from '../../src/ir/layout-query.ts';
import { bits } from '../ir/tile-build.ts';

const spread = (...dims: [string, string][]): Spread => ({ axes: dims.map(([a]) => a), layout: bits(...dims.map(([, b]) => b)) });

test('digits times their places are the coordinates', () => {
  for (const s of [spread(['i', 'l2 l3 l4 r1'], ['j', 'r0 l0 l1 *6']), spread(['i', 'r2 t0 *3'], ['j', 'r1 r0 t1 t2 *5']), spread(['i', '*7'])]) {
    const digits = digitsOf(s);
    for (const thread of [0, 5, 31, 77]) {
      for (let register = 0; register < registerCount(s.layout); register++) {
        s.axes.forEach((axis, dim) => {
          const sum = digits.filter((d) => d.axis === axis).reduce((n, d) => n + d.place * (d.source.kind === 'thread' ? (thread >> d.source.bit) & 1 : Math.floor(register / d.source.stride) % d.radix), 0);
          assert.is(sum, coordinateOf(s.layout, dim, positionOf(thread), register));
        });
      }
    }
  }
});

test('loops reach every register once, in one loop where registers follow the coordinate', () => {
  const s = spread(['i', 'l2 l3 l4 r1'], ['j', 'r0 l0 l1 *6']);
  assert.equal(registerLoops(s, [], 'test').map((l) => [l.axis, l.count, l.place, l.strides[0]]), [['j', 6, 8, 4], ['i', 2, 8, 2], ['j', 2, 1, 1]]);
  assert.equal(registerLoops(spread(['i', 'r0 r1 r2 *4']), [], 'test').map((l) => [l.count, l.place]), [[32, 1]]);
});

test('a tile with other register numbers is visited by the strides it has, one with fewer axes stays', () => {
  const s = spread(['i', 'r0 r1'], ['j', 'r2 t0']);
  const other = spread(['j', 'r0 t0'], ['i', 'r2 r1']);
  assert.ok(sameElements(s, other));
  assert.equal(registerLoops(s, [other, spread(['i', 'r0 r1'])], 'test').map((l) => [l.axis, l.count, ...l.strides]), [['j', 2, 4, 1, 0], ['i', 2, 2, 2, 2], ['i', 2, 1, 4, 1]]);
});

test('a block of the lowest registers', () => {
  const s = spread(['i', 'r0 r1 t0 *2']);
  assert.equal(innerLoops(s, [], 'test', 4).map((l) => l.count), [4]);
  assert.equal(registerLoops(s, [], 'test', 4).map((l) => [l.count, l.place]), [[2, 8]]);
  assert.throws(() => innerLoops(spread(['i', '*3']), [], 'test', 2), /no block of 2/);
});

test('elements that another thread holds ask for a convert', () => {
  assert.throws(() => registerLoops(spread(['i', 't0 r0']), [spread(['i', 'r0 t0'])], 'test'), /convert is missing/);
});

test.run();
