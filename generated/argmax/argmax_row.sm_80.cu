// argmax_row: made by tdsl from argmax.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) argmax_row(const float* __restrict__ logits, int* __restrict__ token, int B, int V) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) int partials_int_2[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int b = blockIdx.x;

  // argmax.tdsl:8: token[b] = argmax(v) logits[b, v]
  float token_argmax = -3.4028234663852886e38f;
  int token_argmax_at = 2147483647;
  for (int v_step = 0; v_step < (V + 1023) / 1024; ++v_step) {
    float token_argmax_part0 = -3.4028234663852886e38f;
    int token_argmax_part1 = 2147483647;
    #pragma unroll
    for (int dv = 0; dv < 4; ++dv) {
      const float logits2 = 1024 * v_step + 4 * thread + dv < V ? logits[(long long)b * V + 1024 * v_step + 4 * thread + dv] : 0.0f;
      const float token_argmax_term = 1024 * v_step + 4 * thread + dv < V ? logits2 : -3.4028234663852886e38f;
      const int token_argmax_pos = 1024 * v_step + 4 * thread + dv < V ? 1024 * v_step + 4 * thread + dv : 2147483647;
      const float token_argmax_part0_new = token_argmax_term < token_argmax_part0 || (token_argmax_part0 == token_argmax_term && token_argmax_part1 < token_argmax_pos) ? token_argmax_part0 : token_argmax_term;
      const int token_argmax_part1_new = token_argmax_term < token_argmax_part0 || (token_argmax_part0 == token_argmax_term && token_argmax_part1 < token_argmax_pos) ? token_argmax_part1 : token_argmax_pos;
      token_argmax_part0 = token_argmax_part0_new;
      token_argmax_part1 = token_argmax_part1_new;
    }
    const float token_argmax_next0 = token_argmax_part0 < token_argmax || (token_argmax == token_argmax_part0 && token_argmax_at < token_argmax_part1) ? token_argmax : token_argmax_part0;
    const int token_argmax_next1 = token_argmax_part0 < token_argmax || (token_argmax == token_argmax_part0 && token_argmax_at < token_argmax_part1) ? token_argmax_at : token_argmax_part1;
    token_argmax = token_argmax_next0;
    token_argmax_at = token_argmax_next1;
  }
  float token_argmax_all0 = token_argmax;
  int token_argmax_all1 = token_argmax_at;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    const float token_argmax_all0_other = warp_xor(token_argmax_all0, 1 << step);
    const int token_argmax_all1_other = warp_xor(token_argmax_all1, 1 << step);
    const float token_argmax_all0_new = token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other) ? token_argmax_all0 : token_argmax_all0_other;
    const int token_argmax_all1_new = token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other) ? token_argmax_all1 : token_argmax_all1_other;
    token_argmax_all0 = token_argmax_all0_new;
    token_argmax_all1 = token_argmax_all1_new;
  }
  partials_0[thread] = token_argmax_all0;
  partials_int_2[thread] = token_argmax_all1;
  __syncthreads();
  token_argmax_all0 = partials_0[leader];
  token_argmax_all1 = partials_int_2[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    const float token_argmax_all0_other = partials_0[leader + 32 * (other + 1)];
    const int token_argmax_all1_other = partials_int_2[leader + 32 * (other + 1)];
    const float token_argmax_all0_new = token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other) ? token_argmax_all0 : token_argmax_all0_other;
    const int token_argmax_all1_new = token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other) ? token_argmax_all1 : token_argmax_all1_other;
    token_argmax_all0 = token_argmax_all0_new;
    token_argmax_all1 = token_argmax_all1_new;
  }
  const int token2 = token_argmax_all1 == 2147483647 ? -1 : token_argmax_all1;
  if (thread == 0) { token[b] = token2; }
}
