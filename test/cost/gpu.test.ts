/** The gpu model: what is counted on kernels small enough to count by hand, and the order in which it puts plans whose order is known. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from '../../grammar/parse.ts';
import { check } from '../../src/check/check.ts';
import { distinctInWave } from '../../src/cost/gpu-access.ts';
import { h200, h200ThroughWebgpu, processor, profileFor, webgpu } from '../../src/cost/gpu-profile.ts';
import { estimate, type GpuEstimate } from '../../src/cost/gpu.ts';
import { findTarget } from '../../src/targets/targets.ts';
import { compileCandidate } from '../../src/tune/candidate.ts';

function predict(text: string, target: string, sizes: Record<string, number>, block?: string): GpuEstimate {
  const { ast } = parse(text, 'test.tdsl'), kernel = check(ast).program.kernels[0]!, t = findTarget(target)!;
  const c = compileCandidate({ file: ast, kernel, target: t, sizes, known: {} }, block);
  if (!c.ok) throw new Error(c.reason);
  return estimate(c.kernels, sizes, profileFor(target), (name) => t.intrinsics.find((i) => i.name === name));
}
const term = (e: GpuEstimate, name: string): number => e.launches[0]!.terms.find((t) => t.name.startsWith(name))?.value ?? 0;
const add = 'kernel add(A: f32[N], B: f32[N]) -> C: f32[N] { C[i] = A[i] + B[i] }';
const matmul = 'kernel f(A: bf16[M, K], B: bf16[K, N]) -> C: bf16[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }';
const tiles = (m: string, n: string, k: number, rest: string): string => `schedule f for cuda(sm_80) { tile m by ${m}, n by ${n}, k by ${k}\n tensorize mma_m16n8k16_bf16(m, n, k)\n ${rest} }`;

test('a stream is bound by device memory: three tensors once', () => {
  const n = 2 ** 27, e = predict(add, 'cuda:sm_80', { N: n });
  const floor = (3 * 4 * n) / h200.dram;
  assert.ok(Math.abs(term(e, 'device memory') / 1e6 / floor - 1) < 1e-6);
  assert.is(e.launches[0]!.bound, 'device memory');
  assert.ok(e.seconds > floor && e.seconds < 1.1 * floor, `${e.seconds} against ${floor}`);
});
test('what the cache holds comes from the cache', () => {
  const e = predict(add, 'cuda:sm_80', { N: 2 ** 20 });
  assert.is(term(e, 'device memory'), 0);
  assert.ok(term(e, 'second-level cache') > 0);
});
test('a product: multiply-adds of a group, waves, groups at once', () => {
  const e = predict(matmul, 'cuda:sm_80', { M: 4096, N: 4096, K: 4096 }, tiles('128 by warp 64', '128 by warp 32', 32, 'pipeline 4\n order grid by panels of 8'));
  assert.is(term(e, 'groups'), 1024);
  const rate = h200.matrix.find((m) => m.prefix === 'mma_m16n8k16')!.perClock;
  assert.ok(Math.abs(term(e, 'a group: matrix unit') * rate / (128 * 128 * 4096) - 1) < 1e-9);
  // No schedule is faster than the matrix unit.
  assert.ok(e.seconds > (2 * 4096 ** 3) / 644e12);
});
test('larger tiles read less; a deeper ring hides more; strided columns move whole sectors', () => {
  const size = { M: 4096, N: 4096, K: 4096 };
  const small = predict(matmul, 'cuda:sm_80', size, tiles('32 by warp 16', '32 by warp 16', 32, 'pipeline 4')), large = predict(matmul, 'cuda:sm_80', size, tiles('128 by warp 64', '128 by warp 32', 32, 'pipeline 4'));
  assert.ok(Math.abs(term(small, 'second-level cache') / term(large, 'second-level cache') - 4) < 0.2);
  assert.ok(small.seconds > large.seconds);
  const few = { M: 128, N: 128, K: 4096 }, at = (p: number): number => predict(matmul, 'cuda:sm_80', few, tiles('64 by warp 32', '64 by warp 32', 32, `pipeline ${p}`)).seconds;
  assert.ok(at(1) > at(2) && at(2) > at(4), `${at(1)} ${at(2)} ${at(4)}`);
  const transpose = 'kernel t(A: f32[N, N]) -> B: f32[N, N] { B[i, j] = A[j, i] }', n = { N: 8192 };
  const rows = predict(transpose, 'cuda:sm_80', n, 'schedule t for cuda(sm_80) { tile j by 256 by role 256 by atom 1, i by 1 }');
  assert.ok(term(rows, 'second-level cache') > 4 * ((2 * 4 * 8192 ** 2) / h200.l2) * 1e6 * 0.9, 'a column of f32 moves eight times its bytes');
});
test('the last wave: one group more than fits costs a wave more', () => {
  const text = 'kernel f(A: f16[B, 64, 64], C: f16[B, 64, 64]) -> D: f32[B, 64, 64] { D[b, m, n] = sum(k) A[b, m, k] * C[b, k, n] }';
  const block = 'schedule f for cuda(sm_80) { tile m by 64 by warp 32, n by 64 by warp 32, k by 64\n tensorize mma_m16n8k16_f16(m, n, k)\n pipeline 1 }';
  const at = (b: number): number => term(predict(text, 'cuda:sm_80', { B: b }, block), 'multiprocessors');
  const fit = term(predict(text, 'cuda:sm_80', { B: 1 }, block), 'groups at once');
  const wave = 132 * fit;
  assert.ok(Math.abs(at(2 * wave) / at(wave) - 2) < 1e-9);
  assert.ok(at(wave + 1) > at(wave) && at(wave + 1) <= at(2 * wave));
});
test('groups of a wave: rows in order, and panels', () => {
  assert.equal(distinctInWave([32, 32], 132, undefined), [5, 32]);
  assert.equal(distinctInWave([32, 32], 128, 8), [8, 16]);
  assert.equal(distinctInWave([4, 32, 32], 2048, undefined), [2, 32, 32]);
});
test('memory read in the type of its declaration, and loads that wait for each other', () => {
  const text = 'kernel f(A: f32[M, K], B: f32[K, N]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }', sizes = { M: 1024, N: 1024, K: 512 };
  const block = 'schedule f for wgsl { tile m by 64 by role 64 by atom 4, n by 64 by role 64 by atom 4, k by 16\n tensorize fma_1x1x1(m, n, k)\n pipeline 1 }';
  const { ast } = parse(text, 'test.tdsl'), t = findTarget('wgsl')!, c = compileCandidate({ file: ast, kernel: check(ast).program.kernels[0]!, target: t, sizes, known: {} }, block);
  if (!c.ok) throw new Error(c.reason);
  const on = (profile: typeof h200): GpuEstimate => estimate(c.kernels, sizes, profile, (name) => t.intrinsics.find((i) => i.name === name));
  const losses = { ...h200ThroughWebgpu.losses, apart: 0, sharedAccess: 2 }, plain = { ...h200ThroughWebgpu, typed: false, losses };
  // A's tile is transposed on its way into shared memory, word by word: each of 8 warps reads the four rows of a thread by four accesses of three instructions, not by one.
  const instructions = (p: typeof h200): number => term(on(p), 'a group: instructions') * p.issue;
  assert.ok(Math.abs(instructions({ ...plain, typed: true }) - instructions(plain) - 8 * 512 * 3 * 3) < 1e-3);
  // 32 turns load four elements of A and four of B for each thread.
  const chain = (p: typeof h200): number => term(on(p), 'a group: dependent steps');
  assert.ok(Math.abs(chain({ ...plain, losses: { ...losses, apart: 1 } }) - chain(plain) - 32 * plain.latency.load) < 1e-3);
});
test('stores fill sectors one by one; a loop of many narrow stores keeps what it stores in memory', () => {
  const copy = 'kernel f(A: f32[M, N]) -> C: f32[M, N] { C[m, n] = A[m, n] + 1 }', sizes = { M: 1024, N: 1024 };
  const moved = (atom: number): number => term(predict(copy, 'wgsl', sizes, `schedule f for wgsl { tile n by 1024 by role 1024 by atom ${atom}, m by 1 }`), 'second-level cache');
  // Eight neighbours of a thread are one sector: loads find its second half in the first-level cache, each of the two stores moves all of it.
  assert.ok(Math.abs(moved(8) / moved(4) - 1.5) < 1e-6, `${moved(8)} against ${moved(4)}`);
  const product = 'kernel f(A: bf16[M, K], B: bf16[K, N]) -> C: bf16[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }';
  const spilled = (columns: string): number => term(predict(product, 'wgsl', { M: 1024, N: 1024, K: 512 }, `schedule f for wgsl { tile m by 64 by role 32 by atom 4, n by 32 by ${columns}, k by 16\n tensorize fma_1x1x1(m, n, k)\n pipeline 1 }`), 'a group: spilled');
  assert.is(spilled('role 32 by atom 4'), 0);
  assert.ok(spilled('role 8 by atom 1') > 0, 'single elements of 16 bits are stored by 32 pairs of atomic operations');
});
test('a machine for every target', () => {
  assert.is(profileFor('cuda:sm_90a'), h200);
  assert.is(profileFor('wgsl'), webgpu);
  assert.is(profileFor('wgsl', 'NVIDIA H200'), h200ThroughWebgpu);
  assert.is(profileFor('wgsl', 'nvidia-h200'), h200ThroughWebgpu);
  assert.is(profileFor('cpu'), processor);
});
test('every example has a prediction on every target, and every term is a number', () => {
  for (const target of ['cuda:sm_80', 'cuda:sm_90a', 'wgsl', 'cpu']) {
    const e = predict('kernel s(X: f32[M, N]) -> Y: f32[M, N] { Y[m, n] = softmax(n) X[m, n] }', target, { M: 64, N: 1000 });
    assert.ok(e.seconds > 0 && Number.isFinite(e.seconds), target);
    for (const t of e.launches[0]!.terms) assert.ok(Number.isFinite(t.value), `${target}: ${t.name}`);
  }
});
test.run();
