// append_ring: made by tdsl from kv_append.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

// a - b * floor(a / b); 0 where b is 0
__device__ __forceinline__ int floor_mod(int a, int b) {
  if (b == 0 || b == -1) return 0;
  const int r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

extern "C" __global__ void __launch_bounds__(256) append_ring(const unsigned short* __restrict__ k, const int* __restrict__ position, unsigned short* __restrict__ K, int B, int G, int W, int D) {
  const int thread = threadIdx.x;
  const int bgd = blockIdx.x;
  const int b = (thread + 256 * bgd) / (D * G);
  const int g = (thread + 256 * bgd) / D % G;
  const int d = (thread + 256 * bgd) % D;

  // kv_append.tdsl:23: K[b, g, position[b] % W, d] = k[b, g, d]
  const float k2 = b < B ? f32_from_bf16(k[((long long)b * G + g) * D + d]) : 0.0f;
  const int position2 = b < B ? position[b] : 0;
  if (b < B) { K[(((long long)b * G + g) * W + floor_mod(position2, W)) * D + d] = bf16_from_f32(k2); }
}
