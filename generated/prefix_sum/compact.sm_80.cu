// compact_1, compact_2, compact_3, compact_4, compact_5, compact_6, compact_7, compact_8, compact_9, compact_10: made by tdsl from prefix_sum.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
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

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }
// a - b, modulo 2^32
__device__ __forceinline__ int wrap_sub(int a, int b) { return (int)((unsigned)a - (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) compact_1(int* __restrict__ Y, int N) {
  const int thread = threadIdx.x;
  const int n = blockIdx.x;

  // prefix_sum.tdsl:17: Y[n] = 0
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    const int y = 0;
    if (1024 * n + 4 * thread + dn < N) { Y[1024 * n + 4 * thread + dn] = y; }
  }
}

extern "C" __global__ void __launch_bounds__(256) compact_2(const unsigned char* __restrict__ keep, int* __restrict__ place_scan_of_mem, int N) {
  const int thread = threadIdx.x;
  const int n = blockIdx.x;

  // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
  #pragma unroll
  for (int dn = 0; dn < 16; ++dn) {
    const bool keep2 = 4096 * n + 16 * thread + dn < N ? keep[4096 * n + 16 * thread + dn] != 0 : false;
    const int place_scan_of_mem2 = keep2 ? 1 : 0;
    if (4096 * n + 16 * thread + dn < N) { place_scan_of_mem[4096 * n + 16 * thread + dn] = place_scan_of_mem2; }
  }
}

extern "C" __global__ void __launch_bounds__(256) compact_3(const int* __restrict__ place_scan_of_mem, int* __restrict__ place_scan_sums_mem, int N) {
  const int thread = threadIdx.x;
  const int warp = thread >> 5;
  const int lane = thread & 31;
  const int piece = blockIdx.x;

  // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
  int place_scan_sums = 0;
  int place_scan_sums_part = 0;
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    const int place_scan_of_mem2 = place_scan_of_mem[max(0, min(1024 * piece + 128 * warp + 4 * lane + dn, N - 1))];
    const int place_scan_sums_term = 1024 * piece + 128 * warp + 4 * lane + dn < N ? place_scan_of_mem2 : 0;
    place_scan_sums_part = wrap_add(place_scan_sums_part, place_scan_sums_term);
  }
  place_scan_sums = wrap_add(place_scan_sums, place_scan_sums_part);
  int place_scan_sums_part2 = place_scan_sums;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    place_scan_sums_part2 = wrap_add(place_scan_sums_part2, warp_xor(place_scan_sums_part2, 1 << step));
  }
  if (warp + 8 * piece < (N + 127) / 128 && (thread & 31) == 0) { place_scan_sums_mem[warp + 8 * piece] = place_scan_sums_part2; }
}

extern "C" __global__ void __launch_bounds__(256) compact_4(const int* __restrict__ place_scan_sums_mem, int* __restrict__ place_scan_before_mem, int N) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int piece = blockIdx.x;

  // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
  int place_scan_before = 0;
  for (int place_piece_4_step = 0; place_piece_4_step < ((piece + 1023) >> 10); ++place_piece_4_step) {
    int place_scan_before_part = 0;
    #pragma unroll
    for (int dpiece = 0; dpiece < 4; ++dpiece) {
      const int place_scan_sums_mem2 = 1024 * place_piece_4_step + 4 * thread + dpiece < (N + 127) / 128 ? place_scan_sums_mem[1024 * place_piece_4_step + 4 * thread + dpiece] : 0;
      const int place_scan_before_term = 1024 * place_piece_4_step + 4 * thread + dpiece < piece && 1024 * place_piece_4_step + 4 * thread + dpiece < (N + 127) / 128 ? place_scan_sums_mem2 : 0;
      place_scan_before_part = wrap_add(place_scan_before_part, place_scan_before_term);
    }
    place_scan_before = wrap_add(place_scan_before, place_scan_before_part);
  }
  int place_scan_before_part = place_scan_before;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    place_scan_before_part = wrap_add(place_scan_before_part, warp_xor(place_scan_before_part, 1 << step));
  }
  partials_int_0[thread] = place_scan_before_part;
  __syncthreads();
  place_scan_before_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    place_scan_before_part = wrap_add(place_scan_before_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { place_scan_before_mem[piece] = place_scan_before_part; }
}

extern "C" __global__ void __launch_bounds__(256) compact_5(const int* __restrict__ place_scan_of_mem, int* __restrict__ place_sum_mem, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int n = blockIdx.x;

  // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
  int place_sum = 0;
  int place_scan_of_mem2[4];
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    place_scan_of_mem2[dn] = place_scan_of_mem[max(0, min(128 * (n >> 4) + 4 * lane + dn, N - 1))];
  }
  int place_sum_part = 0;
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    const int place_sum_term = 4 * lane + dn <= warp + 8 * (n & 15) ? place_scan_of_mem2[dn] : 0;
    place_sum_part = wrap_add(place_sum_part, place_sum_term);
  }
  place_sum = wrap_add(place_sum, place_sum_part);
  int place_sum_part2 = place_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    place_sum_part2 = wrap_add(place_sum_part2, warp_xor(place_sum_part2, 1 << step));
  }
  if (warp + 8 * n < N && (thread & 31) == 0) { place_sum_mem[warp + 8 * n] = place_sum_part2; }
}

