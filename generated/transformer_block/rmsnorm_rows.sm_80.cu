// rmsnorm_rows: made by tdsl from transformer_block.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) rmsnorm_rows(const unsigned short* __restrict__ X, const unsigned short* __restrict__ g, unsigned short* __restrict__ Y, int M, int K) {
  __shared__ __align__(128) float partials_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // transformer_block.tdsl:8: Y[m, k] = X[m, k] * rsqrt(mean(j) square(X[m, j]) + 1e-5) * g[k]
  float Y_sum = 0.0f;
  for (int j_step = 0; j_step < (K + 2047) / 2048; ++j_step) {
    float Y_sum_part = 0.0f;
    #pragma unroll
    for (int dj = 0; dj < 8; ++dj) {
      const float x = 2048 * j_step + 8 * thread + dj < K ? f32_from_bf16(X[(long long)m * K + 2048 * j_step + 8 * thread + dj]) : 0.0f;
      const float Y_sum_term = x * x;
      const float Y_sum_term2 = 2048 * j_step + 8 * thread + dj < K ? Y_sum_term : 0.0f;
      Y_sum_part += Y_sum_term2;
    }
    Y_sum += Y_sum_part;
  }
  float Y_sum_part = Y_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_part += warp_xor(Y_sum_part, 1 << step);
  }
  partials_0[thread] = Y_sum_part;
  __syncthreads();
  Y_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    Y_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  for (int k_step = 0; k_step < (K + 2047) / 2048; ++k_step) {
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      const float x = 2048 * k_step + 8 * thread + dk < K ? f32_from_bf16(X[(long long)m * K + 2048 * k_step + 8 * thread + dk]) : 0.0f;
      const float g2 = 2048 * k_step + 8 * thread + dk < K ? f32_from_bf16(g[2048 * k_step + 8 * thread + dk]) : 0.0f;
      const float y = x * rsqrtf(Y_sum_part / (float)K + 0.00001f) * g2;
      if (2048 * k_step + 8 * thread + dk < K) { Y[(long long)m * K + 2048 * k_step + 8 * thread + dk] = bf16_from_f32(y); }
    }
  }
}
