/**
 * What a GPU of sm_90a makes of the hand-written kernels: every kind of product against exact integers, matrix products by roles against a plain kernel, and their times.
 *
 *     tsx test/bench/hopper-smoke.ts                  all of it, each kernel in a process of its own (one that hangs is ended), beside cuBLAS through PyTorch where it is
 *     tsx test/bench/hopper-smoke.ts --one NAME       one kernel; NAME `products` for the single products
 *
 * Ends with 1 where something is wrong, 4 where there is no such GPU.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LaunchAbi, Sizes } from '../../src/runtime/abi.ts';
import { openCuda, type CudaDevice } from '../../src/runtime/cuda.ts';
import { DeviceError } from '../../src/runtime/errors.ts';
import { gemmAbi, gemmText, productAbi, productsText, type Gemm } from '../targets/cuda/hopper-kernels.ts';
import { productCases, productData, productErrors } from '../targets/cuda/hopper-products.ts';

const gemm = (name: string, g: Partial<Gemm>): Gemm => ({ name, bMajor: 'n', rows: 128, columns: 256, stages: 4, panels: 8, store: 'boxes', ...g });
const kernels: readonly Gemm[] = [
  gemm('boxes_n', {}), gemm('boxes_k', { bMajor: 'k' }), gemm('direct_n', { store: 'direct' }), gemm('direct_k', { bMajor: 'k', store: 'direct' }),
  gemm('stages3_n', { stages: 3 }), gemm('panels1_n', { panels: 1 }), gemm('panels16_n', { panels: 16 }), gemm('panels4_n', { panels: 4 }),
  gemm('pair_n', { cluster: 2, panels: 4 }), gemm('pair_k', { cluster: 2, panels: 4, bMajor: 'k' }), gemm('pair_direct_n', { cluster: 2, panels: 4, store: 'direct' }),
  gemm('tall_n', { rows: 256, columns: 128 }), gemm('tall_pair_n', { rows: 256, columns: 128, cluster: 2, panels: 4 }),
  gemm('square_n', { columns: 128, stages: 6 }), gemm('square_k', { columns: 128, stages: 6, bMajor: 'k' }), gemm('square_pair_n', { columns: 128, stages: 6, cluster: 2, panels: 4 }),
];

interface Shape { readonly M: number; readonly N: number; readonly K: number }
const checked: readonly Shape[] = [{ M: 1000, N: 1016, K: 520 }, { M: 1, N: 8, K: 8 }, { M: 129, N: 2056, K: 72 }, { M: 3000, N: 5000, K: 64 }];
const timed: readonly Shape[] = [{ M: 4096, N: 4096, K: 4096 }, { M: 8192, N: 4096, K: 4096 }, { M: 2048, N: 28672, K: 4096 }, { M: 512, N: 4096, K: 14336 }, { M: 128, N: 8192, K: 8192 }];

/** Data about normally distributed, a plain product in f32, and the comparison with it. */
const helpers = `
__device__ float value(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
extern "C" __global__ void fill(unsigned short* x, int seed, int count) {
  for (long long i = blockIdx.x * 256 + threadIdx.x; i < count; i += (long long)gridDim.x * 256) {
    float sum = 0;
    for (int n = 0; n < 4; n++) {
      unsigned h = (unsigned)i * 4u + n + seed * 0x9e3779b9u;
      h ^= h >> 16; h *= 0x7feb352du; h ^= h >> 15; h *= 0x846ca68bu; h ^= h >> 16;
      sum += (float)h * 0x1p-32f - 0.5f;
    }
    const unsigned bits = __float_as_uint(sum * 1.732f);
    x[i] = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  }
}
extern "C" __global__ void plain(const unsigned short* A, const unsigned short* B, float* C, int M, int N, int K, int rowMajor) {
  __shared__ float a[32][33], b[32][33];
  const int x = threadIdx.x % 32, y = threadIdx.x / 32, i0 = blockIdx.y * 32, j0 = blockIdx.x * 32;
  float sum[4] = {0, 0, 0, 0};
  for (int k = 0; k < K; k += 32) {
    for (int n = 0; n < 4; n++) {
      const int r = y + 8 * n;
      a[r][x] = i0 + r < M && k + x < K ? value(A[(long long)(i0 + r) * K + k + x]) : 0;
      if (rowMajor) b[r][x] = k + r < K && j0 + x < N ? value(B[(long long)(k + r) * N + j0 + x]) : 0;
      else b[x][r] = k + x < K && j0 + r < N ? value(B[(long long)(j0 + r) * K + k + x]) : 0;
    }
    __syncthreads();
    for (int c = 0; c < 32; c++) for (int n = 0; n < 4; n++) sum[n] += a[y + 8 * n][c] * b[c][x];
    __syncthreads();
  }
  for (int n = 0; n < 4; n++) if (i0 + y + 8 * n < M && j0 + x < N) C[(long long)(i0 + y + 8 * n) * N + j0 + x] = sum[n];
}
// The largest error, in units of what is allowed, as float bits; NaN wins. Allowed: half a step of bf16, the order of the plain sum, and that tensor cores cut off
// what is below the last bit of the sum so far (of about the square root of K) once for every 16 products.
extern "C" __global__ void compare(const unsigned short* C, const float* want, unsigned* worst, int count, int K) {
  for (long long i = blockIdx.x * 256 + threadIdx.x; i < count; i += (long long)gridDim.x * 256) {
    const float error = fabsf(value(C[i]) - want[i]) / (fabsf(want[i]) * 0x1p-8f + sqrtf((float)K) * (1e-5f + K / 16 * 0x1p-23f));
    atomicMax(worst, error == error ? __float_as_uint(error) : 0x7fffffffu);
  }
}
`;
const read = (name: string, storage: 'u16' | 'f32') => ({ kind: 'buffer', name, storage, access: 'read' }) as const;
const write = (name: string, storage: 'u16' | 'f32' | 'u32') => ({ kind: 'buffer', name, storage, access: 'readwrite' }) as const;
const sizes = (...names: string[]): LaunchAbi['args'] => names.map((name) => ({ kind: 'size', name }));
const helper = (entry: string, grid: LaunchAbi['grid'], args: LaunchAbi['args']): LaunchAbi => ({ entry, target: 'cuda', features: ['sm_80'], block: [256, 1, 1], sharedBytes: 0, grid, args });
const fillAbi = helper('fill', [1056, 1, 1], [write('x', 'u16'), ...sizes('seed', 'count')]);
const plainAbi = helper('plain', [{ op: 'ceildiv', args: ['N', 32] }, { op: 'ceildiv', args: ['M', 32] }, 1], [read('A', 'u16'), read('B', 'u16'), write('C', 'f32'), ...sizes('M', 'N', 'K', 'rowMajor')]);
const compareAbi = helper('compare', [1056, 1, 1], [read('C', 'u16'), read('want', 'f32'), write('worst', 'u32'), ...sizes('count', 'K')]);

