/** What sm_90a has of its own, on the CPU shim: right texts are right in every order of threads, and each mistake shows. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bf16FromF32, f32FromBf16 } from '../../../src/runtime/float.ts';
import { compileWithNvcc, findNvcc } from '../../../src/runtime/nvcc.ts';
import { compileForShim, runOnShim, type ShimOrder } from '../../../src/runtime/shim.ts';
import { failure } from '../../runtime/expect.ts';
import { gemmAbi, gemmsText, productAbi, productsText, type Gemm, type Mistake } from './hopper-kernels.ts';
import { expectProduct, productCases, productData } from './hopper-products.ts';
import { orders, random, shimTest, unit } from './machine.ts';

shimTest('products of every type, operands in every order and swizzle, A from registers', async () => {
  const text = productsText(productCases);
  for (const [n, p] of productCases.entries()) {
    const { a, b, want } = productData(p);
    for (const order of n === 0 ? orders : orders.slice(n % 2, n % 2 + 1)) {
      const d = new Uint8Array(4 * want.length).fill(0xff);
      await runOnShim(text, productAbi(p, `product${n}`), [a, b, d], {}, { order });
      expectProduct(p, d, want, `shim, ${JSON.stringify(order)}`);
    }
  }
});

const gemm = (name: string, g: Partial<Gemm>): Gemm => ({ name, bMajor: 'n', rows: 128, columns: 256, stages: 2, panels: 2, store: 'direct', ...g });
interface Sizes { readonly M: number; readonly N: number; readonly K: number }

/** Small integers: every sum is exact, and small enough for bf16. */
async function gemmErrors(g: Gemm, text: string, { M, N, K }: Sizes, order: ShimOrder): Promise<number> {
  const next = random(M + N + K), values = (count: number): Float32Array => Float32Array.from({ length: count }, () => Math.round(next()));
  const a = values(M * K), b = values(K * N);
  const stored = g.bMajor === 'n' ? b : Float32Array.from(b, (_, at) => b[(at % K) * N + Math.floor(at / K)]!);
  const bytes = (v: Float32Array): Uint8Array => new Uint8Array(Uint16Array.from(v, bf16FromF32).buffer);
  const c = new Uint16Array(M * N).fill(0xffff);
  await runOnShim(text, gemmAbi(g), [bytes(a), bytes(stored), new Uint8Array(c.buffer)], { M, N, K }, { order });
  let wrong = 0;
  for (let i = 0; i < M; i++) for (let j = 0; j < N; j++) {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += a[i * K + k]! * b[k * N + j]!;
    if (f32FromBf16(c[i * N + j]!) !== sum) wrong++;
  }
  return wrong;
}

const kernels = [
  gemm('panels', {}), gemm('columns', { bMajor: 'k', stages: 3 }), gemm('boxes', { store: 'boxes' }), gemm('narrow', { columns: 128, bMajor: 'k', store: 'boxes' }), gemm('tall', { rows: 256, columns: 128, store: 'boxes' }),
  gemm('pair', { cluster: 2, columns: 128 }), gemm('paired_columns', { cluster: 2, bMajor: 'k', columns: 128, store: 'boxes', stages: 3 }),
];

shimTest('a product by roles: a ring of boxes, two groups that multiply, results from registers and through boxes, blocks that take several tiles', async () => {
  const text = gemmsText(kernels.map((g) => ({ gemm: g })));
  for (const [n, g] of kernels.entries()) {
    // Sizes that are no multiples of tiles; several tiles a block; no steps at all.
    const sizes: Sizes[] = [{ M: 200, N: 264, K: 200 }, { M: 16, N: 520, K: 64 }, { M: 130, N: 8, K: 8 }, { M: 5, N: 16, K: 0 }];
    for (const [s, size] of sizes.entries()) {
      for (const order of n === 2 && s === 0 ? orders : [orders[(n + s) % orders.length]!]) assert.is(await gemmErrors(g, text, size, order), 0, `${g.name} ${JSON.stringify([size, order])}`);
    }
  }
});

const mistakes: Readonly<Record<Mistake, RegExp | 'wrong'>> = {
  'release early': 'wrong',
  'no wait': 'wrong',
  'no product fence': /no wgmma_fence since the last group of products/,
  'no product wait': /ends while the product of line \d+ still runs/,
  'too many bytes': /cannot go on:.* wait at barrier_wait in line \d+ for phase 0 of the barrier at shared byte \d+, which lacks 0 arrivals and 16 bytes/,
  'too few bytes': /lacks 0 arrivals and -16 bytes/,
  'no release': /cannot go on: thread 0 wait at barrier_wait in line \d+ for phase 0 of the barrier at shared byte \d+, which lacks 8 arrivals and 0 bytes/,
  'no init fence': /tma_load in line \d+: no barrier_init_fence since barrier_init/,
  'no store fence': 'wrong',
  'no store wait': /ends while a box that it stored is still read from shared memory/,
  'no barrier before stores': 'wrong',
  'no meeting': /a thread of block \d of the cluster has ended; all meet at cluster_sync before/,
};

