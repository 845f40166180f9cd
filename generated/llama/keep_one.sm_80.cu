// keep_one: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

extern "C" __global__ void __launch_bounds__(256) keep_one(const float* __restrict__ z, const float* __restrict__ rope, const int* __restrict__ position, unsigned short* __restrict__ KV, int R, int G, int E, int N) {
  const int thread = threadIdx.x;
  const int jgie = blockIdx.x;

  // llama.tdsl:127: KV[j, g, position[0], i*E + e] = if j
  const float z2 = z[(thread + 256 * jgie) % E + 2 * E * G * R + 2 * E * ((thread + 256 * jgie) / (2 * E) % G)];
  const int position2 = position[0];
  const float rope2 = rope[2 * (long long)position2 * E + (thread + 256 * jgie) % E];
  const float z3 = z[E + (thread + 256 * jgie) % E + 2 * E * G * R + 2 * E * ((thread + 256 * jgie) / (2 * E) % G)];
  const float rope3 = rope[(2 * (long long)position2 + 1) * E + (thread + 256 * jgie) % E];
  const float z4 = z[(thread + 256 * jgie) % E + 2 * E * G * R + 2 * E * ((thread + 256 * jgie) / (2 * E) % G) + 2 * E * G + E * (((thread + 256 * jgie) / E) & 1)];
  const float kv = (thread + 256 * jgie) / (2 * E * G) == 0 ? ((((thread + 256 * jgie) / E) & 1) == 0 ? z2 * rope2 - z3 * rope3 : z3 * rope2 + z2 * rope3) : z4;
  if ((thread + 256 * jgie) / (2 * E * G) <= 1) {
    KV[(((long long)((thread + 256 * jgie) / (2 * E * G)) * G + (thread + 256 * jgie) / (2 * E) % G) * N + position2) * 2 * E + (thread + 256 * jgie) % E + E * (((thread + 256 * jgie) / E) & 1)] = bf16_from_f32(kv);
  }
}
