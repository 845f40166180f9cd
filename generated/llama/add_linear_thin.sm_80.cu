// add_linear_thin: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) add_linear_thin(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, float* __restrict__ x, int S, int C, int M) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int m_count = (M + 7) / 8;
  const int m = group % m_count;
  const int s = group / m_count;

  // llama.tdsl:60: x[s, m] += sum(c) y[s, c] * W[m, c]
  float x_sum = 0.0f;
  for (int c_step = 0; c_step < (C + 255) / 256; ++c_step) {
    float y2[8];
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      y2[dc] = 256 * c_step + 8 * lane + dc < C ? f32_from_bf16(y[(long long)s * C + 256 * c_step + 8 * lane + dc]) : 0.0f;
    }
    float x_sum_part = 0.0f;
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      const float w = warp + 8 * m < M && 256 * c_step + 8 * lane + dc < C ? f32_from_bf16(W[(long long)(warp + 8 * m) * C + 256 * c_step + 8 * lane + dc]) : 0.0f;
      const float x_sum_term = y2[dc] * w;
      const float x_sum_term2 = 256 * c_step + 8 * lane + dc < C ? x_sum_term : 0.0f;
      x_sum_part += x_sum_term2;
    }
    x_sum += x_sum_part;
  }
  float x_sum_part = x_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    x_sum_part += warp_xor(x_sum_part, 1 << step);
  }
  const float x3 = warp + 8 * m < M ? x[(long long)s * M + warp + 8 * m] : 0.0f;
  const float x2 = x3 + x_sum_part;
  if (warp + 8 * m < M && (thread & 31) == 0) { x[(long long)s * M + warp + 8 * m] = x2; }
}