shimTest('whatever is left out shows: as a wrong number, or with its place', async () => {
  const size = { M: 144, N: 256, K: 320 };
  const planted = (Object.keys(mistakes) as Mistake[]).map((mistake, n) => ({ gemm: gemm(`planted${n}`, { store: 'boxes', columns: 128, ...(mistake === 'no meeting' ? { cluster: 2 } : {}) }), mistake }));
  const text = gemmsText(planted);
  for (const { gemm: g, mistake: name } of planted) {
    assert.is.not(gemmsText([{ gemm: g, mistake: name }]), gemmsText([{ gemm: g }]), name);
    const expected = mistakes[name];
    const seen: string[] = [];
    for (const order of orders.slice(0, 3)) {
      try {
        seen.push(await gemmErrors(g, text, size, order) > 0 ? 'wrong' : 'right');
      } catch (error) {
        seen.push(String(error));
      }
    }
    if (expected === 'wrong') assert.ok(seen.some((s) => s !== 'right'), `${name}: ${seen.join('; ')}`);
    else seen.forEach((s) => assert.match(s, expected, name));
  }
});

const wrappers = ['dynamic_shared_1024', 'barrier_init', 'barrier_init_fence', 'barrier_expect', 'barrier_arrive', 'barrier_wait', 'tma_load', 'tma_store', 'named_barrier_sync', 'wgmma_fence', 'wgmma_commit', 'wgmma_wait', 'wgmma_m64n8k16_bf16', 'wgmma_m64n8k32_s8'];
const box = { args: gemmAbi(kernels[2]!).args.map((arg) => (arg.kind === 'tensorMap' ? { ...arg, box: [64, 2] } : arg)) };

shimTest('faults of barriers, boxes and products have their places', async () => {
  const cases: readonly (readonly [body: string, report: RegExp])[] = [
    ['barrier_wait(b + 1, 0);', /barrier_wait in line 10: barrier_init has not made a barrier at shared byte 8 yet/],
    ['memory[0] = 1; barrier_arrive(b);', /barrier_arrive in line 10: the barrier at shared byte 0 was overwritten/],
    ['if (t == 0) { barrier_arrive(b); barrier_init(b, 1); }', /there is a barrier at shared byte 0 already/],
    ['barrier_wait(b, 0);', /cannot go on: threads 0 to 127 wait at barrier_wait in line 10 for phase 0 of the barrier at shared byte 0, which lacks 2 arrivals and 0 bytes/],
    ['if (t == 0) { barrier_expect(b, 16); barrier_arrive(b); barrier_arrive(b); }', /one arrival too many at the barrier at shared byte 0, whose phase still waits for 16 bytes/],
    ['if (t == 0) tma_load<2>(memory + 1024 + 64, &a_map, b, 0, 0);', /tma_load in line 10: the address is no multiple of 128 bytes/],
    ['if (t == 0) tma_load<3>(memory + 1024, &a_map, b, 0, 0, 0);', /3 coordinates for a tensor of 2 dimensions/],
    ['if (t == 0) tma_load<2>(memory + 8192 - 128, &a_map, b, 0, 0);', /a box of 256 bytes does not fit at shared byte 8064/],
    ['if (t == 0) { barrier_expect(b, 256); barrier_arrive(b); tma_load<2>(memory + 1024, &a_map, b, 0, 0); }', /ends while a box is still on its way to shared byte 1024/],
    ['if (t == 0) tma_store<2>(&a_map, memory, 0, 0);', /thread \(0, 0, 0\): ends while a box that it stored is still read/],
    ['named_barrier_sync(1, t < 32 ? 64 : 96);', /named_barrier_sync in line 10: 96 threads at barrier 1, but 64 in line 10/],
    ['if (t < 64) named_barrier_sync(2, 128);', /threads 0 to 63 wait at named_barrier_sync in line 10, threads 64 to 127 finished/],
    ['wgmma_fence(); wgmma_m64n8k16_bf16<128, 0, 128, 0>(d, memory + 128, memory); wgmma_commit(); wgmma_wait<0>();', /a begins inside a pattern of eight rows of 128 bytes, at shared byte 128/],
    ['wgmma_fence(); wgmma_m64n8k16_bf16<128, 0, 128, 1024>(d, memory, memory); wgmma_commit(); wgmma_wait<0>();', /b is not within rows of 128 bytes/],
    ['wgmma_fence(); wgmma_m64n8k32_s8<128, 8192, 128, 0>((int*)d, memory, memory); wgmma_commit(); wgmma_wait<0>();', /only 16-bit operands may have m or n consecutive/],
    ['wgmma_fence(); wgmma_m64n8k16_bf16<128, 0, 128, 0>(d, memory, memory + (t < 32 ? 0 : 1024)); wgmma_commit(); wgmma_wait<0>();', /another warp of the group has product 0 in line 10 or with other addresses/],
    ['if (t < 96) { wgmma_fence(); wgmma_m64n8k16_bf16<128, 0, 128, 0>(d, memory, memory); wgmma_commit(); wgmma_wait<0>(); }', /warp 3 took part in 0 products, another warp of its group in 1/],
    ['wgmma_fence(); wgmma_m64n8k16_bf16<128, 0, 128, 0>(d, memory, memory); wgmma_m64n8k16_bf16<128, 0, 128, 0>(d + 2, memory, memory);', /its accumulators are partly those of another product/],
  ];
  const text = unit(wrappers, cases.map(([body], n) => `
extern "C" __global__ __launch_bounds__(128) void k${n}(const unsigned short* A, const unsigned short* B, unsigned short* C, const __grid_constant__ TensorMap a_map, const __grid_constant__ TensorMap b_map, const __grid_constant__ TensorMap c_map, int M, int N, int K) {
  dynamic_shared_1024(memory);
  Barrier* const b = (Barrier*)memory;
  const int t = threadIdx.x;
  float d[8];
  if (t == 0) { barrier_init(b, 2); barrier_init_fence(); }
  __syncthreads();
#line 10 "kernel.cu"
  ${body}
}`).join(''));
  for (const [n, [body, report]] of cases.entries()) {
    const run = (): Promise<void> => runOnShim(text, { ...gemmAbi(kernels[2]!), ...box, entry: `k${n}`, block: [128, 1, 1], grid: [1, 1, 1], sharedBytes: 8192 }, [0, 0, 0].map(() => new Uint8Array(2 * 64 * 64)), { M: 64, N: 64, K: 64 });
    assert.match((await failure('TDSL0561', run)).message, report, body);
  }
});

