// gated_one_aligned: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 8 == 0, F % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// 1 / x in one instruction
__device__ __forceinline__ float fast_rcp(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}

// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

// reads N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void load_bf16(float* to, const unsigned short* from) {
  unsigned words[(N + 1) / 2];
  if constexpr (N % 2 == 0) load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = f32_from_bf16((unsigned short)(words[n / 2] >> (16 * (n % 2))));
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_bf16_or(float* to, const unsigned short* from, bool inside, float fill) {
  if (inside) {
    load_bf16<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) gated_one_aligned(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, unsigned short* __restrict__ z, int C, int F) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int f = blockIdx.x;

  // llama.tdsl:84: z[i, f] = silu(gate[f]) * up[f]
  float gate = 0.0f;
  float up = 0.0f;
  for (int c_step = 0; c_step < (C + 2040) / 2048; ++c_step) {
    float gate_part = 0.0f;
    float y2[8];
    load_bf16_or<8>(y2, &y[2048 * c_step + 8 * thread], 2048 * c_step + 8 * thread < C, 0.0f);
    float w[8];
    load_bf16_or<8>(w, &W[(long long)f * C + 2048 * c_step + 8 * thread], 2048 * c_step + 8 * thread < C, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float gate_term = y2[v] * w[v];
      const float gate_term2 = 2048 * c_step + 8 * thread + v < C ? gate_term : 0.0f;
      gate_part += gate_term2;
    }
    gate += gate_part;
    float up_part = 0.0f;
    float w2[8];
    load_bf16_or<8>(w2, &W[(long long)(f + F) * C + 2048 * c_step + 8 * thread], 2048 * c_step + 8 * thread < C, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float up_term = y2[v] * w2[v];
      const float up_term2 = 2048 * c_step + 8 * thread + v < C ? up_term : 0.0f;
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
