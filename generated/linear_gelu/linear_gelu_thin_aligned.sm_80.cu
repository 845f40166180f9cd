// linear_gelu_thin_aligned: made by tdsl from linear_gelu.tdsl for cuda:sm_80. Change the source, not this file.
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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
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

extern "C" __global__ void __launch_bounds__(256) linear_gelu_thin_aligned(const unsigned short* __restrict__ X, const unsigned short* __restrict__ W, const float* __restrict__ bias, unsigned short* __restrict__ Y, int M, int K, int N) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tk = thread >> 3;
  const int tn = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = (N + 56) / 64;
  const int n = group % n_count;
  const int m = group / n_count;

  // linear_gelu.tdsl:10: Y[m, n] = gelu(pre[m, n])
  float pre_sum[8] = {};
  for (int k_step = 0; k_step < (K + 24) / 32; ++k_step) {
    const float x = tk + 32 * k_step < K ? f32_from_f16(X[(long long)m * K + tk + 32 * k_step]) : 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float w = 64 * n + 8 * tn + dn < N && tk + 32 * k_step < K ? f32_from_f16(W[(long long)(64 * n + 8 * tn + dn) * K + tk + 32 * k_step]) : 0.0f;
      const float pre_sum_term = x * w;
      pre_sum[dn] += tk + 32 * k_step < K ? pre_sum_term : 0.0f;
    }
  }
  float pre_sum_part[8];
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    pre_sum_part[dn] = pre_sum[dn];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      pre_sum_part[r] += warp_xor(pre_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = pre_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    pre_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      pre_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  float bias2[8];
  float y[8];
  load_vector_or<4>(bias2, &bias[64 * n + 8 * tn], 64 * n + 8 * tn < N, 0.0f);
  load_vector_or<4>(&bias2[4], &bias[64 * n + 8 * tn + 4], 64 * n + 8 * tn + 5 <= N, 0.0f);
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    y[v] = 0.5f * (pre_sum_part[v] + bias2[v]) * (1.0f + erff((pre_sum_part[v] + bias2[v]) * 0.70710677f));
  }
  if (64 * n + 8 * tn < N && thread < 8) { store_f16<8>(&Y[(long long)m * N + 64 * n + 8 * tn], y); }
}
