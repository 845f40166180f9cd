// copy_hits_aligned: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on H % 4 == 0.

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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) copy_hits_aligned(const int* __restrict__ found, int* __restrict__ hits, int B, int H) {
  const int thread = threadIdx.x;
  const int bh = blockIdx.x;
  const int b = (thread + 256 * bh) / (H / 4);
  const int h = (thread + 256 * bh) % (H / 4);

  // shadow_decode.tdsl:106: hits[b, h] = found[b, h]
  int found2[4];
  load_vector_or<4>(found2, &found[(long long)b * H + 4 * h], b < B, 0);
  if (b < B) { store_vector<4>(&hits[(long long)b * H + 4 * h], found2); }
}
