/** Asynchronous copies and barriers: right kernels give the same numbers in every order of threads, and each thing left out gives wrong ones in some. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ShimOrder } from '../../../src/runtime/shim.ts';
import { orders, runEverywhere, runOnce, shimTest, unit } from './machine.ts';

const STAGES = 3, TILE = 256, THREADS = 64;

/** y[t] = the sum over tiles of x[tile, 255 - t …]: each thread reads what others have copied. */
const ring = (bytes: 4 | 8 | 16, entry: string): string => `
extern "C" __global__ void ${entry}(const float* x, float* y, int N, int tiles) {
  __shared__ __align__(128) float stage[${STAGES}][${TILE}];
  const int t = threadIdx.x;
  float sum[4] = {0, 0, 0, 0};
  for (int k = 0; k < tiles + ${STAGES - 1}; k++) {
    if (k < tiles) {
      for (int p = 0; p < ${16 / bytes}; p++) {
        const int c = (p * ${THREADS} + t) * ${bytes / 4}, at = k * ${TILE} + c;
        cp_async<${bytes}>(&stage[k % ${STAGES}][c], x + at, at < N);
      }
    }
    cp_async_commit();
    const int use = k - ${STAGES - 1};
    if (use < 0) continue;
    cp_async_wait<${STAGES - 1}>();
    __syncthreads(); // filled
    for (int n = 0; n < 4; n++) sum[n] += stage[use % ${STAGES}][${TILE - 1} - 4 * t - n];
    __syncthreads(); // emptied
  }
  for (int n = 0; n < 4; n++) y[4 * t + n] = sum[n];
}
`;

const replaced = (entry: string, part: string, by = ''): string => {
  const whole = ring(16, entry);
  assert.ok(whole.includes(part), part);
  return whole.replace(part, by);
};

/** The right kernel in three widths, and what is left of it when something is missing; one text, compiled once. */
const text = unit(['cp_async', 'cp_async_commit', 'cp_async_wait'], [
  ring(4, 'ring4'), ring(8, 'ring8'), ring(16, 'ring16'),
  replaced('no_wait', `cp_async_wait<${STAGES - 1}>();`),
  replaced('late_wait', `cp_async_wait<${STAGES - 1}>();`, `cp_async_wait<${STAGES}>();`),
  replaced('no_commit', 'cp_async_commit();'),
  replaced('not_filled', '__syncthreads(); // filled'),
  replaced('not_emptied', '__syncthreads(); // emptied'),
].join(''));

const tiles = 5, N = 4 * TILE + 100;
const x = Float32Array.from({ length: N }, (_, i) => i % 97);
const want = Float32Array.from({ length: TILE }, (_, t) => {
  let sum = 0;
  for (let k = 0; k < tiles; k++) sum += x[k * TILE + TILE - 1 - t] ?? 0;
  return sum;
});
const launch = { inputs: [x], outputs: [new Float32Array(TILE)], sizes: [N, tiles], threads: THREADS };

async function wrongOrders(entry: string): Promise<ShimOrder[]> {
  const wrong: ShimOrder[] = [];
  for (const order of orders) {
    const [y] = await runOnce(text, { ...launch, entry }, order);
    if (!y!.every((v, i) => v === want[i])) wrong.push(order);
  }
  return wrong;
}

shimTest('a ring of stages gives the right sums, zeros past the end, in pieces of 4, 8 and 16 bytes', async () => {
  for (const entry of ['ring4', 'ring8', 'ring16']) {
    await runEverywhere(text, { ...launch, entry }, ([y], machine) => assert.equal([...y!], [...want], `${entry} on ${machine}`));
  }
});

shimTest('a wait that is missing or leaves one group too many in flight, or a copy that is not committed, is wrong in every order', async () => {
  for (const entry of ['no_wait', 'late_wait', 'no_commit']) assert.is((await wrongOrders(entry)).length, orders.length, entry);
});

shimTest('each of the two barriers, left out, shows in some order', async () => {
  for (const entry of ['not_filled', 'not_emptied']) assert.ok((await wrongOrders(entry)).length > 0, entry);
});