async function runGemm(device: CudaDevice, g: Gemm): Promise<boolean> {
  const start = performance.now();
  const kernel = await device.load(gemmText(g), gemmAbi(g));
  const [fill, plain, compare] = [await device.load(helpers, fillAbi), await device.load(helpers, plainAbi), await device.load(helpers, compareAbi)];
  console.log(`${g.name}: compiled in ${(performance.now() - start).toFixed(0)} ms, ${JSON.stringify(kernel.resources)}`);
  let good = true;
  for (const shape of [...checked, ...timed]) {
    const { M, N, K } = shape, plainSizes: Sizes = { ...shape };
    const [a, b, c, want, worst] = [device.alloc(2 * M * K), device.alloc(2 * K * N), device.alloc(2 * M * N), device.alloc(4 * M * N), device.alloc(4)];
    device.launch(fill, [a], { seed: 1, count: M * K });
    device.launch(fill, [b], { seed: 2, count: K * N });
    device.upload(c, new Uint8Array(2 * M * N).fill(0xff));
    device.launch(plain, [a, b, want], { ...plainSizes, rowMajor: g.bMajor === 'n' ? 1 : 0 });
    device.launch(kernel, [a, b, c], plainSizes);
    device.launch(compare, [c, want, worst], { count: M * N, K });
    const error = new Float32Array((await device.download(worst)).slice().buffer)[0] ?? NaN;
    const right = error < 1.01;
    good &&= right;
    const line = `  ${g.name.padEnd(14)} ${`${M} x ${N} x ${K}`.padEnd(20)} ${right ? 'ok    ' : 'WRONG '} error ${error.toFixed(3)}`;
    if (timed.includes(shape)) {
      const { medianUs, p10Us } = await device.time(() => device.launch(kernel, [a, b, c], plainSizes), { repeats: 30, minSampleUs: 2000 });
      console.log(`${line}  ${medianUs.toFixed(1)} us (best tenth ${p10Us.toFixed(1)}), ${(2 * M * N * K / medianUs / 1e6).toFixed(1)} TFLOP/s`);
    } else console.log(line);
    for (const buffer of [a, b, c, want, worst]) buffer.destroy();
  }
  return good;
}

