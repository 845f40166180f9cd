// normed: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) normed(const float* __restrict__ x, const unsigned short* __restrict__ g, const float* __restrict__ eps, unsigned short* __restrict__ y, int S, int C) {
  __shared__ __align__(128) float partials_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int s = blockIdx.x;

  // llama.tdsl:42: y[s, c] = x[s, c] * scale[s] * g[c]
  float scale_sum = 0.0f;
  for (int c_step = 0; c_step < (C + 2047) / 2048; ++c_step) {
    float scale_sum_part = 0.0f;
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      const float x2 = 2048 * c_step + 8 * thread + dc < C ? x[(long long)s * C + 2048 * c_step + 8 * thread + dc] : 0.0f;
      const float scale_sum_term = x2 * x2;
      const float scale_sum_term2 = 2048 * c_step + 8 * thread + dc < C ? scale_sum_term : 0.0f;
      scale_sum_part += scale_sum_term2;
    }
    scale_sum += scale_sum_part;
  }
  float scale_sum_part = scale_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    scale_sum_part += warp_xor(scale_sum_part, 1 << step);
  }
  partials_0[thread] = scale_sum_part;
  __syncthreads();
  scale_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    scale_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  for (int c_2_step = 0; c_2_step < (C + 2047) / 2048; ++c_2_step) {
    float x2[8];
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      x2[dc] = 2048 * c_2_step + 8 * thread + dc < C ? x[(long long)s * C + 2048 * c_2_step + 8 * thread + dc] : 0.0f;
    }
    const float eps2 = eps[0];
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      const float g2 = 2048 * c_2_step + 8 * thread + dc < C ? f32_from_bf16(g[2048 * c_2_step + 8 * thread + dc]) : 0.0f;
      const float y2 = x2[dc] * rsqrtf(scale_sum_part / (float)C + eps2) * g2;
      if (2048 * c_2_step + 8 * thread + dc < C) { y[(long long)s * C + 2048 * c_2_step + 8 * thread + dc] = bf16_from_f32(y2); }
    }
  }
}
