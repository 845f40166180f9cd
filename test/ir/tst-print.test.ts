import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mod, num, variable } from '../../src/ir/index-expr.ts';
import { printExpr, printKernel } from '../../src/ir/tst-print.ts';
import { attention, axis, binary, cast, constant, conv, gather, indexValue, matmul, read, reduce, select, unary } from './tst-build.ts';

test('kernels look like the language, with every range written out', () => {
  assert.is(printKernel(matmul('f16', 'f16')), `kernel matmul(A: f16[M, K], B: f16[K, N]) -> C: f16[M, N] {
  C[m: M, n: N] = sum<f16>(k: K) A[m, k] * B[k, n]
}
`);
  assert.is(printKernel(attention()), `kernel attention(Q: bf16[B, G*R, S, D], K: bf16[B, G, T, D], V: bf16[B, G, T, D]) -> O: bf16[B, G*R, S, D] {
  let P[b: B, g: G, r: R, s: S, t: T]: f32 = (sum(d: D) Q[b, g*R + r, s, d] * K[b, g, t, d]) * rsqrt(f32(D))
  let W[b2: B, g2: G, r2: R, s2: S, t2: T]: bf16 = softmax(t2: T where t2 <= s2 + T - S) P[b2, g2, r2, s2, t2]
  O[b3: B, g3*R + r3, s3: S, e: D] for g3: G, r3: R = sum(t3: T) W[b3, g3, r3, s3, t3] * V[b3, g3, t3, e]
}
`);
  assert.ok(printKernel(conv()).includes('(X[c, y*st + r - pad, x*st + q - pad] else 0.0) * F[o, c, r, q]'));
  assert.ok(printKernel(gather('check', 'C')).includes('Y[m: M] = T[idx[m]] else check'));
  assert.ok(printKernel(gather('check', 'C')).includes('idx: i32<C>[M]'));
});

test('parentheses stand where they are needed', () => {
  const [a, b, c] = [read('a', []), read('b', []), read('c', [])];
  const text = (e: ReturnType<typeof binary>): string => printExpr(e);
  assert.is(text(binary('mul', binary('add', a, b), c)), '(a + b) * c');
  assert.is(text(binary('sub', a, binary('sub', b, c))), 'a - (b - c)');
  assert.is(text(binary('sub', binary('sub', a, b), c)), 'a - b - c');
  assert.is(text(binary('div', a, binary('mul', b, c))), 'a / (b * c)');
  assert.is(text(unary('neg', binary('mul', a, b))), '-(a * b)');
  assert.is(text(binary('mul', a, constant(-2))), 'a * -2.0');
  const [p, q] = [binary('lt', a, b), binary('le', b, c)];
  assert.is(text(binary('or', p, binary('and', q, unary('not', p)))), 'a < b or b <= c and not (a < b)');
  assert.is(text(binary('and', binary('or', p, q), q)), '(a < b or b <= c) and b <= c');
  assert.is(text(select(p, a, select(q, b, c))), 'if a < b then a else if b <= c then b else c');
  assert.is(text(binary('add', select(p, a, b), c)), '(if a < b then a else b) + c');
  assert.is(text(binary('add', reduce('sum', [axis('k', 'K')], binary('mul', a, b)), c)), 'sum(k: K) a * b + c');
  assert.is(text(reduce('max', [axis('k', 'K')], binary('add', a, b))), 'max(k: K) (a + b)');
  assert.is(text(binary('max', a, b)), 'max(a, b)');
  assert.is(text(cast('f32', indexValue(mod(variable('k'), num(8))))), 'f32(mod(k, 8))');
});

test.run();
