// matmul_thin_aligned: made by tdsl from matmul.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// two f32 to a word of f16, the first in the low half
__device__ __forceinline__ unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
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

// reads N consecutive f16 as one access
template <int N> __device__ __forceinline__ void load_f16(float* to, const unsigned short* from) {
  unsigned words[(N + 1) / 2];
  if constexpr (N % 2 == 0) load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = f32_from_f16((unsigned short)(words[n / 2] >> (16 * (n % 2))));
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_f16_or(float* to, const unsigned short* from, bool inside, float fill) {
  if (inside) {
    load_f16<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// writes N consecutive f16 as one access
template <int N> __device__ __forceinline__ void store_f16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = f16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

extern "C" __global__ void __launch_bounds__(256) matmul_thin_aligned(const unsigned short* __restrict__ A, const unsigned short* __restrict__ B, unsigned short* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tk = thread >> 3;
  const int tn = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = (N + 56) / 64;
  const int n = group % n_count;
  const int m = group / n_count;

  // matmul.tdsl:9: C[m, n] = sum(k) A[m, k] * B[k, n]
  float C_sum[8] = {};
  for (int k_step = 0; k_step < (K + 24) / 32; ++k_step) {
    const float a = tk + 32 * k_step < K ? f32_from_f16(A[(long long)m * K + tk + 32 * k_step]) : 0.0f;
    float b[8];
    load_f16_or<8>(b, &B[(long long)(tk + 32 * k_step) * N + 64 * n + 8 * tn], tk + 32 * k_step < K && 64 * n + 8 * tn < N, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float C_sum_term = a * b[v];
      C_sum[v] += tk + 32 * k_step < K ? C_sum_term : 0.0f;
    }
  }
  float C_sum_part[8];
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    C_sum_part[dn] = C_sum[dn];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      C_sum_part[r] += warp_xor(C_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = C_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    C_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      C_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  if (64 * n + 8 * tn < N && thread < 8) { store_f16<8>(&C[(long long)m * N + 64 * n + 8 * tn], C_sum_part); }
}
