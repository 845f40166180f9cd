// best_aligned_1, best_aligned_2, best_aligned_3, best_aligned_4, best_aligned_5, best_aligned_6: made by tdsl from top_k.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 4 == 0, T % 4 == 0.

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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) best_aligned_1(const float* __restrict__ score, int* __restrict__ idx_topk_rank_mem, int T, int B, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int c = group % C;
  const int b = group / C;

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  int idx_topk_rank = 0;
  const float score2 = score[(long long)b * C + c];
  int idx_topk_rank_part = 0;
  #pragma unroll
  for (int dc = 0; dc < 4; ++dc) {
    const float score3 = score[(long long)b * C + max(0, min(1024 * (c >> 10) + 4 * thread + dc, C - 1))];
    const int idx_topk_rank_term = 1024 * (c >> 10) + 4 * thread + dc < C && (score2 < score3 || (score3 == score2 && 1024 * (c >> 10) + 4 * thread + dc < c)) ? 1 : 0;
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
  for (int other = 0; other < 7; ++other) {
    idx_topk_rank_part2 = wrap_add(idx_topk_rank_part2, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { idx_topk_rank_mem[(long long)b * C + c] = idx_topk_rank_part2; }
}

extern "C" __global__ void __launch_bounds__(256) best_aligned_2(const int* __restrict__ idx_topk_rank_mem, int* __restrict__ idx_topk_best_mem, int T, int B, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(T, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (C + 1020) / 1024;
  const int piece = outer % piece_count;
  const int b = outer / piece_count;

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  int idx_topk_best_max = (-2147483647 - 1);
  int idx_topk_best_max_part = (-2147483647 - 1);
  #pragma unroll
  for (int dc = 0; dc < 4; ++dc) {
    const int idx_topk_rank_mem2 = idx_topk_rank_mem[(long long)b * C + max(0, min(1024 * piece + 4 * thread + dc, C - 1))];
    const int idx_topk_best_max_term = 1024 * piece + 4 * thread + dc;
    const int idx_topk_best_max_term2 = 1024 * piece + 4 * thread + dc < C && idx_topk_rank_mem2 == rank ? idx_topk_best_max_term : (-2147483647 - 1);
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
  if (thread == 0) { idx_topk_best_mem[((long long)b * ((C + 1023) / 1024) + piece) * min(T, 1024) + rank] = idx_topk_best_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) best_aligned_3(const float* __restrict__ score, const int* __restrict__ idx_topk_best_mem, float* __restrict__ idx_topk_best_of_mem, int T, int B, int C) {
  const int thread = threadIdx.x;
  const int bpiecerank = blockIdx.x;
  const int b = (thread + 256 * bpiecerank) / ((C + 1020) / 1024 * min(T, 1024));
  const int piece = (thread + 256 * bpiecerank) / min(T, 1024) % ((C + 1020) / 1024);
  const int rank = (thread + 256 * bpiecerank) % min(T, 1024);

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  const int idx_topk_best_mem2 = b < B ? idx_topk_best_mem[((long long)b * ((C + 1023) / 1024) + piece) * min(T, 1024) + rank] : 0;
  const float score2 = score[(long long)max(0, min(b, B - 1)) * C + max(0, min(idx_topk_best_mem2, C - 1))];
  if (b < B) { idx_topk_best_of_mem[((long long)b * ((C + 1023) / 1024) + piece) * min(T, 1024) + rank] = score2; }
}

extern "C" __global__ void __launch_bounds__(256) best_aligned_4(const int* __restrict__ idx_topk_best_mem, const float* __restrict__ idx_topk_best_of_mem, int* __restrict__ idx_topk_place_mem, int T, int B, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(T, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (C + 1020) / 1024;
  const int piece = outer % piece_count;
  const int b = outer / piece_count;

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  int idx_topk_place_sum = 0;
  for (int idx_piece_5_step = 0; idx_piece_5_step < (C + 1020) / 1024; ++idx_piece_5_step) {
    for (int idx_rank_5_step = 0; idx_rank_5_step < (min(T, 1024) + 1023) / 1024; ++idx_rank_5_step) {
      int idx_topk_best_mem2[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        idx_topk_best_mem2[drank] = 1024 * idx_rank_5_step + 4 * thread + drank < min(T, 1024) ? idx_topk_best_mem[((long long)b * ((C + 1023) / 1024) + idx_piece_5_step) * min(T, 1024) + 1024 * idx_rank_5_step + 4 * thread + drank] : 0;
      }
      const float idx_topk_best_of_mem2 = idx_topk_best_of_mem[((long long)b * ((C + 1023) / 1024) + piece) * min(T, 1024) + rank];
      float idx_topk_best_of_mem3[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        idx_topk_best_of_mem3[drank] = 1024 * idx_rank_5_step + 4 * thread + drank < min(T, 1024) ? idx_topk_best_of_mem[((long long)b * ((C + 1023) / 1024) + idx_piece_5_step) * min(T, 1024) + 1024 * idx_rank_5_step + 4 * thread + drank] : 0.0f;
      }
      const int idx_topk_best_mem3 = idx_topk_best_mem[((long long)b * ((C + 1023) / 1024) + piece) * min(T, 1024) + rank];
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
  const int idx_topk_best_mem2 = idx_topk_best_mem[((long long)b * ((C + 1023) / 1024) + piece) * min(T, 1024) + rank];
  const int idx_topk_place_mem2 = idx_topk_best_mem2 >= 0 ? idx_topk_place_sum_part : 2147483647;
  if (thread == 0) { idx_topk_place_mem[((long long)b * ((C + 1023) / 1024) + piece) * min(T, 1024) + rank] = idx_topk_place_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) best_aligned_5(const int* __restrict__ idx_topk_place_mem, const int* __restrict__ idx_topk_best_mem, int* __restrict__ idx_mem, int T, int B, int C) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int t = group % T;
  const int b = group / T;

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  int idx_max = (-2147483647 - 1);
  for (int idx_piece_6_step = 0; idx_piece_6_step < (C + 1020) / 1024; ++idx_piece_6_step) {
    for (int idx_rank_6_step = 0; idx_rank_6_step < (min(T, 1024) + 1023) / 1024; ++idx_rank_6_step) {
      int idx_max_part = (-2147483647 - 1);
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        const int idx_topk_place_mem2 = 1024 * idx_rank_6_step + 4 * thread + drank < min(T, 1024) ? idx_topk_place_mem[((long long)b * ((C + 1023) / 1024) + idx_piece_6_step) * min(T, 1024) + 1024 * idx_rank_6_step + 4 * thread + drank] : 0;
        const int idx_topk_best_mem2 = 1024 * idx_rank_6_step + 4 * thread + drank < min(T, 1024) ? idx_topk_best_mem[((long long)b * ((C + 1023) / 1024) + idx_piece_6_step) * min(T, 1024) + 1024 * idx_rank_6_step + 4 * thread + drank] : 0;
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
  if (thread == 0) { idx_mem[(long long)b * T + t] = idx_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) best_aligned_6(const float* __restrict__ score, const int* __restrict__ idx_mem, int* __restrict__ at, float* __restrict__ value, int T, int B, int C) {
  const int thread = threadIdx.x;
  const int bt = blockIdx.x;
  const int b = (thread + 256 * bt) / (T / 4);
  const int t = (thread + 256 * bt) % (T / 4);

  // top_k.tdsl:10: at[b, t] = idx[b, t]

  // top_k.tdsl:11: value[b, t] = score[b, idx[b, t]]
  float score2[4];
  int idx_mem2[4];
  load_vector_or<4>(idx_mem2, &idx_mem[(long long)b * T + 4 * t], b < B, 0);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    score2[v] = b < B ? score[(long long)b * C + idx_mem2[v]] : 0.0f;
  }
  if (b < B) { store_vector<4>(&at[(long long)b * T + 4 * t], idx_mem2); }
  if (b < B) { store_vector<4>(&value[(long long)b * T + 4 * t], score2); }
}
