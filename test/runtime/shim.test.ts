/** The CPU shim's runner: what a GPU would leave undefined is reported with its place, and the machine's own faults have codes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LaunchAbi } from '../../src/runtime/abi.ts';
import { compileForShim, runOnShim, type ShimOrder } from '../../src/runtime/shim.ts';
import { kernelNames } from '../../src/targets/cuda/shim/unit.ts';
import { orders, shimTest, unit } from '../targets/cuda/machine.ts';
import { failure } from './expect.ts';

const abi: LaunchAbi = {
  entry: 'k', target: 'cuda', block: [64, 1, 1], grid: [{ op: 'ceildiv', args: ['N', 64] }, 1, 1], sharedBytes: 512, features: [],
  args: [{ kind: 'buffer', name: 'x', storage: 'f32', access: 'read' }, { kind: 'buffer', name: 'y', storage: 'f32', access: 'write', length: 'N' }, { kind: 'size', name: 'N' }],
};
const N = 130;
const buffers = (): Uint8Array[] => [new Uint8Array(4 * N), new Uint8Array(4 * N)];
const kernel = (body: string, entry = 'k'): string => `
extern "C" __global__ __launch_bounds__(64) void ${entry}(const float* __restrict__ x, float* __restrict__ y, int N) {
  __shared__ __align__(128) float tile[64];
  const int t = threadIdx.x, i = blockIdx.x * 64 + t;
#line 10 "kernel.cu"
  ${body}
}
`;
const wrappers = ['dynamic_shared', 'cp_async', 'load_vector', 'warp_xor'];

/** Each body must end in a report that matches; all of them are compiled at once. */
async function faults(cases: readonly (readonly [body: string, report: RegExp])[], inOrders: readonly ShimOrder[] = ['forward']): Promise<void> {
  const text = unit(wrappers, cases.map(([body], n) => kernel(body, `k${n}`)).join(''));
  for (const order of inOrders) {
    for (const [n, [body, report]] of cases.entries()) {
      const run = (): Promise<void> => runOnShim(text, { ...abi, entry: `k${n}` }, buffers(), { N }, { order });
      const { message } = await failure('TDSL0561', run);
      assert.match(message, report, body);
      // A fault leaves nothing behind: the same kernel runs again, and fails in the same way.
      if (typeof order === 'string') assert.is((await failure('TDSL0561', run)).message, message);
    }
  }
}

shimTest('accesses beside buffers', async () => {
  await faults([
    ['y[i] = 1.0f;', /kernel k0: a thread wrote to byte 520 of y, which has 520 bytes/],
    ['y[i - 1] = 1.0f;', /byte (-4|520) of y, which has 520 bytes/],
    ['if (i == 70) y[i] = x[i + 4096];', /block \(1, 0, 0\) thread \(6, 0, 0\): touches byte 16664 of x, which has 520 bytes/],
    ['if (i == 70) y[i - 5000000] = 1;', /block \(1, 0, 0\) thread \(6, 0, 0\): touches memory that belongs to no buffer|touches byte/],
    ['((float*)x)[i % 2] = 1.0f;', /thread \(0, 0, 0\): writes to byte 0 of x, which is an input/],
    ['*(volatile float*)(t == 3 ? 8 : (long)y) = 1.0f;', /thread \(3, 0, 0\): touches memory that belongs to no buffer/],
  ]);
});

shimTest('accesses beside shared memory', async () => {
  await faults([
    ['tile[t + 1] = x[0]; __syncthreads(); if (i < N) y[i] = tile[t];', /thread \(63, 0, 0\): indexes an array out of its bounds/],
    ['dynamic_shared(memory); ((float*)memory)[t + 65] = x[0];', /byte 512 of dynamic shared memory, which has 512 bytes/],
    ['dynamic_shared(memory); cp_async<16>(memory + 16 * t, x, true);', /thread \(32, 0, 0\): cp_async in line 10: the address is outside shared memory/],
    ['cp_async<16>(&tile[t & ~3], x + t, true);', /cp_async in line 10: the address is no multiple of 16 bytes/],
    ['float v[4]; load_vector<4>(v, x + t); y[0] = v[0];', /thread \(1, 0, 0\): load_vector in line 10: the address is no multiple of 16 bytes/],
    ['cp_async<4>(&tile[t], x + N * 100, true);', /thread \(0, 0, 0\): touches byte 52000 of x/],
  ]);
});

