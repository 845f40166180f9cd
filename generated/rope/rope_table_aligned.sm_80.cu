// rope_table_aligned: made by tdsl from rope.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on E % 4 == 0.

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

extern "C" __global__ void __launch_bounds__(256) rope_table_aligned(const float* __restrict__ frequency, float* __restrict__ table, int T, int E) {
  const int thread = threadIdx.x;
  const int tce = blockIdx.x;
  const int e = (thread + 256 * tce) % (E / 4);
  const int t = (thread + 256 * tce) / (2 * (E / 4));

  // rope.tdsl:16: table[t, c, e] = if c == 0 then cos(t * frequency[e]) else sin(t * frequency[e])
  float table2[4];
  float frequency2[4];
  load_vector<4>(frequency2, &frequency[4 * e]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    table2[v] = (((thread + 256 * tce) / (E / 4)) & 1) == 0 ? cosf((float)t * frequency2[v]) : sinf((float)t * frequency2[v]);
  }
  if (t < T) { store_vector<4>(&table[(2 * (long long)t + (((thread + 256 * tce) / (E / 4)) & 1)) * E + 4 * e], table2); }
}
