// conv2d_thin_aligned: made by tdsl from conv2d.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on S % 16 == 0, Y % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}

// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// signed byte of a word
__device__ __forceinline__ int s8_at(unsigned word, int n) { return (int)(word << (24 - 8 * n)) >> 24; }

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

extern "C" __global__ void __launch_bounds__(256) conv2d_thin_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int X, int R, int Y, int S, int K) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int y_count = (Y + 4) / 8;
  const int y = group % y_count;
  const int outer = group / y_count;
  const int x = outer % X;
  const int k = outer / X;

  // conv2d.tdsl:6: O[k, x, y] = sum(c, r, s) A[c, x + r, y + s] * B[k, c, r, s]
  int O_sum = 0;
  for (int c_step = 0; c_step < C; ++c_step) {
    for (int r_step = 0; r_step < R; ++r_step) {
      for (int s_step = 0; s_step < (S + 496) / 512; ++s_step) {
        int a[16];
        #pragma unroll
        for (int ds = 0; ds < 16; ++ds) {
          a[ds] = 512 * s_step + 16 * lane + ds < S && warp + 8 * y < Y ? A[((long long)c_step * (R + X - 1) + r_step + x) * (S + Y - 1) + warp + 512 * s_step + 16 * lane + 8 * y + ds] : 0;
        }
        int b[16];
        load_i8_or<16>(b, &B[(((long long)k * C + c_step) * R + r_step) * S + 512 * s_step + 16 * lane], 512 * s_step + 16 * lane < S, 0);
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
