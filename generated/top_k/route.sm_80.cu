// route_1, route_2, route_3, route_4, route_5, route_6: made by tdsl from top_k.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
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
// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) route_1(const unsigned short* __restrict__ logits, int* __restrict__ idx_topk_rank_mem, int T, int M, int E) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int te = (thread >> 5) >> 2;
  const int te2 = thread & 127;
  const int leader = thread & 159;
  const int group = blockIdx.x;
  const int e_count = (E + 1) / 2;
  const int e = group % e_count;
  const int m = group / e_count;

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  int idx_topk_rank = 0;
  const float logits2 = te + 2 * e < E ? f32_from_bf16(logits[(long long)m * E + te + 2 * e]) : 0.0f;
  float logits3[8];
  #pragma unroll
  for (int de = 0; de < 8; ++de) {
    logits3[de] = f32_from_bf16(logits[(long long)m * E + max(0, min(1024 * (e >> 9) + 8 * te2 + de, E - 1))]);
  }
  int idx_topk_rank_part = 0;
  #pragma unroll
  for (int de = 0; de < 8; ++de) {
    const int idx_topk_rank_term = 1024 * (e >> 9) + 8 * te2 + de < E && (logits2 < logits3[de] || (logits3[de] == logits2 && 1024 * (e >> 9) + 8 * te2 + de < te + 2 * e)) ? 1 : 0;
    idx_topk_rank_part = wrap_add(idx_topk_rank_part, idx_topk_rank_term);
  }
  idx_topk_rank = wrap_add(idx_topk_rank, idx_topk_rank_part);
  int idx_topk_rank_part2 = idx_topk_rank;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    idx_topk_rank_part2 = wrap_add(idx_topk_rank_part2, warp_xor(idx_topk_rank_part2, 1 << step));
  }
  partials_int_0[thread] = idx_topk_rank_part2;
  __syncthreads();
  idx_topk_rank_part2 = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 3; ++other) {
    idx_topk_rank_part2 = wrap_add(idx_topk_rank_part2, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (te + 2 * e < E && (thread & 127) == 0) { idx_topk_rank_mem[(long long)m * E + te + 2 * e] = idx_topk_rank_part2; }
}

extern "C" __global__ void __launch_bounds__(256) route_2(const int* __restrict__ idx_topk_rank_mem, int* __restrict__ idx_topk_best_mem, int T, int M, int E) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(T, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (E + 1023) / 1024;
  const int piece = outer % piece_count;
  const int m = outer / piece_count;

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  int idx_topk_best_max = (-2147483647 - 1);
  int idx_topk_best_max_part = (-2147483647 - 1);
  #pragma unroll
  for (int de = 0; de < 4; ++de) {
    const int idx_topk_rank_mem2 = idx_topk_rank_mem[(long long)m * E + max(0, min(1024 * piece + 4 * thread + de, E - 1))];
    const int idx_topk_best_max_term = 1024 * piece + 4 * thread + de;
    const int idx_topk_best_max_term2 = 1024 * piece + 4 * thread + de < E && idx_topk_rank_mem2 == rank ? idx_topk_best_max_term : (-2147483647 - 1);
    idx_topk_best_max_part = max(idx_topk_best_max_part, idx_topk_best_max_term2);
  }
  idx_topk_best_max = max(idx_topk_best_max, idx_topk_best_max_part);
  int idx_topk_best_max_part2 = idx_topk_best_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    idx_topk_best_max_part2 = max(idx_topk_best_max_part2, warp_xor(idx_topk_best_max_part2, 1 << step));
  }
  partials_int_0[thread] = idx_topk_best_max_part2;
  __syncthreads();
  idx_topk_best_max_part2 = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    idx_topk_best_max_part2 = max(idx_topk_best_max_part2, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int idx_topk_best_mem2 = max(idx_topk_best_max_part2, -1);
  if (thread == 0) { idx_topk_best_mem[((long long)m * ((E + 1023) / 1024) + piece) * min(T, 1024) + rank] = idx_topk_best_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) route_3(const unsigned short* __restrict__ logits, const int* __restrict__ idx_topk_best_mem, float* __restrict__ idx_topk_best_of_mem, int T, int M, int E) {
  const int thread = threadIdx.x;
  const int mpiecerank = blockIdx.x;
  const int m = (thread + 256 * mpiecerank) / ((E + 1023) / 1024 * min(T, 1024));
  const int piece = (thread + 256 * mpiecerank) / min(T, 1024) % ((E + 1023) / 1024);
  const int rank = (thread + 256 * mpiecerank) % min(T, 1024);

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  const int idx_topk_best_mem2 = m < M ? idx_topk_best_mem[((long long)m * ((E + 1023) / 1024) + piece) * min(T, 1024) + rank] : 0;
  const float logits2 = f32_from_bf16(logits[(long long)max(0, min(m, M - 1)) * E + max(0, min(idx_topk_best_mem2, E - 1))]);
  if (m < M) { idx_topk_best_of_mem[((long long)m * ((E + 1023) / 1024) + piece) * min(T, 1024) + rank] = logits2; }
}

extern "C" __global__ void __launch_bounds__(256) route_4(const int* __restrict__ idx_topk_best_mem, const float* __restrict__ idx_topk_best_of_mem, int* __restrict__ idx_topk_place_mem, int T, int M, int E) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(T, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (E + 1023) / 1024;
  const int piece = outer % piece_count;
  const int m = outer / piece_count;

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  int idx_topk_place_sum = 0;
  for (int idx_piece_5_step = 0; idx_piece_5_step < (E + 1023) / 1024; ++idx_piece_5_step) {
    for (int idx_rank_5_step = 0; idx_rank_5_step < (min(T, 1024) + 1023) / 1024; ++idx_rank_5_step) {
      int idx_topk_best_mem2[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        idx_topk_best_mem2[drank] = 1024 * idx_rank_5_step + 4 * thread + drank < min(T, 1024) ? idx_topk_best_mem[((long long)m * ((E + 1023) / 1024) + idx_piece_5_step) * min(T, 1024) + 1024 * idx_rank_5_step + 4 * thread + drank] : 0;
      }
      const float idx_topk_best_of_mem2 = idx_topk_best_of_mem[((long long)m * ((E + 1023) / 1024) + piece) * min(T, 1024) + rank];
      float idx_topk_best_of_mem3[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        idx_topk_best_of_mem3[drank] = 1024 * idx_rank_5_step + 4 * thread + drank < min(T, 1024) ? idx_topk_best_of_mem[((long long)m * ((E + 1023) / 1024) + idx_piece_5_step) * min(T, 1024) + 1024 * idx_rank_5_step + 4 * thread + drank] : 0.0f;
      }
      const int idx_topk_best_mem3 = idx_topk_best_mem[((long long)m * ((E + 1023) / 1024) + piece) * min(T, 1024) + rank];
      int idx_topk_place_sum_part = 0;
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        const int idx_topk_place_sum_term = 1024 * idx_rank_5_step + 4 * thread + drank < min(T, 1024) && idx_topk_best_mem2[drank] >= 0 && (idx_topk_best_of_mem2 < idx_topk_best_of_mem3[drank] || (idx_topk_best_of_mem3[drank] == idx_topk_best_of_mem2 && idx_topk_best_mem2[drank] < idx_topk_best_mem3)) ? 1 : 0;
        idx_topk_place_sum_part = wrap_add(idx_topk_place_sum_part, idx_topk_place_sum_term);
      }
      idx_topk_place_sum = wrap_add(idx_topk_place_sum, idx_topk_place_sum_part);
    }
  }
  int idx_topk_place_sum_part = idx_topk_place_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    idx_topk_place_sum_part = wrap_add(idx_topk_place_sum_part, warp_xor(idx_topk_place_sum_part, 1 << step));
  }
  partials_int_0[thread] = idx_topk_place_sum_part;
  __syncthreads();
  idx_topk_place_sum_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    idx_topk_place_sum_part = wrap_add(idx_topk_place_sum_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int idx_topk_best_mem2 = idx_topk_best_mem[((long long)m * ((E + 1023) / 1024) + piece) * min(T, 1024) + rank];
  const int idx_topk_place_mem2 = idx_topk_best_mem2 >= 0 ? idx_topk_place_sum_part : 2147483647;
  if (thread == 0) { idx_topk_place_mem[((long long)m * ((E + 1023) / 1024) + piece) * min(T, 1024) + rank] = idx_topk_place_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) route_5(const int* __restrict__ idx_topk_place_mem, const int* __restrict__ idx_topk_best_mem, int* __restrict__ idx_mem, int T, int M, int E) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int t = group % T;
  const int m = group / T;

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  int idx_max = (-2147483647 - 1);
  for (int idx_piece_6_step = 0; idx_piece_6_step < (E + 1023) / 1024; ++idx_piece_6_step) {
    for (int idx_rank_6_step = 0; idx_rank_6_step < (min(T, 1024) + 1023) / 1024; ++idx_rank_6_step) {
      int idx_max_part = (-2147483647 - 1);
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        const int idx_topk_place_mem2 = 1024 * idx_rank_6_step + 4 * thread + drank < min(T, 1024) ? idx_topk_place_mem[((long long)m * ((E + 1023) / 1024) + idx_piece_6_step) * min(T, 1024) + 1024 * idx_rank_6_step + 4 * thread + drank] : 0;
        const int idx_topk_best_mem2 = 1024 * idx_rank_6_step + 4 * thread + drank < min(T, 1024) ? idx_topk_best_mem[((long long)m * ((E + 1023) / 1024) + idx_piece_6_step) * min(T, 1024) + 1024 * idx_rank_6_step + 4 * thread + drank] : 0;
        const int idx_max_term = 1024 * idx_rank_6_step + 4 * thread + drank < min(T, 1024) && idx_topk_place_mem2 == t ? idx_topk_best_mem2 : (-2147483647 - 1);
        idx_max_part = max(idx_max_part, idx_max_term);
      }
      idx_max = max(idx_max, idx_max_part);
    }
  }
  int idx_max_part = idx_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    idx_max_part = max(idx_max_part, warp_xor(idx_max_part, 1 << step));
  }
  partials_int_0[thread] = idx_max_part;
  __syncthreads();
  idx_max_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    idx_max_part = max(idx_max_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int idx_mem2 = max(idx_max_part, -1);
  if (thread == 0) { idx_mem[(long long)m * T + t] = idx_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) route_6(const unsigned short* __restrict__ logits, const int* __restrict__ idx_mem, int* __restrict__ expert, float* __restrict__ weight, int T, int M, int E) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // top_k.tdsl:20: expert[m, t] = idx[m, t]
  float weight_max = -3.4028234663852886e38f;
  float weight_sum = 0.0f;
  for (int t_2_step = 0; t_2_step < (T + 2047) / 2048; ++t_2_step) {
    float logits2[8];
    float weight_max_part = -3.4028234663852886e38f;
    #pragma unroll
    for (int dt = 0; dt < 8; ++dt) {
      const int idx_mem2 = 2048 * t_2_step + 8 * thread + dt < T ? idx_mem[(long long)m * T + 2048 * t_2_step + 8 * thread + dt] : 0;
      logits2[dt] = 2048 * t_2_step + 8 * thread + dt < T ? f32_from_bf16(logits[(long long)m * E + idx_mem2]) : 0.0f;
      const float weight_max_term = 2048 * t_2_step + 8 * thread + dt < T ? logits2[dt] : -3.4028234663852886e38f;
      weight_max_part = max_f32(weight_max_part, weight_max_term);
    }
    const float weight_max_new = max_f32(weight_max, weight_max_part);
    const float weight_sum_scale = fast_exp(weight_max - weight_max_new);
    float weight_sum_part = 0.0f;
    #pragma unroll
    for (int dt = 0; dt < 8; ++dt) {
      const float weight_sum_term = fast_exp(logits2[dt] - weight_max_new);
      const float weight_sum_term2 = 2048 * t_2_step + 8 * thread + dt < T ? weight_sum_term : 0.0f;
      weight_sum_part += weight_sum_term2;
    }
    weight_sum = weight_sum * weight_sum_scale + weight_sum_part;
    weight_max = weight_max_new;
  }
  float weight_max_part = weight_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    weight_max_part = max_f32(weight_max_part, warp_xor(weight_max_part, 1 << step));
  }
  partials_0[thread] = weight_max_part;
  __syncthreads();
  weight_max_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    weight_max_part = max_f32(weight_max_part, partials_0[leader + 32 * (other + 1)]);
  }
  const float weight_sum_term = weight_sum * fast_exp(weight_max - weight_max_part);
  float weight_sum_part = weight_sum_term;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    weight_sum_part += warp_xor(weight_sum_part, 1 << step);
  }
  partials_1[thread] = weight_sum_part;
  __syncthreads();
  weight_sum_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    weight_sum_part += partials_1[leader + 32 * (other + 1)];
  }

  // top_k.tdsl:21: weight[m, t] = softmax(t) logits[m, idx[m, t]]
  for (int t_2_step = 0; t_2_step < (T + 2047) / 2048; ++t_2_step) {
    // top_k.tdsl:20: expert[m, t] = idx[m, t]

    // top_k.tdsl:21: weight[m, t] = softmax(t) logits[m, idx[m, t]]
    #pragma unroll
    for (int dt = 0; dt < 8; ++dt) {
      const int idx_mem2 = 2048 * t_2_step + 8 * thread + dt < T ? idx_mem[(long long)m * T + 2048 * t_2_step + 8 * thread + dt] : 0;
      if (2048 * t_2_step + 8 * thread + dt < T) { expert[(long long)m * T + 2048 * t_2_step + 8 * thread + dt] = idx_mem2; }
      const float logits2 = 2048 * t_2_step + 8 * thread + dt < T ? f32_from_bf16(logits[(long long)m * E + idx_mem2]) : 0.0f;
      const float weight2 = fast_exp(logits2 - weight_max_part) * (weight_sum_part > 0.0f ? 1.0f / weight_sum_part : 0.0f);
      if (2048 * t_2_step + 8 * thread + dt < T) { weight[(long long)m * T + 2048 * t_2_step + 8 * thread + dt] = weight2; }
    }
  }
}
