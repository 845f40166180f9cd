import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leavesText, mapText, match } from '../../src/partition/match.ts';
import { manyToOne } from '../../src/partition/many-to-one.ts';
import { axesOf } from '../../src/partition/computation.ts';
import { computation, example, hardwareOf, intrinsic } from './support.ts';

const workloads = {
  gemm: computation(example('gemm')),
  ttm: computation(example('ttm')),
  conv2d: computation(example('conv2d'), 'conv2d'),
  conv2dBatch: computation(example('conv2d'), 'conv2d_batch'),
  mttkrp1: computation(example('mttkrp'), 'mttkrp', 'T'),
  mttkrp2: computation(example('mttkrp'), 'mttkrp', 'D'),
  depthwise: computation(example('depthwise')),
};
type Workload = keyof typeof workloads;

/** fixed / swapped, from HASCO's rules by hand. */
const expected: Record<Workload, Record<'dot' | 'gemv' | 'gemm' | 'conv', string>> = {
  gemm: { dot: '1/2', gemv: '1/2', gemm: '1/2', conv: '0/0' },
  ttm: { dot: '1/2', gemv: '2/3', gemm: '2/4', conv: '0/0' },
  conv2d: { dot: '3/6', gemv: '4/7', gemm: '4/8', conv: '2/2' },
  conv2dBatch: { dot: '3/6', gemv: '7/10', gemm: '7/14', conv: '2/2' },
  mttkrp1: { dot: '1/2', gemv: '2/3', gemm: '2/4', conv: '0/0' },
  mttkrp2: { dot: '1/2', gemv: '1/1', gemm: '0/0', conv: '0/0' },
  depthwise: { dot: '2/4', gemv: '2/2', gemm: '0/0', conv: '0/0' },
};
for (const [workload, row] of Object.entries(expected)) {
  test(`counts of ${workload}`, () => {
    for (const [name, text] of Object.entries(row)) {
      const { counts } = match(workloads[workload as Workload], intrinsic(`${name}_array`).computation);
      assert.is(`${counts.fixed}/${counts.swapped}`, text, name);
    }
  });
}

test('distinct sets of loops', () => {
  const distinct = (name: string): number => match(workloads.conv2d, intrinsic(`${name}_array`).computation).counts.distinct;
  assert.equal([distinct('gemm'), distinct('gemv'), distinct('dot')], [4, 7, 3]);
});

test('the choices of the paper, each with the step that decides', () => {
  const gemm = intrinsic('gemm_array').computation, c = workloads.conv2d;
  const m = match(c, gemm);
  const maps = m.accepted.filter((x) => x.order[0] === 0).map((x) => mapText(c, gemm, x));
  assert.equal(maps, ['x → i, k → j, c → k', 'y → i, k → j, c → k', 'y → i, k → j, r → k', 'x → i, k → j, s → k']);
  assert.equal(m.passedIndex, { fixed: 6, swapped: 12 });
  const verdict = (leaves: string): string[] => m.rejected.filter((r) => r.candidate === leaves).map((r) => `step ${r.step}: ${r.reason}`);
  assert.equal(verdict('c x r | c r'), ['step 1: five leaves, the intrinsic has four']);
  assert.match(verdict('r s | k r s')[0] ?? '', /five leaves/);
  assert.equal(m.rejected.filter((r) => r.step === 2 && !r.candidate.includes('(')).map((r) => `${r.candidate}: ${r.reason}`), [
    'x → i, k → j, r → k: x and r meet at `+` (x + r); i and k meet at `[ ]`',
    'y → i, k → j, s → k: y and s meet at `+` (y + s); i and k meet at `[ ]`',
  ]);
  const chosen = axesOf(c).filter((a) => ['y', 'k', 'c'].includes(a.name));
  assert.is(leavesText(c, chosen), 'c y | k c');
});

