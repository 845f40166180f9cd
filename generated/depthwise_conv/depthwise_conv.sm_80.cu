// depthwise_conv: made by tdsl from depthwise_conv.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

extern "C" __global__ void __launch_bounds__(256) depthwise_conv(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, const float* __restrict__ bias, unsigned short* __restrict__ Y, int N, int C, int H, int W, int R, int S) {
  const int thread = threadIdx.x;
  const int ncyx = blockIdx.x;
  const int n = (thread + 256 * ncyx) / (C * H * W);
  const int c = (thread + 256 * ncyx) / (H * W) % C;
  const int y = (thread + 256 * ncyx) / W % H;
  const int x = (thread + 256 * ncyx) % W;

  // depthwise_conv.tdsl:7: Y[n, c, y, x] = sum(r, s) (X[n, c, y + r - (R - 1) / 2, x + s - (S - 1) / 2] else 0) * F[c, r, s] + bias[c]
  float Y_sum = 0.0f;
  for (int r_step = 0; r_step < R; ++r_step) {
    for (int s_step = 0; s_step < S; ++s_step) {
      const float x2 = n < N && (R + 1) / 2 <= r_step + y + 1 && r_step + y + 2 <= H + (R + 1) / 2 && (S + 1) / 2 <= s_step + x + 1 && s_step + x + 2 <= W + (S + 1) / 2 ? f32_from_f16(X[(((long long)n * C + c) * H + r_step + y + 1 - (R + 1) / 2) * W + s_step + x + 1 - (S + 1) / 2]) : 0.0f;
      const float f = f32_from_f16(F[((long long)c * R + r_step) * S + s_step]);
      Y_sum += x2 * f;
    }
  }
  const float bias2 = bias[c];
  const float y2 = Y_sum + bias2;
  if (n < N) { Y[(((long long)n * C + c) * H + y) * W + x] = f16_from_f32(y2); }
}
