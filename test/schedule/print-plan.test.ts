/** parse(print(plan)), applied, is the plan: for the default plans of every example on every target, and for plans that schedules made. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from '../../grammar/parse.ts';
import { compileSource } from '../../src/driver.ts';
import { printSchedule } from '../../src/schedule/print-plan.ts';
import type { LaunchPlan } from '../../src/ir/plan.ts';
import { targetNames } from '../../src/targets/targets.ts';
import { type How, schedule, type Scheduled } from './run.ts';

/** Plans as plain data: maps in the order of their keys, intrinsics by name. */
function plain(plan: LaunchPlan): unknown {
  const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  if (plan.kind === 'vector') return { ...plan, axes: sorted(plan.axes) };
  return { ...plan, roles: sorted(plan.roles), tiles: sorted(plan.tiles).filter(([, n]) => n > 1), products: sorted(plan.products).map(([part, i]) => [part, i.name]) };
}
const plansOf = (s: Scheduled): unknown[] => {
  if (s.stage.level !== 'plan') throw new Error(s.diagnostics.map((d) => d.message).join('; '));
  return s.stage.plans.map((p) => plain(p.plan));
};

/** The source without schedules, with `block` after it. */
function withBlock(text: string, block: string): string {
  const cuts = parse(text, 'test.tdsl').ast.declarations.filter((d) => d.kind === 'schedule').map((d) => d.span);
  return `${[...cuts].reverse().reduce((t, s) => t.slice(0, s.start) + t.slice(s.end), text)}\n${block}\n`;
}
function returns(text: string, target: string, how: How): void {
  const first = schedule(text, target, { ...how, until: 'plan' });
  assert.equal(first.diagnostics.map((d) => d.message), [], text);
  if (first.stage.level !== 'plan') return;
  const block = printSchedule(first.stage.fused, first.stage.plans, first.target, first.demands);
  const again = schedule(withBlock(text, block), target, { ...how, until: 'plan' });
  assert.equal(again.diagnostics.map((d) => d.message), [], block);
  assert.equal(plansOf(again), plansOf(first), block);
}

const folder = fileURLToPath(new URL('../../examples', import.meta.url));
const programs = readdirSync(folder).filter((f) => f.endsWith('.tdsl')).map((f) => ({ name: f, text: readFileSync(`${folder}/${f}`, 'utf8') }));
for (const { name, text } of programs) {
  test(`the default plans of ${name}`, () => {
    for (const d of parse(text, name).ast.declarations) {
      if (d.kind !== 'kernel') continue;
      const pins = Object.fromEntries(d.pins.flatMap((p) => { const v = p.values[0]; return v?.kind === 'int' ? [[p.size.name, v.value]] : []; }));
      for (const target of targetNames) returns(text, target, { kernel: d.name.name, pins });
    }
  });
}

