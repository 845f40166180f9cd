// causal_conv: made by tdsl from depthwise_conv.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// 1 / x in one instruction
__device__ __forceinline__ float fast_rcp(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

extern "C" __global__ void __launch_bounds__(256) causal_conv(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, unsigned short* __restrict__ Y, int B, int T, int C, int R) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tr = thread >> 3;
  const int tc = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int c_count = (C + 63) / 64;
  const int c = group % c_count;
  const int outer = group / c_count;
  const int t = outer % T;
  const int b = outer / T;

  // depthwise_conv.tdsl:15: Y[b, t, c] = silu(sum(r) (X[b, t + r - (R - 1), c] else 0) * F[c, r])
  float silu_x[8] = {};
  for (int r_step = 0; r_step < (R + 31) / 32; ++r_step) {
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      const float x = R <= tr + t + 32 * r_step + 1 && tr + t + 32 * r_step + 2 <= R + T && 64 * c + 8 * tc + dc < C ? f32_from_bf16(X[((long long)b * T + tr + t + 32 * r_step + 1 - R) * C + 64 * c + 8 * tc + dc]) : 0.0f;
      const float f = 64 * c + 8 * tc + dc < C && tr + 32 * r_step < R ? f32_from_bf16(F[(long long)(64 * c + 8 * tc + dc) * R + tr + 32 * r_step]) : 0.0f;
      const float silu_x_term = x * f;
      silu_x[dc] += tr + 32 * r_step < R ? silu_x_term : 0.0f;
    }
  }
  float silu_x_part[8];
  #pragma unroll
  for (int dc = 0; dc < 8; ++dc) {
    silu_x_part[dc] = silu_x[dc];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      silu_x_part[r] += warp_xor(silu_x_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = silu_x_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    silu_x_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      silu_x_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dc = 0; dc < 8; ++dc) {
    const float y = silu_x_part[dc] * fast_rcp(1.0f + fast_exp(-silu_x_part[dc]));
    if (64 * c + 8 * tc + dc < C && thread < 8) { Y[((long long)b * T + t) * C + 64 * c + 8 * tc + dc] = bf16_from_f32(y); }
  }
}
