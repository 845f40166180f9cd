// embedding: made by tdsl from embedding.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) embedding(const unsigned short* __restrict__ table, const int* __restrict__ tokens, unsigned short* __restrict__ Y, int V, int D, int B, int T) {
  const int thread = threadIdx.x;
  const int btd = blockIdx.x;
  const int b = (thread + 256 * btd) / (D * T);
  const int t = (thread + 256 * btd) / D % T;
  const int d = (thread + 256 * btd) % D;

  // embedding.tdsl:9: Y[b, t, d] = table[tokens[b, t], d]
  const int tokens2 = b < B ? tokens[(long long)b * T + t] : 0;
  const float table2 = b < B ? f32_from_bf16(table[(long long)tokens2 * D + d]) : 0.0f;
  if (b < B) { Y[((long long)b * T + t) * D + d] = bf16_from_f32(table2); }
}
