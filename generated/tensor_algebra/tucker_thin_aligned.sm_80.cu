// tucker_thin_aligned: made by tdsl from tensor_algebra.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on R % 4 == 0, P % 4 == 0, Q % 4 == 0, K % 4 == 0.

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

// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) tucker_thin_aligned(const float* __restrict__ G, const float* __restrict__ A, const float* __restrict__ B, const float* __restrict__ C, float* __restrict__ X, int P, int Q, int R, int I, int J, int K) {
  __shared__ __align__(128) float partials_0[1024];
  const int thread = threadIdx.x;
  const int tr = thread >> 4;
  const int tk = thread & 15;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int k_count = (K + 60) / 64;
  const int k = group % k_count;
  const int outer = group / k_count;
  const int j = outer % J;
  const int i = outer / J;

  // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
  float X_sum[4] = {};
  for (int p_step = 0; p_step < P; ++p_step) {
    for (int q_step = 0; q_step < Q; ++q_step) {
      for (int r_step = 0; r_step < (R + 12) / 16; ++r_step) {
        const float g = tr + 16 * r_step < R ? G[((long long)p_step * Q + q_step) * R + tr + 16 * r_step] : 0.0f;
        const float a = A[(long long)i * P + p_step];
        const float b = B[(long long)j * Q + q_step];
        #pragma unroll
        for (int dk = 0; dk < 4; ++dk) {
          const float c = 64 * k + 4 * tk + dk < K && tr + 16 * r_step < R ? C[(long long)(64 * k + 4 * tk + dk) * R + tr + 16 * r_step] : 0.0f;
          const float X_sum_term = g * a * b * c;
          X_sum[dk] += tr + 16 * r_step < R ? X_sum_term : 0.0f;
        }
      }
    }
  }
  float X_sum_part[4];
  #pragma unroll
  for (int dk = 0; dk < 4; ++dk) {
    X_sum_part[dk] = X_sum[dk];
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    X_sum_part[r] += warp_xor(X_sum_part[r], 16);
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    partials_0[r * 256 + thread] = X_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    X_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      X_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  if (64 * k + 4 * tk < K && thread < 16) { store_vector<4>(&X[((long long)i * J + j) * K + 64 * k + 4 * tk], X_sum_part); }
}
