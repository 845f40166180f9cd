// resnet50_pointwise_strided_thin: made by tdsl from resnet50.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) resnet50_pointwise_strided_thin(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int H, int W, int K) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tc = thread >> 3;
  const int ty = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int y_count = (W + 255) / 256;
  const int y = group % y_count;
  const int outer = group / y_count;
  const int x_count = (H + 1) / 2;
  const int x = outer % x_count;
  const int k = outer / x_count;

  // resnet50.tdsl:56: O[k, x, y] = sum(c) A[c, 2*x, 2*y] * B[k, c]
  int O_sum[16] = {};
  for (int c_step = 0; c_step < (C + 31) / 32; ++c_step) {
    int a[16];
    #pragma unroll
    for (int dy = 0; dy < 16; ++dy) {
      a[dy] = tc + 32 * c_step < C && 128 * y + 16 * ty + dy < (W + 1) / 2 ? A[((long long)(tc + 32 * c_step) * H + 2 * x) * W + 256 * y + 32 * ty + 2 * dy] : 0;
    }
    const int b = tc + 32 * c_step < C ? B[(long long)k * C + tc + 32 * c_step] : 0;
    #pragma unroll
    for (int dy = 0; dy < 16; ++dy) {
      const int O_sum_term = a[dy] * b;
      O_sum[dy] = wrap_add(O_sum[dy], tc + 32 * c_step < C ? O_sum_term : 0);
    }
  }
  int O_sum_part[16];
  #pragma unroll
  for (int dy = 0; dy < 16; ++dy) {
    O_sum_part[dy] = O_sum[dy];
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      O_sum_part[r] = wrap_add(O_sum_part[r], warp_xor(O_sum_part[r], 8 << step));
    }
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    partials_int_0[r * 256 + thread] = O_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    O_sum_part[r] = partials_int_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      O_sum_part[r] = wrap_add(O_sum_part[r], partials_int_0[r * 256 + leader + 32 * (other + 1)]);
    }
  }
  #pragma unroll
  for (int dy = 0; dy < 16; ++dy) {
    if (128 * y + 16 * ty + dy < (W + 1) / 2 && thread < 8) {
      O[((long long)k * ((H + 1) / 2) + x) * ((W + 1) / 2) + 128 * y + 16 * ty + dy] = O_sum_part[dy];
    }
  }
}
