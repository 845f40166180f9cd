/** Rules of the default plans: on shapes and accesses, for sizes that are known at launch alone. Each plan is also run against the oracle. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LaunchPlan, MatrixPlan, VectorPlan } from '../../src/ir/plan.ts';
import { agrees, schedule, type Scheduled, type Sizes } from './run.ts';

const cuda = 'cuda:sm_80';
function plansOf(s: Scheduled): readonly LaunchPlan[] {
  if (s.stage.level !== 'tile') throw new Error('not lowered');
  return s.stage.plans.map((p) => p.plan);
}
function matrix(plan: LaunchPlan | undefined): MatrixPlan { if (plan?.kind !== 'matrix') throw new Error('no products'); return plan; }
function vector(plan: LaunchPlan | undefined): VectorPlan { if (plan?.kind !== 'vector') throw new Error('products'); return plan; }
/** Tile sizes by the names of axes, without what tells instances apart. */
const tile = (p: MatrixPlan, name: string): number | undefined => [...p.tiles].find(([id]) => id.replace(/[\d_.]+$/, '') === name)?.[1];
const threads = (p: VectorPlan, name: string): number => [...p.axes].find(([id]) => id.replace(/[\d_.]+$/, '') === name)?.[1].threads ?? 1;
const both: readonly ('values' | 'faithful')[] = ['values', 'faithful'];

const conv = (dtype: string, sum: string) => `kernel conv(X: ${dtype}[C, H + R - 1, W + R - 1], F: ${dtype}[O, C, R, R]) -> Y: ${sum}[O, H, W] { Y[o, y, x] = sum(c, r, s) X[c, y + r, x + s] * F[o, c, r, s] }`;
test('a product over a window takes its steps along the channels', () => {
  for (const [dtype, sum] of [['i8', 'i32'], ['f16', 'f16'], ['f32', 'f32']] as const) for (const target of [cuda, 'wgsl']) {
    const s = schedule(conv(dtype, sum), target), plan = matrix(plansOf(s)[0]);
    assert.ok((tile(plan, 'c') ?? 1) > 1, `${dtype} for ${target}`);
    assert.equal([tile(plan, 'r'), tile(plan, 's')], [1, 1]);
    for (const sizes of [{ C: 1, H: 1, W: 1, O: 1, R: 1 }, { C: 5, H: 4, W: 9, O: 7, R: 3 }]) agrees(s, sizes, both);
  }
});

test('runs of an axis that do not overlap are no window', () => {
  const s = schedule('kernel rows(X: f32[M*16384, N], W: f32[J, N]) -> Y: f32[M] { Y[m] = sum(i: 16384, n) X[m*16384 + i, n] }', cuda, { until: 'plan' });
  if (s.stage.level !== 'plan') throw new Error('no plan');
  assert.ok([...vector(s.stage.plans[0]?.plan).axes.values()].some((a) => a.threads > 1));
});

const depthwise = 'kernel depthwise(X: f16[C, T], F: f16[C, R]) -> Y: f16[C, T] { Y[c, t] = sum(r) (X[c, t + r - R + 1] else 0) * F[c, r] }';
test('threads are not spread along a window, and rows are one run', () => {
  const [aligned, open] = [schedule(depthwise, cuda, { assumes: { T: 8 } }), schedule(depthwise, cuda)];
  assert.is(threads(vector(plansOf(open)[0]), 'r'), 1);
  assert.is(vector(plansOf(aligned)[0]).collapse?.split.vec, 4);
  assert.is(vector(plansOf(open)[0]).collapse?.split.vec, 1);
  agrees(aligned, { C: 3, T: 40, R: 4 }, both);
  agrees(open, { C: 3, T: 37, R: 5 }, both);
});

