// xception_conv3x3_thin_aligned: made by tdsl from xception.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on W % 16 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// writes N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void store_vector(T* to, const T* from) {
  Vector<T, N> v;
#pragma unroll
  for (int n = 0; n < N; n++) v.at[n] = from[n];
  *reinterpret_cast<Vector<T, N>*>(to) = v;
}

// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) xception_conv3x3_thin_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int H, int W, int K) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tc = thread >> 3;
  const int ty = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int y_count = (W + 112) / 128;
  const int y = group % y_count;
  const int outer = group / y_count;
  const int x_count = H - 2;
  const int x = outer % x_count;
  const int k = outer / x_count;

  // xception.tdsl:13: O[k, x, y] = sum(c, r, s) A[c, x + r, y + s] * B[k, c, r, s]
  int O_sum[16] = {};
  #pragma unroll
  for (int r_step = 0; r_step < 3; ++r_step) {
    #pragma unroll
    for (int s_step = 0; s_step < 3; ++s_step) {
      for (int c_step = 0; c_step < (C + 31) / 32; ++c_step) {
        int a[16];
        #pragma unroll
        for (int dy = 0; dy < 16; ++dy) {
          a[dy] = tc + 32 * c_step < C && 128 * y + 16 * ty + dy + 3 <= W ? A[((long long)(tc + 32 * c_step) * H + r_step + x) * W + s_step + 128 * y + 16 * ty + dy] : 0;
        }
        const int b = tc + 32 * c_step < C ? B[3 * (3 * ((long long)k * C + tc + 32 * c_step) + r_step) + s_step] : 0;
        #pragma unroll
        for (int dy = 0; dy < 16; ++dy) {
          const int O_sum_term = a[dy] * b;
          O_sum[dy] = wrap_add(O_sum[dy], tc + 32 * c_step < C ? O_sum_term : 0);
        }
      }
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
  for (int dy = 0; dy < 8; ++dy) {
    if (128 * y + 16 * ty + 2 * dy + 3 <= W && thread < 8) {
      store_vector<2>(&O[((long long)k * (H - 2) + x) * (W - 2) + 128 * y + 16 * ty + 2 * dy], &O_sum_part[2 * dy]);
    }
  }
}
