// attend_one_D128: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

extern "C" __global__ void __launch_bounds__(256) attend_one_D128(const unsigned short* __restrict__ q, const unsigned short* __restrict__ KV, const int* __restrict__ position, unsigned short* __restrict__ o, int T, int G, int R, int X) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int d = group % 16;
  const int outer = group / 16;
  const int r = outer % R;
  const int g = outer / R;

  // llama.tdsl:145: o[i, (g*R + r) * D + d] = sum(t: T) W[g, r, t] * KV[1, g, t, d]
  float W_max = -3.4028234663852886e38f;
  float o_sum_f = 0.0f;
  float W_sum = 0.0f;
  for (int t_2_step = 0; t_2_step < (T + 255) / 256; ++t_2_step) {
    float P_sum[8] = {};
    for (int d_step = 0; d_step < 128; ++d_step) {
      const float q2 = f32_from_bf16(q[128 * (long long)(r + g * R) + d_step]);
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        const float kv = 256 * t_2_step + 8 * lane + dt < T ? f32_from_bf16(KV[128 * ((long long)g * (T + X) + 256 * t_2_step + 8 * lane + dt) + d_step]) : 0.0f;
        P_sum[dt] += q2 * kv;
      }
    }
    const int position2 = position[0];
    float W_max_part = -3.4028234663852886e38f;
    #pragma unroll
    for (int dt = 0; dt < 8; ++dt) {
      const float W_max_term = P_sum[dt] * 0.088388346f;
      const float W_max_term2 = 256 * t_2_step + 8 * lane + dt < T && 256 * t_2_step + 8 * lane + dt <= position2 ? W_max_term : -3.4028234663852886e38f;
      W_max_part = max_f32(W_max_part, W_max_term2);
    }
    const float W_max_new = max_f32(W_max, W_max_part);
    const float o_sum_f_scale = fast_exp(W_max - W_max_new);
    float o_sum_f_part = 0.0f;
    #pragma unroll
    for (int dt = 0; dt < 8; ++dt) {
      const float kv = 256 * t_2_step + 8 * lane + dt < T ? f32_from_bf16(KV[128 * (((long long)1 * G + g) * (T + X) + 256 * t_2_step + 8 * lane + dt) + warp + 8 * d]) : 0.0f;
      const float o_sum_f_term = f32_from_bf16(bf16_from_f32(fast_exp(P_sum[dt] * 0.088388346f - W_max_new))) * kv;
      const float o_sum_f_term2 = 256 * t_2_step + 8 * lane + dt < T && 256 * t_2_step + 8 * lane + dt <= position2 ? o_sum_f_term : 0.0f;
      o_sum_f_part += o_sum_f_term2;
    }
    o_sum_f = o_sum_f * o_sum_f_scale + o_sum_f_part;
    float W_sum_part = 0.0f;
    #pragma unroll
    for (int dt = 0; dt < 8; ++dt) {
      const float W_sum_term = fast_exp(P_sum[dt] * 0.088388346f - W_max_new);
      const float W_sum_term2 = 256 * t_2_step + 8 * lane + dt < T && 256 * t_2_step + 8 * lane + dt <= position2 ? W_sum_term : 0.0f;
      W_sum_part += W_sum_term2;
    }
    W_sum = W_sum * o_sum_f_scale + W_sum_part;
    W_max = W_max_new;
  }
  float W_max_part = W_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    W_max_part = max_f32(W_max_part, warp_xor(W_max_part, 1 << step));
  }
  const float o_sum_f_term = o_sum_f * fast_exp(W_max - W_max_part);
  float o_sum_f_part = o_sum_f_term;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    o_sum_f_part += warp_xor(o_sum_f_part, 1 << step);
  }
  const float W_sum_term = W_sum * fast_exp(W_max - W_max_part);
  float W_sum_part = W_sum_term;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    W_sum_part += warp_xor(W_sum_part, 1 << step);
  }
  const float o2 = o_sum_f_part * (W_sum_part > 0.0f ? 1.0f / W_sum_part : 0.0f);
  if (lane <= 0) { o[(long long)lane * 128 * G * R + warp + 128 * g * R + 128 * r + 8 * d] = bf16_from_f32(o2); }
}
