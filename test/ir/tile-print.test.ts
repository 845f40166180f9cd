import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { printTileExpr } from '../../src/ir/tile-print-expr.ts';
import { printTile } from '../../src/ir/tile-print.ts';
import { bin, cast, f, inside, select, size, sub, t, un, v } from './tile-build.ts';
import { asyncMatmul, cases, softmax, tensorMatmul } from './tile-kernels.ts';

test('a kernel as text', () => {
  assert.is(printTile(tensorMatmul().kernel), `\
kernel matmul_mma for cuda: grid (bm floor((M + 31)/32), bn floor((N + 31)/32)), threads 128
  sizes M, N multiple of 32, K multiple of 8
  global A: bf16[M, K] input
  global B: bf16[K, N] input
  global C: f32[M, N] output
  axis i: 0..M, tile 32 from 32*bm
  axis j: 0..N, tile 32 from 32*bn
  axis k: 0..K, tile 32 from 32*c
  pipe ring[3]: sa: bf16[i 32, k 32] W64 (3 x 2048 bytes), sb: bf16[k 32, j 32] W0 pad 8 (3 x 2560 bytes)
  role all: threads 128
    var acc: f32[i 32, j 32] in (i = l2 l3 l4 r1 w0  j = r0 l0 l1 w1 *2) = map 0.0
    for c in 0..2
      acquire ring
      if c < floor((K + 31)/32)
        copy ring.sa[mod(c, 3)] <- A[i, k] vector 8 if i < M and k < K via cp_async by (i = l2 l3 l4 w0 w1  k = r0 r1 r2 l0 l1)
        copy ring.sb[mod(c, 3)] <- B[k, j] vector 8 if k < K via cp_async by (k = l2 l3 l4 w0 w1  j = r0 r1 r2 l0 l1)
      commit ring
    for c in 0..floor((K + 31)/32)
      wait ring ahead 1
      let c = c + 2
        acquire ring
        if c < floor((K + 31)/32)
          copy ring.sa[mod(c, 3)] <- A[i, k] vector 8 if i < M and k < K via cp_async by (i = l2 l3 l4 w0 w1  k = r0 r1 r2 l0 l1)
          copy ring.sb[mod(c, 3)] <- B[k, j] vector 8 if k < K via cp_async by (k = l2 l3 l4 w0 w1  j = r0 r1 r2 l0 l1)
        commit ring
      a: packed bf16[i 32, k 32] in (i = l2 l3 l4 r1 w0  k = r0 l0 l1 r2 *2) = load ring.sa[mod(c, 3)] vector 2
      b: packed bf16[k 32, j 32] in (k = r0 l0 l1 r1 *2  j = l2 l3 l4 w1 *2) = load ring.sb[mod(c, 3)]
      mma acc += a * b over k by mma_m16n8k16_bf16
      release ring
    store acc -> C[i, j] vector 2 if i < M
`);
});

test('roles, reductions and asynchronous products as text', () => {
  const text = printTile(asyncMatmul().kernel);
  assert.match(text, '  role copy: threads 32, regs 40\n');
  assert.match(text, 'if c >= 1\n');
  assert.match(text, 'copy ring.sa[mod(c, 3)] <- A[i, k] if i < M and k < K via tma\n');
  assert.match(text, 'mma acc += ring.sa[mod(c, 3)] * ring.sb[mod(c, 3)] over k by group_m64n16k16 async\n      mma_wait 1\n');
  assert.match(printTile(softmax().kernel), 'l1: f32[i 4, p 32] in (i = w0 *2  p = l0 l1 l2 l3 l4) = reduce softmax over j into p (x, one)\n');
});

test('names that are used twice are told apart, the text is stable', () => {
  const { kernel } = softmax();
  const twice = { ...kernel, tiles: kernel.tiles.map((x) => ({ ...x, name: 'x' })), axes: kernel.axes.map((a) => ({ ...a, name: 'a' })) };
  assert.match(printTile(twice), 'x.6: f32[i 4] in (i = w0 *2), x.7: f32[i 4]');
  for (const c of cases()) assert.is(printTile(c.kernel), printTile(c.kernel));
});

test('expressions take parentheses only where they must', () => {
  const text = { tile: (id: number) => `t${id}`, index: () => 'i', conditions: () => 'c' };
  const show = (e: Parameters<typeof printTileExpr>[0]): string => printTileExpr(e, text);
  assert.is(show(bin('mul', bin('add', t(0), t(1)), bin('mul', t(2), f(2)))), '(t0 + t1) * (t2 * 2.0)');
  assert.is(show(bin('sub', t(0), bin('sub', t(1), t(2)))), 't0 - (t1 - t2)');
  assert.is(show(un('neg', bin('add', t(0), un('exp', bin('add', t(1), f(0.5)))))), '-(t0 + exp(t1 + 0.5))');
  assert.is(show(select(bin('and', inside(sub(size('N'), v('i'))), bin('lt', t(0), f(-3.4028234663852886e38), 'bool')), t(-1), cast('bf16', t(-4), 'f32'))), 'select(inside(c) and t0 < lowest, a0, bf16(b1))');
});

test.run();
