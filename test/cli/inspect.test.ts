import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { passes } from '../../src/passes/table.ts';
import { example, json, scale, scratch, tdsl, write } from './support.ts';

const path = write(scratch(), 'scale.tdsl', scale);

test('attention keeps nothing of size S×T: the same scratch memory at 128 and 256', async () => {
  const at = async (n: number): Promise<readonly (number | null)[]> => {
    const { kernels, exitCode } = await json(['inspect', example('attention'), '--emit', 'report', '--size', `S=${n},T=${n}`]);
    assert.is(exitCode, 0);
    assert.ok(kernels.length >= 3);
    return kernels.map(({ scratchBytes }) => scratchBytes);
  };
  const [small, large] = [await at(128), await at(256)];
  assert.ok(small.every((bytes) => bytes !== null));
  assert.equal(small, large);
});

test('the page says of a plan for few rows that no schedule block is for those alone', async () => {
  const { out } = await tdsl(['inspect', example('attention'), '--html', '--target', 'wgsl']);
  const variants = out.split('<details class="variant"').slice(1), few = variants.filter((text) => /<summary>[^\n]* at most \d/.test(text));
  assert.ok(few.length > 0 && few.length < variants.length);
  for (const text of variants) assert.is(text.includes('Of this variant alone: a schedule block is for every size'), few.includes(text));
});

test('the report has a row for each text, with all that the contract names', async () => {
  const { kernels } = await json(['inspect', example('matmul'), '--kernel', 'matmul', '--target', 'cuda:sm_80']);
  const rows: readonly object[] = kernels;
  for (const row of rows) for (const key of ['name', 'target', 'intrinsic', 'exact', 'schedule', 'scratchBytes', 'buffers', 'fused', 'rejected']) assert.ok(key in row, key);
  assert.ok(kernels.some((row) => row.schedule.includes('tensorize mma_m16n8k16_f16')));
});

test('a printed schedule is a schedule: pasted, it compiles to the same text', async () => {
  const source = 'kernel product(A: f16[M, K], B: f16[K, N]) -> C: f16[M, N] {\n  C[m, n] = sum(k) A[m, k] * B[k, n]\n}\n';
  const first = write(scratch(), 'product.tdsl', source);
  const { kernels } = await json(['inspect', first, '--target', 'cuda:sm_80']);
  const plan = kernels.at(-1)!.schedule;
  assert.match(plan, 'tile m by');
  const pasted = write(scratch(), 'product.tdsl', `${source}\nschedule product for cuda(sm_80) {\n${plan}\n}\n`);
  assert.is((await tdsl(['check', pasted])).code, 0, plan);
});

test('every level, and every pass', async () => {
  for (const [level, text] of [['ast', '"kind": "kernel"'], ['tst', 'Y[i'], ['plan', 'tile i'], ['tile', 'kernel scale'], ['source', 'export function scale'], ['manifest', '"schema": 1'], ['report', 'scale for cpu']] as const) {
    const { code, out } = await tdsl(['inspect', path, '--target', 'cpu', '--emit', level]);
    assert.is(code, 0, level);
    assert.match(out, text, level);
  }
  const { passes: printed } = await json(['inspect', path, '--target', 'cpu', '--print-after', 'all']);
  assert.equal(printed.map(({ pass }) => pass), ['parse', 'link', 'check', ...passes.map(({ name }) => name), 'emit']);
  const one = await tdsl(['inspect', path, '--target', 'cpu', '--print-after', 'lower', '--stop-after', 'lower']);
  assert.match(one.out, /^\/\/ after lower: scale for cpu\n/);
  const { times } = await json(['inspect', path, '--target', 'cpu', '--time-passes']);
  assert.ok(times.some(({ pass, runs }) => pass === 'fuse' && runs === 1));
});

test('a pass that is not there is answered', async () => {
  for (const option of ['--print-after', '--stop-after']) {
    const { exitCode, diagnostics } = await json(['inspect', path, option, 'fuze']);
    assert.equal([exitCode, diagnostics[0]?.message.includes('did you mean `fuse`?')], [2, true], option);
  }
});

test.run();
