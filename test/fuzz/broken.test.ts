import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newBrokenTally, tryBroken } from './broken.ts';

test('1000 seeded broken texts: nothing is thrown, nothing hangs, every place lies in the text', async () => {
  const tally = newBrokenTally();
  for (let seed = 1; seed <= 1000; seed++) await tryBroken(seed, tally);
  assert.equal(tally.failures, []);
  assert.ok(tally.parsed > 100 && tally.parsed < 900 && tally.checked > 20 && tally.formatted > 10, `${JSON.stringify({ ...tally, failures: 0 })}: breaks too much or too little`);
});

test('texts that once were too much', async () => {
  const texts = [
    // Digits of a position that has no values.
    'kernel shadow_keys(U: bf16[B, 8*C, R], idx: i32<C>[B, H, T], table: f32[8*C, 2, D/21.]) -> K: bf16[B, H, T, 8, D] {\n  let pre[b, h, t, j, d] = sum(r) U[b, idx[b, h, t]*8 + j, r]\n  K[b, h, t, j, d] = rope(pre[b, h, t, j], table[idx[b, h, t]*8 + j])[d]\n}\n',
    // An operator over axes on the left, whose range nothing tells.
    'kernel fuzz(F: i8[Q], H: i16<R>[T, R]) -> U0: i8[T, R, T] {\n  let v0[b1 Q] = F[b]\n  U0[b, i, n] = 0\n  U0[sum(k) i, H[i, y], h] min= i8((-5) % 100)\n}\n',
  ];
  const tally = newBrokenTally();
  for (const [i, text] of texts.entries()) await tryBroken(i, tally, text);
  assert.equal(tally.failures, []);
});

test.run();
