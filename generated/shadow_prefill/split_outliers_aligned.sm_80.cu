// split_outliers_aligned_1, split_outliers_aligned_2, split_outliers_aligned_3, split_outliers_aligned_4, split_outliers_aligned_5, split_outliers_aligned_6, split_outliers_aligned_7, split_outliers_aligned_8, split_outliers_aligned_9, split_outliers_aligned_10, split_outliers_aligned_11, split_outliers_aligned_12, split_outliers_aligned_13: made by tdsl from shadow_prefill.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 4 == 0, O % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}

// writes N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void store_vector(T* to, const T* from) {
  Vector<T, N> v;
#pragma unroll
  for (int n = 0; n < N; n++) v.at[n] = from[n];
  *reinterpret_cast<Vector<T, N>*>(to) = v;
}

// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }
// -a; of the least number that number
__device__ __forceinline__ int wrap_neg(int a) { return (int)(0u - (unsigned)a); }

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_1(const float* __restrict__ similarity, float* __restrict__ out_topk_of_mem, int O, int B, int H, int C) {
  const int thread = threadIdx.x;
  const int bhc = blockIdx.x;
  const int b = (thread + 256 * bhc) / (H * (C / 4));
  const int h = (thread + 256 * bhc) / (C / 4) % H;
  const int c = (thread + 256 * bhc) % (C / 4);

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  float out_topk_of_mem2[4];
  float similarity2[4];
  load_vector_or<4>(similarity2, &similarity[((long long)b * H + h) * C + 4 * c], b < B, 0.0f);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    out_topk_of_mem2[v] = -similarity2[v];
  }
  if (b < B) { store_vector<4>(&out_topk_of_mem[((long long)b * H + h) * C + 4 * c], out_topk_of_mem2); }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_2(const float* __restrict__ out_topk_of_mem, int* __restrict__ out_topk_rank_mem, int O, int B, int H, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int c = group % C;
  const int outer = group / C;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  int out_topk_rank = 0;
  const float out_topk_of_mem2 = out_topk_of_mem[((long long)b * H + h) * C + c];
  int out_topk_rank_part = 0;
  #pragma unroll
  for (int dc = 0; dc < 4; ++dc) {
    const float out_topk_of_mem3 = out_topk_of_mem[((long long)b * H + h) * C + max(0, min(1024 * (c >> 10) + 4 * thread + dc, C - 1))];
    const int out_topk_rank_term = 1024 * (c >> 10) + 4 * thread + dc < C && (out_topk_of_mem2 < out_topk_of_mem3 || (out_topk_of_mem3 == out_topk_of_mem2 && 1024 * (c >> 10) + 4 * thread + dc < c)) ? 1 : 0;
    out_topk_rank_part = wrap_add(out_topk_rank_part, out_topk_rank_term);
  }
  out_topk_rank = wrap_add(out_topk_rank, out_topk_rank_part);
  int out_topk_rank_part2 = out_topk_rank;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    out_topk_rank_part2 = wrap_add(out_topk_rank_part2, warp_xor(out_topk_rank_part2, 1 << step));
  }
  partials_int_0[thread] = out_topk_rank_part2;
  __syncthreads();
  out_topk_rank_part2 = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    out_topk_rank_part2 = wrap_add(out_topk_rank_part2, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { out_topk_rank_mem[((long long)b * H + h) * C + c] = out_topk_rank_part2; }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_3(const int* __restrict__ out_topk_rank_mem, int* __restrict__ out_topk_best_mem, int O, int B, int H, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(O, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (C + 1020) / 1024;
  const int piece = outer % piece_count;
  const int outer2 = outer / piece_count;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  int out_topk_best_max = (-2147483647 - 1);
  int out_topk_best_max_part = (-2147483647 - 1);
  #pragma unroll
  for (int dc = 0; dc < 4; ++dc) {
    const int out_topk_rank_mem2 = out_topk_rank_mem[((long long)b * H + h) * C + max(0, min(1024 * piece + 4 * thread + dc, C - 1))];
    const int out_topk_best_max_term = 1024 * piece + 4 * thread + dc;
    const int out_topk_best_max_term2 = 1024 * piece + 4 * thread + dc < C && out_topk_rank_mem2 == rank ? out_topk_best_max_term : (-2147483647 - 1);
    out_topk_best_max_part = max(out_topk_best_max_part, out_topk_best_max_term2);
  }
  out_topk_best_max = max(out_topk_best_max, out_topk_best_max_part);
  int out_topk_best_max_part2 = out_topk_best_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    out_topk_best_max_part2 = max(out_topk_best_max_part2, warp_xor(out_topk_best_max_part2, 1 << step));
  }
  partials_int_0[thread] = out_topk_best_max_part2;
  __syncthreads();
  out_topk_best_max_part2 = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    out_topk_best_max_part2 = max(out_topk_best_max_part2, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int out_topk_best_mem2 = max(out_topk_best_max_part2, -1);
  if (thread == 0) { out_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(O, 1024) + rank] = out_topk_best_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_4(const int* __restrict__ out_topk_best_mem, const float* __restrict__ out_topk_of_mem, float* __restrict__ out_topk_best_of_mem, int O, int B, int H, int C) {
  const int thread = threadIdx.x;
  const int bhpiecerank = blockIdx.x;
  const int b = (thread + 256 * bhpiecerank) / (H * ((C + 1020) / 1024) * min(O, 1024));
  const int h = (thread + 256 * bhpiecerank) / ((C + 1020) / 1024 * min(O, 1024)) % H;
  const int piece = (thread + 256 * bhpiecerank) / min(O, 1024) % ((C + 1020) / 1024);
  const int rank = (thread + 256 * bhpiecerank) % min(O, 1024);

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  const int out_topk_best_mem2 = b < B ? out_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(O, 1024) + rank] : 0;
  const float out_topk_of_mem2 = out_topk_of_mem[((long long)max(0, min(b, B - 1)) * H + h) * C + max(0, min(out_topk_best_mem2, C - 1))];
  if (b < B) { out_topk_best_of_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(O, 1024) + rank] = out_topk_of_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_5(const int* __restrict__ out_topk_best_mem, const float* __restrict__ out_topk_best_of_mem, int* __restrict__ out_topk_place_mem, int O, int B, int H, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(O, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (C + 1020) / 1024;
  const int piece = outer % piece_count;
  const int outer2 = outer / piece_count;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  int out_topk_place_sum = 0;
  for (int out_piece_5_step = 0; out_piece_5_step < (C + 1020) / 1024; ++out_piece_5_step) {
    for (int out_rank_5_step = 0; out_rank_5_step < (min(O, 1024) + 1023) / 1024; ++out_rank_5_step) {
      int out_topk_best_mem2[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        out_topk_best_mem2[drank] = 1024 * out_rank_5_step + 4 * thread + drank < min(O, 1024) ? out_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + out_piece_5_step) * min(O, 1024) + 1024 * out_rank_5_step + 4 * thread + drank] : 0;
      }
      const float out_topk_best_of_mem2 = out_topk_best_of_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(O, 1024) + rank];
      float out_topk_best_of_mem3[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        out_topk_best_of_mem3[drank] = 1024 * out_rank_5_step + 4 * thread + drank < min(O, 1024) ? out_topk_best_of_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + out_piece_5_step) * min(O, 1024) + 1024 * out_rank_5_step + 4 * thread + drank] : 0.0f;
      }
      const int out_topk_best_mem3 = out_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(O, 1024) + rank];
      int out_topk_place_sum_part = 0;
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        const int out_topk_place_sum_term = 1024 * out_rank_5_step + 4 * thread + drank < min(O, 1024) && out_topk_best_mem2[drank] >= 0 && (out_topk_best_of_mem2 < out_topk_best_of_mem3[drank] || (out_topk_best_of_mem3[drank] == out_topk_best_of_mem2 && out_topk_best_mem2[drank] < out_topk_best_mem3)) ? 1 : 0;
        out_topk_place_sum_part = wrap_add(out_topk_place_sum_part, out_topk_place_sum_term);
      }
      out_topk_place_sum = wrap_add(out_topk_place_sum, out_topk_place_sum_part);
    }
  }
  int out_topk_place_sum_part = out_topk_place_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    out_topk_place_sum_part = wrap_add(out_topk_place_sum_part, warp_xor(out_topk_place_sum_part, 1 << step));
  }
  partials_int_0[thread] = out_topk_place_sum_part;
  __syncthreads();
  out_topk_place_sum_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    out_topk_place_sum_part = wrap_add(out_topk_place_sum_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int out_topk_best_mem2 = out_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(O, 1024) + rank];
  const int out_topk_place_mem2 = out_topk_best_mem2 >= 0 ? out_topk_place_sum_part : 2147483647;
  if (thread == 0) {
    out_topk_place_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(O, 1024) + rank] = out_topk_place_mem2;
  }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_6(const int* __restrict__ out_topk_place_mem, const int* __restrict__ out_topk_best_mem, int* __restrict__ out_mem, int O, int B, int H, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int o = group % O;
  const int outer = group / O;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  int out_max = (-2147483647 - 1);
  for (int out_piece_6_step = 0; out_piece_6_step < (C + 1020) / 1024; ++out_piece_6_step) {
    for (int out_rank_6_step = 0; out_rank_6_step < (min(O, 1024) + 1023) / 1024; ++out_rank_6_step) {
      int out_max_part = (-2147483647 - 1);
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        const int out_topk_place_mem2 = 1024 * out_rank_6_step + 4 * thread + drank < min(O, 1024) ? out_topk_place_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + out_piece_6_step) * min(O, 1024) + 1024 * out_rank_6_step + 4 * thread + drank] : 0;
        const int out_topk_best_mem2 = 1024 * out_rank_6_step + 4 * thread + drank < min(O, 1024) ? out_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + out_piece_6_step) * min(O, 1024) + 1024 * out_rank_6_step + 4 * thread + drank] : 0;
        const int out_max_term = 1024 * out_rank_6_step + 4 * thread + drank < min(O, 1024) && out_topk_place_mem2 == o ? out_topk_best_mem2 : (-2147483647 - 1);
        out_max_part = max(out_max_part, out_max_term);
      }
      out_max = max(out_max, out_max_part);
    }
  }
  int out_max_part = out_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    out_max_part = max(out_max_part, warp_xor(out_max_part, 1 << step));
  }
  partials_int_0[thread] = out_max_part;
  __syncthreads();
  out_max_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    out_max_part = max(out_max_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int out_mem2 = max(out_max_part, -1);
  if (thread == 0) { out_mem[((long long)b * H + h) * O + o] = out_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_7(const int* __restrict__ out_mem, int* __restrict__ outlier, int O, int B, int H, int C) {
  const int thread = threadIdx.x;
  const int bho = blockIdx.x;
  const int b = (thread + 256 * bho) / (H * (O / 4));
  const int h = (thread + 256 * bho) / (O / 4) % H;
  const int o = (thread + 256 * bho) % (O / 4);

  // shadow_prefill.tdsl:24: outlier[b, h, o] = out[b, h, o]
  int out_mem2[4];
  load_vector_or<4>(out_mem2, &out_mem[((long long)b * H + h) * O + 4 * o], b < B, 0);
  if (b < B) { store_vector<4>(&outlier[((long long)b * H + h) * O + 4 * o], out_mem2); }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_8(const int* __restrict__ out_mem, int* __restrict__ kept_topk_of_mem, int O, int B, int H, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int c = group % C;
  const int outer = group / C;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  bool kept_topk_of_any = false;
  for (int o_3_step = 0; o_3_step < (O + 1020) / 1024; ++o_3_step) {
    bool kept_topk_of_any_part = false;
    int out_mem2[4];
    load_vector_or<4>(out_mem2, &out_mem[((long long)b * H + h) * O + 1024 * o_3_step + 4 * thread], 1024 * o_3_step + 4 * thread < O, 0);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      const bool kept_topk_of_any_term = out_mem2[v] == c;
      const bool kept_topk_of_any_term2 = 1024 * o_3_step + 4 * thread + v < O ? kept_topk_of_any_term : false;
      kept_topk_of_any_part = kept_topk_of_any_part || kept_topk_of_any_term2;
    }
    kept_topk_of_any = kept_topk_of_any || kept_topk_of_any_part;
  }
  bool kept_topk_of_any_part = kept_topk_of_any;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    const bool kept_topk_of_any_part_other = warp_xor(kept_topk_of_any_part, 1 << step);
    kept_topk_of_any_part = kept_topk_of_any_part || kept_topk_of_any_part_other;
  }
  partials_int_0[thread] = (int)kept_topk_of_any_part;
  __syncthreads();
  kept_topk_of_any_part = partials_int_0[leader] != 0;
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    kept_topk_of_any_part = kept_topk_of_any_part || partials_int_0[leader + 32 * (other + 1)] != 0;
  }
  const int kept_topk_of_mem2 = wrap_neg(kept_topk_of_any_part ? c + C : c);
  if (thread == 0) { kept_topk_of_mem[((long long)b * H + h) * C + c] = kept_topk_of_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_9(const int* __restrict__ kept_topk_of_mem, int* __restrict__ kept_topk_rank_mem, int O, int B, int H, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int c = group % C;
  const int outer = group / C;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  int kept_topk_rank = 0;
  const int kept_topk_of_mem2 = kept_topk_of_mem[((long long)b * H + h) * C + c];
  int kept_topk_rank_part = 0;
  #pragma unroll
  for (int dc = 0; dc < 4; ++dc) {
    const int kept_topk_of_mem3 = kept_topk_of_mem[((long long)b * H + h) * C + max(0, min(1024 * (c >> 10) + 4 * thread + dc, C - 1))];
    const int kept_topk_rank_term = 1024 * (c >> 10) + 4 * thread + dc < C && (kept_topk_of_mem2 < kept_topk_of_mem3 || (kept_topk_of_mem3 == kept_topk_of_mem2 && 1024 * (c >> 10) + 4 * thread + dc < c)) ? 1 : 0;
    kept_topk_rank_part = wrap_add(kept_topk_rank_part, kept_topk_rank_term);
  }
  kept_topk_rank = wrap_add(kept_topk_rank, kept_topk_rank_part);
  int kept_topk_rank_part2 = kept_topk_rank;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    kept_topk_rank_part2 = wrap_add(kept_topk_rank_part2, warp_xor(kept_topk_rank_part2, 1 << step));
  }
  partials_int_0[thread] = kept_topk_rank_part2;
  __syncthreads();
  kept_topk_rank_part2 = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    kept_topk_rank_part2 = wrap_add(kept_topk_rank_part2, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { kept_topk_rank_mem[((long long)b * H + h) * C + c] = kept_topk_rank_part2; }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_10(const int* __restrict__ kept_topk_rank_mem, int* __restrict__ kept_topk_best_mem, int O, int B, int H, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(C - O, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (C + 1020) / 1024;
  const int piece = outer % piece_count;
  const int outer2 = outer / piece_count;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  int kept_topk_best_max = (-2147483647 - 1);
  int kept_topk_best_max_part = (-2147483647 - 1);
  #pragma unroll
  for (int dc = 0; dc < 4; ++dc) {
    const int kept_topk_rank_mem2 = kept_topk_rank_mem[((long long)b * H + h) * C + max(0, min(1024 * piece + 4 * thread + dc, C - 1))];
    const int kept_topk_best_max_term = 1024 * piece + 4 * thread + dc;
    const int kept_topk_best_max_term2 = 1024 * piece + 4 * thread + dc < C && kept_topk_rank_mem2 == rank ? kept_topk_best_max_term : (-2147483647 - 1);
    kept_topk_best_max_part = max(kept_topk_best_max_part, kept_topk_best_max_term2);
  }
  kept_topk_best_max = max(kept_topk_best_max, kept_topk_best_max_part);
  int kept_topk_best_max_part2 = kept_topk_best_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    kept_topk_best_max_part2 = max(kept_topk_best_max_part2, warp_xor(kept_topk_best_max_part2, 1 << step));
  }
  partials_int_0[thread] = kept_topk_best_max_part2;
  __syncthreads();
  kept_topk_best_max_part2 = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    kept_topk_best_max_part2 = max(kept_topk_best_max_part2, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int kept_topk_best_mem2 = max(kept_topk_best_max_part2, -1);
  if (thread == 0) {
    kept_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(C - O, 1024) + rank] = kept_topk_best_mem2;
  }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_11(const int* __restrict__ kept_topk_best_mem, const int* __restrict__ kept_topk_of_mem, int* __restrict__ kept_topk_best_of_mem, int O, int B, int H, int C) {
  const int thread = threadIdx.x;
  const int bhpiecerank = blockIdx.x;
  const int b = (thread + 256 * bhpiecerank) / (H * ((C + 1020) / 1024) * min(C - O, 1024));
  const int h = (thread + 256 * bhpiecerank) / ((C + 1020) / 1024 * min(C - O, 1024)) % H;
  const int piece = (thread + 256 * bhpiecerank) / min(C - O, 1024) % ((C + 1020) / 1024);
  const int rank = (thread + 256 * bhpiecerank) % min(C - O, 1024);

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  const int kept_topk_best_mem2 = b < B ? kept_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(C - O, 1024) + rank] : 0;
  const int kept_topk_of_mem2 = kept_topk_of_mem[((long long)max(0, min(b, B - 1)) * H + h) * C + max(0, min(kept_topk_best_mem2, C - 1))];
  if (b < B) { kept_topk_best_of_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(C - O, 1024) + rank] = kept_topk_of_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_12(const int* __restrict__ kept_topk_best_mem, const int* __restrict__ kept_topk_best_of_mem, int* __restrict__ kept_topk_place_mem, int O, int B, int H, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(C - O, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (C + 1020) / 1024;
  const int piece = outer % piece_count;
  const int outer2 = outer / piece_count;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  int kept_topk_place_sum = 0;
  for (int kept_piece_5_step = 0; kept_piece_5_step < (C + 1020) / 1024; ++kept_piece_5_step) {
    for (int kept_rank_5_step = 0; kept_rank_5_step < ((min(C - O, 1024) + 1023) >> 10); ++kept_rank_5_step) {
      int kept_topk_best_mem2[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        kept_topk_best_mem2[drank] = 1024 * kept_rank_5_step + 4 * thread + drank < min(C - O, 1024) ? kept_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + kept_piece_5_step) * min(C - O, 1024) + 1024 * kept_rank_5_step + 4 * thread + drank] : 0;
      }
      const int kept_topk_best_of_mem2 = kept_topk_best_of_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(C - O, 1024) + rank];
      int kept_topk_best_of_mem3[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        kept_topk_best_of_mem3[drank] = 1024 * kept_rank_5_step + 4 * thread + drank < min(C - O, 1024) ? kept_topk_best_of_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + kept_piece_5_step) * min(C - O, 1024) + 1024 * kept_rank_5_step + 4 * thread + drank] : 0;
      }
      const int kept_topk_best_mem3 = kept_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(C - O, 1024) + rank];
      int kept_topk_place_sum_part = 0;
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        const int kept_topk_place_sum_term = 1024 * kept_rank_5_step + 4 * thread + drank < min(C - O, 1024) && kept_topk_best_mem2[drank] >= 0 && (kept_topk_best_of_mem2 < kept_topk_best_of_mem3[drank] || (kept_topk_best_of_mem3[drank] == kept_topk_best_of_mem2 && kept_topk_best_mem2[drank] < kept_topk_best_mem3)) ? 1 : 0;
        kept_topk_place_sum_part = wrap_add(kept_topk_place_sum_part, kept_topk_place_sum_term);
      }
      kept_topk_place_sum = wrap_add(kept_topk_place_sum, kept_topk_place_sum_part);
    }
  }
  int kept_topk_place_sum_part = kept_topk_place_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    kept_topk_place_sum_part = wrap_add(kept_topk_place_sum_part, warp_xor(kept_topk_place_sum_part, 1 << step));
  }
  partials_int_0[thread] = kept_topk_place_sum_part;
  __syncthreads();
  kept_topk_place_sum_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    kept_topk_place_sum_part = wrap_add(kept_topk_place_sum_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int kept_topk_best_mem2 = kept_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(C - O, 1024) + rank];
  const int kept_topk_place_mem2 = kept_topk_best_mem2 >= 0 ? kept_topk_place_sum_part : 2147483647;
  if (thread == 0) {
    kept_topk_place_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + piece) * min(C - O, 1024) + rank] = kept_topk_place_mem2;
  }
}

