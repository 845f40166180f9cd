import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseVariant, prepareKernel, runKernel } from '../../src/host/engine.ts';
import { inferSizes, type HostTensor, type Loader, sizeText, sizeValue } from '../../src/host/engine-spec.ts';
import { kernelSpec } from '../../src/host/spec.ts';
import { evalSize, type LaunchAbi, type SizeExpr } from '../../src/runtime/abi.ts';
import { CpuDevice } from '../../src/runtime/cpu.ts';
import { load, manifest } from './fixture.ts';

const [saxpyKernel, pickKernel] = manifest.kernels;
if (saxpyKernel === undefined || pickKernel === undefined) throw new Error('the fixture has two kernels');
const saxpy = kernelSpec(saxpyKernel);
const pick = kernelSpec(pickKernel);

test('size expressions have the value that the runtime gives them', () => {
  const sizes = { M: 7, N: -5 };
  const ops = ['add', 'sub', 'mul', 'floordiv', 'ceildiv', 'mod', 'min', 'max'] as const;
  for (const op of ops) {
    for (const args of [['M', 3], ['N', 3], ['N', -3], ['M', 'N']] as const) {
      const expr: SizeExpr = { op, args };
      // + 0: the runtime never gives -0.
      assert.is((sizeValue(expr, sizes) ?? Number.NaN) + 0, evalSize(expr, sizes), sizeText(expr));
    }
  }
  assert.is(sizeValue({ op: 'add', args: ['M', 'Q'] }, sizes), undefined);
});

test('sizes follow from shapes, products included', () => {
  assert.equal(inferSizes(pick, { V: [32], idx: [3, 2] }, {}), { C: 4, H: 3, T: 2 });
  assert.equal(inferSizes(pick, { idx: [3, 2] }, { C: 4 }), { C: 4, H: 3, T: 2 });
});

test('a wrong shape names the tensor, what it must be and what it is', () => {
  const message = (shapes: Record<string, number[]>, given: Record<string, number> = {}): string => {
    try {
      inferSizes(pick, shapes, given);
    } catch (cause) {
      return cause instanceof RangeError ? cause.message : String(cause);
    }
    return '';
  };
  assert.is(message({ V: [32], idx: [3] }), 'pick: idx is i32[H, T] with 2 dimensions, found shape [3]');
  assert.is(message({ V: [33], idx: [3, 2] }), 'pick: dimension 0 of V is 8*C = 32, found 33 in shape [33]');
  assert.is(message({ V: [32], idx: [3, 2] }, { H: 4 }), 'pick: dimension 0 of idx is H = 4 (given), found 3 in shape [3, 2]');
  assert.is(message({ V: [32], idx: [3, 4] }), 'pick: size T is compiled for 2, 3, found 4');
  assert.is(message({ idx: [3, 2] }), 'pick: nothing tells size C; give inputs with their shape, or sizes');
  assert.is(message({ V: [32], idx: [3, 2] }, { Q: 1 }), 'pick: there is no size Q; the sizes are C, H, T');
  assert.is(message({ V: [32], idx: [3, 2] }, { H: 1.5 }), 'pick: size H must be a whole number from 0 up, found 1.5');
});

test('the first variant that fits is chosen', () => {
  const device = new CpuDevice();
  assert.is(chooseVariant(saxpy, device, { N: 8 }).file, 'saxpy/saxpy_N4.js');
  assert.is(chooseVariant(saxpy, device, { N: 9 }).file, 'saxpy/saxpy.js');
  assert.is(chooseVariant(saxpy, device, { N: 1000 }).file, 'saxpy/saxpy.js');
});

async function data(result: Promise<Record<string, HostTensor<ArrayBufferView>>>, name: string): Promise<number[]> {
  const found = (await result)[name]?.data;
  if (found instanceof Float32Array || found instanceof Uint16Array) return [...found];
  throw new Error(`${name} is missing`);
}

test('a kernel runs from arrays to arrays, through scratch memory and two launches', async () => {
  const device = new CpuDevice();
  const V = Uint16Array.from({ length: 32 }, (_, i) => 100 + i);
  const idx = { data: Int32Array.of(3, 0, 1, 2, 2, 3), shape: [3, 2] };
  assert.equal(await data(runKernel(pick, device, { V, idx }, { load }), 'W'), [124, 100, 108, 116, 116, 124]);
});

test('elements outside a ranged integer are refused before they reach a kernel', async () => {
  const device = new CpuDevice();
  const V = new Uint16Array(32);
  for (const bad of [4, -1]) {
    const idx = { data: Int32Array.of(0, 0, 0, bad, 0, 0), shape: [3, 2] };
    try {
      await runKernel(pick, device, { V, idx }, { load });
      assert.unreachable();
    } catch (cause) {
      assert.instance(cause, RangeError);
      assert.match(cause instanceof Error ? cause.message : '', `element 3 of idx is ${bad}, but must be from 0 to 3`);
    }
  }
});

test('element types and lengths are checked', async () => {
  const device = new CpuDevice();
  const a = new Float32Array(1);
  const run = async (X: ArrayBufferView, Y: ArrayBufferView): Promise<string> => {
    try {
      await runKernel(saxpy, device, { a, X, Y }, { load });
      return '';
    } catch (cause) {
      return cause instanceof Error ? cause.message : '';
    }
  };
  assert.match(await run(new Float64Array(4), new Float32Array(4)), 'X is f32 and takes a Float32Array, found a Float64Array');
  assert.match(await run(new Float32Array(4), new Float32Array(5)), 'dimension 0 of Y is N = 4 (from dimension 0 of X), found 5');
});

test('a size of zero gives an empty result', async () => {
  const device = new CpuDevice();
  assert.equal(await data(runKernel(saxpy, device, { a: Float32Array.of(2), X: new Float32Array(0), Y: new Float32Array(0) }, { load }), 'Z'), []);
});

test('a text that could not be loaded is asked for again', async () => {
  const device = new CpuDevice();
  let calls = 0;
  const flaky = (path: string): Promise<string> => (calls++ === 0 ? Promise.reject(new Error('offline')) : load(path));
  const first = await prepareKernel(saxpy, device, { N: 5 }, { load: flaky }).then(() => 'loaded', (cause: unknown) => (cause instanceof Error ? cause.message : ''));
  assert.is(first, 'offline');
  (await prepareKernel(saxpy, device, { N: 5 }, { load: flaky })).destroy();
  (await prepareKernel(saxpy, device, { N: 7 }, { load: flaky })).destroy();
  assert.is(calls, 2);
});

test('another reader with another text under the same name gets its own kernel; the same text is compiled once', async () => {
  const texts: string[] = [];
  class Counting extends CpuDevice {
    override load(text: string, abi: LaunchAbi): ReturnType<CpuDevice['load']> {
      texts.push(text);
      return super.load(text, abi);
    }
  }
  const device = new Counting();
  const run = (read: Loader): Promise<number[]> => data(runKernel(saxpy, device, { a: Float32Array.of(2), X: Float32Array.of(1, 2, 3), Y: Float32Array.of(10, 10, 10) }, { load: read }), 'Z');
  assert.equal(await run(load), [12, 14, 16]);
  assert.equal(await run((path) => load(path)), [12, 14, 16]);
  assert.is(texts.length, 1);
  assert.equal(await run(async (path) => (await load(path)).replace(' + ', ' - ')), [-8, -6, -4]);
  assert.is(texts.length, 2);
});

test.run();
