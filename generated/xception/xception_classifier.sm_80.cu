// xception_classifier: made by tdsl from xception.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) xception_classifier(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int K) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int k = blockIdx.x;

  // xception.tdsl:106: O[k] = sum(c) A[c] * B[k, c]
  int O_sum = 0;
  for (int c_step = 0; c_step < (C + 4095) / 4096; ++c_step) {
    int O_sum_part = 0;
    #pragma unroll
    for (int dc = 0; dc < 16; ++dc) {
      const int a = 4096 * c_step + 16 * thread + dc < C ? A[4096 * c_step + 16 * thread + dc] : 0;
      const int b = 4096 * c_step + 16 * thread + dc < C ? B[(long long)k * C + 4096 * c_step + 16 * thread + dc] : 0;
      const int O_sum_term = a * b;
      const int O_sum_term2 = 4096 * c_step + 16 * thread + dc < C ? O_sum_term : 0;
      O_sum_part = wrap_add(O_sum_part, O_sum_term2);
    }
    O_sum = wrap_add(O_sum, O_sum_part);
  }
  int O_sum_part = O_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    O_sum_part = wrap_add(O_sum_part, warp_xor(O_sum_part, 1 << step));
  }
  partials_int_0[thread] = O_sum_part;
  __syncthreads();
  O_sum_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    O_sum_part = wrap_add(O_sum_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { O[k] = O_sum_part; }
}
