// conv2d_strided_thin: made by tdsl from conv2d.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) conv2d_strided_thin(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int H, int W, int K, int R, int S) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int y_count = ((W + 2 - S) >> 4) + 1;
  const int y = group % y_count;
  const int outer = group / y_count;
  const int x_count = ((H - R) >> 1) + 2;
  const int x = outer % x_count;
  const int k = outer / x_count;

  // conv2d.tdsl:18: O[k, x, y] = sum(c, r, s) (A[c, 2*x + r - 1, 2*y + s - 1] else 0) * B[k, c, r, s]
  int O_sum = 0;
  for (int c_step = 0; c_step < C; ++c_step) {
    for (int r_step = 0; r_step < R; ++r_step) {
      for (int s_step = 0; s_step < (S + 511) / 512; ++s_step) {
        int a[16];
        #pragma unroll
        for (int ds = 0; ds < 16; ++ds) {
          a[ds] = r_step + 2 * x > 0 && r_step + 2 * x <= H && 512 * s_step + 16 * lane + 16 * y + 2 * warp + ds > 0 && 512 * s_step + 16 * lane + 16 * y + 2 * warp + ds <= W ? A[((long long)c_step * H + r_step + 2 * x - 1) * W + 512 * s_step + 16 * lane + 16 * y + 2 * warp + ds - 1] : 0;
        }
        int b[16];
        #pragma unroll
        for (int ds = 0; ds < 16; ++ds) {
          b[ds] = 512 * s_step + 16 * lane + ds < S ? B[(((long long)k * C + c_step) * R + r_step) * S + 512 * s_step + 16 * lane + ds] : 0;
        }
        int O_sum_part = 0;
        #pragma unroll
        for (int ds = 0; ds < 16; ++ds) {
          const int O_sum_term = a[ds] * b[ds];
          const int O_sum_term2 = 512 * s_step + 16 * lane + ds < S ? O_sum_term : 0;
          O_sum_part += O_sum_term2;
        }
        O_sum += O_sum_part;
      }
    }
  }
  int O_sum_part = O_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    O_sum_part += warp_xor(O_sum_part, 1 << step);
  }
  if (warp + 8 * y <= ((W - S) >> 1) + 1 && (thread & 31) == 0) {
    O[((long long)k * (((H - R) >> 1) + 2) + x) * (((W - S) >> 1) + 2) + warp + 8 * y] = O_sum_part;
  }
}
