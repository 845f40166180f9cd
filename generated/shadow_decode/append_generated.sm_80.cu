// append_generated_1, append_generated_2: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) append_generated_1(const unsigned short* __restrict__ k, const int* __restrict__ at, unsigned short* __restrict__ S, int B, int H, int D, int M) {
  const int thread = threadIdx.x;
  const int bhd = blockIdx.x;
  const int b = (thread + 256 * bhd) / (D * H);
  const int h = (thread + 256 * bhd) / D % H;
  const int d = (thread + 256 * bhd) % D;

  // shadow_decode.tdsl:72: S[0, b, h, at[b], d] = k[b, h, d]
  const float k2 = b < B ? f32_from_bf16(k[((long long)b * H + h) * D + d]) : 0.0f;
  const int at2 = b < B ? at[b] : 0;
  if (b < B) { S[(((long long)b * H + h) * M + at2) * D + d] = bf16_from_f32(k2); }
}

extern "C" __global__ void __launch_bounds__(256) append_generated_2(const unsigned short* __restrict__ v, const int* __restrict__ at, unsigned short* __restrict__ S, int B, int H, int D, int M) {
  const int thread = threadIdx.x;
  const int bhd = blockIdx.x;
  const int b = (thread + 256 * bhd) / (D * H);
  const int h = (thread + 256 * bhd) / D % H;
  const int d = (thread + 256 * bhd) % D;

  // shadow_decode.tdsl:73: S[1, b, h, at[b], d] = v[b, h, d]
  const float v2 = b < B ? f32_from_bf16(v[((long long)b * H + h) * D + d]) : 0.0f;
  const int at2 = b < B ? at[b] : 0;
  if (b < B) { S[((((long long)1 * B + b) * H + h) * M + at2) * D + d] = bf16_from_f32(v2); }
}
