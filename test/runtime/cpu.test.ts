import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LaunchAbi } from '../../src/runtime/abi.ts';
import { openDevice } from '../../src/runtime/index.ts';
import { failure } from './expect.ts';
import { bytesOf, floatsOf, saxpyAbi, saxpyJs } from './kernels.ts';

const abi = saxpyAbi('cpu', 64);

test('saxpy gives the right numbers for sizes around the tile', async () => {
  const device = await openDevice('cpu');
  const kernel = await device.load(saxpyJs, abi);
  for (const n of [1, 63, 64, 65, 1000]) {
    const x = Float32Array.from({ length: n }, (_, i) => Math.sin(i));
    const y = Float32Array.from({ length: n }, (_, i) => Math.cos(i));
    const [bx, by] = [device.alloc(4 * n), device.alloc(4 * n)];
    device.upload(bx, bytesOf(x));
    device.upload(by, bytesOf(y));
    device.launch(kernel, [bx, by], { N: n, A: 3 });
    const got = floatsOf(await device.download(by));
    assert.equal(Array.from(got), Array.from(x, (v, i) => Math.fround(Math.fround(3 * v) + (y[i] ?? 0))));
  }
  device.close();
});

test('parts of buffers are buffers, and recorded launches run when they are started', async () => {
  const device = await openDevice('cpu');
  const kernel = await device.load(saxpyJs, abi);
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
  y.destroy();
  await failure('TDSL0559', () => device.launch(kernel, rows, { N: 64, A: 1 }));
  device.close();
});

test('new memory is zero, odd byte counts keep their length, and a wide view covers the last element', async () => {
  const device = await openDevice('cpu');
  const words: LaunchAbi = { ...abi, entry: 'mark', args: [{ kind: 'buffer', name: 'w', storage: 'u32', access: 'write' }], grid: [1, 1, 1] };
  const kernel = await device.load('export function mark(w, gx, gy, gz) { w[w.length - 1] += 0x04030201; }', words);
  const buffer = device.alloc(7);
  device.launch(kernel, [buffer], {});
  assert.equal(Array.from(await device.download(buffer)), [0, 0, 0, 0, 1, 2, 3]);
});

test('kernels have module state of their own', async () => {
  const device = await openDevice('cpu');
  const counter: LaunchAbi = { ...abi, entry: 'count', args: [{ kind: 'buffer', name: 'w', storage: 'i32', access: 'write' }], grid: [1, 1, 1] };
  const text = 'let calls = 0; export function count(w, gx, gy, gz) { w[0] = ++calls; }';
  const [first, second] = [await device.load(text, counter), await device.load(text, counter)];
  const buffer = device.alloc(4);
  for (const kernel of [first, first, second]) device.launch(kernel, [buffer], {});
  assert.is((await device.download(buffer))[0], 1);
});

test('a grid with a zero runs nothing', async () => {
  const device = await openDevice('cpu');
  const kernel = await device.load('export function saxpy(x, y, N, A, gx, gy, gz) { throw new Error("ran"); }', abi);
  device.launch(kernel, [device.alloc(0), device.alloc(0)], { N: 0, A: 1 });
});

test('mistakes are refused with a code and a way out', async () => {
  const device = await openDevice('cpu');
  const kernel = await device.load(saxpyJs, abi);
  const [x, y] = [device.alloc(40), device.alloc(36)];
  const other = await openDevice('cpu');
  await failure('TDSL0556', () => device.load('export function saxpy( {', abi));
  await failure('TDSL0556', () => device.load('export function sapxy(x, y, N, A, gx, gy, gz) {}', abi));
  await failure('TDSL0556', () => device.load('export function saxpy(x, y, N, gx, gy, gz) {}', abi));
  await failure('TDSL0559', () => device.load(saxpyJs, saxpyAbi('wgsl', 64)));
  await failure('TDSL0559', () => device.launch(kernel, [x], { N: 10, A: 1 }));
  await failure('TDSL0559', () => device.launch(kernel, [x, x], { A: 1 }));
  await failure('TDSL0559', () => device.launch(kernel, [x, x], { N: 10, A: -1 }));
  const short = await failure('TDSL0559', () => device.launch(kernel, [x, y], { N: 10, A: 1 }));
  assert.match(short.message, /buffer y .* has 36 bytes, needs 40/);
  await failure('TDSL0559', () => device.upload(y, new Uint8Array(37)));
  await failure('TDSL0559', () => device.alloc(1.5));
  await failure('TDSL0557', () => device.alloc(2 ** 50));
  x.destroy();
  await failure('TDSL0559', () => device.download(x));
  other.close();
  await failure('TDSL0560', () => other.alloc(4));
});

test('time reports percentiles in order and runs what it is given', async () => {
  const device = await openDevice('cpu');
  const seen = new Set<number>();
  const timing = await device.time((i) => seen.add(i), { repeats: 5, warmup: 1 });
  assert.is(timing.repeats, 5);
  assert.ok(timing.p10Us <= timing.medianUs && timing.medianUs <= timing.p90Us);
  assert.is(seen.size, 1 + 1 + 5 * timing.runsPerSample);
});

test.run();