test('every candidate is accepted or rejected: each set of loops is one leaf choice', () => {
  const m = match(workloads.conv2d, intrinsic('gemm_array').computation);
  // 2^6 - 1 sets; 6 of them pair up, in two orders each.
  const sets = m.rejected.filter((r) => r.step === 1).length + 6;
  assert.is(sets, 63);
  assert.is(m.accepted.length + m.rejected.filter((r) => r.step === 2).length, 12);
});

test('what came nearest: the second stage of MTTKRP on a matrix product', () => {
  const m = match(workloads.mttkrp2, intrinsic('gemm_array').computation);
  assert.equal(m.counts, { fixed: 0, swapped: 0, distinct: 0 });
  assert.equal(m.nearest, { candidate: 'i → i, k → k', matched: 2, of: 3, reason: 'j needs a kept index in C alone; j is in T and C' });
  assert.is(manyToOne(workloads.mttkrp2, intrinsic('gemm_array').computation).count, 0);
});

test('AXPY: no summed index, a number as operand', () => {
  const { intrinsics } = hardwareOf('intrinsic axpy for npu { Y[i: 16] += a * X[i] }');
  const axpy = intrinsics[0]!.computation;
  const m = match(workloads.gemm, axpy);
  // A scalar of M times a row of N, and a scalar of N times a column of M.
  assert.equal(m.accepted.map((x) => mapText(workloads.gemm, axpy, x)).sort(), ['i → i (B as a, A as X)', 'j → i']);
});

test('combiners and numbers of operands decide first', () => {
  const c = computation('kernel f(A: f32[I, K, L], B: f32[L, J], C: f32[K, J]) -> D: f32[I, J] { D[i, j] = sum(k, l) A[i, k, l] * B[l, j] * C[k, j] }');
  const m = match(c, intrinsic('gemm_array').computation);
  assert.equal(m.rejected, [{ candidate: 'every choice', step: 0, reason: "a product of three operands, the intrinsic's is of two; write it in stages of as many operands" }]);
  const max = computation('kernel f(A: f32[M, K], B: f32[K, N]) -> C: f32[M, N] { C[i, j] = max(k) A[i, k] * B[k, j] }');
  assert.match(match(max, intrinsic('gemm_array').computation).rejected[0]?.reason ?? '', /combines by `max`/);
});

test('strides: proportional ones match, others do not, a loop that runs once has none', () => {
  const conv = (step: string, r: string): number => match(computation(`kernel f(A: f32[C, ${step}*X + R, Y + S], B: f32[K, C, ${r}, S], D: f32[R]) -> O: f32[K, X, Y] { O[k, x: X, y: Y] = sum(c, r, s: S) (A[c, ${step}*x + r, y + s] else 0) * B[k, c, r, s] }`), intrinsic('conv_array').computation).accepted.length;
  assert.is(conv('1', 'R'), 2);
  assert.is(conv('2', 'R'), 0);
  assert.is(conv('2', '1'), 2);
  const dilated = computation('kernel f(A: f32[C, 2*X + 2*R, Y + S], B: f32[K, C, R, S]) -> O: f32[K, X, Y] { O[k, x: X, y: Y] = sum(c, r: R, s: S) (A[c, 2*x + 2*r, y + s] else 0) * B[k, c, r, s] }');
  assert.is(match(dilated, intrinsic('conv_array').computation).accepted.length, 2);
  assert.is(match(computation(example('conv2d'), 'conv2d_strided'), intrinsic('conv_array_2').computation).accepted.length, 2);
  assert.is(match(computation(example('conv2d'), 'conv2d_strided'), intrinsic('conv_array').computation).accepted.length, 0);
});

test('an index inside a division or a gathered value is no leaf of a sum', () => {
  const c = computation('kernel f(A: f32[M, K], B: f32[K, N], p: i32<K>[K]) -> C: f32[M, N] { C[i, j] = sum(k) A[i, p[k]] * B[k, j] }');
  const m = match(c, intrinsic('gemm_array').computation);
  assert.is(m.accepted.length, 0);
  assert.match(m.nearest?.reason ?? '', /k stands inside/);
});

test.run();