test('a thread takes one access of the widest type of a run, and a word of the narrowest', () => {
  const vec = (x: string, y: string): number | undefined => {
    const s = schedule(`kernel scale(X: ${x}[M, N], d: f32[M]) -> Y: ${y}[M, N] { Y[m, n] = X[m, n] * d[m] }`, cuda, { assumes: { N: 32 } });
    for (const sizes of [{ M: 1, N: 32 }, { M: 7, N: 96 }]) agrees(s, sizes, both);
    return vector(plansOf(s)[0]).collapse?.split.vec;
  };
  assert.equal([vec('f16', 'f16'), vec('bf16', 'f32'), vec('i8', 'f32'), vec('f32', 'f32')], [8, 4, 4, 4]);
});

test('codes of a width that is no power of two cross words', () => {
  for (const target of [cuda, 'wgsl']) for (const assumes of [{}, { N: 32 }]) {
    const s = schedule('format q5 = uint5 { scale f32, zero f32 }\nkernel weights(W: q5[M, N by 32], F: q5[N by 1, M]) -> Y: f32[M, N] { Y[m, n] = W[m, n] + F[n, m] }', target, { kernel: 'weights', assumes });
    agrees(s, { M: 32, N: 64 }, ['values']);
  }
});

test('what a long loop reads decides where threads go, not what is stored once', () => {
  const s = schedule('kernel count[B](x: i32<B>[N]) -> c: i32[B] {\n c[b] = 0\n c[x[n]] += 1\n}', cuda), plan = vector(plansOf(s)[1]);
  assert.ok(threads(plan, 'n') >= 128);
  assert.is(threads(plan, 'at'), 1);
  for (const sizes of [{ B: 1, N: 1 }, { B: 7, N: 1031 }]) agrees(s, sizes, ['values']);
});

test('what is read along one axis and stored along another is moved in patches of whole sectors', () => {
  for (const [dtype, stored, beside] of [['f32', 64, 4], ['bf16', 128, 2], ['i8', 256, 1]] as const) {
    const s = schedule(`kernel turn(A: ${dtype}[M, N]) -> B: ${dtype}[N, M] { B[n, m] = A[m, n] }`, cuda, { assumes: { N: 16, M: 16 } }), plan = vector(plansOf(s)[0]);
    assert.equal([threads(plan, 'm'), threads(plan, 'n')], [stored, beside], dtype);
    for (const sizes of [{ M: 16, N: 16 }, { M: 272, N: 80 }]) agrees(s, sizes, both);
    const odd = schedule(`kernel turn(A: ${dtype}[M, N]) -> B: ${dtype}[N, M] { B[n, m] = A[m, n] }`, 'wgsl');
    for (const sizes of [{ M: 1, N: 1 }, { M: 65, N: 17 }]) agrees(odd, sizes, both);
  }
});

const sizesOf: readonly Sizes[] = [{ M: 1, N: 1, K: 1 }, { M: 17, N: 33, K: 130 }];
test('an operand that threads fill by hand makes the tile narrow on its side and the steps deep', () => {
  const s = schedule('kernel product(A: i8[M, K], B: i8[K, N]) -> C: i32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }', cuda), plan = matrix(plansOf(s)[0]);
  assert.equal([tile(plan, 'm'), tile(plan, 'n'), tile(plan, 'k'), plan.stages], [256, 64, 64, 1]);
  for (const sizes of sizesOf) agrees(s, sizes, both);
  const turned = schedule('kernel product(A: i8[K, M], B: i8[N, K]) -> C: i32[M, N] { C[m, n] = sum(k) A[k, m] * B[n, k] }', cuda), other = matrix(plansOf(turned)[0]);
  assert.equal([tile(other, 'm'), tile(other, 'n'), tile(other, 'k')], [64, 256, 64]);
  for (const sizes of sizesOf) agrees(turned, sizes, both);
  const copied = matrix(plansOf(schedule('kernel product(A: i8[M, K], B: i8[N, K]) -> C: i32[M, N] { C[m, n] = sum(k) A[m, k] * B[n, k] }', cuda, { assumes: { K: 16 } }))[0]);
  assert.ok(copied.stages > 1);
});

