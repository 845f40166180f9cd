// embed_aligned: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on S % 4 == 0, C % 8 == 0.

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

extern "C" __global__ void __launch_bounds__(256) embed_aligned(const int* __restrict__ words, const unsigned short* __restrict__ E, float* __restrict__ x, int S, int V, int C) {
  const int thread = threadIdx.x;
  const int sc = blockIdx.x;
  const int s = (thread + 256 * sc) / (2 * (C / 8));
  const int c = (thread + 256 * sc) % (2 * (C / 8));

  // llama.tdsl:35: x[s, c] = f32(E[words[s], c])
  const int words2 = s < S ? words[s] : 0;
  float e[4];
  load_bf16_or<4>(e, &E[(long long)words2 * C + 4 * c], s < S, 0.0f);
  if (s < S) { store_vector<4>(&x[(long long)s * C + 4 * c], e); }
}
