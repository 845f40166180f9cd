import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkMatches } from '../../src/partition/check-matches.ts';
import { grouped, hoists, interfaceOf, loopsOf, outerOrder } from '../../src/partition/interface.ts';
import { interfaceText } from '../../src/partition/interface-js.ts';
import { libraryHardware } from '../../src/partition/library.ts';
import { allIntrinsics } from '../../src/partition/declare.ts';
import { match } from '../../src/partition/match.ts';
import { partitionKernel } from '../../src/partition/partition.ts';
import { verify, verifyText } from '../../src/partition/verify.ts';
import { computation, example, intrinsic, kernelOf, kernelsOf } from './support.ts';

test('counts, padding and calls of a tile', () => {
  // 56 positions in tiles of 24: three tiles, 16 too many; a tile is two calls of 16.
  const c = computation(example('conv2d'), 'conv2d'), gemm = intrinsic('gemm_array');
  const choice = grouped(match(c, gemm.computation).accepted[1]!);
  const sizes = { K: 64, C: 64, X: 56, Y: 56, R: 3, S: 3 };
  const i = gemm.computation.spatial[0]!.id;
  const f = interfaceOf(c, gemm, choice, { x: 16, y: 16 }, sizes, { tiles: new Map([[i, 24]]), hoist: 0 });
  const [y, k, ch, x, r, s] = f.tilings;
  assert.equal([y?.loop.name, y?.count, y?.pad, y?.calls], ['y', 3, 16, 2]);
  assert.equal([y?.loop.total, k?.loop.total, ch?.loop.total, x?.loop.total], [56, 64, 64, 56]);
  assert.equal([k?.tile, ch?.tile, x?.tile, r?.tile, s?.tile], [16, 1, 1, 1, 1]);
});

test('orders: summed loops hoisted pairwise', () => {
  const c = computation(example('conv2d'), 'conv2d'), gemm = intrinsic('gemm_array');
  const loops = loopsOf(c, gemm, grouped(match(c, gemm.computation).accepted[1]!), { x: 16, y: 16 }, { K: 64, C: 64, X: 56, Y: 56, R: 3, S: 3 });
  const order = (s: number): string => outerOrder(loops.map((loop) => ({ loop })), s).map((t) => t.loop.name).join(' ');
  assert.is(order(0), 'x y k r s c');
  assert.is(order(1), 'x y r k s c');
  assert.is(order(2), 'x r y s k c');
  assert.is(order(3), 'r x s y c k');
  assert.is(hoists(loops), 4);
});

for (const name of ['gemm', 'ttm', 'mttkrp', 'depthwise']) {
  test(`every match of ${name} runs and agrees with the oracle`, () => {
    for (const kernel of kernelsOf(example(name))) {
      const checks = checkMatches(partitionKernel(kernel, allIntrinsics(libraryHardware())), () => {}, { x: 3, y: 2 }, 5);
      assert.ok(checks.length > 10);
      assert.equal(checks.filter((c) => !c.ok).map((c) => `${c.intrinsic} ${c.map}: ${c.problem ?? ''}`), []);
    }
  });
}
test('every match of a convolution with a gemm array, im2col among them, runs and agrees', () => {
  for (const [name, on] of [['conv2d', 'gemm_array'], ['conv2d_batch', 'conv_array'], ['conv2d_strided', 'conv_array_2']] as const) {
    const checks = checkMatches(partitionKernel(kernelOf(example('conv2d'), name), [intrinsic(on)]), () => {}, { x: 3, y: 2 }, 5);
    assert.equal(checks.filter((c) => !c.ok).map((c) => `${c.intrinsic} ${c.map}: ${c.problem ?? ''}`), []);
  }
});

test('a wrong interface does not agree: the check can fail', () => {
  const kernel = kernelOf(example('gemm'));
  const p = partitionKernel(kernel, [intrinsic('gemm_array')]).pairings[0]!;
  const f = interfaceOf(p.computation, p.intrinsic, grouped(p.matching.accepted[0]!), { x: 2, y: 2 }, { M: 5, N: 5, K: 5 }, { tiles: new Map(), hoist: 0 });
  const { normal } = partitionKernel(kernel, []), text = interfaceText(f, normal);
  assert.ok(verifyText(f, normal, text, 1).comparison.ok);
  for (const [right, wrong] of [['k0 + k]', 'k]'], ['j0 += 2', 'j0 += 1'], ['(i0 + i) * 5 + k0', 'i * 5 + k0'], ['device.run', 'if (k0 > 0) device.run']] as const) {
    assert.ok(text.includes(right), right);
    assert.not.ok(verifyText(f, normal, text.replace(right, wrong), 1).comparison.ok, wrong);
  }
});

test('the model makes the calls that the interface counts', () => {
  const kernel = kernelOf(example('gemm'));
  const part = partitionKernel(kernel, [intrinsic('gemm_array')]), p = part.pairings[0]!;
  const f = interfaceOf(p.computation, p.intrinsic, grouped(p.matching.accepted[0]!), { x: 4, y: 2 }, { M: 9, N: 5, K: 3 }, { tiles: new Map(), hoist: 0 });
  const { usage, comparison } = verify(f, part.normal);
  assert.ok(comparison.ok);
  // ceil(9/4) * ceil(5/2) * 3 calls, each tile of results stored once for each of 3 steps.
  assert.is(usage.calls, 3 * 3 * 3);
  assert.is(usage.stored, 9 * 5 * 3);
});

test.run();
