// shared_weights_thin: made by tdsl from batched_matmul.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) shared_weights_thin(const unsigned short* __restrict__ X, const unsigned short* __restrict__ W, unsigned short* __restrict__ Z, int B, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = (N + 7) / 8;
  const int n = group % n_count;
  const int outer = group / n_count;
  const int m = outer % M;
  const int b = outer / M;

  // batched_matmul.tdsl:16: Z[b, m, n] = sum(k) X[b, m, k] * W[n, k]
  float Z_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 255) / 256; ++k_step) {
    float x[8];
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      x[dk] = 256 * k_step + 8 * lane + dk < K ? f32_from_bf16(X[((long long)b * M + m) * K + 256 * k_step + 8 * lane + dk]) : 0.0f;
    }
    float Z_sum_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      const float w = warp + 8 * n < N && 256 * k_step + 8 * lane + dk < K ? f32_from_bf16(W[(long long)(warp + 8 * n) * K + 256 * k_step + 8 * lane + dk]) : 0.0f;
      const float Z_sum_term = x[dk] * w;
      const float Z_sum_term2 = 256 * k_step + 8 * lane + dk < K ? Z_sum_term : 0.0f;
      Z_sum_part += Z_sum_term2;
    }
    Z_sum += Z_sum_part;
  }
  float Z_sum_part = Z_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Z_sum_part += warp_xor(Z_sum_part, 1 << step);
  }
  if (warp + 8 * n < N && (thread & 31) == 0) { Z[((long long)b * M + m) * N + warp + 8 * n] = bf16_from_f32(Z_sum_part); }
}