extern "C" __global__ void __launch_bounds__(256) split_outliers_aligned_13(const int* __restrict__ kept_topk_place_mem, const int* __restrict__ kept_topk_best_mem, int* __restrict__ kept, int O, int B, int H, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = C - O;
  const int n = group % n_count;
  const int outer = group / n_count;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  int kept_max = (-2147483647 - 1);
  for (int kept_piece_6_step = 0; kept_piece_6_step < (C + 1020) / 1024; ++kept_piece_6_step) {
    for (int kept_rank_6_step = 0; kept_rank_6_step < ((min(C - O, 1024) + 1023) >> 10); ++kept_rank_6_step) {
      int kept_max_part = (-2147483647 - 1);
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        const int kept_topk_place_mem2 = 1024 * kept_rank_6_step + 4 * thread + drank < min(C - O, 1024) ? kept_topk_place_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + kept_piece_6_step) * min(C - O, 1024) + 1024 * kept_rank_6_step + 4 * thread + drank] : 0;
        const int kept_topk_best_mem2 = 1024 * kept_rank_6_step + 4 * thread + drank < min(C - O, 1024) ? kept_topk_best_mem[(((long long)b * H + h) * ((C + 1023) / 1024) + kept_piece_6_step) * min(C - O, 1024) + 1024 * kept_rank_6_step + 4 * thread + drank] : 0;
        const int kept_max_term = 1024 * kept_rank_6_step + 4 * thread + drank < min(C - O, 1024) && kept_topk_place_mem2 == n ? kept_topk_best_mem2 : (-2147483647 - 1);
        kept_max_part = max(kept_max_part, kept_max_term);
      }
      kept_max = max(kept_max, kept_max_part);
    }
  }
  int kept_max_part = kept_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    kept_max_part = max(kept_max_part, warp_xor(kept_max_part, 1 << step));
  }
  partials_int_0[thread] = kept_max_part;
  __syncthreads();
  kept_max_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    kept_max_part = max(kept_max_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int kept2 = max(kept_max_part, -1);
  if (thread == 0) { kept[((long long)b * H + h) * (C - O) + n] = kept2; }
}
