/** Mistakes of users and troubles of machines, through the command line: each gives the exit code of its kind, names the place and says what to do. */
import { constants } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeNpy, type NpyDtype } from '../../src/runtime/npy-format.ts';
import { shimAvailable } from '../../src/runtime/shim.ts';
import { outcomeOf } from '../../src/cli/failure.ts';
import { example, json, scratch, tdsl, write, type JsonDiagnostic } from './support.ts';

const folder = scratch();
const kernels = write(folder, 'k.tdsl', `/// @example V=10, D=4, T=3
kernel embed(table: f32[V, D], tokens: i32<V>[T]) -> Y: f32[T, D] { Y[t, d] = table[tokens[t], d] }
/// @example V=10, D=4, T=3
kernel loose(table: f32[V, D], tokens: i32[T]) -> Y: f32[T, D] {
  Y[t, d] = table[tokens[t], d]
}
/// @example M=4, N=8
kernel soft(X: f32[M, N]) -> Y: f32[M, N] { Y[m, n] = softmax(n) X[m, n] }
/// @example N=8
kernel largest(X: f32[N]) -> Y: f32 { Y = max(n) X[n] }
/// @example N=8
kernel place(X: f32[N]) -> Y: i32 { Y = argmax(n) X[n] }
/// @example N=8
kernel total(X: f32[N]) -> Y: f32 { Y = sum(n) X[n] }
`);
function npy(name: string, dtype: NpyDtype, shape: readonly number[], values: Float32Array | Int32Array, change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes): string {
  const parts = encodeNpy({ dtype, shape, data: new Uint8Array(values.buffer) });
  return write(folder, name, change(Buffer.concat(parts)));
}
const eight = npy('eight.npy', 'f4', [8], Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]));

async function fails(exitCode: number, code: string, args: readonly string[], ...texts: readonly RegExp[]): Promise<JsonDiagnostic> {
  const found = await json(args);
  const [first] = found.diagnostics;
  assert.equal([found.exitCode, first?.code], [exitCode, code], `${args.join(' ')}: ${first?.message}`);
  const all = found.diagnostics.flatMap(({ message, notes }) => [message, ...notes.map((note) => note.message)]).join('\n');
  for (const text of texts) assert.match(all, text);
  return first!;
}

test('in a source: names, shapes, types, indices that are unbound or not affine', async () => {
  const at = async (body: string, code: string, place: string, ...texts: readonly RegExp[]): Promise<void> => {
    const text = `kernel f(A: f32[M, K], B: f32[J, N], i: i32[M], b: bool[K]) -> C: f32[M, N] {\n  C[m, n] = ${body}\n}\n`;
    const { diagnostics } = await json(['check', '-'], { stdin: text });
    const found = diagnostics.find((d) => d.code === code);
    assert.ok(found, `${body}: ${diagnostics.map((d) => `${d.code} ${d.message}`).join('; ')}`);
    assert.equal([found.line, found.column], [2, 13 + body.indexOf(place)], body);
    for (const pattern of texts) assert.match([found.message, ...found.notes.map(({ message }) => message)].join('\n'), pattern);
  };
  await at('sum(k) A[m, k] * B[k, n]', 'TDSL0201', 'k, n]', /`k` runs to K/, /extent J/);
  await at('sum(k) A[m, k] * Q[k, n]', 'TDSL0101', 'Q', /`Q` is not declared/);
  await at('A[m, k] + B[0, n]', 'TDSL0103', 'k]', /`k` is bound neither on the left nor by an operator/);
  await at('sum(k) A[m, k*k] + B[0, n]', 'TDSL0204', 'k) ', /nothing says how far `k` runs; give its range where it is bound/);
  await at('sum(k: K) A[m, k*k] + B[0, n]', 'TDSL0203', 'k*k', /`k\*k` may lie outside dimension 2 of `A`/);
});

