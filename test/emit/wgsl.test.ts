import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { emitKernel } from '../../src/emit/emit.ts';
import type { Device } from '../../src/runtime/device.ts';
import { evalSize } from '../../src/runtime/abi.ts';
import { openWebGpu } from '../../src/runtime/webgpu-node.ts';
import * as K from '../ir/tile-kernels.ts';
import { binaryCase, convertCase, dtypeCase, fmaCase, reduceCase, unaryCase, wgslThreads } from './cases.ts';
import { check } from './check.ts';
import { meta, onWgsl } from './machines.ts';

const test = suite<{ device: Device }>('WGSL');
test.before(async (context) => { context.device = await openWebGpu(); });
test.after((context) => context.device.close());

const threads = wgslThreads;
const cases = [
  K.vectorAdd(), K.softmax(), K.tiledMatmul(), K.transpose(), K.gather(), K.int4(),
  unaryCase(threads), binaryCase('f32', threads), binaryCase('i32', threads), convertCase(threads), reduceCase(threads, 1), reduceCase(threads, 6),
  dtypeCase('f16', 1, threads), dtypeCase('f16', 8, threads), dtypeCase('bf16', 2, threads), dtypeCase('i8', 1, threads), dtypeCase('i8', 4, threads), dtypeCase('u8', 2, threads),
  dtypeCase('int4', 1, threads), dtypeCase('uint4', 32, threads), dtypeCase('bool', 1, threads), dtypeCase('f32', 4, threads), dtypeCase('i16', 1, threads), dtypeCase('u32', 2, threads),
  fmaCase(threads, 'k', 'j'), fmaCase(threads, 'i', 'k'), fmaCase(threads, 'k', 'k', 'i8'), fmaCase(threads, 'i', 'j', 'f16'),
];
for (const c of cases) test(`computes ${c.kernel.name}`, async ({ device }) => check(c, await onWgsl(c.kernel, device)));

test('f16 itself where the device has it', async ({ device }) => {
  if (!device.info().features.includes('shader-f16')) return;
  for (const vector of [1, 4]) {
    const c = dtypeCase('f16', vector, threads);
    const runner = await onWgsl(c.kernel, device, { shaderF16: true });
    assert.match(runner.text, /enable f16;/);
    assert.equal(runner.abi.features, ['shader-f16']);
    await check(c, runner);
  }
});

test('subgroup exchanges for the low thread bits', async ({ device }) => {
  const { features, limits } = device.info();
  const bits = Math.min(3, Math.floor(Math.log2(limits.subgroup[0])));
  if (!features.includes('subgroups') || bits < 1) return;
  const c = reduceCase(threads, 6);
  const runner = await onWgsl(c.kernel, device, { subgroupBits: bits });
  assert.match(runner.text, /subgroupShuffleXor/);
  await check(c, runner);
});

test('nested maxima of whole numbers, in which a driver loses signs, are chosen by select; with a constant, and of floats, they are not', () => {
  const wgsl = (body: string, dtype: string): string => compileSource(`kernel f(A: ${dtype}[N], B: ${dtype}[N]) -> Y: ${dtype}[N] { Y[n] = ${body} }`, 'test.tdsl', { targets: ['wgsl'] }).files.map((file) => file.text).join('');
  const whole = wgsl('max(max(A[n], -B[n]), min(A[n], 3))', 'i32');
  assert.match(whole, /whole_max\(whole_max\(\w+, -\w+\), min\(\w+, 3\)\)/);
  assert.match(wgsl('min(k: N) (-A[k]) * B[n]', 'i32'), /= whole_min\(/);
  assert.not.match(wgsl('max(max(A[n], -B[n]), min(A[n], 3))', 'f32'), /whole_/);
});

test('more groups than one dimension holds, and the surplus leaves', async ({ device }) => {
  const c = K.vectorAdd();
  const { abi } = emitKernel(c.kernel, { name: 'wgsl' }, meta);
  assert.equal(abi.grid.map((g) => evalSize(g, { N: 256 * 65536 })), [65535, 2, 1]);
  const { N } = { N: 256 * 65535 + 300 };
  const inputs = new Map([['x', new Float64Array(N).fill(1)], ['y', new Float64Array(N).fill(2)]]);
  const z = (await (await onWgsl(c.kernel, device)).run({ N }, inputs)).get('z')!;
  assert.is(z.findIndex((e) => e !== 3), -1);
});

test.run();
