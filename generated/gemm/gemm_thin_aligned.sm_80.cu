// gemm_thin_aligned: made by tdsl from gemm.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 16 == 0, N % 16 == 0.

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

extern "C" __global__ void __launch_bounds__(256) gemm_thin_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tk = thread >> 3;
  const int tj = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int j_count = (N + 112) / 128;
  const int j = group % j_count;
  const int i = group / j_count;

  // gemm.tdsl:9: C[i, j] = sum(k) A[i, k] * B[k, j]
  int C_sum[16] = {};
  for (int k_step = 0; k_step < (K + 16) / 32; ++k_step) {
    const int a = tk + 32 * k_step < K ? A[(long long)i * K + tk + 32 * k_step] : 0;
    int b[16];
    load_i8_or<16>(b, &B[(long long)(tk + 32 * k_step) * N + 128 * j + 16 * tj], tk + 32 * k_step < K && 128 * j + 16 * tj < N, 0);
    #pragma unroll
    for (int v = 0; v < 16; ++v) {
      const int C_sum_term = a * b[v];
      C_sum[v] = wrap_add(C_sum[v], tk + 32 * k_step < K ? C_sum_term : 0);
    }
  }
  int C_sum_part[16];
  #pragma unroll
  for (int dj = 0; dj < 16; ++dj) {
    C_sum_part[dj] = C_sum[dj];
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      C_sum_part[r] = wrap_add(C_sum_part[r], warp_xor(C_sum_part[r], 8 << step));
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
      C_sum_part[r] = wrap_add(C_sum_part[r], partials_int_0[r * 256 + leader + 32 * (other + 1)]);
    }
  }
  #pragma unroll
  for (int dj = 0; dj < 4; ++dj) {
    if (128 * j + 16 * tj + 4 * dj < N && thread < 8) {
      store_vector<4>(&C[(long long)i * N + 128 * j + 16 * tj + 4 * dj], &C_sum_part[4 * dj]);
    }
  }
}
