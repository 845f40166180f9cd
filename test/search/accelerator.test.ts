import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { calibrated } from '../../src/cost/calibrated.ts';
import { compat } from '../../src/cost/compat.ts';
import { partitionKernel } from '../../src/partition/partition.ts';
import { factorsOf } from '../../src/search/accelerator-space.ts';
import { explorers } from '../../src/search/explorers.ts';
import { choicesOf, layerSpace } from '../../src/search/layer.ts';
import { Random } from '../../src/search/random.ts';
import { pointAt, sizeOf } from '../../src/search/space.ts';
import { example, intrinsic, kernelOf } from '../partition/support.ts';

const design = { x: 16, y: 16, banks: 4, dataflow: 'output_stationary', scratchpad: 262144, local: 65536, bus: 128, burst: 64, clock: 5e8 };
function spaceOf(name: string, on: string, sizes: Record<string, number>, fused = false, model = calibrated, kernel?: string) {
  const part = partitionKernel(kernelOf(example(name), kernel), [intrinsic(on)]), c = part.pairings[0]!.computation;
  return layerSpace(part.normal, c, choicesOf(c, [intrinsic(on)], { fused, distinct: false }), design, sizes, model, 'divisors')!;
}

test('cuts: divisors as the paper has them, equal shares and powers of two beside them', () => {
  assert.equal(factorsOf(12, 'divisors'), [1, 2, 3, 4, 6, 12]);
  assert.equal(factorsOf(54, 'divisors').length, 8);
  assert.equal(factorsOf(13, 'all'), [1, 2, 3, 4, 5, 7, 8, 13]);
});
test('the size of the space of the paper: 8·8·7·2·2·7 splits, here with 4 orders and 4 choices', () => {
  const space = spaceOf('conv2d', 'gemm_array', { K: 64, C: 64, X: 54, Y: 54, R: 3, S: 3 });
  assert.is(sizeOf(space), 8 * 8 * 7 * 2 * 2 * 7 * 4 * 8);
});
test('a point is a schedule, and its cycles are the model\'s', () => {
  const space = spaceOf('conv2d', 'gemm_array', { K: 64, C: 64, X: 54, Y: 54, R: 3, S: 3 }, true);
  const random = new Random(1);
  for (let i = 0; i < 200; i++) {
    const p = pointAt(space, random.below(sizeOf(space))), s = space.schedule(p);
    assert.is(s.evaluator.cycles(s.tiles, s.hoist), space.cycles(p));
    const e = s.evaluator.estimate(s.tiles, s.hoist);
    assert.is(e.cycles, space.cycles(p));
    assert.is(e.problem === undefined, e.cycles < Infinity);
  }
});
test('the nearest point of another design', () => {
  const space = spaceOf('gemm', 'gemm_array', { M: 64, N: 64, K: 96 });
  const p = pointAt(space, 1234 % sizeOf(space));
  assert.equal(space.nearest(space.cutsAt(p), p[3]!, p[4]!), p);
  assert.equal(space.cutsAt(space.nearest([15, 70, 1], 0, 0)), [16, 64, 1]);
});
test('statements without a match take one with idle indices', () => {
  const part = partitionKernel(kernelOf(example('depthwise')), []), c = partitionKernel(kernelOf(example('depthwise')), [intrinsic('gemm_array')]).pairings[0]!.computation;
  assert.ok(part.elementwise.length === 0);
  assert.ok(choicesOf(c, [intrinsic('gemm_array')], { fused: true, distinct: true }).every((x) => x.kind === 'idle'));
  assert.ok(choicesOf(c, [intrinsic('gemv_array')], { fused: true, distinct: true }).some((x) => x.kind === 'fused'));
});
test('Q-learning comes within 5 % of the optimum at 2 % of the trials', () => {
  const space = spaceOf('gemm', 'gemm_array', { M: 1024, N: 1024, K: 1024 });
  const all = explorers.exhaustive(space, (p) => space.cycles(p), { trials: Infinity, random: new Random(0) });
  const ratios = [0, 1, 2].map((seed) => explorers['q-learning'](space, (p) => space.cycles(p), { trials: Math.ceil(sizeOf(space) / 50), random: new Random(seed) }).value / all.value).sort((a, b) => a - b);
  assert.ok(ratios[1]! <= 1.05, ratios.join(' '));
});
test('both models answer more than 50,000 times a second', () => {
  for (const model of [calibrated, compat]) {
    const space = spaceOf('conv2d', 'gemm_array', { K: 64, C: 64, X: 54, Y: 54, R: 3, S: 3 }, false, model), random = new Random(1);
    const points = Array.from({ length: 20000 }, () => pointAt(space, random.below(sizeOf(space))));
    for (const p of points) space.cycles(p);
    const start = process.cpuUsage().user;
    for (const p of points) space.cycles(p);
    const rate = points.length / ((process.cpuUsage().user - start) / 1e6);
    // Half of the goal, since a machine under test is slower than a free one.
    assert.ok(rate > 25000, `${model.name}: ${Math.round(rate)} a second`);
  }
});

test.run();
