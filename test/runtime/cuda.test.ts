/** The CUDA device's host code. Against libraries that only pretend, where a C compiler is there to make them; and without any driver. */
import { orderOf } from '../../src/host/program-order.ts';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findCompiler, nvrtcTarget, parseLog } from '../../src/runtime/cuda-compile.ts';
import type { LaunchAbi } from '../../src/runtime/abi.ts';
import { openCuda, type CudaDevice } from '../../src/runtime/cuda.ts';
import type { DeviceBuffer } from '../../src/runtime/device.ts';
import { DeviceError } from '../../src/runtime/errors.ts';
import { bind, loadKoffi } from '../../src/runtime/native.ts';
import { failure } from './expect.ts';
import { bytesOf, floatsOf, saxpyAbi } from './kernels.ts';

test('a machine without a driver gets a way out, not a stack', async () => {
  const error = await failure('TDSL0552', () => openCuda({ driver: ['libno-such-driver.so.1'] }));
  assert.match(error.message, /no NVIDIA driver/);
  assert.match(error.hint, /wgsl or cpu/);
});

test('compiler lines become messages', () => {
  assert.equal(parseLog('a.cu(3): error: identifier "x" is undefined\n\na.cu(7): warning #177-D: variable "y" was declared but never referenced\n    float y;\n'), [
    { severity: 'error', line: 3, column: 0, length: 0, text: 'identifier "x" is undefined' },
    { severity: 'warning', line: 7, column: 0, length: 0, text: 'variable "y" was declared but never referenced' },
  ]);
});

test('an NVRTC older than the GPU compiles PTX for its newest architecture, unless code for one alone is asked for', async () => {
  assert.is(nvrtcTarget('sm_90a', [80, 90], 'NVRTC'), 'sm_90a');
  assert.is(nvrtcTarget('sm_90', [75, 80, 86], 'NVRTC'), 'compute_86');
  await failure('TDSL0554', () => nvrtcTarget('sm_90a', [75, 80], 'NVRTC'));
  await failure('TDSL0554', () => nvrtcTarget('sm_70', [75, 80], 'NVRTC'));
});

const nvcc = spawnSync('nvcc', ['--version'], { encoding: 'utf8' });
if (nvcc.error !== undefined) process.stdout.write('skipped: nvcc is the compiler where NVRTC is missing (no nvcc)\n');
(nvcc.error === undefined ? test : test.skip)('nvcc is the compiler where NVRTC is missing', async () => {
  const compiler = findCompiler(await loadKoffi(), ['libno-such-nvrtc.so']);
  assert.is(compiler.name, 'nvcc');
  const source = 'extern "C" __global__ void f(float* y, int N) {\n  if (threadIdx.x < N) y[threadIdx.x] = 1.f;\n}\n';
  // A cubin is an ELF file.
  assert.equal([...compiler.compile(source, 'f', 'sm_90a').subarray(0, 4)], [0x7f, 0x45, 0x4c, 0x46]);
  const error = await failure('TDSL0556', () => compiler.compile(source.replace('y[', 'z['), 'f', 'sm_90a'));
  assert.match(error.message, /^kernel f:2: identifier "z" is undefined\n/);
});

const folder = mkdtempSync(join(tmpdir(), 'tdsl-fake-cuda-'));
const library = join(folder, 'libfake.so');
const made = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-w', '-o', library, fileURLToPath(new URL('fake-cuda.c', import.meta.url))], { encoding: 'utf8' });
test.after(() => rmSync(folder, { recursive: true, force: true }));
if (made.error === undefined && made.status !== 0) throw new Error(made.stderr);

const koffi = await loadKoffi();
const fake = made.error !== undefined ? undefined : bind(koffi.load(library), {
  fakeVersion: ['int'], fakeReset: [], fakeLaunches: [], fakeLiveBuffers: [], fakeDynamicShared: [], fakeRetained: [], fakeEncoded: [], fakeBranches: [], fakeEarly: [],
} as const);

function check(name: string, body: (fakes: NonNullable<typeof fake>) => Promise<void>): void {
  if (fake !== undefined) return void test(name, () => body(fake));
  process.stdout.write(`skipped: ${name} (no C compiler)\n`);
  test.skip(name);
}

