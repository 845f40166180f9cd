// xception_classifier_aligned: made by tdsl from xception.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 16 == 0, K % 4 == 0.

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

extern "C" __global__ void __launch_bounds__(256) xception_classifier_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int K) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int k = blockIdx.x;

  // xception.tdsl:106: O[k] = sum(c) A[c] * B[k, c]
  int O_sum = 0;
  for (int c_step = 0; c_step < (C + 4080) / 4096; ++c_step) {
    int O_sum_part = 0;
    int a[16];
    load_i8_or<16>(a, &A[4096 * c_step + 16 * thread], 4096 * c_step + 16 * thread < C, 0);
    int b[16];
    load_i8_or<16>(b, &B[(long long)k * C + 4096 * c_step + 16 * thread], 4096 * c_step + 16 * thread < C, 0);
    #pragma unroll
    for (int v = 0; v < 16; ++v) {
      const int O_sum_term = a[v] * b[v];
      const int O_sum_term2 = 4096 * c_step + 16 * thread + v < C ? O_sum_term : 0;
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
