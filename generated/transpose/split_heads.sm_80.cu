// split_heads: made by tdsl from transpose.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) split_heads(const unsigned short* __restrict__ X, unsigned short* __restrict__ Y, int H, int B, int T, int D) {
  const int thread = threadIdx.x;
  const int bhtd = blockIdx.x;
  const int b = (thread + 256 * bhtd) / (D * H * T);
  const int t = (thread + 256 * bhtd) / D % T;
  const int d = (thread + 256 * bhtd) % D;
  const int h = (thread + 256 * bhtd) / (D * T) % H;

  // transpose.tdsl:16: Y[b, h, t, d] = X[b, t, h*D + d]
  const float x = b < B ? f32_from_bf16(X[((long long)b * T + t) * D * H + d + D * h]) : 0.0f;
  if (b < B) { Y[(((long long)b * H + h) * T + t) * D + d] = bf16_from_f32(x); }
}
