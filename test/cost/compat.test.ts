import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compat } from '../../src/cost/compat.ts';
import { compatArea } from '../../src/cost/compat-area.ts';
import { analyse, type Mapping, statesOf } from '../../src/cost/data-centric.ts';
import { problemOf } from '../../src/cost/problem.ts';
import { grouped } from '../../src/partition/interface.ts';
import { match } from '../../src/partition/match.ts';
import { partitionKernel } from '../../src/partition/partition.ts';
import { example, intrinsic, kernelOf } from '../partition/support.ts';

const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) <= 1e-3 * Math.abs(b), `${a} is not ${b} ± 0.1 %`);

test('area and power: the check values of the formulas', () => {
  const at = (pes: number, bandwidth: number) => compatArea({ pes, bandwidth, l1: 64, l2: 32768 });
  near(at(64, 16).area, 4.373e6); near(at(64, 16).power, 110.6);
  near(at(256, 64).area, 60_896_679); near(at(256, 64).power, 596.28);
  near(at(1024, 128).area, 7.418e8); near(at(1024, 128).power, 3483);
  const { area, terms } = at(1024, 16);
  // The arbiter is 94 % of a large array's area.
  near(terms.find((t) => t.name === 'area: arbiter')!.value / area, 0.9409);
  assert.is(compatArea({ pes: 4, bandwidth: 1, l1: 65, l2: 32769 }).terms.find((t) => t.name === 'area: local memories')!.value, 4505.1889 * 4 * 2);
});

const times = (d: { spatial: boolean; size: number; offset: number }, extent: number, clusters = 1): string => statesOf({ dim: 0, ...d }, extent, clusters).map((s) => `${s.times}x${s.tile}/${s.cover}`).join(' ');
test('states of a directive', () => {
  assert.is(times({ spatial: false, size: 2, offset: 2 }, 5), '1x2/2 1x2/2 1x1/1');
  assert.is(times({ spatial: false, size: 4, offset: 4 }, 4), '1x4/4');
  assert.is(times({ spatial: false, size: 4, offset: 4 }, 3), '1x3/3');
  // Pieces of 4 with steps of 2 overlap: 0…3, 2…5, 4…7.
  assert.is(times({ spatial: false, size: 4, offset: 2 }, 8), '1x4/4 2x4/4');
  // Four elements at a time over ten: 4, 4, and 2 at the edge.
  assert.is(times({ spatial: true, size: 1, offset: 1 }, 10, 4), '1x1/4 1x1/4 1x1/2');
  assert.is(times({ spatial: true, size: 1, offset: 1 }, 3, 4), '1x1/3');
});

/** One dot product of 8 on 4 elements: t = 4 products at once, twice. */
const dot: Mapping = {
  extents: [8, 1], bandwidth: 4, head: 1, lanes: 1, inputs: [[{ dims: [0], steps: [1] }], [{ dims: [0], steps: [1] }]], output: [],
  levels: [
    { directives: [{ spatial: true, dim: 1, size: 1, offset: 1 }, { spatial: false, dim: 0, size: 4, offset: 4 }], clusters: 1 },
    { directives: [{ spatial: true, dim: 0, size: 1, offset: 1 }], clusters: 4 },
  ],
};
test('a dot product, worked by hand', () => {
  // Inside: one product an element, 8 operands enter at 4 a cycle: d = 1 + 2 - 1 = 2; filling 1 + 2 = 3.
  // Outside: first 3 + d(8) = 5; then max(3, d(8) = 2, d(0) = 0) = 3.
  assert.is(analyse(dot).cycles, 8);
  // At 1 a cycle: inside 1 + d(8) = 1 + 8 = 9; outside 9 + 8, then max(9, 8) = 9.
  assert.is(analyse({ ...dot, bandwidth: 1 }).cycles, 26);
});

