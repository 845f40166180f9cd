/**
 * One command that tells whether CUDA works on a machine: `tsx test/bench/cuda-smoke.ts [GPU]`. Compiles kernels from text,
 * launches them, checks their numbers, times them, and provokes the errors that the device must survive or report.
 * Ends with 1 where something is wrong, 4 where there is no GPU.
 */
import type { LaunchAbi } from '../../src/runtime/abi.ts';
import { openCuda, type CudaDevice } from '../../src/runtime/cuda.ts';
import { DeviceError } from '../../src/runtime/errors.ts';

const saxpyText = `extern "C" __global__ void saxpy(const float* __restrict__ x, float* __restrict__ y, int N, int A) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < N) y[i] = A * x[i] + y[i];
}
extern "C" __global__ void crash(const float* x, float* y, int N, int A) {
  if (threadIdx.x == 0) *(volatile float*)(1ull << 52) = x[0];
}
`;

/** Reverses blocks of 16384 floats through 64 KiB of dynamic shared memory. */
const reverseText = `extern "C" __global__ void reverse(const float* x, float* y, int N) {
  extern __shared__ float tile[];
  int base = blockIdx.x * 16384;
  for (int i = threadIdx.x; i < 16384; i += blockDim.x) tile[i] = x[base + i];
  __syncthreads();
  for (int i = threadIdx.x; i < 16384; i += blockDim.x) y[base + i] = tile[16383 - i];
}
`;

const saxpy: LaunchAbi = {
  entry: 'saxpy',
  target: 'cuda',
  args: [
    { kind: 'buffer', name: 'x', storage: 'f32', access: 'read', length: 'N' },
    { kind: 'buffer', name: 'y', storage: 'f32', access: 'readwrite', length: 'N' },
    { kind: 'size', name: 'N' },
    { kind: 'size', name: 'A' },
  ],
  grid: [{ op: 'ceildiv', args: ['N', 256] }, 1, 1],
  block: [256, 1, 1],
  sharedBytes: 0,
  features: ['sm_80'],
};

const reverse: LaunchAbi = { ...saxpy, entry: 'reverse', args: saxpy.args.slice(0, 3), grid: [{ op: 'floordiv', args: ['N', 16384] }, 1, 1], sharedBytes: 65536 };

let failures = 0;
function report(ok: boolean, what: string): void {
  if (!ok) failures++;
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${what}\n`);
}

async function expectError(code: string, what: string, action: () => unknown): Promise<void> {
  try {
    await action();
    report(false, `${what}: no error`);
  } catch (error) {
    const found = error instanceof DeviceError ? error.code : 'not a DeviceError';
    report(found === code, `${what}: ${found}: ${error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error)}`);
  }
}

function upload(device: CudaDevice, values: Float32Array): ReturnType<CudaDevice['alloc']> {
  const buffer = device.alloc(values.byteLength);
  device.upload(buffer, new Uint8Array(values.buffer));
  return buffer;
}

async function numbers(device: CudaDevice): Promise<void> {
  const n = 1_000_003;
  const x = upload(device, Float32Array.from({ length: n }, (_, i) => i % 1000));
  const y = upload(device, Float32Array.from({ length: n }, (_, i) => i % 7));
  const start = performance.now();
  const kernel = await device.load(saxpyText, saxpy);
  process.stdout.write(`       compiled in ${(performance.now() - start).toFixed(0)} ms, ${JSON.stringify(kernel.resources)}\n`);
  device.launch(kernel, [x, y], { N: n, A: 3 });
  const got = new Float32Array((await device.download(y)).buffer);
  report(got.every((value, i) => value === 3 * (i % 1000) + (i % 7)), `saxpy of ${n} elements`);

  const m = 64 * 16384;
  const [a, b] = [upload(device, Float32Array.from({ length: m }, (_, i) => i)), device.alloc(4 * m)];
  device.launch(await device.load(reverseText, reverse), [a, b], { N: m });
  const turned = new Float32Array((await device.download(b)).buffer);
  report(turned.every((value, i) => value === i - (i % 16384) + 16383 - (i % 16384)), 'reversal through 64 KiB of dynamic shared memory');
  report((await device.download(device.alloc(5))).every((byte) => byte === 0), 'new memory is zero');
  for (const buffer of [x, y, a, b]) buffer.destroy();
}

async function times(device: CudaDevice): Promise<void> {
  const kernel = await device.load(saxpyText, saxpy);
  for (const n of [1024, 1 << 20, 1 << 27]) {
    const [x, y] = [device.alloc(4 * n), device.alloc(4 * n)];
    for (const flushCache of [false, true]) {
      const timing = await device.time(() => device.launch(kernel, [x, y], { N: n, A: 1 }), { flushCache });
      const gbps = (12 * n) / timing.medianUs / 1000;
      process.stdout.write(`       saxpy ${n}: ${timing.medianUs.toFixed(2)} µs (${timing.p10Us.toFixed(2)} to ${timing.p90Us.toFixed(2)}), ${gbps.toFixed(0)} GB/s, `
        + `${timing.clock}, ${timing.repeats} samples of ${timing.runsPerSample}${flushCache ? ', cold cache' : ''}\n`);
      report(timing.medianUs > 0 && gbps < 60_000, 'a time that can be');
    }
    x.destroy();
    y.destroy();
  }
  const [x, y] = [device.alloc(4), device.alloc(4)];
  const start = performance.now();
  for (let i = 0; i < 10_000; i++) device.launch(kernel, [x, y], { N: 1, A: 1 });
  const host = ((performance.now() - start) * 1000) / 10_000;
  await device.sync();
  process.stdout.write(`       a launch costs the host ${host.toFixed(2)} µs\n`);
}

async function errors(device: CudaDevice): Promise<void> {
  await expectError('TDSL0556', 'a text with a mistake', () => device.load(saxpyText.replace('y[i];', 'z[i];'), saxpy));
  await expectError('TDSL0555', 'code for another architecture alone', () => device.load(saxpyText, { ...saxpy, features: ['sm_999a'] }));
  await expectError('TDSL0557', 'too much shared memory', () => device.load(reverseText, { ...reverse, sharedBytes: 1 << 20 }));
  await expectError('TDSL0557', 'more memory than there is', () => device.alloc(2 ** 45));
  const [x, y] = [device.alloc(4), device.alloc(4)];
  const kernel = await device.load(saxpyText, saxpy);
  await expectError('TDSL0559', 'an upload inside a timed run', () => device.time(() => device.upload(y, new Uint8Array(4))));
  device.launch(kernel, [x, y], { N: 1, A: 1 });
  await device.sync();
  report(true, 'the device goes on after these');
  const crash = await device.load(saxpyText, { ...saxpy, entry: 'crash' });
  device.launch(crash, [x, y], { N: 1, A: 1 });
  await expectError('TDSL0560', 'a write to a wrong address', () => device.sync());
  await expectError('TDSL0560', 'anything after that', () => device.alloc(4));
}

try {
  const device = await openCuda({ index: Number(process.argv[2] ?? 0) });
  process.stdout.write(`${JSON.stringify(device.info(), undefined, 2)}\n`);
  await numbers(device);
  await times(device);
  await errors(device);
  device.close();
  process.stdout.write(failures === 0 ? 'all well\n' : `${failures} failed\n`);
  process.exitCode = failures === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof DeviceError)) throw error;
  process.stdout.write(`${error.code}: ${error.message}\n${error.hint}\n`);
  process.exitCode = error.code === 'TDSL0552' ? 4 : 1;
}
