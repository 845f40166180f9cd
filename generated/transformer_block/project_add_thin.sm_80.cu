// project_add_thin: made by tdsl from transformer_block.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) project_add_thin(const unsigned short* __restrict__ X, const unsigned short* __restrict__ W, const unsigned short* __restrict__ residual, unsigned short* __restrict__ Y, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = (N + 7) / 8;
  const int n = group % n_count;
  const int m = group / n_count;

  // transformer_block.tdsl:60: Y[m, n] = sum(k) X[m, k] * W[n, k] + residual[m, n]
  float Y_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 255) / 256; ++k_step) {
    float x[8];
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      x[dk] = 256 * k_step + 8 * lane + dk < K ? f32_from_bf16(X[(long long)m * K + 256 * k_step + 8 * lane + dk]) : 0.0f;
    }
    float Y_sum_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      const float w = warp + 8 * n < N && 256 * k_step + 8 * lane + dk < K ? f32_from_bf16(W[(long long)(warp + 8 * n) * K + 256 * k_step + 8 * lane + dk]) : 0.0f;
      const float Y_sum_term = x[dk] * w;
      const float Y_sum_term2 = 256 * k_step + 8 * lane + dk < K ? Y_sum_term : 0.0f;
      Y_sum_part += Y_sum_term2;
    }
    Y_sum += Y_sum_part;
  }
  float Y_sum_part = Y_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_part += warp_xor(Y_sum_part, 1 << step);
  }
  const float residual2 = warp + 8 * n < N ? f32_from_bf16(residual[(long long)m * N + warp + 8 * n]) : 0.0f;
  const float y = Y_sum_part + residual2;
  if (warp + 8 * n < N && (thread & 31) == 0) { Y[(long long)m * N + warp + 8 * n] = bf16_from_f32(y); }
}
