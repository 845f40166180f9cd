// layernorm_aligned: made by tdsl from layernorm.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on N % 8 == 0.

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

extern "C" __global__ void __launch_bounds__(256) layernorm_aligned(const unsigned short* __restrict__ X, const float* __restrict__ gamma, const float* __restrict__ beta, unsigned short* __restrict__ Y, int M, int N) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // layernorm.tdsl:10: Y[m, n] = (X[m, n] - mu[m]) * rsqrt(variance[m] + 1e-5) * gamma[n] + beta[n]
  float mu_sum = 0.0f;
  for (int n_step = 0; n_step < (N + 2040) / 2048; ++n_step) {
    float mu_sum_part = 0.0f;
    float x[8];
    load_f16_or<8>(x, &X[(long long)m * N + 2048 * n_step + 8 * thread], 2048 * n_step + 8 * thread < N, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float mu_sum_term = 2048 * n_step + 8 * thread + v < N ? x[v] : 0.0f;
      mu_sum_part += mu_sum_term;
    }
    mu_sum += mu_sum_part;
  }
  float mu_sum_part = mu_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    mu_sum_part += warp_xor(mu_sum_part, 1 << step);
  }
  partials_0[thread] = mu_sum_part;
  __syncthreads();
  mu_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    mu_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  float variance_sum = 0.0f;
  for (int n_2_step = 0; n_2_step < (N + 2040) / 2048; ++n_2_step) {
    float variance_sum_part = 0.0f;
    float x[8];
    load_f16_or<8>(x, &X[(long long)m * N + 2048 * n_2_step + 8 * thread], 2048 * n_2_step + 8 * thread < N, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float variance_sum_term = (x[v] - mu_sum_part / (float)N) * (x[v] - mu_sum_part / (float)N);
      const float variance_sum_term2 = 2048 * n_2_step + 8 * thread + v < N ? variance_sum_term : 0.0f;
      variance_sum_part += variance_sum_term2;
    }
    variance_sum += variance_sum_part;
  }
  float variance_sum_part = variance_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    variance_sum_part += warp_xor(variance_sum_part, 1 << step);
  }
  partials_1[thread] = variance_sum_part;
  __syncthreads();
  variance_sum_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    variance_sum_part += partials_1[leader + 32 * (other + 1)];
  }
  for (int n_3_step = 0; n_3_step < (N + 2040) / 2048; ++n_3_step) {
    float gamma2[8];
    float beta2[8];
    float y[8];
    float x[8];
    load_f16_or<8>(x, &X[(long long)m * N + 2048 * n_3_step + 8 * thread], 2048 * n_3_step + 8 * thread < N, 0.0f);
    load_vector_or<4>(gamma2, &gamma[2048 * n_3_step + 8 * thread], 2048 * n_3_step + 8 * thread < N, 0.0f);
    load_vector_or<4>(&gamma2[4], &gamma[2048 * n_3_step + 8 * thread + 4], 2048 * n_3_step + 8 * thread + 5 <= N, 0.0f);
    load_vector_or<4>(beta2, &beta[2048 * n_3_step + 8 * thread], 2048 * n_3_step + 8 * thread < N, 0.0f);
    load_vector_or<4>(&beta2[4], &beta[2048 * n_3_step + 8 * thread + 4], 2048 * n_3_step + 8 * thread + 5 <= N, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      y[v] = (x[v] - mu_sum_part / (float)N) * rsqrtf(variance_sum_part / (float)N + 0.00001f) * gamma2[v] + beta2[v];
    }
    if (2048 * n_3_step + 8 * thread < N) { store_f16<8>(&Y[(long long)m * N + 2048 * n_3_step + 8 * thread], y); }
  }
}
