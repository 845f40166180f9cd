// ttm_thin: made by tdsl from ttm.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) ttm_thin(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int I, int J, int L, int K) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int k_count = (K + 7) / 8;
  const int k = group % k_count;
  const int outer = group / k_count;
  const int j = outer % J;
  const int i = outer / J;

  // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
  int C_sum = 0;
  for (int l_step = 0; l_step < (L + 511) / 512; ++l_step) {
    int a[16];
    #pragma unroll
    for (int dl = 0; dl < 16; ++dl) {
      a[dl] = 512 * l_step + 16 * lane + dl < L ? A[((long long)i * J + j) * L + 512 * l_step + 16 * lane + dl] : 0;
    }
    int C_sum_part = 0;
    #pragma unroll
    for (int dl = 0; dl < 16; ++dl) {
      const int b = 512 * l_step + 16 * lane + dl < L && warp + 8 * k < K ? B[(long long)(512 * l_step + 16 * lane + dl) * K + warp + 8 * k] : 0;
      const int C_sum_term = a[dl] * b;
      const int C_sum_term2 = 512 * l_step + 16 * lane + dl < L ? C_sum_term : 0;
      C_sum_part = wrap_add(C_sum_part, C_sum_term2);
    }
    C_sum = wrap_add(C_sum, C_sum_part);
  }
  int C_sum_part = C_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    C_sum_part = wrap_add(C_sum_part, warp_xor(C_sum_part, 1 << step));
  }
  if (warp + 8 * k < K && (thread & 31) == 0) { C[((long long)i * J + j) * K + warp + 8 * k] = C_sum_part; }
}
