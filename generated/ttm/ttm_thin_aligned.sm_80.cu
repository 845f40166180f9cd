// ttm_thin_aligned: made by tdsl from ttm.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on L % 16 == 0, K % 16 == 0.

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

extern "C" __global__ void __launch_bounds__(256) ttm_thin_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int I, int J, int L, int K) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int k_count = 2 * (K / 16);
  const int k = group % k_count;
  const int outer = group / k_count;
  const int j = outer % J;
  const int i = outer / J;

  // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
  int C_sum = 0;
  for (int l_step = 0; l_step < (L + 496) / 512; ++l_step) {
    int a[16];
    load_i8_or<16>(a, &A[((long long)i * J + j) * L + 512 * l_step + 16 * lane], 512 * l_step + 16 * lane < L, 0);
    int C_sum_part = 0;
    #pragma unroll
    for (int dl = 0; dl < 16; ++dl) {
      const int b = 512 * l_step + 16 * lane + dl < L ? B[(long long)(512 * l_step + 16 * lane + dl) * K + warp + 8 * k] : 0;
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
  if ((thread & 31) == 0) { C[((long long)i * J + j) * K + warp + 8 * k] = C_sum_part; }
}