extern "C" __global__ void __launch_bounds__(256) compact_6(const int* __restrict__ place_scan_before_mem, const int* __restrict__ place_sum_mem, int* __restrict__ Y_outside_min_chunk_mem, int N) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int n_chunk = blockIdx.x;

  // prefix_sum.tdsl:18: Y[max(place[n], 0)] max= if keep[n] then X[n] else 0
  int Y_outside_min_chunk = 2147483647;
  const int n_2_step_count = (min((N + 255) / 256, max(0, N - n_chunk * ((N + 255) / 256))) + 1023) >> 10;
  for (int n_2_step = 0; n_2_step < n_2_step_count; ++n_2_step) {
    int Y_outside_min_chunk_part = 2147483647;
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      const int place_scan_before_mem2 = ((n_chunk * ((N + 255) / 256) + 4 * thread + dn) >> 7) + 8 * n_2_step < (N + 127) / 128 ? place_scan_before_mem[((n_chunk * ((N + 255) / 256) + 4 * thread + dn) >> 7) + 8 * n_2_step] : 0;
      const int place_sum_mem2 = n_chunk * ((N + 255) / 256) + 1024 * n_2_step + 4 * thread + dn < N ? place_sum_mem[n_chunk * ((N + 255) / 256) + 1024 * n_2_step + 4 * thread + dn] : 0;
      const int Y_outside_min_chunk_term = max(wrap_sub(wrap_add(place_scan_before_mem2, place_sum_mem2), 1), 0) < 0 || N <= max(wrap_sub(wrap_add(place_scan_before_mem2, place_sum_mem2), 1), 0) ? n_chunk * ((N + 255) / 256) + 1024 * n_2_step + 4 * thread + dn : 2147483647;
      const int Y_outside_min_chunk_term2 = n_chunk * ((N + 255) / 256) + 1024 * n_2_step + 4 * thread + dn < N && 1024 * n_2_step + 4 * thread + dn < (N + 255) / 256 ? Y_outside_min_chunk_term : 2147483647;
      Y_outside_min_chunk_part = min(Y_outside_min_chunk_part, Y_outside_min_chunk_term2);
    }
    Y_outside_min_chunk = min(Y_outside_min_chunk, Y_outside_min_chunk_part);
  }
  int Y_outside_min_chunk_part = Y_outside_min_chunk;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_outside_min_chunk_part = min(Y_outside_min_chunk_part, warp_xor(Y_outside_min_chunk_part, 1 << step));
  }
  partials_int_0[thread] = Y_outside_min_chunk_part;
  __syncthreads();
  Y_outside_min_chunk_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    Y_outside_min_chunk_part = min(Y_outside_min_chunk_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { Y_outside_min_chunk_mem[n_chunk] = Y_outside_min_chunk_part; }
}

extern "C" __global__ void __launch_bounds__(64) compact_7(const int* __restrict__ Y_outside_min_chunk_mem, int* __restrict__ Y_outside, int N) {
  __shared__ __align__(128) int partials_int_0[64];
  const int thread = threadIdx.x;
  const int leader = thread & 31;

  // prefix_sum.tdsl:18: Y[max(place[n], 0)] max= if keep[n] then X[n] else 0
  int Y_outside_min = 2147483647;
  int Y_outside_min_part = 2147483647;
  int y_outside_min_chunk_mem[4];
  load_vector<4>(y_outside_min_chunk_mem, &Y_outside_min_chunk_mem[4 * thread]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    Y_outside_min_part = min(Y_outside_min_part, y_outside_min_chunk_mem[v]);
  }
  Y_outside_min = min(Y_outside_min, Y_outside_min_part);
  int Y_outside_min_part2 = Y_outside_min;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_outside_min_part2 = min(Y_outside_min_part2, warp_xor(Y_outside_min_part2, 1 << step));
  }
  partials_int_0[thread] = Y_outside_min_part2;
  __syncthreads();
  Y_outside_min_part2 = partials_int_0[leader];
  Y_outside_min_part2 = min(Y_outside_min_part2, partials_int_0[leader + 32]);
  if (thread == 0) { Y_outside[0] = Y_outside_min_part2; }
}