const attention = readFileSync(`${folder}/attention.tdsl`, 'utf8');
const kernels: Record<string, string> = {
  matmul: 'kernel f(A: f16[M, K], B: f16[K, N]) -> C: f16[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }',
  matmul32: 'kernel f(A: f32[M, K], B: f32[K, N]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }',
  batched: 'kernel f(A: bf16[B, M, K], W: bf16[B, N, K]) -> C: f32[B, M, N] { C[b, m, n] = sum(k) A[b, m, k] * W[b, n, k] }',
  softmax: 'kernel f(X: f32[M, N]) -> Y: f32[M, N] { Y[m, n] = softmax(n) X[m, n] }',
  add: 'kernel f(A: f32[M, N], B: f32[M, N]) -> C: f32[M, N] { C[m, n] = A[m, n] + B[m, n] }',
  columns: 'kernel f(A: f32[M, N]) -> S: f32[N] { S[n] = sum(m) A[m, n] }',
  two: 'kernel f(A: f16[M, K], B: f16[K, N], D: f16[N, L]) -> Y: f16[M, L] { let X[m, n]: f16 = sum(k) A[m, k] * B[k, n]  Y[m, l] = sum(n) X[m, n] * D[n, l] }',
};
const cases: readonly (readonly [string, string, string])[] = [
  ['matmul', 'cuda(sm_80)', 'tile m by 64 by warp 32, n by 96 by warp 24, k by 48; pipeline 2; order grid by rows'],
  ['matmul', 'cuda(sm_80)', 'tile m by 256, n by 128'],
  ['matmul', 'cuda(sm_80)', 'tensorize fma_1x1x1(m, n, k); tile m by 48, n by 24 by role 8 by atom 2'],
  ['matmul', 'cuda(sm_80)', 'tensorize mma_m16n8k16_f16(n, m, k); tile m by 64, n by 32'],
  ['matmul', 'cuda(sm_80)', 'split k by 8; tile m by 64, n by 64, k by 32'],
  ['matmul', 'wgsl', 'tile m by 32, n by 32, k by 8'],
  ['matmul', 'cpu', 'tile m by 8, n by 2'],
  ['matmul32', 'wgsl', 'tile m by 16 by role 16 by atom 1, n by 128 by role 32 by atom 4; order grid by panels of 2'],
  ['batched', 'cuda(sm_80)', 'tile m by 32, n by 64'],
  ['softmax', 'cuda(sm_80)', 'tile n by 512, m by 4'],
  ['softmax', 'wgsl', 'tile n by 256 by role 128 by atom 2'],
  ['add', 'cuda(sm_80)', 'tile n by 1024'],
  ['add', 'cuda(sm_80)', 'tile n by 2048 by role 1024 by atom 4, m by 2'],
  ['add', 'wgsl', 'tile n by 16 by role 16 by atom 1, m by 64 by role 8 by atom 1'],
  ['columns', 'cuda(sm_80)', 'tile n by 32, m by 64'],
  ['two', 'cuda(sm_80)', 'launch X; tile X.m by 64, Y.m by 128; pipeline B by 2; pipeline D by 3'],
];
for (const [name, target, block] of cases) {
  test(`${name} for ${target}: ${block}`, () => returns(`${kernels[name]}\nschedule f for ${target} { ${block} }`, target.replace('(', ':').replace(')', ''), { assumes: { M: 8, N: 8, K: 8, L: 8 } }));
}
for (const block of ['tile s by 128, t by 32', 'tile P.d by 32, O.d by 64', 'pipeline 3; order grid by panels of 2']) {
  test(`attention: ${block}`, () => returns(`${attention}\nschedule attention for cuda(sm_80) { ${block} }`, 'cuda:sm_80', { pins: { D: 64 } }));
}

/** The block that the compiler prints for a kernel, as it is, or with a part of its source after it. */
const printed = (text: string): string => compileSource(text, 'test.tdsl', { targets: ['cuda:sm_80'] }).kernels[0]?.variants.at(-1)?.schedule ?? '';
const mistakes = (text: string): string[] => compileSource(text, 'test.tdsl', { targets: ['cuda:sm_80'] }).diagnostics.filter((d) => d.severity === 'error').map((d) => d.message);
for (const [what, text] of [
  ['rows that cannot be copied ahead have no ring', 'kernel f(A: i8[M, 2*K + 1], B: i8[N, 2*K + 1]) -> C: i32[M, N] { C[m, n] = sum(k) A[m, k] * B[n, k] }'],
  ['a sum in f16 is cut into parts', 'kernel f[M](A: f16[K]) -> C: f32[M] { C[m] = sum<f16>(k) A[k] * 0.125 }'],
  ['of two launches with rings of other depths one stages all that the other does', `kernel f(G: bf16[64, 16], W: bf16[64, 16], B: bf16[64, 16], F: f32[64, 64]) -> Y: f32[64, 16], Z: f32[64] {
    let p0[m, b] = (sum(d) G[m, d] * W[b, d]) * 0.125 + F[m, b]
    let w1[m, b]: f32 = softmax(b) p0[m, b]
    Y[m, e] = sum(b) w1[m, b] * B[b, e]
    Z[b] = w1[b, b - 4] else 0.5
  }`],
  ['launches with the same tensors have rings of other depths', `kernel f(V: bf16[M, N, 8], A: bf16[M, N, 8], G: bf16[M, N, 8]) -> Y: bf16[M, N, 8], Z: f32[N] {
    let p0[j, n, m] = (sum(d) V[j, n, d] * A[j, m, d]) * rsqrt(8)
    let w1[j, n, m]: f16 = softmax(m) p0[j, n, m]
    Y[j, n, e] = sum(m) w1[j, n, m] * G[j, m, e]
    Z[b] = (w1[0, b, N - 1 - b] else 0.5) * (w1[4, b, N - 1 - b] else 0.5)
  }`],
  ['a stream of few rows is cut into chunks', `kernel f(Q: f32[H, 2, D], K: f32[H, T, D], V: f32[H, T, 2]) -> Y: f32[H, 2, 2] {
    let w[h, s, t]: f16 = softmax(t where t <= s + T - 2) sum(d) Q[h, s, d] * K[h, t, d]
    Y[h, s, e] = sum(t) w[h, s, t] * V[h, t, e]
  }`],
  ['a stream of few rows along a known axis is cut into chunks', `kernel f(Q: bf16[G, R, D], K: bf16[G, T, D], V: bf16[G, T, D]) -> O: bf16[G, R, D] where D == 64, R == 4, T == 4096 {
    let P[g, r, t] = (sum(d) Q[g, r, d] * K[g, t, d]) * rsqrt(D)
    let W[g, r, t]: bf16 = softmax(t) P[g, r, t]
    O[g, r, d] = sum(t) W[g, r, t] * V[g, t, d]
  }`],
  ['a stream along an axis of any length is cut into chunks, of which there may be many', `kernel f(C: f16[P, 4], B: f16[L, 4], V: f16[L, 4]) -> Y: f16[P, 4] where P == 5 {
    let p[i, j] = (sum(d) C[i, d] * B[j, d]) * 0.1
    let w[i, j] = softmax(j where j <= i + L - P) p[i, j]
    Y[i, e] = sum(j) w[i, j] * V[j, e]
  }`],
  ['a summed loop is called as the parts of another would be', `kernel f(X: f16[M, K], W: f16[N, K]) -> Y: f16[M, N], Z: f32[M] where M == 8, K == 65536 {
    Y[m, n] = sum(k) X[m, k] * W[n, k]
    Z[m] = sum(k_chunk) X[m, k_chunk]
  }`],
  ['the columns of one product are called as the rows of another', `kernel f(A: f32[K, K], F: f32[K, K], D: f32[K, K]) -> Y: f32[K, K], Z: f32[K, K] {
    let p0[x, i] = (sum(d) A[x, d] * F[i, d]) * 0.5
    let w1[x, i] = softmax(i where i % 3 != 1) p0[x, i]
    Y[x, e] = sum(i) w1[x, i] * D[i, e]
    Z[y, h] = w1[h, y] - A[h, y]
  }`],
  ['a sum over the groups of a format is cut into parts', `format q = uint4 { scale f16, symmetric }
  kernel f(E: q[T by 32, R by 8]) -> Z: f32[T] where T == 32 { Z[b] = sum(k) (E[k + b - 3, k] else 0) * E[b, k] }`],
] as const) {
  test(`what is printed may be said again: ${what}`, () => {
    const block = printed(text);
    assert.equal(mistakes(`${text}\n${block}\n`), [], block);
    assert.is(printed(`${text}\n${block}\n`), block);
  });
}