const gemm = (bandwidth: number): Mapping => ({
  extents: [4, 4, 2], bandwidth, head: 1, lanes: 1,
  inputs: [[{ dims: [0], steps: [1] }, { dims: [2], steps: [1] }], [{ dims: [2], steps: [1] }, { dims: [1], steps: [1] }]],
  output: [{ dims: [0], steps: [1] }, { dims: [1], steps: [1] }],
  levels: [
    { directives: [{ spatial: false, dim: 1, size: 2, offset: 2 }, { spatial: true, dim: 0, size: 2, offset: 2 }, { spatial: false, dim: 2, size: 2, offset: 2 }], clusters: 1 },
    { directives: [{ spatial: false, dim: 2, size: 2, offset: 2 }, { spatial: true, dim: 1, size: 1, offset: 1 }, { spatial: true, dim: 0, size: 1, offset: 1 }], clusters: 4 },
  ],
});
test('a 4 x 4 x 2 product on 2 x 2 elements, output stationary, worked by hand', () => {
  // Inside: two sums an element, 4 + 4 operands: 2 + d. Outside: (j, i) first 3 + 1, then three steps of max(3, …) = 3.
  assert.is(analyse(gemm(16)).cycles, 4 + 3 + 3 + 3);
  // 1 a cycle: inside 2 + d(8) = 10; first 10 + 8; a step along i brings 4 of A and takes 4 results: max(10, 4, 4).
  assert.is(analyse(gemm(1)).cycles, 18 + 10 + 10 + 10);
  // Traffic: 8; then A 4 + results 4; A 4 and B 4 + results 4; A 4 + results 4.
  assert.is(analyse(gemm(16)).traffic, 8 + 8 + 12 + 8);
});

test('a sliding window brings what is new', () => {
  // x = 0…4 in pieces of 2, r = 0…2 on three elements, A[x + r].
  const m: Mapping = {
    extents: [5, 3], bandwidth: 2, head: 1, lanes: 1, inputs: [[{ dims: [0, 1], steps: [1, 1] }], [{ dims: [1], steps: [1] }]], output: [{ dims: [0], steps: [1] }],
    levels: [{ directives: [{ spatial: false, dim: 0, size: 2, offset: 2 }, { spatial: true, dim: 1, size: 1, offset: 1 }], clusters: 3 }],
  };
  // First 4 of A and 3 of B: 2 + d(7) = 2 + 4. Steady: 2 of A, 2 results: max(2, 1, 1). Edge: 1 of A: max(1, 1, 1).
  assert.is(analyse(m).cycles, 6 + 2 + 1);
  assert.is(analyse(m).traffic, 7 + 4 + 2);
});

const layer = (name: string, on: string, design: Record<string, number | string>, sizes: Record<string, number>) => {
  const kernel = kernelOf(example(name)), part = partitionKernel(kernel, [intrinsic(on)]), p = part.pairings[0]!;
  return compat.prepare(problemOf(part.normal, p.computation, p.intrinsic, grouped(match(p.computation, p.intrinsic.computation).accepted[0]!), design, sizes));
};
test('the model of a layer is the hand-worked mapping', () => {
  const e = layer('gemm', 'gemm_array', { x: 2, y: 2, banks: 1, dataflow: 'output_stationary', scratchpad: 131072, local: 65536, clock: 5e8 }, { M: 4, N: 4, K: 2 });
  assert.is(e.cycles([2, 2, 2], 0), 13);
  const r = e.estimate([2, 2, 2], 0);
  assert.is(r.cycles, 13);
  // L2: 2·(4 + 4 + 4) bytes; L1: 2·(2 + 2 + 1): one element holds two of A, two of B and one result.
  assert.is(r.terms.find((t) => t.name === 'L2 needed')!.value, 24);
  assert.is(r.terms.find((t) => t.name === 'L1 needed')!.value, 10);
  // 32 products: L1 4·32 + 36, L2 36.
  near(r.energy * 1e9, 0.904 * (1.68 * (4 * 32 + 36) + 18.61 * 36));
  assert.is(e.cycles([1, 2, 2], 0), Infinity);
});
test('weight stationary spreads the sum', () => {
  const e = layer('gemm', 'gemm_array', { x: 2, y: 2, banks: 8, dataflow: 'weight_stationary', scratchpad: 131072, local: 65536 }, { M: 4, N: 4, K: 4 });
  assert.ok(e.cycles([2, 2, 4], 0) < Infinity);
  assert.match(e.estimate([2, 2, 8], 0).problem ?? '', /does not fit on 4 elements/);
});
test('a convolution on its array ignores the schedule, as the release does', () => {
  const e = layer('conv2d', 'conv_array', { x: 8, y: 4, banks: 4, scratchpad: 131072, local: 65536 }, { K: 64, C: 64, X: 54, Y: 54, R: 3, S: 3 });
  assert.is(e.cycles([8, 16, 16, 4, 3, 3], 0), e.cycles([16, 54, 54, 8, 3, 3], 1));
  assert.ok(e.cycles([8, 16, 16, 4, 3, 3], 0) < Infinity);
});

test.run();