test('columns that are one of several axes of their operand get small tiles where they are filled by hand', () => {
  const s = schedule('kernel pointwise(A: i8[C, H, W], B: i8[K, C]) -> O: i32[K, H, W] { O[k, y, x] = sum(c) A[c, y, x] * B[k, c] }', cuda), plan = matrix(plansOf(s)[0]);
  assert.equal([tile(plan, 'k'), tile(plan, 'x'), tile(plan, 'c')], [64, 64, 64]);
  agrees(s, { C: 70, H: 3, W: 67, K: 65 }, both);
});

test('multiply-adds of tensors with more dimensions take small tiles, batches of matrices large ones', () => {
  const of = (text: string): MatrixPlan => matrix(plansOf(schedule(text, cuda))[0]);
  const middle = of('kernel middle(X: f32[I, J, K], U: f32[R, J]) -> Y: f32[I, R, K] { Y[i, r, k] = sum(j) X[i, j, k] * U[r, j] }');
  assert.equal([tile(middle, 'r'), tile(middle, 'k')], [64, 64]);
  const batch = of('kernel batch(A: f32[B, M, K], D: f32[B, K, N]) -> C: f32[B, M, N] { C[b, m, n] = sum(k) A[b, m, k] * D[b, k, n] }');
  assert.equal([tile(batch, 'm'), tile(batch, 'n')], [128, 128]);
});

const mlp = (type: string): string => `kernel mlp(X: bf16[M, K], G: bf16[N, K], U: bf16[N, K], D: bf16[K, N]) -> Y: bf16[M, K] {
  let H[m, n]${type} = silu(sum(k) X[m, k] * G[n, k]) * (sum(k) X[m, k] * U[n, k])
  Y[m, k] = sum(n) H[m, n] * D[k, n]
}`;
test('what a product multiplies is stored where its tiles would compute it again', () => {
  for (const target of [cuda, 'wgsl', 'cpu']) for (const type of [': bf16', '']) {
    const s = schedule(mlp(type), target);
    if (s.stage.level !== 'tile') throw new Error('not lowered');
    assert.equal(s.stage.fused.nests.map((n) => n.stores.map((x) => x.tensor)), [['H_mem'], ['Y']], target);
    agrees(s, { M: 5, N: 67, K: 33 }, ['values']);
  }
});

test('weights of attention stay in the loop that sums with them', () => {
  const s = schedule('kernel attend(Q: f16[S, D], K: f16[T, D], V: f16[T, D]) -> O: f16[S, D] {\n let s[i, t] = sum(d) Q[i, d] * K[t, d]\n let p[i, t] = softmax(t) s[i, t]\n O[i, d] = sum(t) p[i, t] * V[t, d]\n}', cuda, { until: 'fuse' });
  if (s.stage.level !== 'nest') throw new Error('not fused');
  assert.not.ok(s.stage.fused.scratch.some((x) => x.name === 'p_mem'));
});

test('a schedule that wants it inside gets it', () => {
  const s = schedule(`${mlp(': bf16')}\nschedule mlp for cuda(sm_80) { inline H }`, cuda, { until: 'fuse' });
  if (s.stage.level !== 'nest') throw new Error('not fused');
  assert.not.ok(s.stage.fused.scratch.some((x) => x.name === 'H_mem'));
});

const decode = 'kernel decode(q: f32[G, R, D], K: f32[G, T, D], V: f32[G, T, D]) -> O: f32[G, R, D] {\n let s[g, r, t] = sum(d) q[g, r, d] * K[g, t, d]\n let p[g, r, t] = softmax(t) s[g, r, t]\n O[g, r, d] = sum(t) p[g, r, t] * V[g, t, d]\n}';
test('columns of a product with one inside its loop are wide where memory allows', () => {
  const s = schedule(decode, cuda, { pins: { D: 64 } }), plan = plansOf(s).find((p) => p.kind === 'matrix' && p.fma !== undefined);
  assert.is(tile(matrix(plan), 't'), 64);
  agrees(s, { G: 2, R: 4, T: 70 }, ['values']);
});

test.run();
