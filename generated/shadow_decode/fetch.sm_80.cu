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

  // shadow_decode.tdsl:63: S[1, b, h, t*J + j, d] = if fresh[b, h, t] then V[b, h, slot[b, h, t]*J + j, d] else S[1, b, h, t*J + j, d]
  const bool fresh2 = (thread + 256 * bhtjd) / (D * H * J * T) < B ? fresh[((long long)((thread + 256 * bhtjd) / (D * H * J * T)) * H + (thread + 256 * bhtjd) / (D * J * T) % H) * T + (thread + 256 * bhtjd) / (D * J) % T] != 0 : false;
  const int slot2 = (thread + 256 * bhtjd) / (D * H * J * T) < B ? slot[((long long)((thread + 256 * bhtjd) / (D * H * J * T)) * H + (thread + 256 * bhtjd) / (D * J * T) % H) * T + (thread + 256 * bhtjd) / (D * J) % T] : 0;
  const float v = (thread + 256 * bhtjd) / (D * H * J * T) < B ? f32_from_bf16(V[(((long long)((thread + 256 * bhtjd) / (D * H * J * T)) * H + (thread + 256 * bhtjd) / (D * J * T) % H) * C * J + (thread + 256 * bhtjd) / D % J + slot2 * J) * D + (thread + 256 * bhtjd) % D]) : 0.0f;
  const float s2 = (thread + 256 * bhtjd) / (D * H * J * T) < B ? f32_from_bf16(S[((((long long)1 * B + (thread + 256 * bhtjd) / (D * H * J * T)) * H + (thread + 256 * bhtjd) / (D * J * T) % H) * J * T + (thread + 256 * bhtjd) / D % J + J * ((thread + 256 * bhtjd) / (D * J) % T)) * D + (thread + 256 * bhtjd) % D]) : 0.0f;
  const float s = fresh2 ? v : s2;
  if ((thread + 256 * bhtjd) / (D * H * J * T) < B) {
    S[((((long long)1 * B + (thread + 256 * bhtjd) / (D * H * J * T)) * H + (thread + 256 * bhtjd) / (D * J * T) % H) * J * T + (thread + 256 * bhtjd) / D % J + J * ((thread + 256 * bhtjd) / (D * J) % T)) * D + (thread + 256 * bhtjd) % D] = bf16_from_f32(s);
  }
}