const open = (index = 0): Promise<CudaDevice> => openCuda({ index, driver: [library], nvrtc: [library] });
const saxpy = saxpyAbi('cuda', 128);
const text = 'extern "C" __global__ void saxpy(const float* x, float* y, int N, int A) {}';

check('arguments reach the kernel in order and results come back', async (fakes) => {
  const device = await open();
  const kernel = await device.load(text, saxpy);
  assert.equal(kernel.resources, { registers: 40, localBytes: 0, sharedBytes: 1024, maxThreads: 512 });
  for (const n of [1, 127, 129, 100_000]) {
    const [x, y] = [device.alloc(4 * n), device.alloc(4 * n)];
    device.upload(x, bytesOf(Float32Array.from({ length: n }, (_, i) => i)));
    device.launch(kernel, [x, y], { N: n, A: 3 });
    device.launch(kernel, [x, y], { N: n, A: 2 });
    const got = floatsOf(await device.download(y));
    assert.ok(got.every((value, i) => value === 5 * i), `N = ${n}`);
    x.destroy();
    x.destroy();
    await failure('TDSL0559', () => device.launch(kernel, [x, y], { N: n, A: 3 }));
  }
  assert.is(fakes.fakeLiveBuffers(), 4);
  device.close();
  device.close();
  assert.equal([fakes.fakeLiveBuffers(), fakes.fakeRetained()], [0, 0]);
  await failure('TDSL0560', () => device.alloc(4));
});

check('memory of the host is read by kernels where it is, and freed as what it is', async (fakes) => {
  const device = await open();
  const kernel = await device.load(text, saxpy);
  const n = 130;
  const [x, y] = [device.alloc(4 * n, 'host'), device.alloc(4 * n)];
  assert.ok(floatsOf(await device.download(x)).every((value) => value === 0));
  device.upload(x, bytesOf(Float32Array.from({ length: n }, (_, i) => i)));
  device.launch(kernel, [x, y], { N: n, A: 3 });
  assert.ok(floatsOf(await device.download(y)).every((value, i) => value === 3 * i));
  assert.equal([...floatsOf(await device.download(device.view(x, 256, 8)))], [64, 65]);
  assert.match((await failure('TDSL0558', () => device.alloc(2 ** 33, 'host'))).message, 'the host gives no 8589934592 bytes of pinned memory');
  x.destroy();
  assert.is(fakes.fakeLiveBuffers(), 1);
  device.alloc(16, 'host');
  device.close();
  assert.is(fakes.fakeLiveBuffers(), 0);
});

check('limits and features of the GPU are reported and kept', async (fakes) => {
  const device = await open(1);
  const { name, architecture, driver, features, limits } = device.info();
  assert.equal([name, architecture, driver], ['Fake 11', 'sm_90', 'CUDA 13.0']);
  assert.ok(features.includes('sm_80') && features.includes('sm_90a') && !features.includes('sm_100'));
  assert.equal([limits.sharedBytes, limits.multiprocessors, limits.subgroup[1]], [232448, 132, 32]);
  const kernel = await device.load(text, { ...saxpy, sharedBytes: 100_000, features: ['sm_90a'] });
  assert.is(fakes.fakeDynamicShared(), 100_000);
  const [x, y] = [device.alloc(4), device.alloc(4)];
  device.launch(kernel, [x, y], { N: 1, A: 1 });
  await device.sync();
  assert.match((await failure('TDSL0557', () => device.load(text, { ...saxpy, sharedBytes: 232_000 }))).message, /576 over/);
  assert.match((await failure('TDSL0557', () => device.load(text, { ...saxpy, block: [1024, 1, 1] }))).message, /1024 threads .* 512/);
  assert.match((await failure('TDSL0555', () => device.load(text, { ...saxpy, features: ['sm_100a'] }))).message, /that architecture alone; Fake 11 is sm_90/);
  await failure('TDSL0555', () => device.load(text, { ...saxpy, features: ['sm_120'] }));
  const tall = await device.load(text, { ...saxpy, grid: [1, 'N', 1] });
  const memory = device.alloc(4 * 65536);
  assert.match((await failure('TDSL0557', () => device.launch(tall, [memory, memory], { N: 65536, A: 1 }))).message, /65536 blocks in y/);
  await failure('TDSL0558', () => device.alloc(2 ** 33));
  device.close();
  await failure('TDSL0552', () => open(2));
});

