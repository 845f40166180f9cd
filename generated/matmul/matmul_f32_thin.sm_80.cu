// matmul_f32_thin: made by tdsl from matmul.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) matmul_f32_thin(const float* __restrict__ A, const float* __restrict__ B, float* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) float partials_0[1024];
  const int thread = threadIdx.x;
  const int tk = thread >> 4;
  const int tn = thread & 15;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = (N + 63) / 64;
  const int n = group % n_count;
  const int m = group / n_count;

  // matmul.tdsl:15: C[m, n] = sum(k) A[m, k] * B[k, n]
  float C_sum[4] = {};
  for (int k_step = 0; k_step < (K + 15) / 16; ++k_step) {
    const float a = tk + 16 * k_step < K ? A[(long long)m * K + tk + 16 * k_step] : 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      const float b = tk + 16 * k_step < K && 64 * n + 4 * tn + dn < N ? B[(long long)(tk + 16 * k_step) * N + 64 * n + 4 * tn + dn] : 0.0f;
      const float C_sum_term = a * b;
      C_sum[dn] += tk + 16 * k_step < K ? C_sum_term : 0.0f;
    }
  }
  float C_sum_part[4];
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    C_sum_part[dn] = C_sum[dn];
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    C_sum_part[r] += warp_xor(C_sum_part[r], 16);
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    partials_0[r * 256 + thread] = C_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    C_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      C_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    if (64 * n + 4 * tn + dn < N && thread < 16) { C[(long long)m * N + 64 * n + 4 * tn + dn] = C_sum_part[dn]; }
  }
}
