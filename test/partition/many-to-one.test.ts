import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { groupingText, manyToOne, multiplyBits, transposeBits, validate } from '../../src/partition/many-to-one.ts';
import { computation, example, intrinsic } from './support.ts';

test('the boolean products of AMOS, worked by hand', () => {
  // Loops n, p, q, k, c (bits 0…4); tensors A[n, p, q, c], B[k, c], O[n, p, q, k]. Intrinsic indices i, j, r; A[i, r], B[r, j], O[i, j].
  const x = [0b10111, 0b11000, 0b01111], z = [0b101, 0b110, 0b011];
  const y = [0b00111, 0b01000, 0b10000];
  assert.equal(multiplyBits(z, y), x);
  assert.equal(transposeBits(y, 5), [0b001, 0b001, 0b001, 0b010, 0b100]);
  assert.equal(multiplyBits(x, transposeBits(y, 5)), z);
  assert.ok(validate(x, y, z, 5));
  // n on j would make B vary along n.
  assert.not.ok(validate(x, [0b00110, 0b01001, 0b10000], z, 5));
  // Without a loop on r the intrinsic's operands would not vary along it.
  assert.not.ok(validate(x, [0b00111, 0b01000, 0], z, 5));
  // Loops on no index stay outside.
  assert.ok(validate(x, [0b00001, 0b01000, 0b10000], z, 5));
});

test('numbers of fused matches: non-empty sets of loops for each index', () => {
  const count = (name: string, kernel: string | undefined, on: string): number => manyToOne(computation(example(name), kernel), intrinsic(`${on}_array`).computation).count;
  assert.is(count('conv2d', 'conv2d', 'gemm'), 3 * 1 * 7);
  assert.is(count('conv2d', 'conv2d_batch', 'gemm'), 7 * 1 * 7);
  assert.is(count('conv2d', 'conv2d', 'gemv'), 3 * 7 + 1 * 7);
  assert.is(count('conv2d', 'conv2d', 'dot'), 7);
  // x + r takes one loop each.
  assert.is(count('conv2d', 'conv2d', 'conv'), 1);
  assert.is(count('ttm', undefined, 'gemm'), 3);
});

test('im2col is one of them', () => {
  const c = computation(example('conv2d'), 'conv2d'), gemm = intrinsic('gemm_array').computation;
  const texts = manyToOne(c, gemm).accepted.map((g) => groupingText(c, gemm, g));
  assert.ok(texts.includes('x·y → i, k → j, c·r·s → k'), texts.join('\n'));
});

test('why loops cannot go', () => {
  const c = computation(example('mttkrp'), 'mttkrp', 'D'), gemm = intrinsic('gemm_array').computation;
  const m = manyToOne(c, gemm);
  assert.is(m.count, 0);
  assert.equal(m.rejected.find((r) => r.candidate === 'j')?.reason, 'no loop is kept and just in C: i is in T, j is in T and C, k is in T and C');
});

test.run();