const mapped: LaunchAbi = {
  entry: 'mapped', target: 'cuda', block: [32, 1, 1], sharedBytes: 0, features: ['sm_90a'],
  grid: [{ op: 'min', args: [{ op: 'ceildiv', args: ['N', 8] }, '#multiprocessors'] }, 1, 1],
  args: [
    { kind: 'buffer', name: 'x', storage: 'u16', access: 'read', length: { op: 'mul', args: ['N', 'K'] } },
    { kind: 'buffer', name: 'y', storage: 'f32', access: 'write' },
    { kind: 'tensorMap', name: 'x_map', buffer: 'x', dtype: 'bf16', dims: ['K', 'N'], strides: [{ op: 'mul', args: ['K', 2] }], box: [64, 128], swizzle: 128 },
    { kind: 'size', name: 'K' },
  ],
};

check('tensor maps are encoded once for an address and sizes, and stand between pointers and sizes; grids know the multiprocessors', async (fakes) => {
  const device = await open();
  const kernel = await device.load('extern "C" __global__ void mapped() {}', mapped);
  const [x, y] = [device.alloc(2 * 8000 * 24), device.alloc(144)];
  const words = async (sizes: Readonly<Record<string, number>>): Promise<number[]> => {
    device.launch(kernel, [x, y], sizes);
    return [...new BigUint64Array((await device.download(y)).slice().buffer)].map(Number);
  };
  const before = fakes.fakeEncoded();
  assert.equal(await words({ N: 1000, K: 24 }), [Number(x.address), 1 | 2 << 8 | 3 << 16, 24, 1000, 0, 48, 0, 0, 64, 128, 0, 0, 0, 0, 0, 0, 24, 125]);
  assert.equal((await words({ N: 8000, K: 24 })).slice(16), [24, 132]);
  await words({ N: 1000, K: 24 });
  assert.is(fakes.fakeEncoded() - before, 2);
  // Nothing is copied of an empty tensor, but the map must be one.
  assert.equal((await words({ N: 9, K: 0 })).slice(2, 6), [1, 1, 0, 16]);
  assert.match((await failure('TDSL0559', () => device.launch(kernel, [x, y], { N: 16, K: 20 }))).message, /rows 40 bytes apart/);
  const small = { ...mapped, args: mapped.args.map((arg) => (arg.kind === 'buffer' ? { kind: arg.kind, name: arg.name, storage: arg.storage, access: arg.access } : arg)) };
  const unchecked = await device.load('extern "C" __global__ void mapped() {}', small);
  assert.match((await failure('TDSL0559', () => device.launch(unchecked, [x, y], { N: 8001, K: 24 }))).message, /24 x 8001 elements end at byte 384048 of x, which has 384000/);
  for (const change of [{ box: [72, 128] }, { box: [60, 128] }, { box: [64, 257] }, { box: [64] }, { buffer: 'z' }, { dtype: 'int4' }, { strides: [] }]) {
    const wrong = await device.load('extern "C" __global__ void mapped() {}', { ...mapped, args: mapped.args.map((arg) => (arg.kind === 'tensorMap' ? { ...arg, ...change } : arg)) });
    assert.match((await failure('TDSL0559', () => device.launch(wrong, [x, y], { N: 16, K: 24 }))).message, /tensor map x_map/);
  }
  device.close();
});

check('the compiler\'s messages come back with their line', async () => {
  const device = await open();
  const error = await failure('TDSL0556', () => device.load(`// first\n${text.replace('{}', '{ undefined_name = 1; }')}`, saxpy));
  assert.instance(error, DeviceError);
  if (error instanceof DeviceError) assert.equal(error.messages.map((message) => [message.severity, message.line]), [['error', 2]]);
  assert.match(error.message, /saxpy:2: identifier "undefined_name" is undefined\nextern/);
  await failure('TDSL0561', () => device.load(text, { ...saxpy, entry: 'other' }));
  device.close();
});

