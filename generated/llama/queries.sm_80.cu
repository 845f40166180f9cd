// queries: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

extern "C" __global__ void __launch_bounds__(256) queries(const float* __restrict__ z, const float* __restrict__ rope, unsigned short* __restrict__ q, int P, int G, int R, int S, int E, int X) {
  const int thread = threadIdx.x;
  const int hsie = blockIdx.x;
  const int s = (thread + 256 * hsie) / (2 * E) % S;
  const int e = (thread + 256 * hsie) % E;
  const int h = (thread + 256 * hsie) / (2 * E * S);

  // llama.tdsl:94: q[h, s, i*E + e] = turn(z[s, h*2*E + e], z[s, h*2*E + E + e], rope[P + s, 0, e], rope[P + s, 1, e], i)
  const float z2 = h < G * R ? z[(long long)s * (2 * E * G * R + 4 * E * G) + e + 2 * E * h] : 0.0f;
  const float rope2 = rope[2 * (long long)(P + s) * E + e];
  const float z3 = h < G * R ? z[(long long)s * (2 * E * G * R + 4 * E * G) + E + e + 2 * E * h] : 0.0f;
  const float rope3 = rope[(2 * (long long)(P + s) + 1) * E + e];
  const float q2 = (((thread + 256 * hsie) / E) & 1) == 0 ? z2 * rope2 - z3 * rope3 : z3 * rope2 + z2 * rope3;
  if (h < G * R) { q[((long long)h * S + s) * 2 * E + e + E * (((thread + 256 * hsie) / E) & 1)] = bf16_from_f32(q2); }
}
