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
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tk = thread >> 3;
  const int tn = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = (N + 63) / 64;
  const int n = group % n_count;
  const int m = group / n_count;

  // linear_gelu.tdsl:10: Y[m, n] = gelu(pre[m, n])
  float pre_sum[8] = {};
  for (int k_step = 0; k_step < (K + 31) / 32; ++k_step) {
    const float x = tk + 32 * k_step < K ? f32_from_f16(X[(long long)m * K + tk + 32 * k_step]) : 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float w = 64 * n + 8 * tn + dn < N && tk + 32 * k_step < K ? f32_from_f16(W[(long long)(64 * n + 8 * tn + dn) * K + tk + 32 * k_step]) : 0.0f;
      const float pre_sum_term = x * w;
      pre_sum[dn] += tk + 32 * k_step < K ? pre_sum_term : 0.0f;
    }
  }
  float pre_sum_part[8];
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    pre_sum_part[dn] = pre_sum[dn];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      pre_sum_part[r] += warp_xor(pre_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = pre_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    pre_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      pre_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    const float bias2 = 64 * n + 8 * tn + dn < N ? bias[64 * n + 8 * tn + dn] : 0.0f;
    const float y = 0.5f * (pre_sum_part[dn] + bias2) * (1.0f + erff((pre_sum_part[dn] + bias2) * 0.70710677f));
    if (64 * n + 8 * tn + dn < N && thread < 8) { Y[(long long)m * N + 64 * n + 8 * tn + dn] = f16_from_f32(y); }
  }
}
