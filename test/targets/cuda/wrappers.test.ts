/** The prelude's text: only what is used, in order, and accepted by the CUDA compiler. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CompilerBug } from '../../../src/diagnostics/bug.ts';
import { compileWithNvcc, findNvcc } from '../../../src/runtime/nvcc.ts';
import { neededWrappers, preludeFor, wrappers } from '../../../src/targets/cuda/wrappers.ts';
import { hopperWrappers } from '../../../src/targets/cuda/wrappers/hopper.ts';
import { wgmmaHold, wgmmaWrapper, wgmmaWrappers } from '../../../src/targets/cuda/wrappers/hopper-mma.ts';
import { warpWrappers90 } from '../../../src/targets/cuda/wrappers/warp.ts';
import { wgmmaIntrinsics } from '../../../src/targets/cuda/wgmma.ts';

const codeOf = (text: string): string => text.replace(/"[^"]*"/g, '""').replace(/\/\/.*$/gm, '');

test('each wrapper names exactly the wrappers that its text calls', () => {
  for (const wrapper of wrappers.values()) {
    const words = new Set(codeOf(wrapper.text).match(/\w+/g));
    const called = [...wrappers.keys()].filter((name) => name !== wrapper.name && words.has(name));
    assert.equal([...wrapper.dependsOn].sort(), called.sort(), wrapper.name);
    assert.ok(words.has(wrapper.name), wrapper.name);
  }
});

test('dependencies come first, and nothing outside the CPU guard has PTX or crosses threads', () => {
  const seen = new Set<string>();
  for (const wrapper of wrappers.values()) {
    for (const name of wrapper.dependsOn) assert.ok(seen.has(name), `${wrapper.name} stands before ${name}`);
    seen.add(wrapper.name);
    if (wrapper.portable) assert.not.match(wrapper.text, /\basm\b|_sync\b|__cvta|#define/, wrapper.name);
    // The guarded part comes first, so it cannot call what is outside.
    else for (const name of wrapper.dependsOn) assert.not(wrappers.get(name)!.portable, `${wrapper.name} calls ${name}`);
  }
});

test('the prelude holds what is used and no more', () => {
  assert.is(preludeFor([]), '');
  assert.equal(neededWrappers(['cp_async', 'f16x2_low']).map((w) => w.name), ['f32_from_f16', 'f16x2_low', 'shared_address', 'cp_async']);
  const text = preludeFor(['f16x2_low', 'f16x2_low']);
  assert.is(text, `#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
#endif

// low half of a word of f16
__device__ __forceinline__ float f16x2_low(unsigned word) { return f32_from_f16((unsigned short)(word & 0xffffu)); }
`);
  assert.not.match(preludeFor(wrappers.keys()), /#include/);
  assert.throws(() => preludeFor(['memcpy']), (e: unknown) => e instanceof CompilerBug);
});

const hopperNames = new Set([...warpWrappers90, ...hopperWrappers, ...wgmmaWrappers].map((w) => w.name));
const everywhere = [...wrappers.keys()].filter((name) => !hopperNames.has(name));

/** Uses every wrapper but those of sm_90a, so that templates are instantiated and every instruction reaches ptxas. */
const everything = `${preludeFor(everywhere)}
extern "C" __global__ __launch_bounds__(128) void everything(float* __restrict__ f, unsigned* __restrict__ u, int* __restrict__ i, unsigned short* __restrict__ h) {
  dynamic_shared(memory);
  __shared__ __align__(128) float tile[256];
  const int t = threadIdx.x;
  cp_async<16>(&tile[4 * (t & 31)], f + 4 * t, i[0] > t);
  cp_async<8>(memory, f, true);
  cp_async<4>(memory + 16, f, true);
  cp_async_commit();
  cp_async_wait<1>();
  cp_async_wait<0>();
  __syncthreads();
  unsigned a[4], b[4], c[2] = {0, 0};
  float d[4] = {0, 0, 0, 0};
  int e[4] = {0, 0, 0, 0};
  ldmatrix_x4(a, memory + 16 * (t & 31));
  ldmatrix_x2_trans(b, memory + 16 * (t & 31));
  mma_m16n8k16_f16(d, a, b);
  mma_m16n8k16_bf16(d, a, b);
  mma_m16n8k8_tf32(d, a, b);
  mma_m16n8k32_s8(e, a, b);
  mma_m16n8k16_f16_sum16(c, a, b);
  ldmatrix_x1(b, memory); ldmatrix_x2(b, memory); ldmatrix_x1_trans(b + 2, memory);
  u[t + 1] = b[0] + b[1] + b[2];
  ldmatrix_x4_trans(a, memory);
  u[t + 2] = a[0] + a[1] + a[2] + a[3];
  float x[4];
  load_vector<4>(x, f + 4 * t);
  unsigned short halves[8];
  load_vector<8>(halves, h + 8 * t);
  x[0] = f32_from_f16(halves[0]) + f32_from_bf16(halves[1]) + f16x2_low(u[0]) + f16x2_high(u[0]) + bf16x2_low(u[1]) + bf16x2_high(u[1]);
  halves[2] = f16_from_f32(x[1]);
  halves[3] = bf16_from_f32(x[2]);
  store_vector<8>(h + 8 * t, halves);
  x[1] = warp_xor(x[0], 1) + warp_up(x[2], 3) + (float)warp_from(e[0], 2) + (float)warp_xor(u[3], 4);
  atomic_add(f, x[0]); atomic_add(i, 3); atomic_max_f32(f + 1, x[1]); atomic_min_f32(f + 2, x[1]); atomic_max_i32(i, 4); atomic_min_i32(i, 3);
  x[2] = fast_exp2(x[2]) + fast_exp(x[1]) + fast_log2(x[3]) + fast_tanh(x[0]) + fast_rcp(x[1]) + fast_rsqrt(x[0]) + fast_div(x[0], x[1]) + min_f32(x[0], x[1]) + max_f32(x[2], x[3]) + float_mod(x[0], x[3]);
  i[t] = wrap_add(wrap_sub(i[t], 3), wrap_mul(wrap_neg(i[1]), wrap_abs(i[2]))) + floor_div(i[t], i[t + 1]) + floor_mod(i[t], 3) + int_div(i[2], i[1]) + i32_from_f32(x[1]) + s8_at(u[0], 2) + s4_at(u[0], 3) + u4_at(u[0], 7) + u8_at(u[0], 3) + s16_at(u[1], 1) + u16_at(u[2], 0);
  u[t] = c[0] + tf32_from_f32(u[3]) + u32_from_f32(x[2]) + pack_8(e[0], e[1], e[2], e[3]) + pack_16(1, 2) + f16x2_from_f32(d[0], d[1]) + f16x2_from_codes<8>(u[0], u[1], 2) + bf16x2_from_codes<0>(u[0], u[1], t & 3) + f16x2_from_nibbles<8>(u[2]) + bf16x2_from_nibbles<0>(u[3]) + bf16x2_from_f32(d[2], d[3]);
  u[t + 3] = sint_at<3>(u[4], 5) + uint_at<6>(u[5], 2) + sint_in<7>((const unsigned char*)h, t) + e4m3_from_f32(x[0]) + e5m2_from_f32(x[1]) + e2m1_from_f32(x[2]) + e8m0_from_f32(x[3]);
  put_bits<5>((unsigned char*)h, t, 3u);
  x[3] += cut_div(x[0], x[1]) + f32_from_e4m3(u[6]) + f32_from_e5m2(u[7]) + f32_from_e2m1(u[8] & 15u) + f32_from_e8m0(u[9] & 255u);
  store_vector<4>(f + 4 * t, x);
  f[t] = exp2f(f[t]) + erff(x[0]) + tanhf(x[1]) + rsqrtf(x[2]) + rintf(x[3]);
}
`;