test('habits of other languages get the way out, not only the place', async () => {
  const said = async (body: string, code: string, ...texts: readonly RegExp[]): Promise<void> => {
    const { diagnostics } = await json(['check', '-'], { stdin: `kernel f(A: f32[M, N], B: f32[N, M], x: f32[N]) -> C: f32[M], D: f32[N] {\n  D[n] = x[n]\n  ${body}\n}\n` });
    const found = diagnostics.find((d) => d.code === code && d.line !== null && d.line > 2);
    assert.ok(found, `${body}: ${diagnostics.map((d) => `${d.code} ${d.message}`).join('; ')}`);
    for (const pattern of texts) assert.match([found.message, ...found.notes.map(({ message }) => message)].join('\n'), pattern);
  };
  await said('Y = A @ B', 'TDSL0003', /`sum\(k\) A\[m, k\] \* B\[k, n\]`/);
  await said('C[m] = sum(n) A[m, :]', 'TDSL0001', /one index for each dimension/);
  await said('C[m] = sum(n) A[m, n] where n < 3', 'TDSL0001', /stands with the index that it limits/);
  await said('C[m] = max(A[m, 0])', 'TDSL0112', /over an axis it is written `max\(n\) A\[n\]`/);
  await said('E[m] = x[0]', 'TDSL0101', /`-> E: f32\[…\]`/, /`let E\[…\] = …`/);
  await said('C[M] = A[M, 0]', 'TDSL0110', /an index has a name of its own/);
  await said('C[m] = sum(k) A[m, n]', 'TDSL0103', /the index `n` is bound neither on the left nor by an operator$/m, /a sum over it is written `sum\(n\) …`, before all that it multiplies/);
  await said('C[m] += A[m, 0]', 'TDSL0124', /is written `C\[m\] = sum\(k\) A\[m, k\]`/);
  await said('C[m] = C[m - 1] + A[m, 0]', 'TDSL0106', /`scan\(n\) A\[n\]`/);
  await said('let s = sum(n) x[n]  s = s + 1', 'TDSL0109', /a name of their own: `let s2 = …`/);
});

test('an index that is limited by hand, of a tensor that may be empty, is read by its nearest element', async () => {
  const source = (read: string): string => `kernel near[P](X: f32[N]) -> Y: f32[P] { Y[p] = ${read} }\n`;
  const { diagnostics } = await json(['check', '-'], { stdin: source('X[clamp(p*N/P, 0, N - 1)]') });
  assert.equal([diagnostics.length, diagnostics[0]?.code, diagnostics[0]?.edits.map(({ text }) => text)], [1, 'TDSL0203', ['(', ' else clamp)']]);
  const { code, out } = await tdsl(['check', '-'], { stdin: source('(X[clamp(p*N/P, 0, N - 1)] else clamp)') });
  assert.is(code, 0, out);
});

test('a gather that leaves its tensor: where values have a range, at once; where they have none, as the kernel finds at its place', async () => {
  const tokens = npy('tokens.npy', 'i4', [3], Int32Array.of(1, 99, -5));
  await fails(1, 'TDSL0509', ['run', `${kernels}#embed`, '--in', `tokens=${tokens}`], /element 1 of `tokens` is 99, but must be from 0 to 9/);
  for (const target of [[], ['--target', 'wgsl'], ...(await shimAvailable() ? [['--target', 'cuda', '--device', 'shim']] : [])]) {
    for (const check of [[], ['--check']]) {
      const found = await fails(1, 'TDSL0517', ['run', `${kernels}#loose`, '--in', `tokens=${tokens}`, ...check, ...target], /index 99 of dimension 0 of `table` is outside: it must be from 0 to 9/, /the first time at t = 1/);
      assert.equal([found.line, found.column], [5, 13]);
    }
  }
});

test('a program tells which kernel found it, and calls it no bug', async () => {
  const tokens = npy('program-tokens.npy', 'i4', [3], Int32Array.of(1, 99, -5));
  const program = write(folder, 'program.tdsl', `kernel pick(table: f32[V, D], tokens: i32[T]) -> Y: f32[T, D] { Y[t, d] = table[tokens[t], d] }
/// @example V=10, D=4, T=3
program both(table: f32[V, D], tokens: i32[T]) -> out: f32[T, D] { out = pick(table, tokens) }
`);
  for (const check of [[], ['--check']]) await fails(1, 'TDSL0509', ['run', `${program}#both`, '--in', `tokens=${tokens}`, ...check], /pick, line 1: an element that table does not have is read, whose indices go from 0 to 9 in dimension 0; the first time at t = 1/);
});

