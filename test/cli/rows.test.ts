/** Elements of fewer than eight bits in rows that begin at whole bytes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode, fromRows, toRows } from '../../src/cli/tensor-data.ts';
import { tdsl } from './support.ts';

test('rows begin at whole bytes, and back', () => {
  const values = [1, -2, 3, -4, 5, -6, 7, -8, 0];
  const dense = encode('int4', values);
  const rows = toRows('int4', dense, 9, 3);
  assert.is(dense.length, 5);
  assert.is(rows.length, 6);
  assert.equal(Array.from(decode('int4', rows.subarray(2, 4), 3)), [-4, 5, -6]);
  assert.equal([...fromRows('int4', rows, 9, 3)], [...dense]);
  assert.is(toRows('int4', dense, 8, 2), dense);
});

test('a state whose rows end within a byte goes to the device and back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tdsl-rows-'));
  try {
    const file = join(folder, 'rows.tdsl');
    writeFileSync(file, `state Memory { k: int4[L, N] }
kernel next(k: inout int4[N], x: i32[N]) { k[n] = int4(k[n] + x[n]) }
kernel show(k: int4[N]) -> y: int4[N] { y[n] = k[n] }
/// @example L=3, N=5
program step(x: i32[N], memory: inout Memory) -> last: int4[N] {
  for l in 0..L { next(memory.k[l], x) }
  last = show(memory.k[L - 1])
}
`);
    const run = await tdsl(['run', file, '--kernel', 'step', '--check', '--target', 'cpu']);
    assert.is(run.code, 0, run.err + run.out);
  } finally { rmSync(folder, { recursive: true }); }
});

test.run();
