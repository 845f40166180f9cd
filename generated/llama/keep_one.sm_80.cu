// keep_one: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

extern "C" __global__ void __launch_bounds__(256) keep_one(const float* __restrict__ z, const float* __restrict__ rope, const int* __restrict__ position, unsigned short* __restrict__ KV, int R, int G, int E, int N) {
  const int thread = threadIdx.x;
  const int jgie = blockIdx.x;
  const int e = (thread + 256 * jgie) % E;
  const int g = (thread + 256 * jgie) / (2 * E) % G;
  const int j = (thread + 256 * jgie) / (2 * E * G);

  // llama.tdsl:127: KV[j, g, position[0], i*E + e] = if j
  const float z2 = z[e + 2 * E * G * R + 2 * E * g];
  const int position2 = position[0];
  const float rope2 = rope[2 * (long long)position2 * E + e];
  const float z3 = z[E + e + 2 * E * G * R + 2 * E * g];
  const float rope3 = rope[(2 * (long long)position2 + 1) * E + e];
  const float z4 = z[e + 2 * E * G * R + 2 * E * g + 2 * E * G + E * (((thread + 256 * jgie) / E) & 1)];
  const float kv = j == 0 ? ((((thread + 256 * jgie) / E) & 1) == 0 ? z2 * rope2 - z3 * rope3 : z3 * rope2 + z2 * rope3) : z4;
  if (j <= 1) { KV[(((long long)j * G + g) * N + position2) * 2 * E + e + E * (((thread + 256 * jgie) / E) & 1)] = bf16_from_f32(kv); }
}