test('tensor files: wrong type, rank, shape; cut off, too long, no tensor at all; missing', async () => {
  const run = (kernel: string, ...inputs: readonly string[]): string[] => ['run', `${kernels}#${kernel}`, ...inputs.flatMap((input) => ['--in', input])];
  await fails(1, 'TDSL0508', run('embed', `tokens=${eight}`), /eight\.npy does not fit `tokens`: expected i32\[T\], found float32\[8\]/, /astype/);
  await fails(1, 'TDSL0508', run('soft', `X=${eight}`), /expected f32\[M, N\], found shape \[8\] with 1 dimension in place of 2/);
  const table = npy('table.npy', 'f4', [5, 4], new Float32Array(20));
  await fails(1, 'TDSL0509', [...run('embed', `table=${table}`), '--size', 'V=6'], /dimension 0 of table is V = 6 \(given\), found 5/, /table is read from .*table\.npy/);
  const cut = npy('cut.npy', 'f4', [8], new Float32Array(8), (bytes) => bytes.slice(0, -10));
  await fails(1, 'TDSL0571', run('total', `X=${cut}`), /cut\.npy: is cut off: 150 bytes where 160 are needed/);
  const long = npy('long.npy', 'f4', [8], new Float32Array(8), (bytes) => Buffer.concat([bytes, new Uint8Array(8)]));
  await fails(1, 'TDSL0571', run('total', `X=${long}`), /8 more than its header says/);
  for (const [name, text, message] of [['empty.npy', '', /cut off: 0 bytes/], ['short.npy', 'hello', /does not begin as a .npy file/], ['text.npy', 'hello world, I am no tensor', /does not begin as a .npy file/]] as const) {
    await fails(1, 'TDSL0571', run('total', `X=${write(folder, name, text)}`), message);
  }
  await fails(1, 'TDSL0570', run('total', `X=${folder}/none.npy`), /none\.npy: there is no such file/, /check the path/);
  await fails(2, 'TDSL0503', run('total', `Z=${eight}`), /there is no input `Z`; there is `X`/);
});

test('a size that nothing has, a file without kernels, and refusals of the system in words', async () => {
  const out = join(folder, 'never');
  await fails(2, 'TDSL0503', ['compile', kernels, '--size', 'Zz=3', '-o', out], /there is no size `Zz`/);
  assert.not.ok(existsSync(out));
  await fails(2, 'TDSL0503', ['inspect', `${kernels}#soft`, '--size', 'Zz=3', '--target', 'cpu'], /there is no size `Zz`/);
  const none = write(folder, 'none.tdsl', 'fn twice(x: f32) -> f32 = 2 * x\n');
  await fails(2, 'TDSL0502', ['run', none], /the file has no kernel/);
  await fails(1, 'TDSL0570', ['generate', '--model', folder, '--prompt', 'x'], /config\.json: there is no such file or folder/, /checkpoint/);
});

test('NaN among the inputs: a warning with its count, and the rest is compared', async () => {
  const nan = npy('nan.npy', 'f4', [2, 4], Float32Array.from([1, NaN, 3, 4, 5, 6, 7, 8]));
  const { exitCode, diagnostics, results } = await json(['run', `${kernels}#soft`, '--in', `X=${nan}`, '--check']);
  assert.is(exitCode, 0);
  assert.equal(diagnostics.map(({ code, severity, message }) => [code, severity, message.includes('`X` holds 1 NaN in 8 elements')]), [['TDSL0515', 'warning', true]]);
  const { checked, unknown, total } = results[0]!.check;
  assert.ok(checked >= 4 && checked + unknown === total);
});

test('size 0: nothing to do, or the empty value of each operator, on every target', async () => {
  const empty = npy('zero.npy', 'f4', [0], new Float32Array(0));
  for (const target of [[], ['--target', 'wgsl'], ...(await shimAvailable() ? [['--target', 'cuda', '--device', 'shim']] : [])]) {
    for (const kernel of ['largest', 'place', 'total']) {
      const { exitCode, results } = await json(['run', `${kernels}#${kernel}`, '--in', `X=${empty}`, '--check', ...target]);
      assert.equal([exitCode, results[0]?.check.checked, results[0]?.check.mismatches], [0, 1, 0], `${kernel} ${target.join(' ')}`);
    }
    for (const sizes of ['M=0,N=8', 'M=4,N=0', 'M=0,N=0']) {
      const { exitCode, results } = await json(['run', `${kernels}#soft`, '--size', sizes, '--check', ...target]);
      assert.equal([exitCode, results[0]?.check.total], [0, 0], `${sizes} ${target.join(' ')}`);
    }
  }
});

test('sizes that no device holds name the tensor and the limit', async () => {
  for (const target of [[], ['--target', 'wgsl']]) {
    await fails(1, 'TDSL0557', ['run', `${kernels}#soft`, '--size', 'M=1000000,N=1000000', ...target], /`X`, f32\[1000000, 1000000\]: a buffer of 4000000000000 bytes is \d+ bytes over what .* allows \(\d+\)/, /smaller sizes/);
  }
  await fails(2, 'TDSL0504', ['run', `${kernels}#soft`, '--size', 'M=99999999999999999999'], /cannot be read/);
  // More than 32 bits count, in buffers that the device has, is refused before numbers are drawn for a minute.
  const bits = write(folder, 'bits.tdsl', 'kernel bits(A: bool[N]) -> c: i32 { c = sum(n) i32(A[n]) }\n');
  const begun = performance.now();
  await fails(1, 'TDSL0559', ['run', bits, '--size', 'N=2200000000'], /size N is 2200000000/, /from 0 to 2147418112/);
  assert.ok(performance.now() - begun < 10_000);
  // Between them: a buffer that the device holds, or has no memory for, and that no array of bytes takes back (8 GiB; Node 20 has 4).
  const outer = write(folder, 'outer.tdsl', 'kernel outer(A: bf16[M], B: bf16[N]) -> C: bf16[M, N] { C[m, n] = A[m] * B[n] }\n');
  if (constants.MAX_LENGTH < 2 ** 33) {
    const { exitCode, diagnostics: [d] } = await json(['run', outer, '--size', 'M=65536,N=65536']);
    assert.equal([exitCode, d!.code === 'TDSL0557' || d!.code === 'TDSL0558'], [1, true], d!.message);
    assert.match(d!.message, /`C`, bf16\[65536, 65536\]: .*8589934592 bytes/);
  }
  assert.is(outcomeOf(new RangeError('Array buffer allocation failed'), {}).diagnostics[0]!.code, 'TDSL0558');
  assert.is(outcomeOf(new RangeError('Invalid typed array length: -1'), {}).exitCode, 70);
});

