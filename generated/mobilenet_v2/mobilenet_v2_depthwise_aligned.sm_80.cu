// mobilenet_v2_depthwise_aligned: made by tdsl from mobilenet_v2.tdsl for cuda:sm_80. Change the source, not this file.
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
#endif

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) mobilenet_v2_depthwise_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int H, int W) {
  const int thread = threadIdx.x;
  const int cxy = blockIdx.x;
  const int c = (thread + 256 * cxy) / (4 * H * (W / 16));
  const int x = (thread + 256 * cxy) / (4 * (W / 16)) % H;
  const int y = (thread + 256 * cxy) % (4 * (W / 16));

  // mobilenet_v2.tdsl:65: O[c, x, y] = sum(r, s) (A[c, x + r - 1, y + s - 1] else 0) * B[c, r, s]
  int O_sum[4] = {};
  #pragma unroll
  for (int r_step = 0; r_step < 3; ++r_step) {
    #pragma unroll
    for (int s_step = 0; s_step < 3; ++s_step) {
      int a[4];
      #pragma unroll
      for (int dy = 0; dy < 4; ++dy) {
        a[dy] = c < C && r_step + x > 0 && r_step + x <= H && s_step + 4 * y + dy > 0 && s_step + 4 * y + dy <= W ? A[((long long)c * H + r_step + x - 1) * W + s_step + 4 * y + dy - 1] : 0;
      }
      const int b = c < C ? B[3 * (3 * (long long)c + r_step) + s_step] : 0;
      #pragma unroll
      for (int dy = 0; dy < 4; ++dy) {
        O_sum[dy] = wrap_add(O_sum[dy], a[dy] * b);
      }
    }
  }
  if (c < C) { store_vector<4>(&O[((long long)c * H + x) * W + 4 * y], O_sum); }
}