shimTest('results before the wait are no numbers, and a product adds nothing where it need not', async () => {
  const text = unit(wrappers, `
extern "C" __global__ __launch_bounds__(128) void early(const unsigned short* A, float* D, const __grid_constant__ TensorMap map) {
  dynamic_shared_1024(memory);
  Barrier* const full = (Barrier*)(memory + 8192);
  if (threadIdx.x == 0) {
    barrier_init(full, 1); barrier_init_fence();
    barrier_expect(full, 8192);
    tma_load<2>(memory, &map, full, 0, 0);
  }
  __syncthreads();
  barrier_wait(full, 0);
  float d[4] = {5, 5, 5, 5};
  wgmma_fence(); wgmma_m64n8k16_bf16<128, 0, 128, 0>(d, memory, memory, 0); wgmma_commit();
  D[threadIdx.x] = d[0];
  wgmma_fence(); wgmma_m64n8k16_bf16<128, 0, 128, 0>(d, memory, memory); wgmma_commit();
  wgmma_wait<1>();
  D[128 + threadIdx.x] = d[0];
  wgmma_wait<0>();
  D[256 + threadIdx.x] = d[0];
}`);
  const kernel = await compileForShim(text);
  for (const order of orders) {
    const D = new Float32Array(384);
    kernel.run({
      entry: 'early', target: 'cuda', features: ['sm_90a'], grid: [1, 1, 1], block: [128, 1, 1], sharedBytes: 8192 + 64,
      args: [
        { kind: 'buffer', name: 'A', storage: 'u16', access: 'read' }, { kind: 'buffer', name: 'D', storage: 'f32', access: 'write' },
        { kind: 'tensorMap', name: 'map', buffer: 'A', dtype: 'bf16', dims: [64, 64], strides: [128], box: [64, 64], swizzle: 128 },
      ],
    }, [new Uint8Array(Uint16Array.from({ length: 64 * 64 }, () => bf16FromF32(1)).buffer), new Uint8Array(D.buffer)], {}, { order });
    assert.ok(D.subarray(0, 256).every(Number.isNaN), JSON.stringify(order));
    assert.ok(D.subarray(256).every((v) => v === 32), JSON.stringify(order));
  }
});

const haveNvcc = findNvcc() !== undefined;
if (!haveNvcc) console.log('skipped: nvcc was not found, so the products by roles were not compiled for a GPU');
(haveNvcc ? test : test.skip)('nvcc takes products by roles without a warning: nothing is spilled, no product waits for another', async () => {
  const result = await compileWithNvcc(gemmsText(kernels.map((g) => ({ gemm: { ...g, stages: 4 } }))), 'sm_90a');
  assert.equal(result.warnings, []);
  assert.equal(Object.values(result.kernels).map((k) => k.spills), kernels.map(() => 0));
});

test.run();
