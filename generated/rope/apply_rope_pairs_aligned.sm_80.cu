// apply_rope_pairs_aligned: made by tdsl from rope.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on D % 8 == 0, S % 4 == 0.

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

extern "C" __global__ void __launch_bounds__(256) apply_rope_pairs_aligned(const unsigned short* __restrict__ X, const int* __restrict__ position, const float* __restrict__ table, unsigned short* __restrict__ Y, int B, int S, int H, int D, int T) {
  const int thread = threadIdx.x;
  const int bshd = blockIdx.x;
  const int b = (thread + 256 * bshd) / (D * H * (S / 4));
  const int s = (thread + 256 * bshd) / (2 * H * (D / 8)) % S;
  const int h = (thread + 256 * bshd) / (2 * (D / 8)) % H;
  const int d = (thread + 256 * bshd) % (2 * (D / 8));

  // rope.tdsl:24: Y[b, s, h, d] = rope_pairs(X[b, s, h], table[position[b, s]])[d]
  float x[4];
  load_bf16_or<4>(x, &X[(((long long)b * S + s) * H + h) * D + 4 * d], b < B, 0.0f);
  const int position2 = b < B ? position[(long long)b * S + s] : 0;
  float y[4];
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    const float table2 = b < B ? table[2 * (long long)position2 * (D / 2) + (v >> 1) + 2 * d] : 0.0f;
    const float x2 = b < B ? f32_from_bf16(X[(((long long)b * S + s) * H + h) * D + 4 * d + 2 * (v >> 1) + 1 - (v & 1)]) : 0.0f;
    const float table3 = b < B ? table[(2 * (long long)position2 + 1) * (D / 2) + (v >> 1) + 2 * d] : 0.0f;
    y[v] = x[v] * table2 + (float)(2 * (v & 1) - 1) * x2 * table3;
  }
  if (b < B) { store_bf16<4>(&Y[(((long long)b * S + s) * H + h) * D + 4 * d], y); }
}
