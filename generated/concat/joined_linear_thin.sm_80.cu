// joined_linear_thin: made by tdsl from concat.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) joined_linear_thin(const unsigned short* __restrict__ X, const float* __restrict__ F, const float* __restrict__ W, float* __restrict__ Y, int M, int K, int J, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = (N + 7) / 8;
  const int n = group % n_count;
  const int m = group / n_count;

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  float Y_sum_piece = 0.0f;
  for (int k_step = 0; k_step < (K + 255) / 256; ++k_step) {
    float x[8];
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      x[dk] = 256 * k_step + 8 * lane + dk < K ? f32_from_bf16(X[(long long)m * K + 256 * k_step + 8 * lane + dk]) : 0.0f;
    }
    float Y_sum_piece_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      const float w = warp + 8 * n < N && 256 * k_step + 8 * lane + dk < K ? W[(long long)(warp + 8 * n) * (J + K) + 256 * k_step + 8 * lane + dk] : 0.0f;
      const float Y_sum_piece_term = x[dk] * w;
      const float Y_sum_piece_term2 = 256 * k_step + 8 * lane + dk < K ? Y_sum_piece_term : 0.0f;
      Y_sum_piece_part += Y_sum_piece_term2;
    }
    Y_sum_piece += Y_sum_piece_part;
  }
  float Y_sum_piece_part = Y_sum_piece;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_piece_part += warp_xor(Y_sum_piece_part, 1 << step);
  }
  float Y_sum_piece2 = 0.0f;
  for (int k_2_step = 0; k_2_step < (J + 255) / 256; ++k_2_step) {
    float f[8];
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      f[dk] = 256 * k_2_step + 8 * lane + dk < J ? F[(long long)m * J + 256 * k_2_step + 8 * lane + dk] : 0.0f;
    }
    float Y_sum_piece2_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      const float w = warp + 8 * n < N && 256 * k_2_step + 8 * lane + dk < J ? W[(long long)(warp + 8 * n) * (J + K) + K + 256 * k_2_step + 8 * lane + dk] : 0.0f;
      const float Y_sum_piece2_term = f[dk] * w;
      const float Y_sum_piece2_term2 = 256 * k_2_step + 8 * lane + dk < J ? Y_sum_piece2_term : 0.0f;
      Y_sum_piece2_part += Y_sum_piece2_term2;
    }
    Y_sum_piece2 += Y_sum_piece2_part;
  }
  float Y_sum_piece2_part = Y_sum_piece2;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_piece2_part += warp_xor(Y_sum_piece2_part, 1 << step);
  }
  const float y = Y_sum_piece_part + Y_sum_piece2_part;
  if (warp + 8 * n < N && (thread & 31) == 0) { Y[(long long)m * N + warp + 8 * n] = y; }
}
