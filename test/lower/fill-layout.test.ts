/** Blocks that threads turn in registers: every element once, the same ones before and after, words beside each other in memory and in the stage. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { coordinateOf, extentOf, type Layout, registerCount } from '../../src/ir/layout.ts';
import { positionOf } from '../../src/ir/layout-query.ts';
import { turnedLayouts } from '../../src/lower/fill-layout.ts';

const held = (l: Layout, thread: number): string[] => Array.from({ length: registerCount(l) }, (_, r) => [0, 1].map((d) => coordinateOf(l, d, positionOf(thread), r)).join());

test('both numberings hold the same elements of the tile, all of them', () => {
  for (const [rows, over, threads] of [[64, 128, 256], [256, 64, 256], [128, 64, 256], [48, 32, 128], [32, 32, 256], [8, 32, 32], [80, 256, 128]] as const) {
    const { from, to } = turnedLayouts(rows, over, 'i8', threads, 'lanes'), all = new Set<string>();
    for (const l of [from, to]) assert.equal(l.dims.map(extentOf), [rows, over]);
    for (let t = 0; t < threads; t++) {
      const before = held(from, t), after = held(to, t);
      assert.equal([...before].sort(), [...after].sort());
      for (const e of before) all.add(e);
      const [a, b] = [before[0]!.split(',').map(Number), before[1]!.split(',').map(Number)], [c, d] = [after[0]!.split(',').map(Number), after[1]!.split(',').map(Number)];
      assert.equal([b[0]! - a[0]!, b[1]! - a[1]!, d[0]! - c[0]!, d[1]! - c[1]!], [1, 0, 0, 1]);
    }
    assert.is(all.size, rows * over);
  }
});

test.run();
