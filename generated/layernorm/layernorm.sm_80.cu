// layernorm: made by tdsl from layernorm.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) layernorm(const unsigned short* __restrict__ X, const float* __restrict__ gamma, const float* __restrict__ beta, unsigned short* __restrict__ Y, int M, int N) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // layernorm.tdsl:10: Y[m, n] = (X[m, n] - mu[m]) * rsqrt(variance[m] + 1e-5) * gamma[n] + beta[n]
  float mu_sum = 0.0f;
  for (int n_step = 0; n_step < (N + 2047) / 2048; ++n_step) {
    float mu_sum_part = 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float x = 2048 * n_step + 8 * thread + dn < N ? f32_from_f16(X[(long long)m * N + 2048 * n_step + 8 * thread + dn]) : 0.0f;
      const float mu_sum_term = 2048 * n_step + 8 * thread + dn < N ? x : 0.0f;
      mu_sum_part += mu_sum_term;
    }
    mu_sum += mu_sum_part;
  }
  float mu_sum_part = mu_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    mu_sum_part += warp_xor(mu_sum_part, 1 << step);
  }
  partials_0[thread] = mu_sum_part;
  __syncthreads();
  mu_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    mu_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  float variance_sum = 0.0f;
  for (int n_2_step = 0; n_2_step < (N + 2047) / 2048; ++n_2_step) {
    float variance_sum_part = 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float x = 2048 * n_2_step + 8 * thread + dn < N ? f32_from_f16(X[(long long)m * N + 2048 * n_2_step + 8 * thread + dn]) : 0.0f;
      const float variance_sum_term = (x - mu_sum_part / (float)N) * (x - mu_sum_part / (float)N);
      const float variance_sum_term2 = 2048 * n_2_step + 8 * thread + dn < N ? variance_sum_term : 0.0f;
      variance_sum_part += variance_sum_term2;
    }
    variance_sum += variance_sum_part;
  }
  float variance_sum_part = variance_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    variance_sum_part += warp_xor(variance_sum_part, 1 << step);
  }
  partials_1[thread] = variance_sum_part;
  __syncthreads();
  variance_sum_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    variance_sum_part += partials_1[leader + 32 * (other + 1)];
  }
  for (int n_3_step = 0; n_3_step < (N + 2047) / 2048; ++n_3_step) {
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float x = 2048 * n_3_step + 8 * thread + dn < N ? f32_from_f16(X[(long long)m * N + 2048 * n_3_step + 8 * thread + dn]) : 0.0f;
      const float gamma2 = 2048 * n_3_step + 8 * thread + dn < N ? gamma[2048 * n_3_step + 8 * thread + dn] : 0.0f;
      const float beta2 = 2048 * n_3_step + 8 * thread + dn < N ? beta[2048 * n_3_step + 8 * thread + dn] : 0.0f;
      const float y = (x - mu_sum_part / (float)N) * rsqrtf(variance_sum_part / (float)N + 0.00001f) * gamma2 + beta2;
      if (2048 * n_3_step + 8 * thread + dn < N) { Y[(long long)m * N + 2048 * n_3_step + 8 * thread + dn] = f16_from_f32(y); }
    }
  }
}
