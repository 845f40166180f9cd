// int4_matmul_thin: made by tdsl from int4_matmul.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// signed 4-bit field of a word
__device__ __forceinline__ int s4_at(unsigned word, int n) { return (int)(word << (28 - 4 * n)) >> 28; }

extern "C" __global__ void __launch_bounds__(256) int4_matmul_thin(const unsigned short* __restrict__ X, const unsigned char* __restrict__ W_codes, const unsigned short* __restrict__ W_scale, unsigned short* __restrict__ Y, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = (N + 7) / 8;
  const int n = group % n_count;
  const int m = group / n_count;

  // int4_matmul.tdsl:9: Y[m, n] = sum(k) X[m, k] * W[n, k]
  float Y_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 1023) / 1024; ++k_step) {
    float x[32];
    #pragma unroll
    for (int dk = 0; dk < 32; ++dk) {
      x[dk] = 1024 * k_step + 32 * lane + dk < K ? f32_from_f16(X[(long long)m * K + 1024 * k_step + 32 * lane + dk]) : 0.0f;
    }
    float Y_sum_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 32; ++dk) {
      const int w_codes = warp + 8 * n < N && 1024 * k_step + 32 * lane + dk < K ? s4_at(W_codes[((long long)(warp + 8 * n) * K + 1024 * k_step + 32 * lane + dk) >> 1], ((long long)(warp + 8 * n) * K + 1024 * k_step + 32 * lane + dk) & 1) : 0;
      const float w_scale = warp + 8 * n < N && 1024 * k_step + 32 * lane + dk < K ? f32_from_f16(W_scale[(long long)(warp + 8 * n) * ((K + 127) / 128) + (lane >> 2) + 8 * k_step]) : 0.0f;
      const float Y_sum_term = x[dk] * ((float)w_codes * w_scale);
      const float Y_sum_term2 = 1024 * k_step + 32 * lane + dk < K ? Y_sum_term : 0.0f;
      Y_sum_part += Y_sum_term2;
    }
    Y_sum += Y_sum_part;
  }
  float Y_sum_part = Y_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_part += warp_xor(Y_sum_part, 1 << step);
  }
  if (warp + 8 * n < N && (thread & 31) == 0) { Y[(long long)m * N + warp + 8 * n] = f16_from_f32(Y_sum_part); }
}
