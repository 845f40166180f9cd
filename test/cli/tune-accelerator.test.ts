/** `tdsl tune FILE --target FILE#accelerator`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { json, root, scratch, tdsl, write } from './support.ts';

const gemm = join(root, 'examples/codesign/gemm.tdsl');
interface Tuned { readonly kernel: string; readonly trials: number; readonly design: Readonly<Record<string, unknown>>; readonly start: { readonly cycles: number }; readonly winner: { readonly cycles: number; readonly block: string; readonly problem?: string } | null }

test('a schedule is found, checked, written as a block, and left alone by compile', async () => {
  const folder = scratch(), out = join(folder, 'out.tdsl');
  const j = await json(['tune', gemm, '-t', '#gemm_array', '--trials', '120', '--size', 'M=128,N=128,K=128', '--design', 'x=8,banks=2', '-o', out]);
  const [r] = j.results as unknown as readonly Tuned[];
  assert.equal([j.exitCode, r?.kernel, r?.trials, r?.design['x'], r?.design['banks']], [0, 'gemm', 120, 8, 2]);
  assert.ok(r!.winner !== null && r!.winner.problem === undefined && r!.winner.cycles < r!.start.cycles);
  assert.ok(readFileSync(out, 'utf8').includes(r!.winner!.block));
  assert.equal((await json(['compile', out, '-o', join(folder, 'gen'), '-t', 'cpu'])).diagnostics, []);
  // Done again the block takes the place of the first.
  await tdsl(['tune', out, '-t', '#gemm_array', '--trials', '20', '--size', 'M=64,N=64,K=64', '-o', out]);
  assert.is(readFileSync(out, 'utf8').match(/^schedule gemm for gemm_array/gm)?.length, 1);
});
test('mistakes: an accelerator that is not there, a reduction that nothing matches, measurement', async () => {
  const first = async (...args: string[]): Promise<readonly [number, string | undefined]> => { const j = await json(['tune', ...args]); return [j.exitCode, j.diagnostics.find((d) => d.severity === 'error')?.code]; };
  assert.equal(await first(gemm, '-t', '#gemm_aray'), [2, 'TDSL0603']);
  const largest = write(scratch(), 'largest.tdsl', '/// @example M=8, K=8\nkernel largest(A: f32[M, K]) -> C: f32[M] { C[m] = max(k) A[m, k] }\n');
  assert.equal(await first(largest, '-t', '#gemm_array', '--trials', '20'), [1, 'TDSL0611']);
  assert.equal(await first(gemm, '-t', 'gemm_array'), [2, 'TDSL0504']);
  assert.equal(await first(gemm, '-t', '#gemm_array', '--measure'), [2, 'TDSL0500']);
  assert.equal(await first(gemm, '-t', '#gemm_array', '--design', 'x=7'), [2, 'TDSL0500']);
});
test.run();
