import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { calibrated, designArea } from '../../src/cost/calibrated.ts';
import type { Evaluator } from '../../src/cost/model.ts';
import { problemOf } from '../../src/cost/problem.ts';
import { grouped } from '../../src/partition/interface.ts';
import { groupingText } from '../../src/partition/many-to-one.ts';
import { partitionKernel } from '../../src/partition/partition.ts';
import { example, intrinsic, kernelOf } from '../partition/support.ts';

type Design = Record<string, number | string>;
const base: Design = { x: 4, y: 4, scratchpad: 1024, local: 1024, banks: 1, dataflow: 'output_stationary', bus: 64, burst: 64, clock: 1e9 };
function layer(name: string, on: string, design: Design, sizes: Record<string, number>, map?: string): Evaluator {
  const kernel = kernelOf(example(name)), part = partitionKernel(kernel, [intrinsic(on)]), p = part.pairings[0]!;
  const all = [...p.matching.accepted.map(grouped), ...p.fused.accepted];
  const chosen = map === undefined ? all[0]! : all.find((g) => groupingText(p.computation, p.intrinsic.computation, g) === map)!;
  return calibrated.prepare(problemOf(part.normal, p.computation, p.intrinsic, chosen, design, sizes));
}
const term = (e: Evaluator, tiles: number[], hoist: number, name: string): number => e.estimate(tiles, hoist).terms.find((t) => t.name === name)!.value;

test('a product on 4 x 4 elements, output stationary, worked by hand', () => {
  const e = layer('gemm', 'gemm_array', base, { M: 8, N: 8, K: 8 });
  // One tile of everything: 2·2 blocks of 8 steps; a step reads 4 + 4 bytes at 8 a cycle. Four passes fill in 4 + 4 - 2.
  assert.is(term(e, [8, 8, 8], 0, 'steps'), 32);
  assert.is(term(e, [8, 8, 8], 0, 'stall'), 1);
  assert.is(term(e, [8, 8, 8], 0, 'compute'), 32 + 4 * 6);
  // A and B are 64 contiguous bytes each: one burst, 4 + 8 cycles; C is 256 bytes: four bursts, 16 + 32.
  assert.is(term(e, [8, 8, 8], 0, 'transfers'), 12 + 12 + 48);
  assert.is(e.cycles([8, 8, 8], 0), Math.max(56, 72) + 12 + 12 + 48);
  assert.is(e.estimate([8, 8, 8], 0).cycles, e.cycles([8, 8, 8], 0));
});

test('the order of tiles decides what is loaded again', () => {
  const e = layer('gemm', 'gemm_array', base, { M: 8, N: 8, K: 8 });
  // Tiles of 4: order i, j, k. A and B change with k: 8 tiles each; C changes with i, j: 4 tiles, each once.
  assert.is(term(e, [4, 4, 4], 0, 'tiles of A'), 8);
  assert.is(term(e, [4, 4, 4], 0, 'tiles of C'), 4);
  // Order i, k, j: A stays while j runs, so 4 tiles; C is visited 8 times, 4 of them again.
  assert.is(term(e, [4, 4, 4], 1, 'tiles of A'), 4);
  assert.is(term(e, [4, 4, 4], 1, 'tiles of B'), 8);
  assert.is(term(e, [4, 4, 4], 1, 'tiles of C'), 8);
  // Rows of a tile of A are 4 bytes of 8: 4 rows of one burst, 4 + 1 cycles each. C: rows of 16 bytes, 4·(4 + 2); again ones go out and in.
  assert.is(term(e, [4, 4, 4], 1, 'transfers'), 4 * 20 + 8 * 20 + 4 * 24 + 2 * 4 * 24);
});

test('weights that stay: rows stream past them', () => {
  const e = layer('gemm', 'gemm_array', { ...base, dataflow: 'weight_stationary' }, { M: 8, N: 8, K: 8 });
  // 2·2 blocks of k and j, 8 rows each; loading 4 rows of weights and filling 6 for each.
  assert.is(term(e, [8, 8, 8], 0, 'compute'), 32 + 4 * 10);
});

test('a matrix-vector product is bound by the scratchpad', () => {
  const e = layer('gemm', 'gemv_array', base, { M: 16, N: 2, K: 8 });
  // 16 elements of a column and one of the vector a step, at 8 bytes a cycle.
  assert.is(term(e, [16, 8, 1], 0, 'stall'), 17 / 8);
  assert.is(term(e, [16, 8, 1], 0, 'steps'), 8 * 2);
});

