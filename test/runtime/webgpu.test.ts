/** WebGPU through Dawn, on the best driver at hand; skipped by name where there is none. `TDSL_VULKAN` chooses the driver. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LaunchAbi } from '../../src/runtime/abi.ts';
import { DeviceError } from '../../src/runtime/errors.ts';
import { f16ArrayFromF32, f32FromF16, f16FromF32 } from '../../src/runtime/float.ts';
import { openWebGpu } from '../../src/runtime/webgpu-node.ts';
import { WebGpuDevice } from '../../src/runtime/webgpu.ts';
import { failure } from './expect.ts';
import { bytesOf, floatsOf, matmulAbi, matmulWgsl, saxpyAbi, saxpyWgsl, squareF16Abi, squareF16Wgsl } from './kernels.ts';

const opened = await openWebGpu().catch((error: unknown) => {
  if (error instanceof DeviceError) return error;
  throw error;
});
if (opened instanceof WebGpuDevice) test.after(() => opened.close());

function check(name: string, body: (device: WebGpuDevice) => Promise<void>, need?: string): void {
  const missing = opened instanceof DeviceError ? opened.message : need !== undefined && !opened.info().features.includes(need) ? `no ${need}` : undefined;
  if (missing !== undefined || opened instanceof DeviceError) {
    process.stdout.write(`skipped: ${name} (${missing ?? ''})\n`);
    test.skip(name);
  } else {
    test(name, () => body(opened));
  }
}

const saxpy = saxpyAbi('wgsl', 64);

check('saxpy gives the right numbers for sizes around the workgroup', async (device) => {
  const kernel = await device.load(saxpyWgsl, saxpy);
  for (const n of [1, 63, 64, 65, 1000]) {
    const x = Float32Array.from({ length: n }, (_, i) => (i % 13) - 6);
    const y = Float32Array.from({ length: n }, (_, i) => (i % 7) / 8);
    const [bx, by] = [device.alloc(4 * n), device.alloc(4 * n)];
    device.upload(bx, bytesOf(x));
    device.upload(by, bytesOf(y));
    device.launch(kernel, [bx, by], { N: n, A: 3 });
    device.launch(kernel, [bx, by], { N: n, A: 5 });
    assert.equal(Array.from(floatsOf(await device.download(by))), Array.from(x, (v, i) => 8 * v + (y[i] ?? 0)));
    bx.destroy();
    by.destroy();
  }
});

check('a tiled product with workgroup memory agrees with plain loops', async (device) => {
  const kernel = await device.load(matmulWgsl, matmulAbi);
  for (const [M, N, K] of [[1, 1, 1], [16, 16, 16], [17, 33, 20], [40, 24, 64]] as const) {
    const A = Float32Array.from({ length: M * K }, (_, i) => Math.sin(i));
    const B = Float32Array.from({ length: K * N }, (_, i) => Math.cos(3 * i));
    const [bA, bB, bC] = [device.alloc(4 * M * K), device.alloc(4 * K * N), device.alloc(4 * M * N)];
    device.upload(bA, bytesOf(A));
    device.upload(bB, bytesOf(B));
    device.launch(kernel, [bA, bB, bC], { M, N, K });
    const C = floatsOf(await device.download(bC));
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += (A[m * K + k] ?? 0) * (B[k * N + n] ?? 0);
        // K roundings of a sum whose terms are at most 1.
        const bound = (K + 1) * K * 2 ** -24;
        assert.ok(Math.abs((C[m * N + n] ?? NaN) - sum) <= bound, `C[${m},${n}] of ${M}x${N}x${K}`);
      }
    }
  }
});

check('half precision multiplies with one rounding', async (device) => {
  const kernel = await device.load(squareF16Wgsl, squareF16Abi);
  const n = 301;
  const x = f16ArrayFromF32(Float32Array.from({ length: n }, (_, i) => (i - 150) * 0.37));
  const [bx, by] = [device.alloc(2 * n), device.alloc(2 * n)];
  device.upload(bx, bytesOf(x));
  device.launch(kernel, [bx, by], { N: n });
  const got = await device.download(by);
  assert.is(got.byteLength, 2 * n);
  // A product of two f16 values is exact in double precision.
  assert.equal(Array.from(new Uint16Array(got.buffer)), Array.from(x, (bits) => f16FromF32(f32FromF16(bits) ** 2)));
}, 'shader-f16');

check('more buffers than a kernel can bind are counted before anything is compiled', async (device) => {
  const most = device.info().limits.buffersPerKernel;
  const args = Array.from({ length: most + 1 }, (_, i) => ({ ...saxpy.args[0]!, name: `x${i}` }));
  const { message, hint } = await failure('TDSL0557', () => device.load('', { ...saxpy, args }));
  assert.match(message, `takes ${most + 1} buffers, 1 over what a kernel can bind`);
  assert.match(hint, /split the kernel/);
});

check('many launches with sizes of their own keep their order and their sizes', async (device) => {
  const kernel = await device.load(saxpyWgsl, { ...saxpy, grid: [1, 1, 1] });
  const [x, y] = [device.alloc(4), device.alloc(4)];
  device.upload(x, bytesOf(Float32Array.of(1)));
  let want = 0;
  // More than the slots for sizes, more than one submission.
  for (let i = 0; i < 1000; i++) {
    device.launch(kernel, [x, y], { N: 1, A: i });
    want += i;
  }
  assert.is(floatsOf(await device.download(y))[0], want);
});

check('an upload between launches is seen by the second alone', async (device) => {
  const kernel = await device.load(saxpyWgsl, saxpy);
  const [x, y] = [device.alloc(4), device.alloc(4)];
  device.upload(x, bytesOf(Float32Array.of(1)));
  device.launch(kernel, [x, y], { N: 1, A: 1 });
  device.upload(x, bytesOf(Float32Array.of(100)));
  device.launch(kernel, [x, y], { N: 1, A: 1 });
  assert.is(floatsOf(await device.download(y))[0], 101);
});

check('parts of buffers are buffers, and recorded launches run when they are started', async (device) => {
  const kernel = await device.load(saxpyWgsl, saxpy);
  // Rows of 64 elements, of which launches, uploads and downloads see one.
  const [x, y] = [device.alloc(4 * 192), device.alloc(4 * 192)];
  device.upload(device.view(x, 256, 256), bytesOf(Float32Array.from({ length: 64 }, (_, i) => i)));
  const rows = [device.view(x, 256, 256), device.view(y, 512, 256)];
  const recording = device.record([1, 2].map((A, i) => ({ after: i === 0 ? [] : [0], launch: () => device.launch(kernel, rows, { N: 64, A }) })));
  assert.ok(floatsOf(await device.download(y)).every((v) => v === 0), 'nothing runs while it is recorded');
  recording.launch();
  recording.launch();
  const whole = floatsOf(await device.download(y));
  assert.equal([...whole], Array.from({ length: 192 }, (_, i) => (i < 128 ? 0 : 6 * (i - 128))));
  assert.equal([...floatsOf(await device.download(device.view(y, 512, 256)))], [...whole.subarray(128)]);
  recording.destroy();
  await failure('TDSL0559', () => device.view(y, 4, 4));
  await failure('TDSL0559', () => device.view(y, 512, 260));
});

check('byte counts that are no multiple of four come back whole, new memory is zero', async (device) => {
  const buffer = device.alloc(7);
  assert.equal(Array.from(await device.download(buffer)), [0, 0, 0, 0, 0, 0, 0]);
  device.upload(buffer, Uint8Array.of(1, 2, 3, 4, 5, 6, 7));
  assert.equal(Array.from(await device.download(buffer)), [1, 2, 3, 4, 5, 6, 7]);
  assert.is((await device.download(device.alloc(0))).byteLength, 0);
});

check('a buffer may be destroyed while launches that use it wait to be submitted', async (device) => {
  const kernel = await device.load(saxpyWgsl, saxpy);
  const [x, y] = [device.alloc(4), device.alloc(4)];
  device.upload(x, bytesOf(Float32Array.of(2)));
  device.launch(kernel, [x, y], { N: 1, A: 4 });
  x.destroy();
  assert.is(floatsOf(await device.download(y))[0], 8);
  await failure('TDSL0559', () => device.launch(kernel, [x, y], { N: 1, A: 4 }));
});

check('the compiler\'s messages come back with line and column', async (device) => {
  const wrong = saxpyWgsl.replace('f32(sizes.A)', 'sizes.A');
  const error = await failure('TDSL0556', () => device.load(wrong, saxpy));
  assert.instance(error, DeviceError);
  if (!(error instanceof DeviceError)) return;
  const line = wrong.split('\n').findIndex((text) => text.includes('sizes.A *')) + 1;
  assert.is(error.messages[0]?.line, line);
  assert.match(error.message, new RegExp(`saxpy:${line}:`));
  // The same text is refused again, and the right one still loads.
  await failure('TDSL0556', () => device.load(wrong, saxpy));
  await device.load(saxpyWgsl, saxpy);
});

check('what the device cannot do is refused with a number', async (device) => {
  const kernel = await device.load(saxpyWgsl, { ...saxpy, grid: ['N', 1, 1] });
  const [x, y] = [device.alloc(400_000), device.alloc(400_000)];
  assert.match((await failure('TDSL0557', () => device.launch(kernel, [x, y], { N: 100_000, A: 1 }))).message, /100000 blocks in x; .* 65535/);
  const limit = Math.min(device.info().limits.bindingBytes, device.info().limits.bufferBytes);
  assert.match((await failure('TDSL0557', () => device.alloc(limit + 12))).message, /12 bytes over/);
  const odd: LaunchAbi = { ...saxpy, features: ['no-such-feature'] };
  assert.match((await failure('TDSL0555', () => device.load(saxpyWgsl, odd))).message, /no-such-feature/);
  await failure('TDSL0559', () => device.launch(kernel, [x, x], { N: 1, A: 1 }));
  await failure('TDSL0559', () => device.launch(kernel, [x], { N: 1, A: 1 }));
  await failure('TDSL0559', () => device.upload(x, new Uint8Array(3)));
});

check('timing measures the kernel and grows with its work', async (device) => {
  const kernel = await device.load(matmulWgsl, matmulAbi);
  const size = (n: number): number => 4 * n * n;
  const [A, B, C] = [device.alloc(size(128)), device.alloc(size(128)), device.alloc(size(128))];
  const of = (n: number) => device.time(() => device.launch(kernel, [A, B, C], { M: n, N: n, K: n }), { repeats: 5, warmup: 1, budgetMs: 500 });
  const [small, large] = [await of(16), await of(128)];
  assert.ok(small.p10Us <= small.medianUs && small.medianUs <= small.p90Us);
  assert.ok(small.repeats >= 3 && small.medianUs > 0);
  assert.ok(large.medianUs > small.medianUs, `${large.medianUs} µs for 512 times the work of ${small.medianUs} µs`);
});

check('a fault inside a timed run leaves the device usable', async (device) => {
  const buffer = device.alloc(4);
  await failure('TDSL0559', () => device.time(() => device.upload(buffer, new Uint8Array(4)), { warmup: 0 }));
  device.upload(buffer, Uint8Array.of(9, 0, 0, 0));
  assert.is((await device.download(buffer))[0], 9);
});

check('the caller\'s device, buffers and pass are used as they are', async (device) => {
  const gpu = device.gpuDevice;
  const guest = new WebGpuDevice(gpu);
  const kernel = await guest.load(saxpyWgsl, saxpy);
  // Usage: STORAGE, COPY_SRC, COPY_DST.
  const x = gpu.createBuffer({ size: 16, usage: 0x8c });
  gpu.queue.writeBuffer(x, 0, Float32Array.of(1, 2, 3, 4));
  const y = guest.alloc(16);
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  guest.encode(pass, kernel, [guest.adopt(x), y], { N: 4, A: 10 });
  guest.encode(pass, kernel, [guest.adopt(x), y], { N: 2, A: 1 });
  pass.end();
  gpu.queue.submit([encoder.finish()]);
  assert.equal(Array.from(floatsOf(await guest.download(y))), [11, 22, 30, 40]);
  // The same for whatever launches: single launches, and a recording as a program's run is one.
  const recording = guest.record([{ after: [], launch: () => guest.launch(kernel, [guest.adopt(x), y], { N: 4, A: 1 }) }]);
  const second = gpu.createCommandEncoder(), own = second.beginComputePass();
  guest.within(own, () => { guest.launch(kernel, [guest.adopt(x), y], { N: 1, A: 100 }); recording.launch(); });
  assert.equal(Array.from(floatsOf(await guest.download(y))), [11, 22, 30, 40], 'nothing runs before the caller submits');
  own.end();
  gpu.queue.submit([second.finish()]);
  guest.launch(kernel, [guest.adopt(x), y], { N: 1, A: 1000 });
  assert.equal(Array.from(floatsOf(await guest.download(y))), [1112, 24, 33, 44]);
  guest.close();
  await failure('TDSL0560', () => guest.sync());
  // Closing the guest left the device alone.
  assert.is((await device.download(device.alloc(4))).byteLength, 4);
  x.destroy();
});

check('a lost device and a closed one say so', async () => {
  const device = await openWebGpu();
  const buffer = device.alloc(4);
  device.gpuDevice.destroy();
  await device.gpuDevice.lost;
  assert.match((await failure('TDSL0560', () => device.download(buffer))).message, /lost/);
  device.close();
  device.close();
  assert.match((await failure('TDSL0560', () => device.alloc(4))).message, /closed/);
});

test.run();