check('short runs are timed as a graph, cold ones one by one', async (fakes) => {
  const device = await open();
  const kernel = await device.load(text, saxpy);
  const [x, y] = [device.alloc(4), device.alloc(4)];
  device.upload(x, bytesOf(Float32Array.of(1)));
  const before = fakes.fakeLaunches();
  const timing = await device.time(() => device.launch(kernel, [x, y], { N: 1, A: 1 }), { warmup: 2, repeats: 5, minSampleUs: 40 });
  // 4 µs a run by the fake's clock: ten runs make a sample of 40 µs.
  assert.equal([timing.clock, timing.runsPerSample, timing.repeats], ['graph', 10, 5]);
  assert.ok(Math.abs(timing.medianUs - 0.4) < 1e-6, 'the sample is shared out over its runs');
  // The shortest of three single runs says how many make a sample.
  assert.is(fakes.fakeLaunches() - before, 2 + 3 + 10 * (1 + 5));
  assert.is(floatsOf(await device.download(y))[0], 65);
  const cold = await device.time(() => device.launch(kernel, [x, y], { N: 1, A: 1 }), { repeats: 5, flushCache: true });
  assert.equal([cold.clock, cold.runsPerSample, cold.medianUs.toFixed(3)], ['event', 1, '4.000']);
  // A recording is a graph itself, which no other takes in: runs follow one another.
  const recording = device.record([{ after: [], launch: () => device.launch(kernel, [x, y], { N: 1, A: 1 }) }]);
  const recorded = await device.time(() => recording.launch(), { warmup: 2, repeats: 5, minSampleUs: 40 });
  assert.equal([recorded.clock, recorded.runsPerSample, recorded.repeats], ['event', 10, 5]);
  assert.is(floatsOf(await device.download(y))[0], 65 + (3 + 1 + 5) + (2 + 3 + 10 * 5));
  // A fault in a run ends the recording, and the device goes on.
  let calls = 0;
  await failure('TDSL0559', () => device.time(() => {
    if (calls++ > 6) device.alloc(4);
    device.launch(kernel, [x, y], { N: 1, A: 1 });
  }));
  await device.sync();
  device.close();
});

check('parts of buffers are buffers, and recorded launches are one graph', async (fakes) => {
  const device = await open();
  const kernel = await device.load(text, saxpy);
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
  const before = fakes.fakeLaunches();
  // A fault while recording ends it, and the device goes on.
  await failure('TDSL0559', () => device.record([{ after: [], launch: () => { device.alloc(4); } }]));
  device.launch(kernel, rows, { N: 64, A: 1 });
  assert.is(fakes.fakeLaunches() - before, 1);
  x.destroy();
  await failure('TDSL0559', () => device.launch(kernel, rows, { N: 64, A: 1 }));
  device.close();
});

check('recorded parts that are independent go over several streams, and each waits for those that it names', async (fakes) => {
  const device = await open();
  const kernel = await device.load(text, saxpy);
  let seed = 11;
  const random = (n: number): number => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
  const before = fakes.fakeBranches();
  let lost = 0;
  for (let round = 0; round < 40; round++) {
    const start = Array.from({ length: 6 }, (_, i) => i + 1);
    const calls = Array.from({ length: 24 }, () => { const x = random(6); return { x, y: (x + 1 + random(5)) % 6, A: 1 + random(2) }; });
    const expected = [...start];
    for (const { x, y, A } of calls) expected[y] = ((expected[y] ?? 0) + A * (expected[x] ?? 0)) % 2 ** 20;
    const order = orderOf(calls.map(({ x, y }) => [{ memory: start, from: x, to: x + 1, writes: false }, { memory: start, from: y, to: y + 1, writes: true }]));
    const run = async (afters: readonly (readonly number[])[]): Promise<number[]> => {
      const buffers = start.map((v) => { const b = device.alloc(4); device.upload(b, bytesOf(Float32Array.of(v))); return b; });
      const recording = device.record(calls.map(({ x, y, A }, i) => ({ after: afters[i] ?? [], launch: () => device.launch(kernel, [x, y].flatMap((b) => buffers[b] ?? []), { N: 1, A }) })));
      recording.launch();
      const result = await Promise.all(buffers.map(async (b) => (floatsOf(await device.download(b))[0] ?? 0) % 2 ** 20));
      recording.destroy();
      for (const b of buffers) b.destroy();
      return result;
    };
    assert.equal(await run(order), expected);
    // Without what one of them waits for something goes wrong, or the test would see nothing.
    if ((await run(order.map((after, i) => (i === 12 ? [] : after)))).some((v, i) => v !== expected[i])) lost++;
  }
  assert.ok(fakes.fakeBranches() - before > 100, `${fakes.fakeBranches() - before} launches beside the first stream`);
  assert.ok(lost > 10, `${lost} of 40 with a wait less are wrong`);
  // Work after a recording sees all its branches, and single launches go where they did.
  const [a, b] = [device.alloc(4), device.alloc(4)];
  device.upload(a, bytesOf(Float32Array.of(3)));
  device.launch(kernel, [a, b], { N: 1, A: 2 });
  assert.equal([...floatsOf(await device.download(b))], [6]);
  device.close();
  assert.is(fakes.fakeLiveBuffers(), 0);
});