shimTest('what is not inside is not read', async () => {
  await runOnShim(unit(wrappers, kernel('cp_async<16>(&tile[t & ~3], x + 1000000, false);')), abi, buffers(), { N });
});

shimTest('barriers and exchanges that not everybody reaches', async () => {
  await faults([
    ['if (t < 40) __syncthreads();', /block \(\d, 0, 0\) cannot go on: threads 0 to 39 wait at __syncthreads in line 10, threads 40 to 63 finished/],
    ['if (t == 5) return;\n  __syncthreads();', /threads 0 to 4 wait at __syncthreads in line 11, thread 5 finished, threads 6 to 63 wait/],
    ['if (t & 1) __syncthreads(); else\n    __syncthreads();', /is at the barrier of line 1[01], but another thread is at that of line 1[01]/],
    ['if (t < 32) __syncthreads();\n  warp_xor(t, 1);', /threads 0 to 31 wait at __syncthreads in line 10, threads 32 to 63 finished/],
    ['if (t & 1) warp_xor(t, 1); else\n    warp_xor(t, 2);', /is at warp_xor in line 1[01], but another lane of its warp is at warp_xor in line 1[01]/],
    ['if (t != 33) warp_xor(t, 1);', /thread 32 wait at warp_xor in line 10, thread 33 finished/],
  ], orders);
});

shimTest('traps and endless recursion', async () => {
  await faults([
    ['y[0] = (float)(N / (t - 7));', /thread \(7, 0, 0\): divides an integer by zero/],
    ['auto deep = [&](auto self, int n) -> float { volatile float v[256]; v[n & 255] = n; return n < 0 ? 0.0f : self(self, n + 1) + v[n & 255]; };\n  y[0] = deep(deep, t);', /has used up its stack/],
  ]);
});

shimTest('a loop without end is ended', async () => {
  const text = kernel('volatile int n = t; while (n >= 0) n = n & 63;\n  y[0] = n;');
  for (const _ of [1, 2]) {
    const error = await failure('TDSL0561', () => runOnShim(text, abi, buffers(), { N }, { limitMs: 50 }));
    assert.match(error.message, /block \(0, 0, 0\) thread \(0, 0, 0\): still runs after 50 ms/);
    assert.match(error.hint, /smaller sizes/);
  }
});

shimTest('a kernel may have the name of a function of the C library', async () => {
  const text = ['sync', 'read', 'exp', 'signal'].map((name) => kernel('if (i < N) y[i] = 3.0f + expf(0.0f);', name)).join('');
  for (const entry of ['sync', 'read', 'exp', 'signal']) {
    const memory = buffers();
    await runOnShim(text, { ...abi, entry }, memory, { N });
    assert.ok(new Float32Array(memory[1]!.buffer).every((v) => v === 4), entry);
  }
});

shimTest('blocks of three dimensions, empty grids, empty buffers', async () => {
  const text = `
extern "C" __global__ void where(int* out) {
  const int n = ((blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x) * 24 + (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  out[n] = blockIdx.x + 10 * blockIdx.y + 100 * blockIdx.z + 1000 * threadIdx.x + 10000 * threadIdx.y + 100000 * threadIdx.z;
}
extern "C" __global__ void nothing(const float* x, int N) { if (N > 0) ((volatile float*)x)[0]; }`;
  const where: LaunchAbi = { entry: 'where', target: 'cuda', block: [4, 3, 2], grid: [2, 3, 2], sharedBytes: 0, features: [], args: [{ kind: 'buffer', name: 'out', storage: 'i32', access: 'write' }] };
  for (const order of orders) {
    const out = new Int32Array(12 * 24);
    await runOnShim(text, where, [new Uint8Array(out.buffer)], {}, { order });
    out.forEach((v, n) => {
      const [t, b] = [n % 24, Math.floor(n / 24)];
      assert.is(v, (b % 2) + 10 * (Math.floor(b / 2) % 3) + 100 * Math.floor(b / 6) + 1000 * (t % 4) + 10000 * (Math.floor(t / 4) % 3) + 100000 * Math.floor(t / 12));
    });
    await runOnShim(text, { ...where, grid: [0, 1, 1] }, [new Uint8Array(4)], {}, { order });
  }
  const nothing: LaunchAbi = { ...where, entry: 'nothing', grid: [1, 1, 1], args: [{ kind: 'buffer', name: 'x', storage: 'f32', access: 'read' }, { kind: 'size', name: 'N' }] };
  await runOnShim(text, nothing, [new Uint8Array(0)], { N: 0 });
  const error = await failure('TDSL0561', () => runOnShim(text, nothing, [new Uint8Array(0)], { N: 1 }));
  assert.match(error.message, /touches byte 0 of x, which has 0 bytes/);
});

