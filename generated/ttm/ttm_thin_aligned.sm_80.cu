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
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tl = thread >> 3;
  const int tk = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int k_count = (K + 112) / 128;
  const int k = group % k_count;
  const int outer = group / k_count;
  const int j = outer % J;
  const int i = outer / J;

  // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
  int C_sum[16] = {};
  for (int l_step = 0; l_step < (L + 16) / 32; ++l_step) {
    const int a = tl + 32 * l_step < L ? A[((long long)i * J + j) * L + tl + 32 * l_step] : 0;
    int b[16];
    load_i8_or<16>(b, &B[(long long)(tl + 32 * l_step) * K + 128 * k + 16 * tk], tl + 32 * l_step < L && 128 * k + 16 * tk < K, 0);
    #pragma unroll
    for (int v = 0; v < 16; ++v) {
      const int C_sum_term = a * b[v];
      C_sum[v] += tl + 32 * l_step < L ? C_sum_term : 0;
    }
  }
  int C_sum_part[16];
  #pragma unroll
  for (int dk = 0; dk < 16; ++dk) {
    C_sum_part[dk] = C_sum[dk];
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      C_sum_part[r] += warp_xor(C_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    partials_int_0[r * 256 + thread] = C_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    C_sum_part[r] = partials_int_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      C_sum_part[r] += partials_int_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dk = 0; dk < 4; ++dk) {
    if (128 * k + 16 * tk + 4 * dk < K && thread < 8) {
      store_vector<4>(&C[((long long)i * J + j) * K + 128 * k + 16 * tk + 4 * dk], &C_sum_part[4 * dk]);
    }
  }
}
