// tucker_thin_aligned: made by tdsl from tensor_algebra.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on R % 4 == 0, P % 4 == 0, Q % 4 == 0, K % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
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

extern "C" __global__ void __launch_bounds__(256) tucker_thin_aligned(const float* __restrict__ G, const float* __restrict__ A, const float* __restrict__ B, const float* __restrict__ C, float* __restrict__ X, int P, int Q, int R, int I, int J, int K) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int k_count = (K + 4) / 8;
  const int k = group % k_count;
  const int outer = group / k_count;
  const int j = outer % J;
  const int i = outer / J;

  // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
  float X_sum = 0.0f;
  for (int p_step = 0; p_step < P; ++p_step) {
    for (int q_step = 0; q_step < Q; ++q_step) {
      for (int r_step = 0; r_step < (R + 124) / 128; ++r_step) {
        float g[4];
        load_vector_or<4>(g, &G[((long long)p_step * Q + q_step) * R + 128 * r_step + 4 * lane], 128 * r_step + 4 * lane < R, 0.0f);
        const float a = A[(long long)i * P + p_step];
        const float b = B[(long long)j * Q + q_step];
        float X_sum_part = 0.0f;
        float c[4];
        load_vector_or<4>(c, &C[(long long)(warp + 8 * k) * R + 128 * r_step + 4 * lane], warp + 8 * k < K && 128 * r_step + 4 * lane < R, 0.0f);
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
          const float X_sum_term = g[v] * a * b * c[v];
          const float X_sum_term2 = 128 * r_step + 4 * lane + v < R ? X_sum_term : 0.0f;
          X_sum_part += X_sum_term2;
        }
        X_sum += X_sum_part;
      }
    }
  }
  float X_sum_part = X_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    X_sum_part += warp_xor(X_sum_part, 1 << step);
  }
  if (warp + 8 * k < K && (thread & 31) == 0) { X[((long long)i * J + j) * K + warp + 8 * k] = X_sum_part; }
}
