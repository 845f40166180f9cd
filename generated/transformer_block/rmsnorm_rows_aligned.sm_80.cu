// rmsnorm_rows_aligned: made by tdsl from transformer_block.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
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

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

// reads N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void load_bf16(float* to, const unsigned short* from) {
  unsigned words[(N + 1) / 2];
  if constexpr (N % 2 == 0) load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = f32_from_bf16((unsigned short)(words[n / 2] >> (16 * (n % 2))));
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_bf16_or(float* to, const unsigned short* from, bool inside, float fill) {
  if (inside) {
    load_bf16<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// writes N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void store_bf16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = bf16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

extern "C" __global__ void __launch_bounds__(256) rmsnorm_rows_aligned(const unsigned short* __restrict__ X, const unsigned short* __restrict__ g, unsigned short* __restrict__ Y, int M, int K) {
  __shared__ __align__(128) float partials_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // transformer_block.tdsl:8: Y[m, k] = X[m, k] * rsqrt(mean(j) square(X[m, j]) + 1e-5) * g[k]
  float Y_sum = 0.0f;
  for (int j_step = 0; j_step < (K + 2040) / 2048; ++j_step) {
    float Y_sum_part = 0.0f;
    float x[8];
    load_bf16_or<8>(x, &X[(long long)m * K + 2048 * j_step + 8 * thread], 2048 * j_step + 8 * thread < K, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float Y_sum_term = x[v] * x[v];
      const float Y_sum_term2 = 2048 * j_step + 8 * thread + v < K ? Y_sum_term : 0.0f;
      Y_sum_part += Y_sum_term2;
    }
    Y_sum += Y_sum_part;
  }
  float Y_sum_part = Y_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_part += warp_xor(Y_sum_part, 1 << step);
  }
  partials_0[thread] = Y_sum_part;
  __syncthreads();
  Y_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    Y_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  for (int k_step = 0; k_step < (K + 2040) / 2048; ++k_step) {
    float y[8];
    float x[8];
    load_bf16_or<8>(x, &X[(long long)m * K + 2048 * k_step + 8 * thread], 2048 * k_step + 8 * thread < K, 0.0f);
    float g2[8];
    load_bf16_or<8>(g2, &g[2048 * k_step + 8 * thread], 2048 * k_step + 8 * thread < K, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      y[v] = x[v] * rsqrtf(Y_sum_part / (float)K + 0.00001f) * g2[v];
    }
    if (2048 * k_step + 8 * thread < K) { store_bf16<8>(&Y[(long long)m * K + 2048 * k_step + 8 * thread], y); }
  }
}
