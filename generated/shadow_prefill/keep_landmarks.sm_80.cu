// keep_landmarks: made by tdsl from shadow_prefill.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) keep_landmarks(const unsigned short* __restrict__ L, const int* __restrict__ kept, unsigned short* __restrict__ Lk, int B, int H, int C, int D, int N) {
  const int thread = threadIdx.x;
  const int bhnd = blockIdx.x;
  const int b = (thread + 256 * bhnd) / (D * H * N);
  const int h = (thread + 256 * bhnd) / (D * N) % H;
  const int n = (thread + 256 * bhnd) / D % N;
  const int d = (thread + 256 * bhnd) % D;

  // shadow_prefill.tdsl:34: Lk[b, h, n, d] = L[b, h, kept[b, h, n], d]
  const int kept2 = b < B ? kept[((long long)b * H + h) * N + n] : 0;
  const float l = b < B ? f32_from_bf16(L[(((long long)b * H + h) * C + kept2) * D + d]) : 0.0f;
  if (b < B) { Lk[(((long long)b * H + h) * N + n) * D + d] = bf16_from_f32(l); }
}
