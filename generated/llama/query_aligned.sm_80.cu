// query_aligned: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on E % 4 == 0.

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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
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

extern "C" __global__ void __launch_bounds__(256) query_aligned(const float* __restrict__ z, const float* __restrict__ rope, const int* __restrict__ position, unsigned short* __restrict__ q, int G, int R, int E, int N) {
  const int thread = threadIdx.x;
  const int hie = blockIdx.x;
  const int h = (thread + 256 * hie) / (2 * (E / 4));
  const int e = (thread + 256 * hie) % (E / 4);

  // llama.tdsl:117: q[h, i*E + e] = turn(z[0, h*2*E + e], z[0, h*2*E + E + e], rope[position[0], 0, e], rope[position[0], 1, e], i)
  float z2[4];
  load_vector_or<4>(z2, &z[2 * E * h + 4 * e], h < G * R, 0.0f);
  const int position2 = position[0];
  float q2[4];
  float rope2[4];
  load_vector<4>(rope2, &rope[2 * (long long)position2 * E + 4 * e]);
  float z3[4];
  load_vector_or<4>(z3, &z[E + 2 * E * h + 4 * e], h < G * R, 0.0f);
  float rope3[4];
  load_vector<4>(rope3, &rope[(2 * (long long)position2 + 1) * E + 4 * e]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    q2[v] = (((thread + 256 * hie) / (E / 4)) & 1) == 0 ? z2[v] * rope2[v] - z3[v] * rope3[v] : z3[v] * rope2[v] + z2[v] * rope3[v];
  }
  if (h < G * R) { store_bf16<4>(&q[(long long)h * 2 * E + E * (((thread + 256 * hie) / (E / 4)) & 1) + 4 * e], q2); }
}