test('no device: 4, what was tried, and the way out', async () => {
  const without = async (variable: string, value: string, args: readonly string[], ...texts: readonly RegExp[]): Promise<void> => {
    const before = process.env[variable];
    process.env[variable] = value;
    try {
      await fails(4, 'TDSL0552', args, ...texts);
    } finally {
      if (before === undefined) delete process.env[variable];
      else process.env[variable] = before;
    }
  };
  const run = ['run', `${kernels}#total`, '--target'];
  await without('TDSL_VULKAN', 'nouveau', [...run, 'wgsl'], /TDSL_VULKAN is nouveau/, /set it to system, lavapipe, swiftshader/);
  await fails(4, 'TDSL0552', [...run, 'wgsl', '--device', 'no such adapter'], /no such adapter|no WebGPU adapter/, /name part of an adapter/);
  const { targets } = await json(['targets']);
  if (targets.find(({ target }) => target === 'cuda:sm_80')?.available !== true) await fails(4, 'TDSL0552', [...run, 'cuda'], /no NVIDIA driver/, /install the NVIDIA driver, or choose the target wgsl or cpu/);
  await fails(2, 'TDSL0504', [...run, 'cuda', '--device', 'first'], /0, 1, … or shim/);
});

test('a full disk, and places that cannot be written: the file by name, and what was there stays', async () => {
  if (!existsSync('/dev/full')) return;
  await fails(1, 'TDSL0573', ['run', `${kernels}#total`, '--out', 'Y=/dev/full'], /\/dev\/full: .*no space left/, /free space/);
  const out = join(folder, 'out');
  assert.is((await tdsl(['compile', kernels, '-o', out, '--target', 'cpu'])).code, 0);
  const before = readFileSync(join(out, 'k/total.js'), 'utf8');
  writeFileSync(join(folder, 'k2.tdsl'), 'kernel');
  await fails(1, 'TDSL0573', ['run', `${kernels}#total`, '--out', `Y=${out}`], /out: /);
  assert.is(readFileSync(join(out, 'k/total.js'), 'utf8'), before);
  assert.equal(readdirSync(folder).filter((name) => name.endsWith('.tmp')), []);
});

test('10,000 nested parentheses, and thousands of kernels', async () => {
  const nested = await json(['check', '-'], { stdin: `kernel f(X: f32[N]) -> Y: f32[N] { Y[n] = ${'('.repeat(10000)}X[n]${')'.repeat(10000)} }` });
  assert.equal(nested.diagnostics.map(({ code, line }) => [code, line]), [['TDSL0007', 1]]);
  const many = Array.from({ length: 9000 }, (_, i) => `kernel k${i}(X: f32[N]) -> Y: f32[N] { Y[n] = X[n] * ${i} }\n`).join('');
  const { diagnostics, exitCode } = await json(['check', '-'], { stdin: `${many}kernel z(X: f32[N]) -> Y: f32[N] { Y[n] = Z[n] }` });
  assert.equal([exitCode, diagnostics.map(({ code, line }) => [code, line])], [1, [['TDSL0101', 9001]]]);
});

test('a schedule that asks for more shared memory than the target has', async () => {
  const source = write(folder, 's.tdsl', `${readFileSync(example('matmul'), 'utf8')}
schedule matmul for cuda(sm_80) {
  tile m by 256, n by 256, k by 256
  stage A, B in shared, pipeline 4
}`);
  const { exitCode, diagnostics } = await json(['check', source]);
  assert.is(exitCode, 1);
  assert.ok(diagnostics.every(({ line }) => line !== null && line > 28), JSON.stringify(diagnostics.map(({ code, message, line }) => [code, message, line])));
});

test.run();
