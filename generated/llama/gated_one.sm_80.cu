// gated_one: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// 1 / x in one instruction
__device__ __forceinline__ float fast_rcp(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

extern "C" __global__ void __launch_bounds__(256) gated_one(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, unsigned short* __restrict__ z, int C, int F) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int f = blockIdx.x;

  // llama.tdsl:84: z[i, f] = silu(gate[f]) * up[f]
  float gate = 0.0f;
  float up = 0.0f;
  for (int c_step = 0; c_step < (C + 2047) / 2048; ++c_step) {
    float y2[8];
    float gate_part = 0.0f;
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      y2[dc] = 2048 * c_step + 8 * thread + dc < C ? f32_from_bf16(y[2048 * c_step + 8 * thread + dc]) : 0.0f;
      const float w = 2048 * c_step + 8 * thread + dc < C ? f32_from_bf16(W[(long long)f * C + 2048 * c_step + 8 * thread + dc]) : 0.0f;
      const float gate_term = y2[dc] * w;
      const float gate_term2 = 2048 * c_step + 8 * thread + dc < C ? gate_term : 0.0f;
      gate_part += gate_term2;
    }
    gate += gate_part;
    float up_part = 0.0f;
    #pragma unroll
    for (int dc = 0; dc < 8; ++dc) {
      const float w = 2048 * c_step + 8 * thread + dc < C ? f32_from_bf16(W[(long long)(f + F) * C + 2048 * c_step + 8 * thread + dc]) : 0.0f;
      const float up_term = y2[dc] * w;
      const float up_term2 = 2048 * c_step + 8 * thread + dc < C ? up_term : 0.0f;
      up_part += up_term2;
    }
    up += up_part;
  }
  float gate_part = gate;
  float up_part = up;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    gate_part += warp_xor(gate_part, 1 << step);
  }
  partials_0[thread] = gate_part;
  __syncthreads();
  gate_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    gate_part += partials_0[leader + 32 * (other + 1)];
  }
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    up_part += warp_xor(up_part, 1 << step);
  }
  partials_1[thread] = up_part;
  __syncthreads();
  up_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    up_part += partials_1[leader + 32 * (other + 1)];
  }
  const float z2 = gate_part * fast_rcp(1.0f + fast_exp(-gate_part)) * up_part;
  if (thread <= 0) { z[(long long)thread * F + f] = bf16_from_f32(z2); }
}
