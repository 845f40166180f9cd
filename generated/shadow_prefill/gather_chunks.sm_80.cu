// gather_chunks: made by tdsl from shadow_prefill.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) gather_chunks(const unsigned short* __restrict__ X, const int* __restrict__ at, unsigned short* __restrict__ Y, int J, int B, int H, int C, int D, int T) {
  const int thread = threadIdx.x;
  const int bhtjd = blockIdx.x;
  const int b = (thread + 256 * bhtjd) / (D * H * J * T);
  const int h = (thread + 256 * bhtjd) / (D * J * T) % H;
  const int t = (thread + 256 * bhtjd) / (D * J) % T;
  const int j = (thread + 256 * bhtjd) / D % J;
  const int d = (thread + 256 * bhtjd) % D;

  // shadow_prefill.tdsl:50: Y[b, h, t, j, d] = X[b, h, at[b, h, t]*J + j, d]
  const int at2 = b < B ? at[((long long)b * H + h) * T + t] : 0;
  const float x = b < B ? f32_from_bf16(X[(((long long)b * H + h) * C * J + j + at2 * J) * D + d]) : 0.0f;
  if (b < B) { Y[((((long long)b * H + h) * T + t) * J + j) * D + d] = bf16_from_f32(x); }
}
