// matmul_int8_thin: made by tdsl from matmul.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) matmul_int8_thin(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tk = thread >> 3;
  const int tn = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = (N + 127) / 128;
  const int n = group % n_count;
  const int m = group / n_count;

  // matmul.tdsl:38: C[m, n] = sum(k) A[m, k] * B[k, n]
  int C_sum[16] = {};
  for (int k_step = 0; k_step < (K + 31) / 32; ++k_step) {
    const int a = tk + 32 * k_step < K ? A[(long long)m * K + tk + 32 * k_step] : 0;
    #pragma unroll
    for (int dn = 0; dn < 16; ++dn) {
      const int b = tk + 32 * k_step < K && 128 * n + 16 * tn + dn < N ? B[(long long)(tk + 32 * k_step) * N + 128 * n + 16 * tn + dn] : 0;
      const int C_sum_term = a * b;
      C_sum[dn] = wrap_add(C_sum[dn], tk + 32 * k_step < K ? C_sum_term : 0);
    }
  }
  int C_sum_part[16];
  #pragma unroll
  for (int dn = 0; dn < 16; ++dn) {
    C_sum_part[dn] = C_sum[dn];
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      C_sum_part[r] = wrap_add(C_sum_part[r], warp_xor(C_sum_part[r], 8 << step));
    }
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    partials_int_0[r * 256 + thread] = C_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    C_sum_part[r] = partials_int_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      C_sum_part[r] = wrap_add(C_sum_part[r], partials_int_0[r * 256 + leader + 32 * (other + 1)]);
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 16; ++dn) {
    if (128 * n + 16 * tn + dn < N && thread < 8) { C[(long long)m * N + 128 * n + 16 * tn + dn] = C_sum_part[dn]; }
  }
}
