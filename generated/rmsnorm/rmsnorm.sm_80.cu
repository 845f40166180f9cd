// rmsnorm: made by tdsl from rmsnorm.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) rmsnorm(const unsigned short* __restrict__ X, const unsigned short* __restrict__ g, const float* __restrict__ eps, unsigned short* __restrict__ Y, int M, int N) {
  __shared__ __align__(128) float partials_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // rmsnorm.tdsl:9: Y[m, n] = X[m, n] * rsqrt(ms[m] + eps) * g[n]
  float ms_sum = 0.0f;
  for (int n_step = 0; n_step < (N + 2047) / 2048; ++n_step) {
    float ms_sum_part = 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float x = 2048 * n_step + 8 * thread + dn < N ? f32_from_bf16(X[(long long)m * N + 2048 * n_step + 8 * thread + dn]) : 0.0f;
      const float ms_sum_term = x * x;
      const float ms_sum_term2 = 2048 * n_step + 8 * thread + dn < N ? ms_sum_term : 0.0f;
      ms_sum_part += ms_sum_term2;
    }
    ms_sum += ms_sum_part;
  }
  float ms_sum_part = ms_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    ms_sum_part += warp_xor(ms_sum_part, 1 << step);
  }
  partials_0[thread] = ms_sum_part;
  __syncthreads();
  ms_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    ms_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  for (int n_2_step = 0; n_2_step < (N + 2047) / 2048; ++n_2_step) {
    float x[8];
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      x[dn] = 2048 * n_2_step + 8 * thread + dn < N ? f32_from_bf16(X[(long long)m * N + 2048 * n_2_step + 8 * thread + dn]) : 0.0f;
    }
    const float eps2 = eps[0];
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float g2 = 2048 * n_2_step + 8 * thread + dn < N ? f32_from_bf16(g[2048 * n_2_step + 8 * thread + dn]) : 0.0f;
      const float y = x[dn] * rsqrtf(ms_sum_part / (float)N + eps2) * g2;
      if (2048 * n_2_step + 8 * thread + dn < N) { Y[(long long)m * N + 2048 * n_2_step + 8 * thread + dn] = bf16_from_f32(y); }
    }
  }
}