/** Each type of wgmma with few and with many columns, its operands as they may lie. */
const products = wgmmaIntrinsics.filter((m) => [8, 64, 256].includes(m.n)).flatMap((m) => [m.name, `${m.name}_ra`]).concat('wgmma_m64n24k16_bf16', 'wgmma_m64n248k8_tf32', 'wgmma_m64n144k32_s8');
const product = (name: string, n: number): string => {
  const [, columns, , type, registers] = /n(\d+)k(\d+)_(bf16|f16|s8|e4m3|tf32)(_ra)?$/.exec(name)!;
  const count = Number(columns) / 2, c = type === 's8' ? 'int' : 'float';
  const panels = type!.endsWith('16') && Number(columns) % 64 === 0 ? 8192 : 0;
  return `
extern "C" __global__ __launch_bounds__(128, 1) void product${n}(${c}* out) {
  dynamic_shared_1024(memory);
  ${c} d[${count}];
  ${registers === undefined ? '' : `${type === 'tf32' ? 'float' : 'unsigned'} a[4] = {1, 2, 3, 4};`}
  wgmma_fence();
  ${name}<${registers === undefined ? `${panels > 0 ? '128, 8192' : '64, 0'}, ` : ''}128, ${panels}>(d, ${registers === undefined ? 'memory' : 'a'}, memory + 32768, 0);
  wgmma_commit();
  wgmma_wait<0>();
  ${wgmmaHold(type === 's8' ? 'i32' : 'f32')}<${count}>(d);
  for (int n = 0; n < ${count}; n++) out[128 * n + threadIdx.x] = d[n];
}`;
};

