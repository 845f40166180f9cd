// gemm_thin: made by tdsl from gemm.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) gemm_thin(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tk = thread >> 3;
  const int tj = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int j_count = (N + 127) / 128;
  const int j = group % j_count;
  const int i = group / j_count;

  // gemm.tdsl:9: C[i, j] = sum(k) A[i, k] * B[k, j]
  int C_sum[16] = {};
  for (int k_step = 0; k_step < (K + 31) / 32; ++k_step) {
    const int a = tk + 32 * k_step < K ? A[(long long)i * K + tk + 32 * k_step] : 0;
    #pragma unroll
    for (int dj = 0; dj < 16; ++dj) {
      const int b = tk + 32 * k_step < K && 128 * j + 16 * tj + dj < N ? B[(long long)(tk + 32 * k_step) * N + 128 * j + 16 * tj + dj] : 0;
      const int C_sum_term = a * b;
      C_sum[dj] = wrap_add(C_sum[dj], tk + 32 * k_step < K ? C_sum_term : 0);
    }
  }
  int C_sum_part[16];
  #pragma unroll
  for (int dj = 0; dj < 16; ++dj) {
    C_sum_part[dj] = C_sum[dj];
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
  for (int dj = 0; dj < 16; ++dj) {
    if (128 * j + 16 * tj + dj < N && thread < 8) { C[(long long)i * N + 128 * j + 16 * tj + dj] = C_sum_part[dj]; }
  }
}
