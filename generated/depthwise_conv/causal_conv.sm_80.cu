// causal_conv: made by tdsl from depthwise_conv.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// 1 / x in one instruction
__device__ __forceinline__ float fast_rcp(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

extern "C" __global__ void __launch_bounds__(256) causal_conv(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, unsigned short* __restrict__ Y, int B, int T, int C, int R) {
  const int thread = threadIdx.x;
  const int btc = blockIdx.x;
  const int b = (thread + 256 * btc) / (C * T);
  const int t = (thread + 256 * btc) / C % T;
  const int c = (thread + 256 * btc) % C;

  // depthwise_conv.tdsl:15: Y[b, t, c] = silu(sum(r) (X[b, t + r - (R - 1), c] else 0) * F[c, r])
  float silu_x = 0.0f;
  for (int r_step = 0; r_step < R; ++r_step) {
    const float x = b < B && R <= r_step + t + 1 ? f32_from_bf16(X[((long long)b * T + r_step + t + 1 - R) * C + c]) : 0.0f;
    const float f = f32_from_bf16(F[(long long)c * R + r_step]);
    silu_x += x * f;
  }
  const float y = silu_x * fast_rcp(1.0f + fast_exp(-silu_x));
  if (b < B) { Y[((long long)b * T + t) * C + c] = bf16_from_f32(y); }
}
