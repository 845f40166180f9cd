import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readNpy } from '../../src/runtime/npy.ts';
import { example, json, scale, scratch, tdsl, write } from './support.ts';

const folder = scratch();
const matmul = ['run', example('matmul'), '--kernel', 'matmul', '--size', 'M=67,N=65,K=33', '--seed', '1', '--check'];

for (const target of [[], ['--target', 'wgsl']]) {
  test(`a checked run ${target.join(' ')}`, async () => {
    const { exitCode, ok, results, diagnostics, command } = await json([...matmul, ...target]);
    assert.equal([exitCode, ok, command, diagnostics, results.length], [0, true, 'run', [], 1]);
    const { kernel, target: ran, sizes, seed, check } = results[0]!;
    assert.equal({ kernel, ran, sizes, seed }, { kernel: 'matmul', ran: target[1] ?? 'cpu', sizes: { M: 67, N: 65, K: 33 }, seed: 1 });
    assert.equal([check.ok, check.mismatches, check.checked, check.total], [true, 0, 4355, 4355]);
    for (const figure of [check.maxAbs, check.maxRel, check.bound]) assert.ok(typeof figure === 'number' && figure >= 0);
  });
}

test('times come with their spread', async () => {
  const { results } = await json(['run', write(folder, 'scale.tdsl', scale), '--time']);
  const { medianUs, p10Us, p90Us, repeats, gbps } = results[0]!.time;
  assert.ok(p10Us > 0 && p10Us <= medianUs && medianUs <= p90Us && repeats >= 3 && gbps > 0);
});

test('a tensor without dimensions is given as a number', async () => {
  const path = write(folder, 'shifted.tdsl', `/// @example N=5
kernel shifted(X: f32[N], n: i32, a: f16, on: bool) -> Y: f32[N] { Y[i] = if on and i < n then a else 7 }
kernel small(b: u8) -> y: i32 { y = b }
`);
  const run = (kernel: string, ...inputs: readonly string[]): ReturnType<typeof json> => json(['run', path, '--kernel', kernel, ...inputs.flatMap((input) => ['--in', input]), '--check', '--out', `${kernel === 'small' ? 'y' : 'Y'}=${join(folder, 'shifted.npy')}`]);
  assert.is((await run('shifted', 'n=2', 'a=-0.5', 'on=1')).exitCode, 0);
  assert.equal([...new Float32Array(readNpy(join(folder, 'shifted.npy')).data.slice().buffer)], [-0.5, -0.5, 7, 7, 7]);
  assert.is((await run('small', 'b=255')).exitCode, 0);
  assert.equal([...readNpy(join(folder, 'shifted.npy')).data], [255, 0, 0, 0]);
  for (const [kernel, input] of [['small', 'b=256'], ['small', 'b=1.5'], ['shifted', 'on=2'], ['shifted', 'n=NaN']] as const) {
    const { exitCode, diagnostics } = await run(kernel, input);
    assert.equal([exitCode, diagnostics[0]?.code], [1, input === 'n=NaN' ? 'TDSL0570' : 'TDSL0508'], input);
  }
});

test('a size that is given twice must be the same', async () => {
  const path = write(folder, 'scale.tdsl', scale);
  const { exitCode, diagnostics } = await json(['run', path, '--size', 'N=4,N=5']);
  assert.equal([exitCode, diagnostics[0]?.message], [2, '`N` is given twice, as 4 and as 5']);
  assert.is((await json(['run', path, '--size', 'N=4', '--size', 'N=4'])).exitCode, 0);
});

test('the same seed gives the same numbers, another one others', async () => {
  const path = write(folder, 'scale.tdsl', scale);
  const out = async (seed: string, name: string): Promise<Uint8Array> => {
    assert.is((await tdsl(['run', path, '--seed', seed, '--out', `Y=${join(folder, name)}`])).code, 0);
    return readNpy(join(folder, name)).data;
  };
  const [first, again, other] = [await out('7', 'a.npy'), await out('7', 'b.npy'), await out('8', 'c.npy')];
  assert.equal(again, first);
  assert.not.equal(other, first);
});

test('sizes that nothing binds: 2, and the line to type', async () => {
  const path = write(folder, 'unbound.tdsl', scale.replace(/^.*@example.*\n/, ''));
  const { exitCode, diagnostics } = await json(['run', path]);
  assert.is(exitCode, 2);
  assert.is(diagnostics[0]?.code, 'TDSL0501');
  assert.equal(diagnostics[0]?.notes.map(({ message }) => message), [`type: tdsl run ${path} --kernel scale --size N=512`, 'or write above the kernel: /// @example N=512']);
});

test('above 2 GFLOP a sample is compared, and the report says so', async () => {
  const { out } = await tdsl(['run', example('matmul'), '--kernel', 'matmul_f32', '--size', 'M=1001,N=1000,K=1000', '--check']);
  const checked = Number(/check ok: (\d+) elements \(a sample of 1001000\)/.exec(out)?.[1]);
  assert.ok(checked >= 4096 && checked < 20000, out);
});

test('without a file: the only source of the folder; the shim by its name', async () => {
  const { exitCode, diagnostics } = await json(['run', '--check']);
  assert.is(exitCode, 2);
  assert.match(diagnostics[0]?.message ?? '', 'name a file');
});

test.run();