extern "C" __global__ void __launch_bounds__(256) compact_8(const int* __restrict__ X, const unsigned char* __restrict__ keep, const int* __restrict__ place_scan_before_mem, const int* __restrict__ place_sum_mem, int* __restrict__ Y, int N) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int at = blockIdx.x;

  // prefix_sum.tdsl:18: Y[max(place[n], 0)] max= if keep[n] then X[n] else 0
  int Y_max = (-2147483647 - 1);
  for (int n_3_step = 0; n_3_step < (N + 4095) / 4096; ++n_3_step) {
    int Y_max_part = (-2147483647 - 1);
    #pragma unroll
    for (int dn = 0; dn < 16; ++dn) {
      const int place_scan_before_mem2 = 4096 * n_3_step + 16 * thread + dn < N ? place_scan_before_mem[(thread >> 3) + 32 * n_3_step] : 0;
      const int place_sum_mem2 = 4096 * n_3_step + 16 * thread + dn < N ? place_sum_mem[4096 * n_3_step + 16 * thread + dn] : 0;
      const bool keep2 = 4096 * n_3_step + 16 * thread + dn < N ? keep[4096 * n_3_step + 16 * thread + dn] != 0 : false;
      const int x = 4096 * n_3_step + 16 * thread + dn < N ? X[4096 * n_3_step + 16 * thread + dn] : 0;
      const int Y_max_term = keep2 ? x : 0;
      const int Y_max_term2 = 4096 * n_3_step + 16 * thread + dn < N && max(0, wrap_sub(wrap_add(place_scan_before_mem2, place_sum_mem2), 1)) == at ? Y_max_term : (-2147483647 - 1);
      Y_max_part = max(Y_max_part, Y_max_term2);
    }
    Y_max = max(Y_max, Y_max_part);
  }
  int Y_max_part = Y_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_max_part = max(Y_max_part, warp_xor(Y_max_part, 1 << step));
  }
  partials_int_0[thread] = Y_max_part;
  __syncthreads();
  Y_max_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    Y_max_part = max(Y_max_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int y2 = Y[at];
  const int y = max(y2, Y_max_part);
  if (thread == 0) { Y[at] = y; }
}

extern "C" __global__ void __launch_bounds__(256) compact_9(const unsigned char* __restrict__ keep, int* __restrict__ count_sum_chunk_mem, int N) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int n_chunk = blockIdx.x;

  // prefix_sum.tdsl:19: count = sum(n) (if keep[n] then 1 else 0)
  int count_sum_chunk = 0;
  const int n_3_step_count = (min((N + 255) / 256, max(0, N - n_chunk * ((N + 255) / 256))) + 4095) >> 12;
  for (int n_3_step = 0; n_3_step < n_3_step_count; ++n_3_step) {
    int count_sum_chunk_part = 0;
    #pragma unroll
    for (int dn = 0; dn < 16; ++dn) {
      const bool keep2 = n_chunk * ((N + 255) / 256) + 4096 * n_3_step + 16 * thread + dn < N ? keep[n_chunk * ((N + 255) / 256) + 4096 * n_3_step + 16 * thread + dn] != 0 : false;
      const int count_sum_chunk_term = keep2 ? 1 : 0;
      const int count_sum_chunk_term2 = n_chunk * ((N + 255) / 256) + 4096 * n_3_step + 16 * thread + dn < N && 4096 * n_3_step + 16 * thread + dn < (N + 255) / 256 ? count_sum_chunk_term : 0;
      count_sum_chunk_part = wrap_add(count_sum_chunk_part, count_sum_chunk_term2);
    }
    count_sum_chunk = wrap_add(count_sum_chunk, count_sum_chunk_part);
  }
  int count_sum_chunk_part = count_sum_chunk;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    count_sum_chunk_part = wrap_add(count_sum_chunk_part, warp_xor(count_sum_chunk_part, 1 << step));
  }
  partials_int_0[thread] = count_sum_chunk_part;
  __syncthreads();
  count_sum_chunk_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    count_sum_chunk_part = wrap_add(count_sum_chunk_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { count_sum_chunk_mem[n_chunk] = count_sum_chunk_part; }
}

extern "C" __global__ void __launch_bounds__(64) compact_10(const int* __restrict__ count_sum_chunk_mem, int* __restrict__ count, int N) {
  __shared__ __align__(128) int partials_int_0[64];
  const int thread = threadIdx.x;
  const int leader = thread & 31;

  // prefix_sum.tdsl:19: count = sum(n) (if keep[n] then 1 else 0)
  int count_sum = 0;
  int count_sum_part = 0;
  int count_sum_chunk_mem2[4];
  load_vector<4>(count_sum_chunk_mem2, &count_sum_chunk_mem[4 * thread]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    count_sum_part = wrap_add(count_sum_part, count_sum_chunk_mem2[v]);
  }
  count_sum = wrap_add(count_sum, count_sum_part);
  int count_sum_part2 = count_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    count_sum_part2 = wrap_add(count_sum_part2, warp_xor(count_sum_part2, 1 << step));
  }
  partials_int_0[thread] = count_sum_part2;
  __syncthreads();
  count_sum_part2 = partials_int_0[leader];
  count_sum_part2 = wrap_add(count_sum_part2, partials_int_0[leader + 32]);
  if (thread == 0) { count[0] = count_sum_part2; }
}
