// linear_thin: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) linear_thin(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, float* __restrict__ z, int S, int C, int M) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int m_count = (M + 7) / 8;
  const int m = group % m_count;
  const int s = group / m_count;

  // llama.tdsl:54: z[s, m] = sum(c) y[s, c] * W[m, c]
  float z_sum = 0.0f;
  for (int c_step = 0; c_step < (C + 255) / 256; ++c_step) {
    float y2[8];
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      y2[dc] = 256 * c_step + 8 * lane + dc < C ? f32_from_bf16(y[(long long)s * C + 256 * c_step + 8 * lane + dc]) : 0.0f;
    }
    float z_sum_part = 0.0f;
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      const float w = warp + 8 * m < M && 256 * c_step + 8 * lane + dc < C ? f32_from_bf16(W[(long long)(warp + 8 * m) * C + 256 * c_step + 8 * lane + dc]) : 0.0f;
      const float z_sum_term = y2[dc] * w;
      const float z_sum_term2 = 256 * c_step + 8 * lane + dc < C ? z_sum_term : 0.0f;
      z_sum_part += z_sum_term2;
    }
    z_sum += z_sum_part;
  }
  float z_sum_part = z_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    z_sum_part += warp_xor(z_sum_part, 1 << step);
  }
  if (warp + 8 * m < M && (thread & 31) == 0) { z[(long long)s * M + warp + 8 * m] = z_sum_part; }
}