test('a dot product adds in a tree', () => {
  const e = layer('gemm', 'dot_array', base, { M: 2, N: 2, K: 32 });
  // Two blocks of 16 for each of four results; each block fills ceil(log2 16).
  assert.is(term(e, [32, 1, 1], 0, 'steps'), 2 * 4);
  assert.is(term(e, [32, 1, 1], 0, 'fill'), 8 * 4);
});

test('memories: twice the operands, once the results', () => {
  const e = layer('gemm', 'gemm_array', base, { M: 32, N: 32, K: 32 });
  assert.is(e.estimate([16, 16, 16], 0).problem, undefined);
  assert.is(e.estimate([32, 16, 16], 0).problem, 'two tiles of the operands take 1536 bytes of a scratchpad of 1024');
  assert.is(e.estimate([32, 16, 8], 0).problem, 'the tile of results takes 2048 bytes of a local memory of 1024');
  assert.is(e.cycles([32, 16, 8], 0), Infinity);
});

test('energy alone is the energy of the estimate', () => {
  const e = layer('gemm', 'gemm_array', { ...base, cost_power: 0.25, banks: 3, scratchpad: 65536, local: 65536 }, { M: 64, N: 48, K: 80 });
  for (const [tiles, hoist] of [[[8, 8, 8], 0], [[64, 16, 20], 1], [[3, 48, 80], 1]] as const) {
    assert.ok(Math.abs(e.energy(tiles, hoist) / e.estimate(tiles, hoist).energy - 1) < 1e-12);
    // What a search is told of other designs is, to the last bit, what an estimate says.
    const { problem, terms, ...numbers } = e.estimate(tiles, hoist);
    assert.ok(problem === undefined && terms.length > 0);
    assert.equal(e.numbers(tiles, hoist), numbers);
  }
});

test('a convolution: tiles of a sliding window overlap, fused loops touch whole rows', () => {
  const sizes = { K: 4, C: 4, X: 6, Y: 6, R: 3, S: 3 };
  const big = { ...base, scratchpad: 1 << 20, local: 1 << 20 };
  const e = layer('conv2d', 'gemm_array', big, sizes, 'y → i, k → j, c → k');
  // Loops: y, k, c, then x, r, s in software. A tile of 2 x 6 positions with the whole kernel: 4 channels of 4 by 8.
  assert.match(e.estimate([6, 4, 4, 2, 3, 3], 0).terms.find((t) => t.name === 'tiles of A')!.how, /^128 elements/);
  const fused = layer('conv2d', 'gemm_array', big, sizes, 'x·y → i, k → j, c·r·s → k');
  // 12 of 36 positions are two rows of 6: with the halo 4 by 8 of each of 4 channels.
  assert.match(fused.estimate([12, 4, 36], 0).terms.find((t) => t.name === 'tiles of A')!.how, /^128 elements/);
  // The steps of im2col: 9 blocks of positions, one of k, 36 sums.
  assert.is(term(fused, [12, 4, 36], 0, 'steps'), 9 * 36);
});

test('area of a design; parameters that bring their own cost', () => {
  const { area } = designArea({ x: 8, y: 8, scratchpad: 1024, local: 512, banks: 3, bus: 64, burst: 64 }, 1);
  assert.is(area, 64 * (282 + 556) + 1024 * 4 * 1.04 + 512 * 4 + 64 * 200 + 64 * 40);
  assert.is(designArea({ x: 8, y: 8, cost_area: 500 }, 1).area - designArea({ x: 8, y: 8 }, 1).area, 500);
  const plain = layer('gemm', 'gemm_array', base, { M: 8, N: 8, K: 8 }), extra = layer('gemm', 'gemm_array', { ...base, cost_cycles: 7, cost_power: 0.5 }, { M: 8, N: 8, K: 8 });
  assert.is(extra.cycles([8, 8, 8], 0) - plain.cycles([8, 8, 8], 0), 7);
  assert.ok(extra.estimate([8, 8, 8], 0).power > 0.5);
});

test('more of anything never costs cycles', () => {
  const sizes = { M: 64, N: 48, K: 80 };
  const at = (change: Design): number => layer('gemm', 'gemm_array', { ...base, scratchpad: 65536, local: 65536, ...change }, sizes).cycles([16, 16, 16], 1);
  assert.ok(at({ banks: 2 }) <= at({}));
  assert.ok(at({ bus: 128 }) < at({}));
  assert.ok(at({ x: 8, y: 8, banks: 2 }) <= at({ banks: 2 }));
});

test.run();
