// tucker_thin: made by tdsl from tensor_algebra.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) tucker_thin(const float* __restrict__ G, const float* __restrict__ A, const float* __restrict__ B, const float* __restrict__ C, float* __restrict__ X, int P, int Q, int R, int I, int J, int K) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int k_count = (K + 7) / 8;
  const int k = group % k_count;
  const int outer = group / k_count;
  const int j = outer % J;
  const int i = outer / J;

  // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
  float X_sum = 0.0f;
  for (int p_step = 0; p_step < P; ++p_step) {
    for (int q_step = 0; q_step < Q; ++q_step) {
      for (int r_step = 0; r_step < (R + 127) / 128; ++r_step) {
        float g[4];
        #pragma unroll
        for (int dr = 0; dr < 4; ++dr) {
          g[dr] = 128 * r_step + 4 * lane + dr < R ? G[((long long)p_step * Q + q_step) * R + 128 * r_step + 4 * lane + dr] : 0.0f;
        }
        const float a = A[(long long)i * P + p_step];
        const float b = B[(long long)j * Q + q_step];
        float X_sum_part = 0.0f;
        #pragma unroll
        for (int dr = 0; dr < 4; ++dr) {
          const float c = warp + 8 * k < K && 128 * r_step + 4 * lane + dr < R ? C[(long long)(warp + 8 * k) * R + 128 * r_step + 4 * lane + dr] : 0.0f;
          const float X_sum_term = g[dr] * a * b * c;
          const float X_sum_term2 = 128 * r_step + 4 * lane + dr < R ? X_sum_term : 0.0f;
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
