// fetch: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) fetch(const unsigned short* __restrict__ V, const int* __restrict__ slot, const unsigned char* __restrict__ fresh, unsigned short* __restrict__ S, int J, int B, int H, int C, int D, int T) {
  const int thread = threadIdx.x;
  const int bhtjd = blockIdx.x;
  const int b = (thread + 256 * bhtjd) / (D * H * J * T);
  const int h = (thread + 256 * bhtjd) / (D * J * T) % H;
  const int t = (thread + 256 * bhtjd) / (D * J) % T;
  const int j = (thread + 256 * bhtjd) / D % J;
  const int d = (thread + 256 * bhtjd) % D;

  // shadow_decode.tdsl:63: S[1, b, h, t*J + j, d] = if fresh[b, h, t] then V[b, h, slot[b, h, t]*J + j, d] else S[1, b, h, t*J + j, d]
  const bool fresh2 = b < B ? fresh[((long long)b * H + h) * T + t] != 0 : false;
  const int slot2 = b < B ? slot[((long long)b * H + h) * T + t] : 0;
  const float v = b < B ? f32_from_bf16(V[(((long long)b * H + h) * C * J + j + slot2 * J) * D + d]) : 0.0f;
  const float s2 = b < B ? f32_from_bf16(S[((((long long)1 * B + b) * H + h) * J * T + j + J * t) * D + d]) : 0.0f;
  const float s = fresh2 ? v : s2;
  if (b < B) { S[((((long long)1 * B + b) * H + h) * J * T + j + J * t) * D + d] = bf16_from_f32(s); }
}