check('kernels that say so begin early, unless they wait for other streams', async (fakes) => {
  const device = await open();
  const early: LaunchAbi = { ...saxpy, early: true, sharedBytes: 64 };
  const kernel = await device.load(text, early), plain = await device.load(`${text} // another`, { ...saxpy, sharedBytes: 64 });
  const filled = (v: number): DeviceBuffer => { const b = device.alloc(4 * 200); device.upload(b, bytesOf(new Float32Array(200).fill(v))); return b; };
  const [x, y, z] = [filled(1), filled(2), filled(3)];
  const before = fakes.fakeEarly();
  device.launch(kernel, [x, y], { N: 200, A: 3 });
  device.launch(plain, [x, y], { N: 200, A: 1 });
  assert.ok(floatsOf(await device.download(y)).every((v) => v === 6));
  assert.is(fakes.fakeEarly() - before, 1);
  // Two branches, one of which begins on a stream of its own, and what waits for both; then one after another.
  const parts = [{ after: [], to: y }, { after: [], to: z }, { after: [0, 1], to: x }, { after: [2], to: y }];
  const recording = device.record(parts.map(({ after, to }) => ({ after, launch: () => device.launch(kernel, [to === x ? y : x, to], { N: 200, A: 1 }) })));
  assert.is(fakes.fakeEarly() - before, 3);
  recording.launch();
  assert.ok(floatsOf(await device.download(x)).every((v) => v === 8) && floatsOf(await device.download(y)).every((v) => v === 15) && floatsOf(await device.download(z)).every((v) => v === 4));
  device.launch(kernel, [x, z], { N: 200, A: 1 });
  assert.is(fakes.fakeEarly() - before, 4);
  device.close();
});

check('an error after which the context is lost is told once and remembered', async (fakes) => {
  const device = await open();
  const kernel = await device.load(`${text} // crash`, { ...saxpy, entry: 'crash' });
  const [x, y] = [device.alloc(4), device.alloc(4)];
  device.launch(kernel, [x, y], { N: 1, A: 1 });
  const error = await failure('TDSL0560', () => device.sync());
  assert.match(error.message, /CUDA_ERROR_ILLEGAL_ADDRESS \(700\), an illegal memory access/);
  await failure('TDSL0560', () => device.alloc(4));
  x.destroy();
  device.close();
  fakes.fakeReset();
});

check('an old driver and a driver without a GPU are refused', async (fakes) => {
  fakes.fakeVersion(11040);
  const error = await failure('TDSL0553', () => open());
  assert.match(error.message, /CUDA 11\.4, needed is 12\.0/);
  fakes.fakeVersion(13000);
});

check('no compiler for device code is said at the first kernel', async () => {
  const saved = { PATH: process.env['PATH'], CUDA_HOME: process.env['CUDA_HOME'], CUDA_PATH: process.env['CUDA_PATH'] };
  const device = await openCuda({ driver: [library], nvrtc: ['libno-such-nvrtc.so'] });
  try {
    Object.assign(process.env, { PATH: folder, CUDA_HOME: '', CUDA_PATH: '' });
    assert.match((await failure('TDSL0554', () => device.load(text, saxpy))).hint, /CUDA_HOME/);
  } finally {
    for (const [name, value] of Object.entries(saved)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    device.close();
  }
});

test.run();