test('what is split of loops over parts and groups, and what cannot be', () => {
  const text = 'format q4 = int4 { scale f16, symmetric }\nkernel f(X: f16[M, K], W: q4[N, K by 128]) -> Y: f16[M, N] where M == 64, N == 64, K == 4096 { Y[m, n] = sum(k) X[m, k] * W[n, k] }\n';
  const said = (verbs: string): string[] => mistakes(`${text}schedule f for cuda(sm_80) { ${verbs} }`);
  assert.equal(said('split k_group by 4'), []);
  assert.equal(said('split k by 4; split k_group by 2'), []);
  assert.equal(said('split k by 4; split k_chunk by 2'), ['`k_chunk` cannot be split: its steps are parts already']);
  assert.equal(said('split k_grop by 4'), ['there is no loop `k_grop`; did you mean `k_group`?']);
  assert.equal(said('split k_chunk by 4'), ['there is no loop `k_chunk`; the loops are `m`, `n`, `k_group` and `k`']);
});

test('where tiles leave no room, a step is not made of single elements to make some', () => {
  const text = `kernel f(A: f16[M, K + 2], B: int4[N, K]) -> Z: f32[M, N] where M == 5, N == 128 {
    let v[m, n] = (sum(k: K) A[m, k + 1] * f16(B[n, k]))
    Z[m, n] = softmax(n) v[m, n]
  }
  schedule f for wgsl { tile Z_max.n by 1024 by role 1024 by atom 32, m by 1 }`;
  assert.match(compileSource(text, 'test.tdsl', { targets: ['wgsl'] }).diagnostics[0]?.message ?? '', /of shared memory .* where a group has at most 16 KiB/);
});

test('a product whose summed loop is asked for one by one is refused', () => {
  const text = 'kernel f(A: f32[M, K], B: f32[K, N]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }\nschedule f for cuda(sm_80) { tile m by 64, n by 64, k by 1; tensorize fma_1x1x1(m, n, k) }';
  assert.equal(mistakes(text), ['tile k by 1: not a multiple of 2, operands are staged by steps of several elements; write 2']);
});

test.run();
