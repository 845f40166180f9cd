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
  const int tm = thread >> 2;
  const int tn = thread & 3;
  const int group = blockIdx.x;
  const int m_count = (M + 60) / 64;
  const int m = group % m_count;
  const int n = group / m_count;

  // transpose.tdsl:8: B[n, m] = A[m, n]
  float a[4];
  load_vector_or<4>(a, &A[(long long)(tm + 64 * m) * N + 16 * n + 4 * tn], tm + 64 * m < M && 16 * n + 4 * tn < N, 0.0f);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    if (16 * n + 4 * tn + v < N && tm + 64 * m < M) { B[(long long)(16 * n + 4 * tn + v) * M + tm + 64 * m] = a[v]; }
  }
}
