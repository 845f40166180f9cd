// axpy_aligned: made by tdsl from vector_add.tdsl for cuda:sm_80. Change the source, not this file.
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

extern "C" __global__ void __launch_bounds__(256) axpy_aligned(const float* __restrict__ alpha, const unsigned short* __restrict__ X, const unsigned short* __restrict__ Y, unsigned short* __restrict__ Z, int N) {
  const int thread = threadIdx.x;
  const int i = blockIdx.x;

  // vector_add.tdsl:19: Z[i] = alpha * X[i] + Y[i]
  const float alpha2 = alpha[0];
  float z[8];
  float x[8];
  load_f16_or<8>(x, &X[2048 * i + 8 * thread], 2048 * i + 8 * thread < N, 0.0f);
  float y[8];
  load_f16_or<8>(y, &Y[2048 * i + 8 * thread], 2048 * i + 8 * thread < N, 0.0f);
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    z[v] = alpha2 * x[v] + y[v];
  }
  if (2048 * i + 8 * thread < N) { store_f16<8>(&Z[2048 * i + 8 * thread], z); }
}
