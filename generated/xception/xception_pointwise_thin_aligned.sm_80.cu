// xception_pointwise_thin_aligned: made by tdsl from xception.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on W % 16 == 0, C % 16 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}

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

// signed byte of a word
__device__ __forceinline__ int s8_at(unsigned word, int n) { return (int)(word << (24 - 8 * n)) >> 24; }
// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

// reads N consecutive i8 as one access
template <int N> __device__ __forceinline__ void load_i8(int* to, const signed char* from) {
  unsigned words[(N + 3) / 4];
  if constexpr (N % 4 == 0) load_vector<N / 4>(words, reinterpret_cast<const unsigned*>(from));
  else if constexpr (N == 2) words[0] = *reinterpret_cast<const unsigned short*>(from);
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = s8_at(words[n / 4], n % 4);
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_i8_or(int* to, const signed char* from, bool inside, int fill) {
  if (inside) {
    load_i8<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) xception_pointwise_thin_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int H, int W, int K) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tc = thread >> 3;
  const int ty = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int y_count = (W + 112) / 128;
  const int y = group % y_count;
  const int outer = group / y_count;
  const int x = outer % H;
  const int k = outer / H;

  // xception.tdsl:52: O[k, x, y] = sum(c) A[c, x, y] * B[k, c]
  int O_sum[16] = {};
  for (int c_step = 0; c_step < (C + 16) / 32; ++c_step) {
    int a[16];
    load_i8_or<16>(a, &A[((long long)(tc + 32 * c_step) * H + x) * W + 128 * y + 16 * ty], tc + 32 * c_step < C && 128 * y + 16 * ty < W, 0);
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
  for (int dy = 0; dy < 4; ++dy) {
    if (128 * y + 16 * ty + 4 * dy < W && thread < 8) {
      store_vector<4>(&O[((long long)k * H + x) * W + 128 * y + 16 * ty + 4 * dy], &O_sum_part[4 * dy]);
    }
  }
}
