// stack_rows_aligned: made by tdsl from concat.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on D % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

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

extern "C" __global__ void __launch_bounds__(256) stack_rows_aligned(const unsigned short* __restrict__ A, const float* __restrict__ B, float* __restrict__ C, int N, int D, int M) {
  const int thread = threadIdx.x;
  const int nd = blockIdx.x;
  const int n = (thread + 256 * nd) / (2 * (D / 8));
  const int d = (thread + 256 * nd) % (2 * (D / 8));

  // concat.tdsl:8: C[n, d] = concat(n) { A; B }
  float c[4];
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    const float a = f32_from_bf16(A[(long long)max(0, min(n, N - 1)) * D + 4 * d + v]);
    const float b = B[(long long)max(0, min(n - N, M - 1)) * D + 4 * d + v];
    c[v] = n < N ? a : b;
  }
  if (n < M + N) { store_vector<4>(&C[(long long)n * D + 4 * d], c); }
}
