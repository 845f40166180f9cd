// ttm_thin: made by tdsl from ttm.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) ttm_thin(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int I, int J, int L, int K) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tl = thread >> 3;
  const int tk = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int k_count = (K + 127) / 128;
  const int k = group % k_count;
  const int outer = group / k_count;
  const int j = outer % J;
  const int i = outer / J;

  // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
  int C_sum[16] = {};
  for (int l_step = 0; l_step < (L + 31) / 32; ++l_step) {
    const int a = tl + 32 * l_step < L ? A[((long long)i * J + j) * L + tl + 32 * l_step] : 0;
    #pragma unroll
    for (int dk = 0; dk < 16; ++dk) {
      const int b = tl + 32 * l_step < L && 128 * k + 16 * tk + dk < K ? B[(long long)(tl + 32 * l_step) * K + 128 * k + 16 * tk + dk] : 0;
      const int C_sum_term = a * b;
      C_sum[dk] += tl + 32 * l_step < L ? C_sum_term : 0;
    }
  }
  int C_sum_part[16];
  #pragma unroll
  for (int dk = 0; dk < 16; ++dk) {
    C_sum_part[dk] = C_sum[dk];
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      C_sum_part[r] += warp_xor(C_sum_part[r], 8 << step);
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
      C_sum_part[r] += partials_int_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dk = 0; dk < 16; ++dk) {
    if (128 * k + 16 * tk + dk < K && thread < 8) { C[((long long)i * J + j) * K + 128 * k + 16 * tk + dk] = C_sum_part[dk]; }
  }
}
