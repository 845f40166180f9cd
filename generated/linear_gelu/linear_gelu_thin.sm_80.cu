// linear_gelu_thin: made by tdsl from linear_gelu.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) linear_gelu_thin(const unsigned short* __restrict__ X, const unsigned short* __restrict__ W, const float* __restrict__ bias, unsigned short* __restrict__ Y, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = (N + 7) / 8;
  const int n = group % n_count;
  const int m = group / n_count;

  // linear_gelu.tdsl:10: Y[m, n] = gelu(pre[m, n])
  float pre_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 255) / 256; ++k_step) {
    float x[8];
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      x[dk] = 256 * k_step + 8 * lane + dk < K ? f32_from_f16(X[(long long)m * K + 256 * k_step + 8 * lane + dk]) : 0.0f;
    }
    float pre_sum_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      const float w = warp + 8 * n < N && 256 * k_step + 8 * lane + dk < K ? f32_from_f16(W[(long long)(warp + 8 * n) * K + 256 * k_step + 8 * lane + dk]) : 0.0f;
      const float pre_sum_term = x[dk] * w;
      const float pre_sum_term2 = 256 * k_step + 8 * lane + dk < K ? pre_sum_term : 0.0f;
      pre_sum_part += pre_sum_term2;
    }
    pre_sum += pre_sum_part;
  }
  float pre_sum_part = pre_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    pre_sum_part += warp_xor(pre_sum_part, 1 << step);
  }
  const float bias2 = warp + 8 * n < N ? bias[warp + 8 * n] : 0.0f;
  const float y = 0.5f * (pre_sum_part + bias2) * (1.0f + erff((pre_sum_part + bias2) * 0.70710677f));
  if (warp + 8 * n < N && (thread & 31) == 0) { Y[(long long)m * N + warp + 8 * n] = f16_from_f32(y); }
}
