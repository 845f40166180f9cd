// apply_rope_pairs: made by tdsl from rope.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) apply_rope_pairs(const unsigned short* __restrict__ X, const int* __restrict__ position, const float* __restrict__ table, unsigned short* __restrict__ Y, int B, int S, int H, int D, int T) {
  const int thread = threadIdx.x;
  const int bshd = blockIdx.x;
  const int b = (thread + 256 * bshd) / (D * H * S);
  const int s = (thread + 256 * bshd) / (D * H) % S;
  const int h = (thread + 256 * bshd) / D % H;
  const int d = (thread + 256 * bshd) % D;

  // rope.tdsl:24: Y[b, s, h, d] = rope_pairs(X[b, s, h], table[position[b, s]])[d]
  const float x = b < B ? f32_from_bf16(X[(((long long)b * S + s) * H + h) * D + d]) : 0.0f;
  const int position2 = b < B ? position[(long long)b * S + s] : 0;
  const float table2 = b < B ? table[2 * (long long)position2 * (D / 2) + (d >> 1)] : 0.0f;
  const float x2 = b < B ? f32_from_bf16(X[(((long long)b * S + s) * H + h) * D + 2 * (d >> 1) + 1 - (d & 1)]) : 0.0f;
  const float table3 = b < B ? table[(2 * (long long)position2 + 1) * (D / 2) + (d >> 1)] : 0.0f;
  const float y = x * table2 + (float)(2 * (d & 1) - 1) * x2 * table3;
  if (b < B) { Y[(((long long)b * S + s) * H + h) * D + d] = bf16_from_f32(y); }
}
