// matmul_f32_thin_aligned: made by tdsl from matmul.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 4 == 0, N % 4 == 0.

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

// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
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

extern "C" __global__ void __launch_bounds__(256) matmul_f32_thin_aligned(const float* __restrict__ A, const float* __restrict__ B, float* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) float partials_0[1024];
  const int thread = threadIdx.x;
  const int tk = thread >> 4;
  const int tn = thread & 15;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = (N + 60) / 64;
  const int n = group % n_count;
  const int m = group / n_count;

  // matmul.tdsl:15: C[m, n] = sum(k) A[m, k] * B[k, n]
  float C_sum[4] = {};
  for (int k_step = 0; k_step < (K + 12) / 16; ++k_step) {
    const float a = tk + 16 * k_step < K ? A[(long long)m * K + tk + 16 * k_step] : 0.0f;
    float b[4];
    load_vector_or<4>(b, &B[(long long)(tk + 16 * k_step) * N + 64 * n + 4 * tn], tk + 16 * k_step < K && 64 * n + 4 * tn < N, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      const float C_sum_term = a * b[v];
      C_sum[v] += tk + 16 * k_step < K ? C_sum_term : 0.0f;
    }
  }
  float C_sum_part[4];
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    C_sum_part[dn] = C_sum[dn];
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    C_sum_part[r] += warp_xor(C_sum_part[r], 16);
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    partials_0[r * 256 + thread] = C_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    C_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      C_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  if (64 * n + 4 * tn < N && thread < 16) { store_vector<4>(&C[(long long)m * N + 64 * n + 4 * tn], C_sum_part); }
}
