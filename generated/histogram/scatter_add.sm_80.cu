// scatter_add: made by tdsl from histogram.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) scatter_add(const int* __restrict__ token, const unsigned short* __restrict__ gradient, float* __restrict__ table, int V, int D, int T) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tt = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d_count = (D + 63) / 64;
  const int d = group % d_count;
  const int at = group / d_count;

  // histogram.tdsl:18: table[token[t], d] += gradient[t, d]
  float table_sum[8] = {};
  for (int t_step = 0; t_step < (T + 31) / 32; ++t_step) {
    const int token2 = tt + 32 * t_step < T ? token[tt + 32 * t_step] : 0;
    #pragma unroll
    for (int dd = 0; dd < 8; ++dd) {
      const float gradient2 = tt + 32 * t_step < T && 64 * d + 8 * td + dd < D ? f32_from_bf16(gradient[(long long)(tt + 32 * t_step) * D + 64 * d + 8 * td + dd]) : 0.0f;
      table_sum[dd] += tt + 32 * t_step < T && token2 == at ? gradient2 : 0.0f;
    }
  }
  float table_sum_part[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    table_sum_part[dd] = table_sum[dd];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      table_sum_part[r] += warp_xor(table_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = table_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    table_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      table_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  float table2[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    const float table3 = 64 * d + 8 * td + dd < D ? table[(long long)at * D + 64 * d + 8 * td + dd] : 0.0f;
    table2[dd] = table3 + table_sum_part[dd];
  }
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    if (64 * d + 8 * td + dd < D && thread < 8) { table[(long long)at * D + 64 * d + 8 * td + dd] = table2[dd]; }
  }
}
