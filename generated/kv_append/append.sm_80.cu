// append_1, append_2: made by tdsl from kv_append.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) append_1(const unsigned short* __restrict__ k, const int* __restrict__ len, unsigned short* __restrict__ K, int B, int G, int N, int S, int D) {
  const int thread = threadIdx.x;
  const int bgsd = blockIdx.x;
  const int b = (thread + 256 * bgsd) / (D * G * S);
  const int s = (thread + 256 * bgsd) / D % S;
  const int g = (thread + 256 * bgsd) / (D * S) % G;
  const int d = (thread + 256 * bgsd) % D;

  // kv_append.tdsl:14: K[b, g, len[b] + s, d] = k[b, s, g, d]
  const float k2 = b < B ? f32_from_bf16(k[(((long long)b * S + s) * G + g) * D + d]) : 0.0f;
  const int len2 = b < B ? len[b] : 0;
  if (b < B) { K[(((long long)b * G + g) * (N + S) + len2 + s) * D + d] = bf16_from_f32(k2); }
}

extern "C" __global__ void __launch_bounds__(256) append_2(const unsigned short* __restrict__ v, const int* __restrict__ len, unsigned short* __restrict__ V, int B, int G, int N, int S, int D) {
  const int thread = threadIdx.x;
  const int bgsd = blockIdx.x;
  const int b = (thread + 256 * bgsd) / (D * G * S);
  const int s = (thread + 256 * bgsd) / D % S;
  const int g = (thread + 256 * bgsd) / (D * S) % G;
  const int d = (thread + 256 * bgsd) % D;

  // kv_append.tdsl:15: V[b, g, len[b] + s, d] = v[b, s, g, d]
  const float v2 = b < B ? f32_from_bf16(v[(((long long)b * S + s) * G + g) * D + d]) : 0.0f;
  const int len2 = b < B ? len[b] : 0;
  if (b < B) { V[(((long long)b * G + g) * (N + S) + len2 + s) * D + d] = bf16_from_f32(v2); }
}
