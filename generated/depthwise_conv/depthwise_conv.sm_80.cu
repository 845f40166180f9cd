// depthwise_conv: made by tdsl from depthwise_conv.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) depthwise_conv(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, const float* __restrict__ bias, unsigned short* __restrict__ Y, int N, int C, int H, int W, int R, int S) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tx = thread & 7;
  const int ts = thread >> 3;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int x_count = (W + 63) / 64;
  const int x = group % x_count;
  const int outer = group / x_count;
  const int y = outer % H;
  const int outer2 = outer / H;
  const int c = outer2 % C;
  const int n = outer2 / C;

  // depthwise_conv.tdsl:7: Y[n, c, y, x] = sum(r, s) (X[n, c, y + r - (R - 1) / 2, x + s - (S - 1) / 2] else 0) * F[c, r, s] + bias[c]
  float Y_sum[8] = {};
  for (int r_step = 0; r_step < R; ++r_step) {
    for (int s_step = 0; s_step < (S + 31) / 32; ++s_step) {
      float x2[8];
      #pragma unroll
      for (int dx = 0; dx < 8; ++dx) {
        x2[dx] = (R + 1) / 2 <= r_step + y + 1 && r_step + y + 2 <= H + (R + 1) / 2 && (S + 1) / 2 <= ts + 64 * x + 32 * s_step + 8 * tx + dx + 1 && ts + 64 * x + 32 * s_step + 8 * tx + dx + 2 <= W + (S + 1) / 2 ? f32_from_f16(X[(((long long)n * C + c) * H + r_step + y + 1 - (R + 1) / 2) * W + ts + 64 * x + 32 * s_step + 8 * tx + dx + 1 - (S + 1) / 2]) : 0.0f;
      }
      const float f = ts + 32 * s_step < S ? f32_from_f16(F[((long long)c * R + r_step) * S + ts + 32 * s_step]) : 0.0f;
      #pragma unroll
      for (int dx = 0; dx < 8; ++dx) {
        const float Y_sum_term = x2[dx] * f;
        Y_sum[dx] += ts + 32 * s_step < S ? Y_sum_term : 0.0f;
      }
    }
  }
  float Y_sum_part[8];
  #pragma unroll
  for (int dx = 0; dx < 8; ++dx) {
    Y_sum_part[dx] = Y_sum[dx];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      Y_sum_part[r] += warp_xor(Y_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = Y_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    Y_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Y_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  const float bias2 = bias[c];
  #pragma unroll
  for (int dx = 0; dx < 8; ++dx) {
    const float y2 = Y_sum_part[dx] + bias2;
    if (64 * x + 8 * tx + dx < W && thread < 8) { Y[(((long long)n * C + c) * H + y) * W + 64 * x + 8 * tx + dx] = f16_from_f32(y2); }
  }
}
