// surprise: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

extern "C" __global__ void __launch_bounds__(256) surprise(const float* __restrict__ logits, const int* __restrict__ targets, float* __restrict__ nll, int S, int V) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int s = blockIdx.x;

  // llama.tdsl:159: nll[s] = logsumexp(v) logits[s, v] - logits[s, targets[s]]
  float logsumexp_max = -3.4028234663852886e38f;
  float nll_sum = 0.0f;
  for (int v_step = 0; v_step < (V + 1023) / 1024; ++v_step) {
    float logits2[4];
    float logsumexp_max_part = -3.4028234663852886e38f;
    #pragma unroll
    for (int dv = 0; dv < 4; ++dv) {
      logits2[dv] = 1024 * v_step + 4 * thread + dv < V ? logits[(long long)s * V + 1024 * v_step + 4 * thread + dv] : 0.0f;
      const float logsumexp_max_term = 1024 * v_step + 4 * thread + dv < V ? logits2[dv] : -3.4028234663852886e38f;
      logsumexp_max_part = max_f32(logsumexp_max_part, logsumexp_max_term);
    }
    const float logsumexp_max_new = max_f32(logsumexp_max, logsumexp_max_part);
    const float nll_sum_scale = fast_exp(logsumexp_max - logsumexp_max_new);
    float nll_sum_part = 0.0f;
    #pragma unroll
    for (int dv = 0; dv < 4; ++dv) {
      const float nll_sum_term = fast_exp(logits2[dv] - logsumexp_max_new);
      const float nll_sum_term2 = 1024 * v_step + 4 * thread + dv < V ? nll_sum_term : 0.0f;
      nll_sum_part += nll_sum_term2;
    }
    nll_sum = nll_sum * nll_sum_scale + nll_sum_part;
    logsumexp_max = logsumexp_max_new;
  }
  float logsumexp_max_part = logsumexp_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    logsumexp_max_part = max_f32(logsumexp_max_part, warp_xor(logsumexp_max_part, 1 << step));
  }
  partials_0[thread] = logsumexp_max_part;
  __syncthreads();
  logsumexp_max_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    logsumexp_max_part = max_f32(logsumexp_max_part, partials_0[leader + 32 * (other + 1)]);
  }
  const float nll_sum_term = nll_sum * fast_exp(logsumexp_max - logsumexp_max_part);
  float nll_sum_part = nll_sum_term;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    nll_sum_part += warp_xor(nll_sum_part, 1 << step);
  }
  partials_1[thread] = nll_sum_part;
  __syncthreads();
  nll_sum_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    nll_sum_part += partials_1[leader + 32 * (other + 1)];
  }
  const int targets2 = targets[s];
  const float logits2 = logits[(long long)s * V + targets2];
  const float nll2 = logsumexp_max_part + logf(nll_sum_part) - logits2;
  if (thread == 0) { nll[s] = nll2; }
}