const hopper = `${preludeFor([...hopperNames, ...products])}
extern "C" __global__ __cluster_dims__(2, 1, 1) __launch_bounds__(256, 1) void everything(const __grid_constant__ TensorMap map, float* __restrict__ out, int n) {
  dynamic_shared_1024(memory);
  Barrier* const full = reinterpret_cast<Barrier*>(memory + 65536);
  launch_release();
  launch_wait();
  if (threadIdx.x == 0) {
    prefetch_map(&map);
    barrier_init(full, 1);
    barrier_init_fence();
  }
  __syncthreads();
  if (threadIdx.x < 128) {
    setmaxnreg_dec<40>();
    if (threadIdx.x == 0) {
      barrier_expect(full, 1024);
      warp_meet(); barrier_arrive_if(full, n > 1);
      tma_load_1d(memory, &map, full, n); tma_load_2d(memory, &map, full, n, 1); tma_load_3d(memory, &map, full, n, 1, 2); tma_load_4d(memory, &map, full, n, 1, 2, 3); tma_load_5d(memory, &map, full, n, 1, 2, 3, 4);
      tma_store_1d(&map, memory, n); tma_store_2d(&map, memory, n, 1); tma_store_3d(&map, memory, n, 1, 2); tma_store_4d(&map, memory, n, 1, 2, 3); tma_store_5d(&map, memory, n, 1, 2, 3, 4);
      tma_load<1>(memory, &map, full, n); tma_load<2>(memory, &map, full, n, 1); tma_load<3>(memory, &map, full, n, 1, 2);
      tma_load<4>(memory, &map, full, n, 1, 2, 3); tma_load<5>(memory, &map, full, n, 1, 2, 3, 4);
      barrier_arrive(full);
      barrier_arrive_at(full, cluster_rank() ^ 1);
      tma_load_multicast<1>(memory, &map, full, 3, n); tma_load_multicast<2>(memory, &map, full, 3, n, 1); tma_load_multicast<3>(memory, &map, full, 3, n, 1, 2);
      tma_load_multicast<4>(memory, &map, full, 3, n, 1, 2, 3); tma_load_multicast<5>(memory, &map, full, 3, n, 1, 2, 3, 4);
    }
  } else {
    setmaxnreg_inc<232>();
    barrier_wait(full, n & 1);
    const unsigned words[4] = {1, 2, 3, 4};
    stmatrix_x4(memory + 16 * (threadIdx.x & 31), words);
    fence_async_shared();
    named_barrier_sync(1, 128);
    if (threadIdx.x == 128) {
      tma_store<1>(&map, memory, n); tma_store<2>(&map, memory, n, 1); tma_store<3>(&map, memory, n, 1, 2); tma_store<4>(&map, memory, n, 1, 2, 3); tma_store<5>(&map, memory, n, 1, 2, 3, 4);
      tma_store_commit();
      tma_store_wait_read<0>();
      tma_store_wait<0>();
    }
    out[threadIdx.x] = matrix_descriptor<128, 0>(memory) > 0 ? 1.0f : 0.0f;
  }
  cluster_sync();
}
${products.map(product).join('')}
`;

test('the texts above use every wrapper', () => {
  const used = codeOf(everything.slice(everything.indexOf('extern "C"')) + hopper.slice(hopper.indexOf('extern "C"')));
  const callers = [...wrappers.values(), ...products.map((name) => wgmmaWrapper(name)!)].flatMap((w) => w.dependsOn);
  assert.equal([...wrappers.keys()].filter((name) => !new RegExp(`\\b${name}\\b`).test(used) && !callers.includes(name)), []);
});

test('a wgmma is made when asked for, for those numbers of columns that exist, and comes last', () => {
  assert.is(wgmmaWrapper('wgmma_m64n12k16_bf16'), undefined);
  assert.is(wgmmaWrapper('wgmma_fence'), undefined);
  assert.equal(neededWrappers(['wgmma_m64n24k16_bf16', 'wgmma_wait']).map((w) => w.name), ['shared_address', 'matrix_descriptor', 'wgmma_wait', 'eight_sums', 'wgmma_m64n24k16_bf16']);
  assert.throws(() => preludeFor(['wgmma_m64n12k16_bf16']), (e: unknown) => e instanceof CompilerBug);
  for (const name of products) assert.ok(preludeFor([name]).split('\n').every((line) => line.length < 260), name);
});

const nvcc = findNvcc();
if (nvcc === undefined) console.log('skipped: nvcc was not found, so the wrappers were not compiled for a GPU');
const nvccTest = nvcc === undefined ? test.skip : test;
for (const arch of ['sm_80', 'sm_90a']) {
  nvccTest(`nvcc takes every wrapper for ${arch} without a warning, and ptxas makes the instructions`, async () => {
    const result = await compileWithNvcc(everything, arch);
    assert.equal(result.warnings, []);
    assert.is(result.spills, 0);
    assert.is(result.sharedBytes, 1024);
    assert.ok(result.registers > 0 && result.registers < 128, `${result.registers} registers`);
    assert.equal(Object.keys(result.kernels), ['everything']);
    assert.equal([...result.cubin.subarray(0, 4)], [0x7f, 0x45, 0x4c, 0x46]);
  });
}

nvccTest('nvcc takes every instruction of sm_90a, and no product is serialised', async () => {
  const result = await compileWithNvcc(hopper, 'sm_90a');
  assert.equal(result.warnings, []);
  assert.is(result.spills, 0);
  assert.is(Object.keys(result.kernels).length, 1 + products.length);
});

test.run();
