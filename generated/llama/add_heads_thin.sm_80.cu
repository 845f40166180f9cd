// add_heads_thin: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) add_heads_thin(const unsigned short* __restrict__ o, const unsigned short* __restrict__ W, float* __restrict__ x, int H, int S, int D, int C) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int c_count = (C + 7) / 8;
  const int c = group % c_count;
  const int s = group / c_count;

  // llama.tdsl:66: x[s, c] += sum(h, d) o[h, s, d] * W[c, h*D + d]
  float x_sum = 0.0f;
  for (int h_step = 0; h_step < H; ++h_step) {
    for (int d_step = 0; d_step < (D + 255) / 256; ++d_step) {
      float o2[8];
      #pragma unroll
      for (int dd = 0; dd < 8; ++dd) {
        o2[dd] = 256 * d_step + 8 * lane + dd < D ? f32_from_bf16(o[((long long)h_step * S + s) * D + 256 * d_step + 8 * lane + dd]) : 0.0f;
      }
      float x_sum_part = 0.0f;
      #pragma unroll
      for (int dd = 0; dd < 8; ++dd) {
        const float w = warp + 8 * c < C && 256 * d_step + 8 * lane + dd < D ? f32_from_bf16(W[(long long)(warp + 8 * c) * D * H + h_step * D + 256 * d_step + 8 * lane + dd]) : 0.0f;
        const float x_sum_term = o2[dd] * w;
        const float x_sum_term2 = 256 * d_step + 8 * lane + dd < D ? x_sum_term : 0.0f;
        x_sum_part += x_sum_term2;
      }
      x_sum += x_sum_part;
    }
  }
  float x_sum_part = x_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    x_sum_part += warp_xor(x_sum_part, 1 << step);
  }
  const float x3 = warp + 8 * c < C ? x[(long long)s * C + warp + 8 * c] : 0.0f;
  const float x2 = x3 + x_sum_part;
  if (warp + 8 * c < C && (thread & 31) == 0) { x[(long long)s * C + warp + 8 * c] = x2; }
}
