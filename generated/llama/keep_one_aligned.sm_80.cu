// keep_one_aligned: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
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

// writes N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void store_bf16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = bf16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

extern "C" __global__ void __launch_bounds__(256) keep_one_aligned(const float* __restrict__ z, const float* __restrict__ rope, const int* __restrict__ position, unsigned short* __restrict__ KV, int R, int G, int E, int N) {
  const int thread = threadIdx.x;
  const int jgie = blockIdx.x;
  const int g = (thread + 256 * jgie) / (2 * (E / 4)) % G;
  const int e = (thread + 256 * jgie) % (E / 4);
  const int j = (thread + 256 * jgie) / (2 * G * (E / 4));

  // llama.tdsl:127: KV[j, g, position[0], i*E + e] = if j
  float z2[4];
  load_vector<4>(z2, &z[2 * E * G * R + 2 * E * g + 4 * e]);
  const int position2 = position[0];
  float kv[4];
  float rope2[4];
  load_vector<4>(rope2, &rope[2 * (long long)position2 * E + 4 * e]);
  float z3[4];
  load_vector<4>(z3, &z[E + 2 * E * G * R + 2 * E * g + 4 * e]);
  float rope3[4];
  load_vector<4>(rope3, &rope[(2 * (long long)position2 + 1) * E + 4 * e]);
  float z4[4];
  load_vector<4>(z4, &z[2 * E * G * R + 2 * E * g + 2 * E * G + E * (((thread + 256 * jgie) / (E / 4)) & 1) + 4 * e]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    kv[v] = j == 0 ? ((((thread + 256 * jgie) / (E / 4)) & 1) == 0 ? z2[v] * rope2[v] - z3[v] * rope3[v] : z3[v] * rope2[v] + z2[v] * rope3[v]) : z4[v];
  }
  if (j <= 1) {
    store_bf16<4>(&KV[(((long long)j * G + g) * N + position2) * 2 * E + E * (((thread + 256 * jgie) / (E / 4)) & 1) + 4 * e], kv);
  }
}