shimTest('a missing barrier shows forward, backward or both, also in the second block of static memory', async () => {
  const reverse = (entry: string, barrier: string): string => `
extern "C" __global__ void ${entry}(const float* x, float* y) {
  __shared__ float tile[64];
  tile[threadIdx.x] = x[blockIdx.x * 64 + threadIdx.x];
  ${barrier}
  y[blockIdx.x * 64 + threadIdx.x] = tile[63 - threadIdx.x];
}`;
  const input = Float32Array.from({ length: 128 }, (_, i) => (i < 64 ? i : i - 64));
  const both = reverse('right', '__syncthreads();') + reverse('wrong', '');
  const run = async (entry: string, order: ShimOrder): Promise<boolean[]> => {
    const [y] = await runOnce(both, { entry, inputs: [input], outputs: [new Float32Array(128)], threads: 64, blocks: 2 }, order);
    return [0, 1].map((block) => y!.subarray(64 * block, 64 * block + 64).every((v, i) => v === input[64 * block + 63 - i]));
  };
  for (const order of orders) {
    assert.equal(await run('right', order), [true, true]);
    // Both blocks have equal data: what the first one left behind must not help the second.
    assert.equal(await run('wrong', order), [false, false]);
  }
});

shimTest('dynamic shared memory starts as NaN in every block and has the size of the launch', async () => {
  const text = unit(['dynamic_shared'], `
extern "C" __global__ void fresh(unsigned* y, int words) {
  dynamic_shared(memory);
  const unsigned* at = (const unsigned*)memory;
  for (int i = threadIdx.x; i < words; i += 32) { y[blockIdx.x * words + i] = at[i]; ((unsigned*)memory)[i] = 7; }
}`);
  for (const order of orders) {
    const [y] = await runOnce(text, { entry: 'fresh', outputs: [new Uint32Array(300)], sizes: [100], blocks: 3, sharedBytes: 400 }, order);
    assert.ok(y!.every((v) => v === 0xffffffff));
  }
});

shimTest('exchanges within a warp', async () => {
  const text = unit(['warp_xor', 'warp_from', 'warp_up'], `
extern "C" __global__ void lanes(int* out, float* sum) {
  const int t = threadIdx.x;
  out[3 * t] = warp_xor(t, 5);
  out[3 * t + 1] = warp_from(t, 3);
  out[3 * t + 2] = warp_up(t, 4);
  float s = (float)t;
  for (int mask = 1; mask < 32; mask *= 2) s += warp_xor(s, mask);
  sum[t] = s;
}`);
  await runEverywhere<Int32Array | Float32Array>(text, { entry: 'lanes', outputs: [new Int32Array(3 * 96), new Float32Array(96)], threads: 96 }, ([out, sum], machine) => {
    for (let t = 0; t < 96; t++) {
      const warp = t & ~31;
      assert.equal([...out!.subarray(3 * t, 3 * t + 3)], [t ^ 5, warp + 3, (t & 31) < 4 ? t : t - 4], `thread ${t} on ${machine}`);
      assert.is(sum![t], 32 * warp + 496, machine);
    }
  });
});

shimTest('vectors of every element type move whole', async () => {
  const text = unit(['load_vector', 'store_vector'], `
template <int N, class T> __device__ void move(const void* from, void* to) {
  T v[N];
  load_vector<N>(v, (const T*)from + N * threadIdx.x);
  store_vector<N>((T*)to + N * threadIdx.x, v);
}
extern "C" __global__ void move_all(const unsigned char* x, unsigned char* y) {
  move<4, float>(x, y); move<2, float>(x + 512, y + 512); move<1, unsigned>(x + 768, y + 768); move<8, unsigned short>(x + 1024, y + 1024);
  move<16, signed char>(x + 1536, y + 1536); move<4, unsigned char>(x + 2048, y + 2048); move<4, int>(x + 2304, y + 2304);
}`);
  const bytes = Uint8Array.from({ length: 2816 }, (_, i) => (i * 7) & 255);
  await runEverywhere(text, { entry: 'move_all', inputs: [bytes], outputs: [new Uint8Array(2816)] }, ([y], machine) => {
    const parts = [[0, 512], [512, 768], [768, 896], [1024, 1536], [1536, 2048], [2048, 2176], [2304, 2816]];
    y!.forEach((v, i) => assert.is(v, parts.some(([from, to]) => i >= from! && i < to!) ? bytes[i] : 0, `byte ${i} on ${machine}`));
  });
});

test.run();
