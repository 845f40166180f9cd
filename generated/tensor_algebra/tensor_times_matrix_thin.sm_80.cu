// tensor_times_matrix_thin: made by tdsl from tensor_algebra.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) tensor_times_matrix_thin(const float* __restrict__ X, const float* __restrict__ U, float* __restrict__ Y, int I, int J, int K, int R) {
  __shared__ __align__(128) float partials_0[1024];
  const int thread = threadIdx.x;
  const int tj = thread >> 4;
  const int tk = thread & 15;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int k_count = (K + 63) / 64;
  const int k = group % k_count;
  const int outer = group / k_count;
  const int r = outer % R;
  const int i = outer / R;

  // tensor_algebra.tdsl:8: Y[i, r, k] = sum(j) X[i, j, k] * U[r, j]
  float Y_sum[4] = {};
  for (int j_step = 0; j_step < (J + 15) / 16; ++j_step) {
    float x[4];
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      x[dk] = tj + 16 * j_step < J && 64 * k + 4 * tk + dk < K ? X[((long long)i * J + tj + 16 * j_step) * K + 64 * k + 4 * tk + dk] : 0.0f;
    }
    const float u = tj + 16 * j_step < J ? U[(long long)r * J + tj + 16 * j_step] : 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      const float Y_sum_term = x[dk] * u;
      Y_sum[dk] += tj + 16 * j_step < J ? Y_sum_term : 0.0f;
    }
  }
  float Y_sum_part[4];
  #pragma unroll
  for (int dk = 0; dk < 4; ++dk) {
    Y_sum_part[dk] = Y_sum[dk];
  }
  #pragma unroll
  for (int r2 = 0; r2 < 4; ++r2) {
    Y_sum_part[r2] += warp_xor(Y_sum_part[r2], 16);
  }
  #pragma unroll
  for (int r2 = 0; r2 < 4; ++r2) {
    partials_0[r2 * 256 + thread] = Y_sum_part[r2];
  }
  __syncthreads();
  #pragma unroll
  for (int r2 = 0; r2 < 4; ++r2) {
    Y_sum_part[r2] = partials_0[r2 * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Y_sum_part[r2] += partials_0[r2 * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dk = 0; dk < 4; ++dk) {
    if (64 * k + 4 * tk + dk < K && thread < 16) { Y[((long long)i * R + r) * K + 64 * k + 4 * tk + dk] = Y_sum_part[dk]; }
  }
}
