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

  // kv_append.tdsl:14: K[b, g, len[b] + s, d] = k[b, s, g, d]
  const float k2 = (thread + 256 * bgsd) / (D * G * S) < B ? f32_from_bf16(k[(((long long)((thread + 256 * bgsd) / (D * G * S)) * S + (thread + 256 * bgsd) / D % S) * G + (thread + 256 * bgsd) / (D * S) % G) * D + (thread + 256 * bgsd) % D]) : 0.0f;
  const int len2 = (thread + 256 * bgsd) / (D * G * S) < B ? len[(thread + 256 * bgsd) / (D * G * S)] : 0;
  if ((thread + 256 * bgsd) / (D * G * S) < B) {
    K[(((long long)((thread + 256 * bgsd) / (D * G * S)) * G + (thread + 256 * bgsd) / (D * S) % G) * (N + S) + len2 + (thread + 256 * bgsd) / D % S) * D + (thread + 256 * bgsd) % D] = bf16_from_f32(k2);
  }
}

extern "C" __global__ void __launch_bounds__(256) append_2(const unsigned short* __restrict__ v, const int* __restrict__ len, unsigned short* __restrict__ V, int B, int G, int N, int S, int D) {
  const int thread = threadIdx.x;
  const int bgsd = blockIdx.x;

  // kv_append.tdsl:15: V[b, g, len[b] + s, d] = v[b, s, g, d]
  const float v2 = (thread + 256 * bgsd) / (D * G * S) < B ? f32_from_bf16(v[(((long long)((thread + 256 * bgsd) / (D * G * S)) * S + (thread + 256 * bgsd) / D % S) * G + (thread + 256 * bgsd) / (D * S) % G) * D + (thread + 256 * bgsd) % D]) : 0.0f;
  const int len2 = (thread + 256 * bgsd) / (D * G * S) < B ? len[(thread + 256 * bgsd) / (D * G * S)] : 0;
  if ((thread + 256 * bgsd) / (D * G * S) < B) {
    V[(((long long)((thread + 256 * bgsd) / (D * G * S)) * G + (thread + 256 * bgsd) / (D * S) % G) * (N + S) + len2 + (thread + 256 * bgsd) / D % S) * D + (thread + 256 * bgsd) % D] = bf16_from_f32(v2);
  }
}