async function runProducts(device: CudaDevice): Promise<boolean> {
  const text = productsText(productCases);
  let good = true;
  for (const [n, p] of productCases.entries()) {
    const { a, b, want } = productData(p);
    const kernel = await device.load(text, productAbi(p, `product${n}`));
    const buffers = [a, b, new Uint8Array(4 * want.length).fill(0xff)].map((bytes) => {
      const buffer = device.alloc(bytes.length);
      device.upload(buffer, bytes);
      return buffer;
    });
    device.launch(kernel, buffers, {});
    const { count, first } = productErrors(p, (await device.download(buffers[2]!)).slice(), want);
    if (count > 0) good = false;
    console.log(`  ${count === 0 ? 'ok    ' : 'WRONG '} ${p.intrinsic.padEnd(26)} A ${p.a.major} ${p.a.swizzle}, B ${p.b.major} ${p.b.swizzle}, ${p.steps} steps${count > 0 ? `: ${count} of ${want.length}, ${first}` : ''}`);
  }
  return good;
}

const cublas = `
import torch, statistics
def us(f, inner):
    for _ in range(3): f()
    torch.cuda.synchronize(); g = torch.cuda.CUDAGraph()
    with torch.cuda.graph(g):
        for _ in range(inner): f()
    g.replay(); times = []
    for _ in range(30):
        a, b = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        a.record(); g.replay(); b.record(); torch.cuda.synchronize(); times.append(a.elapsed_time(b) * 1000 / inner)
    return statistics.median(times)
for m, n, k in ${JSON.stringify(timed.map(({ M, N, K }) => [M, N, K]))}:
    A = torch.randn(m, k, device='cuda', dtype=torch.bfloat16)
    for name, B in (('n', torch.randn(k, n, device='cuda', dtype=torch.bfloat16)), ('k', torch.randn(n, k, device='cuda', dtype=torch.bfloat16).t())):
        t = us(lambda: A @ B, max(1, int(2000 / (2 * m * n * k / 6.5e8)))); print(f'  cuBLAS, B {name} consecutive {m} x {n} x {k}: {t:.1f} us, {2 * m * n * k / t / 1e6:.1f} TFLOP/s')
`;

async function one(name: string): Promise<number> {
  try {
    const device = await openCuda();
    if (!device.info().features.includes('sm_90a')) throw new DeviceError('TDSL0552', `${device.name} is no sm_90a`, 'run on an H100 or H200');
    const g = kernels.find((k) => k.name === name);
    const good = name === 'products' ? await runProducts(device) : g === undefined ? false : await runGemm(device, g);
    device.close();
    return good ? 0 : 1;
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    console.log(`${error.code}: ${error.message}`);
    return error.code === 'TDSL0552' ? 4 : 1;
  }
}

function baseline(): void {
  const { error, stdout } = spawnSync('python3', ['-c', cublas], { encoding: 'utf8', timeout: 60_000 });
  console.log(error === undefined && stdout !== '' ? stdout.trimEnd() : '  no PyTorch here, so no cuBLAS beside it');
}

const wanted = process.argv.indexOf('--one');
if (wanted >= 0) process.exitCode = await one(process.argv[wanted + 1] ?? '');
else {
  let failed = 0;
  baseline();
  const list = process.argv[2]?.split(',') ?? ['products', ...kernels.map((k) => k.name)];
  for (const name of list) {
    const { status, signal } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), '--one', name], { stdio: 'inherit', timeout: 20_000 });
    if (status === 4) process.exit(4);
    if (status !== 0) {
      failed++;
      console.log(`FAILED ${name}${signal === null ? '' : ` (ended by ${signal})`}`);
    }
  }
  baseline();
  console.log(failed === 0 ? 'all well' : `${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
