// query: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

extern "C" __global__ void __launch_bounds__(256) query(const float* __restrict__ z, const float* __restrict__ rope, const int* __restrict__ position, unsigned short* __restrict__ q, int G, int R, int E, int N) {
  const int thread = threadIdx.x;
  const int hie = blockIdx.x;
  const int e = (thread + 256 * hie) % E;
  const int h = (thread + 256 * hie) / (2 * E);

  // llama.tdsl:117: q[h, i*E + e] = turn(z[0, h*2*E + e], z[0, h*2*E + E + e], rope[position[0], 0, e], rope[position[0], 1, e], i)
  const float z2 = h < G * R ? z[e + 2 * E * h] : 0.0f;
  const int position2 = position[0];
  const float rope2 = rope[2 * (long long)position2 * E + e];
  const float z3 = h < G * R ? z[E + e + 2 * E * h] : 0.0f;
  const float rope3 = rope[(2 * (long long)position2 + 1) * E + e];
  const float q2 = (((thread + 256 * hie) / E) & 1) == 0 ? z2 * rope2 - z3 * rope3 : z3 * rope2 + z2 * rope3;
  if (h < G * R) { q[(long long)h * 2 * E + e + E * (((thread + 256 * hie) / E) & 1)] = bf16_from_f32(q2); }
}
