// transpose_aligned: made by tdsl from transpose.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on N % 4 == 0, M % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
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

extern "C" __global__ void __launch_bounds__(256) transpose_aligned(const float* __restrict__ A, float* __restrict__ B, int M, int N) {
  const int thread = threadIdx.x;
  const int group = blockIdx.x;
  const int m = group % M;
  const int n = group / M;

  // transpose.tdsl:8: B[n, m] = A[m, n]
  float a[4];
  load_vector_or<4>(a, &A[(long long)m * N + 1024 * n + 4 * thread], 1024 * n + 4 * thread < N, 0.0f);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    if (1024 * n + 4 * thread + v < N) { B[(long long)(1024 * n + 4 * thread + v) * M + m] = a[v]; }
  }
}
