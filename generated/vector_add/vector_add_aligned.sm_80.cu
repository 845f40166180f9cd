// vector_add_aligned: made by tdsl from vector_add.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on N % 4 == 0.

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

extern "C" __global__ void __launch_bounds__(256) vector_add_aligned(const float* __restrict__ A, const float* __restrict__ B, float* __restrict__ C, int N) {
  const int thread = threadIdx.x;
  const int i = blockIdx.x;

  // vector_add.tdsl:11: C[i] = A[i] + B[i]
  float c[4];
  float a[4];
  load_vector_or<4>(a, &A[1024 * i + 4 * thread], 1024 * i + 4 * thread < N, 0.0f);
  float b[4];
  load_vector_or<4>(b, &B[1024 * i + 4 * thread], 1024 * i + 4 * thread < N, 0.0f);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    c[v] = a[v] + b[v];
  }
  if (1024 * i + 4 * thread < N) { store_vector<4>(&C[1024 * i + 4 * thread], c); }
}
