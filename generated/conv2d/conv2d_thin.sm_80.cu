// conv2d_thin: made by tdsl from conv2d.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) conv2d_thin(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int X, int R, int Y, int S, int K) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int y_count = (Y + 7) / 8;
  const int y = group % y_count;
  const int outer = group / y_count;
  const int x = outer % X;
  const int k = outer / X;

  // conv2d.tdsl:6: O[k, x, y] = sum(c, r, s) A[c, x + r, y + s] * B[k, c, r, s]
  int O_sum = 0;
  for (int c_step = 0; c_step < C; ++c_step) {
    for (int r_step = 0; r_step < R; ++r_step) {
      for (int s_step = 0; s_step < (S + 511) / 512; ++s_step) {
        int a[16];
        #pragma unroll
        for (int ds = 0; ds < 16; ++ds) {
          a[ds] = 512 * s_step + 16 * lane + ds < S && warp + 8 * y < Y ? A[((long long)c_step * (R + X - 1) + r_step + x) * (S + Y - 1) + warp + 512 * s_step + 16 * lane + 8 * y + ds] : 0;
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
  if (warp + 8 * y < Y && (thread & 31) == 0) { O[((long long)k * X + x) * Y + warp + 8 * y] = O_sum_part; }
}
