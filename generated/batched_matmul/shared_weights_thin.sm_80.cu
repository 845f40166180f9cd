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
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tk = thread >> 3;
  const int tn = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = (N + 63) / 64;
  const int n = group % n_count;
  const int outer = group / n_count;
  const int m = outer % M;
  const int b = outer / M;

  // batched_matmul.tdsl:16: Z[b, m, n] = sum(k) X[b, m, k] * W[n, k]
  float Z_sum[8] = {};
  for (int k_step = 0; k_step < (K + 31) / 32; ++k_step) {
    const float x = tk + 32 * k_step < K ? f32_from_bf16(X[((long long)b * M + m) * K + tk + 32 * k_step]) : 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float w = 64 * n + 8 * tn + dn < N && tk + 32 * k_step < K ? f32_from_bf16(W[(long long)(64 * n + 8 * tn + dn) * K + tk + 32 * k_step]) : 0.0f;
      const float Z_sum_term = x * w;
      Z_sum[dn] += tk + 32 * k_step < K ? Z_sum_term : 0.0f;
    }
  }
  float Z_sum_part[8];
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    Z_sum_part[dn] = Z_sum[dn];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      Z_sum_part[r] += warp_xor(Z_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = Z_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    Z_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Z_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    if (64 * n + 8 * tn + dn < N && thread < 8) { Z[((long long)b * M + m) * N + 64 * n + 8 * tn + dn] = bf16_from_f32(Z_sum_part[dn]); }
  }
}
