// cross_entropy_backward: made by tdsl from cross_entropy.tdsl for cuda:sm_80. Change the source, not this file.

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

extern "C" __global__ void __launch_bounds__(256) cross_entropy_backward(const unsigned short* __restrict__ logits, const int* __restrict__ label, unsigned short* __restrict__ grad, int B, int V) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int b = blockIdx.x;

  // cross_entropy.tdsl:17: grad[b, v] = (p[b, v] - (if v == label[b] then 1 else 0)) / B
  float p_max = -3.4028234663852886e38f;
  float p_sum = 0.0f;
  for (int v_step = 0; v_step < (V + 2047) / 2048; ++v_step) {
    float logits2[8];
    float p_max_part = -3.4028234663852886e38f;
    #pragma unroll
    for (int dv = 0; dv < 8; ++dv) {
      logits2[dv] = 2048 * v_step + 8 * thread + dv < V ? f32_from_bf16(logits[(long long)b * V + 2048 * v_step + 8 * thread + dv]) : 0.0f;
      const float p_max_term = 2048 * v_step + 8 * thread + dv < V ? logits2[dv] : -3.4028234663852886e38f;
      p_max_part = max_f32(p_max_part, p_max_term);
    }
    const float p_max_new = max_f32(p_max, p_max_part);
    const float p_sum_scale = fast_exp(p_max - p_max_new);
    float p_sum_part = 0.0f;
    #pragma unroll
    for (int dv = 0; dv < 8; ++dv) {
      const float p_sum_term = fast_exp(logits2[dv] - p_max_new);
      const float p_sum_term2 = 2048 * v_step + 8 * thread + dv < V ? p_sum_term : 0.0f;
      p_sum_part += p_sum_term2;
    }
    p_sum = p_sum * p_sum_scale + p_sum_part;
    p_max = p_max_new;
  }
  float p_max_part = p_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    p_max_part = max_f32(p_max_part, warp_xor(p_max_part, 1 << step));
  }
  partials_0[thread] = p_max_part;
  __syncthreads();
  p_max_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_max_part = max_f32(p_max_part, partials_0[leader + 32 * (other + 1)]);
  }
  const float p_sum_term = p_sum * fast_exp(p_max - p_max_part);
  float p_sum_part = p_sum_term;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    p_sum_part += warp_xor(p_sum_part, 1 << step);
  }
  partials_1[thread] = p_sum_part;
  __syncthreads();
  p_sum_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_sum_part += partials_1[leader + 32 * (other + 1)];
  }
  for (int v_2_step = 0; v_2_step < (V + 2047) / 2048; ++v_2_step) {
    float logits2[8];
    #pragma unroll
    for (int dv = 0; dv < 8; ++dv) {
      logits2[dv] = 2048 * v_2_step + 8 * thread + dv < V ? f32_from_bf16(logits[(long long)b * V + 2048 * v_2_step + 8 * thread + dv]) : 0.0f;
    }
    const int label2 = label[b];
    #pragma unroll
    for (int dv = 0; dv < 8; ++dv) {
      const float grad2 = (fast_exp(logits2[dv] - p_max_part) * (p_sum_part > 0.0f ? 1.0f / p_sum_part : 0.0f) - (float)(2048 * v_2_step + 8 * thread + dv == label2 ? 1 : 0)) / (float)B;
      if (2048 * v_2_step + 8 * thread + dv < V) { grad[(long long)b * V + 2048 * v_2_step + 8 * thread + dv] = bf16_from_f32(grad2); }
    }
  }
}
