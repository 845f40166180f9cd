import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { json, scale, scratch, tdsl, write } from './support.ts';

const wrong = 'kernel f(A: f32[M,K], B: f32[J,N]) -> C: f32[M,N] { C[m,n] = sum(k) A[m,k]*B[k,n] + Q[m] }';

test('two mistakes give two errors at their columns', async () => {
  const { diagnostics, exitCode } = await json(['check', '-'], { stdin: wrong });
  assert.is(exitCode, 1);
  assert.equal(diagnostics.map(({ line, column, severity, file }) => ({ line, column, severity, file })), [
    { line: 1, column: wrong.indexOf('B[k') + 3, severity: 'error', file: '<stdin>' },
    { line: 1, column: wrong.indexOf('Q[m]') + 1, severity: 'error', file: '<stdin>' },
  ]);
  assert.match(diagnostics[0]?.message ?? '', /K.*J|J.*K/);
  assert.match(diagnostics[1]?.message ?? '', '`Q` is not declared');
});

test('diagnostics are the result: they go to stdout, with excerpts, the count to stderr', async () => {
  const { code, out, err } = await tdsl(['check', '-'], { stdin: wrong });
  assert.is(code, 1);
  assert.is(out.match(/: error TDSL\d{4}: /g)?.length, 2);
  assert.match(out, ' 1 | kernel f(A: f32[M,K]');
  assert.is(err, '1 file checked, 2 errors\n');
});

test('a statement that cannot be read is one mistake: not also a result without values; other kernels are told of theirs', async () => {
  const stdin = 'kernel f(A: f32[N], B: f32[N]) -> C: f32[N] {\n  C[n] = A[n n]\n}\nkernel g(A: f32[N]) -> D: f32[N] { let t[n] = A[n] }\n';
  const { diagnostics } = await json(['check', '-'], { stdin });
  assert.equal(diagnostics.map(({ code, line }) => [code, line]), [['TDSL0001', 2], ['TDSL0107', 4]]);
});

test('a schedule is looked at for its own target, also one that is not compiled for unless asked', async () => {
  const kernel = 'kernel mm(A: bf16[M, K], B: bf16[K, N]) -> C: bf16[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }\n', of = async (target: string): Promise<unknown> =>
    (await json(['check', '-'], { stdin: `${kernel}schedule mm for ${target} {\n  tile m by 128, n by 64\n  tensorize wgmma_m64n256k16_bf16(m, n, k)\n}\n` })).diagnostics.map(({ code, line }) => [code, line]);
  assert.equal(await of('cuda(sm_90a)'), [['TDSL0310', 3]]);
  assert.equal(await of('cuda(sm_80)'), [['TDSL0314', 4]]);
});

test('a right source is silent', async () => {
  const folder = scratch();
  const path = write(folder, 'scale.tdsl', scale);
  assert.equal(await tdsl(['check', path]), { code: 0, out: '', err: '1 file checked, 0 errors\n' });
  assert.equal(await tdsl(['check', folder]), { code: 0, out: '', err: '1 file checked, 0 errors\n' });
});

test('colour only on a terminal, and never with NO_COLOR', async () => {
  const colored = async (terminal: boolean, env: Record<string, string>): Promise<boolean> => (await tdsl(['check', '-'], { stdin: wrong, terminal, env })).out.includes('\u001b[');
  assert.is(await colored(false, {}), false);
  assert.is(await colored(true, {}), true);
  assert.is(await colored(true, { NO_COLOR: '1' }), false);
  assert.is(await colored(true, { NO_COLOR: '' }), true);
  assert.is(await colored(true, { TERM: 'dumb' }), false);
  assert.is(await colored(false, { FORCE_COLOR: '1' }), true);
});

test('paths that cannot be read say why', async () => {
  const folder = scratch();
  const missing = await json(['check', `${folder}/nothing.tdsl`]);
  assert.equal([missing.exitCode, missing.diagnostics[0]?.message], [2, `${folder}/nothing.tdsl does not exist`]);
  const empty = await json(['check', folder]);
  assert.equal([empty.exitCode, empty.diagnostics[0]?.message], [2, `the folder ${folder} holds no .tdsl file`]);
  const latin = write(folder, 'latin.tdsl', Uint8Array.of(0x2f, 0x2f, 0xe9, 0x0a));
  const encoded = await json(['check', latin]);
  assert.is(encoded.exitCode, 1);
  assert.match(encoded.diagnostics[0]?.message ?? '', 'it is not UTF-8 text');
  const below = await json(['check', `${latin}/x`]);
  assert.is(below.exitCode, 1);
  assert.match(below.diagnostics[0]?.message ?? '', 'ENOTDIR');
});

test('a mark at the beginning and foreign line ends are no mistakes', async () => {
  const path = write(scratch(), 'bom.tdsl', `\ufeff${scale.replaceAll('\n', '\r\n')}`);
  assert.is((await tdsl(['check', path])).code, 0);
});

test('a source of 10 MB is answered, and the mistake at its end is found', async () => {
  const line = '// A comment that stands for whatever fills a large file.\n';
  const stdin = line.repeat(Math.ceil((10 * 2 ** 20) / line.length)) + wrong;
  const { diagnostics } = await json(['check', '-'], { stdin });
  assert.is(diagnostics.length, 2);
  assert.is(diagnostics[0]?.line, stdin.split('\n').length);
});

test.run();
