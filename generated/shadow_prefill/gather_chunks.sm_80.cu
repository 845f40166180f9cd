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

  // shadow_prefill.tdsl:50: Y[b, h, t, j, d] = X[b, h, at[b, h, t]*J + j, d]
  const int at2 = (thread + 256 * bhtjd) / (D * H * J * T) < B ? at[((long long)((thread + 256 * bhtjd) / (D * H * J * T)) * H + (thread + 256 * bhtjd) / (D * J * T) % H) * T + (thread + 256 * bhtjd) / (D * J) % T] : 0;
  const float x = (thread + 256 * bhtjd) / (D * H * J * T) < B ? f32_from_bf16(X[(((long long)((thread + 256 * bhtjd) / (D * H * J * T)) * H + (thread + 256 * bhtjd) / (D * J * T) % H) * C * J + (thread + 256 * bhtjd) / D % J + at2 * J) * D + (thread + 256 * bhtjd) % D]) : 0.0f;
  if ((thread + 256 * bhtjd) / (D * H * J * T) < B) {
    Y[((((long long)((thread + 256 * bhtjd) / (D * H * J * T)) * H + (thread + 256 * bhtjd) / (D * J * T) % H) * T + (thread + 256 * bhtjd) / (D * J) % T) * J + (thread + 256 * bhtjd) / D % J) * D + (thread + 256 * bhtjd) % D] = bf16_from_f32(x);
  }
}
