// histogram_1, histogram_2: made by tdsl from histogram.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) histogram_1(int* __restrict__ count, int B, int N) {
  const int thread = threadIdx.x;
  const int b = blockIdx.x;

  // histogram.tdsl:8: count[b] = 0
  #pragma unroll
  for (int db = 0; db < 4; ++db) {
    const int count2 = 0;
    if (1024 * b + 4 * thread + db < B) { count[1024 * b + 4 * thread + db] = count2; }
  }
}

extern "C" __global__ void __launch_bounds__(256) histogram_2(const int* __restrict__ x, int* __restrict__ count, int B, int N) {
  __shared__ __align__(128) int partials_int_0[1024];
  const int thread = threadIdx.x;
  const int tn = thread >> 4;
  const int tat = thread & 15;
  const int leader = thread & 31;
  const int at = blockIdx.x;

  // histogram.tdsl:9: count[x[n]] += 1
  int count_sum[4] = {};
  for (int n_step = 0; n_step < (N + 15) / 16; ++n_step) {
    const int x2 = tn + 16 * n_step < N ? x[tn + 16 * n_step] : 0;
    #pragma unroll
    for (int dat = 0; dat < 4; ++dat) {
      count_sum[dat] += tn + 16 * n_step < N && x2 == 64 * at + 4 * tat + dat ? 1 : 0;
    }
  }
  int count_sum_part[4];
  #pragma unroll
  for (int dat = 0; dat < 4; ++dat) {
    count_sum_part[dat] = count_sum[dat];
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    count_sum_part[r] += warp_xor(count_sum_part[r], 16);
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    partials_int_0[r * 256 + thread] = count_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    count_sum_part[r] = partials_int_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      count_sum_part[r] += partials_int_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  int count2[4];
  #pragma unroll
  for (int dat = 0; dat < 4; ++dat) {
    const int count3 = 64 * at + 4 * tat + dat < B ? count[64 * at + 4 * tat + dat] : 0;
    count2[dat] = count3 + count_sum_part[dat];
  }
  #pragma unroll
  for (int dat = 0; dat < 4; ++dat) {
    if (64 * at + 4 * tat + dat < B && thread < 16) { count[64 * at + 4 * tat + dat] = count2[dat]; }
  }
}
