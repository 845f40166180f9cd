// matmul_bf16_thin: made by tdsl from matmul.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) matmul_bf16_thin(const unsigned short* __restrict__ A, const unsigned short* __restrict__ B, unsigned short* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tk = thread >> 3;
  const int tn = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = (N + 63) / 64;
  const int n = group % n_count;
  const int m = group / n_count;

  // matmul.tdsl:21: C[m, n] = sum(k) A[m, k] * B[k, n]
  float C_sum[8] = {};
  for (int k_step = 0; k_step < (K + 31) / 32; ++k_step) {
    const float a = tk + 32 * k_step < K ? f32_from_bf16(A[(long long)m * K + tk + 32 * k_step]) : 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float b = tk + 32 * k_step < K && 64 * n + 8 * tn + dn < N ? f32_from_bf16(B[(long long)(tk + 32 * k_step) * N + 64 * n + 8 * tn + dn]) : 0.0f;
      const float C_sum_term = a * b;
      C_sum[dn] += tk + 32 * k_step < K ? C_sum_term : 0.0f;
    }
  }
  float C_sum_part[8];
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    C_sum_part[dn] = C_sum[dn];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      C_sum_part[r] += warp_xor(C_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = C_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    C_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      C_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    if (64 * n + 8 * tn + dn < N && thread < 8) { C[(long long)m * N + 64 * n + 8 * tn + dn] = bf16_from_f32(C_sum_part[dn]); }
  }
}