shimTest('mistakes of the caller have codes', async () => {
  const text = kernel('if (i < N) y[i] = 2.0f * x[i];');
  const refused = await failure('TDSL0556', () => compileForShim(kernel('y[i] = undeclared;')));
  assert.match(refused.message, /undeclared/);
  assert.equal('messages' in refused ? refused.messages.map((m) => [m.severity, m.line]) : [], [['error', 10]]);
  await failure('TDSL0556', () => runOnShim(text, { ...abi, entry: 'other' }, buffers(), { N }));
  await failure('TDSL0559', () => runOnShim(text, abi, buffers().slice(1), { N }));
  await failure('TDSL0559', () => runOnShim(text, abi, buffers(), {}));
  await failure('TDSL0559', () => runOnShim(text, { ...abi, target: 'wgsl' }, buffers(), { N }));
  await failure('TDSL0561', () => runOnShim(text, { ...abi, args: abi.args.slice(0, 2), grid: [1, 1, 1] }, [new Uint8Array(4), new Uint8Array(4)], { N: 1 }));
  await failure('TDSL0561', () => runOnShim(text, { ...abi, block: [2048, 1, 1] }, buffers(), { N }));
});

shimTest('without g++ there is a code and a way out', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    await failure('TDSL0554', () => compileForShim(`// ${Date.now()} ${Math.random()}\n${kernel('')}`));
  } finally {
    process.env['PATH'] = path;
  }
});

shimTest('a tiled product of 128 threads takes well under a second', async () => {
  const text = `
extern "C" __global__ __launch_bounds__(256) void matmul(const float* A, const float* B, float* C, int N) {
  __shared__ float a[16][16], b[16][16];
  const int x = threadIdx.x % 16, y = threadIdx.x / 16, row = blockIdx.y * 16 + y, column = blockIdx.x * 16 + x;
  float sum = 0;
  for (int k = 0; k < N; k += 16) {
    a[y][x] = A[row * N + k + x];
    b[y][x] = B[(k + y) * N + column];
    __syncthreads();
    for (int c = 0; c < 16; c++) sum += a[y][c] * b[c][x];
    __syncthreads();
  }
  C[row * N + column] = sum;
}`;
  const n = 128;
  const matmul: LaunchAbi = {
    entry: 'matmul', target: 'cuda', block: [256, 1, 1], grid: [n / 16, n / 16, 1], sharedBytes: 0, features: [],
    args: [...(['A', 'B'] as const).map((name) => ({ kind: 'buffer', name, storage: 'f32', access: 'read' }) as const), { kind: 'buffer', name: 'C', storage: 'f32', access: 'write' }, { kind: 'size', name: 'N' }],
  };
  const A = Float32Array.from({ length: n * n }, (_, i) => (i * 7) % 13 - 6), B = Float32Array.from({ length: n * n }, (_, i) => (i * 5) % 11 - 5);
  const compiled = await compileForShim(text);
  for (const order of orders) {
    const C = new Float32Array(n * n);
    const start = performance.now();
    compiled.run(matmul, [A, B, C].map((m) => new Uint8Array(m.buffer)), { N: n }, { order });
    const seconds = (performance.now() - start) / 1000;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += A[i * n + k]! * B[k * n + j]!;
      assert.is(C[i * n + j], sum);
    }
    assert.ok(seconds < 2, `${seconds} s`);
  }
});

test('kernels are found in text', () => {
  assert.equal(kernelNames('extern "C" __global__ void a(int x) { f(); }\nextern "C" __global__ void __launch_bounds__(128, 2) b(float* x) {}\n__global__ __launch_bounds__(3) void c() {}\nextern "C" __global__ __cluster_dims__(2, 1, 1) __launch_bounds__(3) void e(const __grid_constant__ TensorMap m) {}\n__device__ int d() { return 0; }'), ['a', 'b', 'c', 'e']);
});

test.run();
