// khatri_rao_thin: made by tdsl from tensor_algebra.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) khatri_rao_thin(const float* __restrict__ X, const float* __restrict__ B, const float* __restrict__ C, float* __restrict__ A, int I, int J, int K, int R) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int r_count = (R + 7) / 8;
  const int r = group % r_count;
  const int i = group / r_count;

  // tensor_algebra.tdsl:17: A[i, r] = sum(j, k) X[i, j, k] * B[j, r] * C[k, r]
  float A_sum = 0.0f;
  for (int j_step = 0; j_step < J; ++j_step) {
    for (int k_step = 0; k_step < (K + 127) / 128; ++k_step) {
      float x[4];
      #pragma unroll
      for (int dk = 0; dk < 4; ++dk) {
        x[dk] = 128 * k_step + 4 * lane + dk < K ? X[((long long)i * J + j_step) * K + 128 * k_step + 4 * lane + dk] : 0.0f;
      }
      const float b = warp + 8 * r < R ? B[(long long)j_step * R + warp + 8 * r] : 0.0f;
      float A_sum_part = 0.0f;
      #pragma unroll
      for (int dk = 0; dk < 4; ++dk) {
        const float c = 128 * k_step + 4 * lane + dk < K && warp + 8 * r < R ? C[(long long)(128 * k_step + 4 * lane + dk) * R + warp + 8 * r] : 0.0f;
        const float A_sum_term = x[dk] * b * c;
        const float A_sum_term2 = 128 * k_step + 4 * lane + dk < K ? A_sum_term : 0.0f;
        A_sum_part += A_sum_term2;
      }
      A_sum += A_sum_part;
    }
  }
  float A_sum_part = A_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    A_sum_part += warp_xor(A_sum_part, 1 << step);
  }
  if (warp + 8 * r < R && (thread & 31) == 0) { A[(long long)i * R + warp + 8 * r] = A_sum_part; }
}
