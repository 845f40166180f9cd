// reuse_1, reuse_2, reuse_3, reuse_4, reuse_5, reuse_6, reuse_7, reuse_8, reuse_9: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }
// a - b, modulo 2^32
__device__ __forceinline__ int wrap_sub(int a, int b) { return (int)((unsigned)a - (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) reuse_1(const int* __restrict__ slot, const int* __restrict__ chunk, int* __restrict__ place_scan_of_mem, int C, int B, int H, int T) {
  __shared__ __align__(128) int partials_int_0[1024];
  const int thread = threadIdx.x;
  const int tu = thread >> 4;
  const int tt = thread & 15;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int t_count = (T + 63) / 64;
  const int t = group % t_count;
  const int outer = group / t_count;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
  bool missing[4];
  #pragma unroll
  for (int dt = 0; dt < 4; ++dt) {
    missing[dt] = true;
  }
  for (int u_2_step = 0; u_2_step < (T + 15) / 16; ++u_2_step) {
    const int slot2 = tu + 16 * u_2_step < T ? slot[((long long)b * H + h) * T + tu + 16 * u_2_step] : 0;
    int chunk2[4];
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      chunk2[dt] = 64 * t + 4 * tt + dt < T ? chunk[((long long)b * H + h) * T + 64 * t + 4 * tt + dt] : 0;
    }
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      const bool missing_term = slot2 != chunk2[dt];
      missing[dt] = missing[dt] && (tu + 16 * u_2_step < T ? missing_term : true);
    }
  }
  bool missing_part[4];
  #pragma unroll
  for (int dt = 0; dt < 4; ++dt) {
    missing_part[dt] = missing[dt];
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    const bool missing_part_other = warp_xor(missing_part[r], 16);
    missing_part[r] = missing_part[r] && missing_part_other;
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    partials_int_0[r * 256 + thread] = (int)missing_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    missing_part[r] = partials_int_0[r * 256 + leader] != 0;
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      missing_part[r] = missing_part[r] && partials_int_0[r * 256 + leader + 32 * (other + 1)] != 0;
    }
  }
  #pragma unroll
  for (int dt = 0; dt < 4; ++dt) {
    const int place_scan_of_mem2 = missing_part[dt] ? 1 : 0;
    if (64 * t + 4 * tt + dt < T && thread < 16) { place_scan_of_mem[((long long)b * H + h) * T + 64 * t + 4 * tt + dt] = place_scan_of_mem2; }
  }
}

extern "C" __global__ void __launch_bounds__(256) reuse_2(const int* __restrict__ place_scan_of_mem, int* __restrict__ place_scan_sums_mem, int C, int B, int H, int T) {
  const int thread = threadIdx.x;
  const int warp = thread >> 5;
  const int lane = thread & 31;
  const int group = blockIdx.x;
  const int piece_count = (T + 1023) / 1024;
  const int piece = group % piece_count;
  const int outer = group / piece_count;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
  int place_scan_sums = 0;
  int place_scan_sums_part = 0;
  #pragma unroll
  for (int dt = 0; dt < 4; ++dt) {
    const int place_scan_of_mem2 = place_scan_of_mem[((long long)b * H + h) * T + max(0, min(1024 * piece + 128 * warp + 4 * lane + dt, T - 1))];
    const int place_scan_sums_term = 1024 * piece + 128 * warp + 4 * lane + dt < T ? place_scan_of_mem2 : 0;
    place_scan_sums_part = wrap_add(place_scan_sums_part, place_scan_sums_term);
  }
  place_scan_sums = wrap_add(place_scan_sums, place_scan_sums_part);
  int place_scan_sums_part2 = place_scan_sums;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    place_scan_sums_part2 = wrap_add(place_scan_sums_part2, warp_xor(place_scan_sums_part2, 1 << step));
  }
  if (warp + 8 * piece < (T + 127) / 128 && (thread & 31) == 0) {
    place_scan_sums_mem[((long long)b * H + h) * ((T + 127) / 128) + warp + 8 * piece] = place_scan_sums_part2;
  }
}

extern "C" __global__ void __launch_bounds__(256) reuse_3(const int* __restrict__ place_scan_sums_mem, int* __restrict__ place_scan_before_mem, int C, int B, int H, int T) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int piece_count = (T + 127) / 128;
  const int piece = group % piece_count;
  const int outer = group / piece_count;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
  int place_scan_before = 0;
  for (int place_piece_4_step = 0; place_piece_4_step < ((piece + 1023) >> 10); ++place_piece_4_step) {
    int place_scan_before_part = 0;
    #pragma unroll
    for (int dpiece = 0; dpiece < 4; ++dpiece) {
      const int place_scan_sums_mem2 = 1024 * place_piece_4_step + 4 * thread + dpiece < (T + 127) / 128 ? place_scan_sums_mem[((long long)b * H + h) * ((T + 127) / 128) + 1024 * place_piece_4_step + 4 * thread + dpiece] : 0;
      const int place_scan_before_term = 1024 * place_piece_4_step + 4 * thread + dpiece < piece && 1024 * place_piece_4_step + 4 * thread + dpiece < (T + 127) / 128 ? place_scan_sums_mem2 : 0;
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
  if (thread == 0) { place_scan_before_mem[((long long)b * H + h) * ((T + 127) / 128) + piece] = place_scan_before_part; }
}

extern "C" __global__ void __launch_bounds__(256) reuse_4(const int* __restrict__ slot, const int* __restrict__ chunk, int* __restrict__ free_scan_of_mem, int C, int B, int H, int T) {
  __shared__ __align__(128) int partials_int_0[1024];
  const int thread = threadIdx.x;
  const int tu = thread & 15;
  const int tt = thread >> 4;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int u_count = (T + 63) / 64;
  const int u = group % u_count;
  const int outer = group / u_count;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:27: let free[b, h, u] = scan(u) (if stays[b, h, u] then 0 else 1) - 1
  bool stays[4] = {};
  for (int t_step = 0; t_step < (T + 15) / 16; ++t_step) {
    int slot2[4];
    #pragma unroll
    for (int du = 0; du < 4; ++du) {
      slot2[du] = 64 * u + 4 * tu + du < T ? slot[((long long)b * H + h) * T + 64 * u + 4 * tu + du] : 0;
    }
    const int chunk2 = tt + 16 * t_step < T ? chunk[((long long)b * H + h) * T + tt + 16 * t_step] : 0;
    #pragma unroll
    for (int du = 0; du < 4; ++du) {
      const bool stays_term = slot2[du] == chunk2;
      stays[du] = stays[du] || (tt + 16 * t_step < T ? stays_term : false);
    }
  }
  bool stays_part[4];
  #pragma unroll
  for (int du = 0; du < 4; ++du) {
    stays_part[du] = stays[du];
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    const bool stays_part_other = warp_xor(stays_part[r], 16);
    stays_part[r] = stays_part[r] || stays_part_other;
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    partials_int_0[r * 256 + thread] = (int)stays_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    stays_part[r] = partials_int_0[r * 256 + leader] != 0;
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      stays_part[r] = stays_part[r] || partials_int_0[r * 256 + leader + 32 * (other + 1)] != 0;
    }
  }
  #pragma unroll
  for (int du = 0; du < 4; ++du) {
    const int free_scan_of_mem2 = stays_part[du] ? 0 : 1;
    if (64 * u + 4 * tu + du < T && thread < 16) { free_scan_of_mem[((long long)b * H + h) * T + 64 * u + 4 * tu + du] = free_scan_of_mem2; }
  }
}

extern "C" __global__ void __launch_bounds__(256) reuse_5(const int* __restrict__ free_scan_of_mem, int* __restrict__ free_scan_sums_mem, int C, int B, int H, int T) {
  const int thread = threadIdx.x;
  const int warp = thread >> 5;
  const int lane = thread & 31;
  const int group = blockIdx.x;
  const int piece_count = (T + 1023) / 1024;
  const int piece = group % piece_count;
  const int outer = group / piece_count;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:27: let free[b, h, u] = scan(u) (if stays[b, h, u] then 0 else 1) - 1
  int free_scan_sums = 0;
  int free_scan_sums_part = 0;
  #pragma unroll
  for (int du = 0; du < 4; ++du) {
    const int free_scan_of_mem2 = free_scan_of_mem[((long long)b * H + h) * T + max(0, min(1024 * piece + 128 * warp + 4 * lane + du, T - 1))];
    const int free_scan_sums_term = 1024 * piece + 128 * warp + 4 * lane + du < T ? free_scan_of_mem2 : 0;
    free_scan_sums_part = wrap_add(free_scan_sums_part, free_scan_sums_term);
  }
  free_scan_sums = wrap_add(free_scan_sums, free_scan_sums_part);
  int free_scan_sums_part2 = free_scan_sums;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    free_scan_sums_part2 = wrap_add(free_scan_sums_part2, warp_xor(free_scan_sums_part2, 1 << step));
  }
  if (warp + 8 * piece < (T + 127) / 128 && (thread & 31) == 0) {
    free_scan_sums_mem[((long long)b * H + h) * ((T + 127) / 128) + warp + 8 * piece] = free_scan_sums_part2;
  }
}

extern "C" __global__ void __launch_bounds__(256) reuse_6(const int* __restrict__ free_scan_sums_mem, int* __restrict__ free_scan_before_mem, int C, int B, int H, int T) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int piece_count = (T + 127) / 128;
  const int piece = group % piece_count;
  const int outer = group / piece_count;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:27: let free[b, h, u] = scan(u) (if stays[b, h, u] then 0 else 1) - 1
  int free_scan_before = 0;
  for (int free_piece_4_step = 0; free_piece_4_step < ((piece + 1023) >> 10); ++free_piece_4_step) {
    int free_scan_before_part = 0;
    #pragma unroll
    for (int dpiece = 0; dpiece < 4; ++dpiece) {
      const int free_scan_sums_mem2 = 1024 * free_piece_4_step + 4 * thread + dpiece < (T + 127) / 128 ? free_scan_sums_mem[((long long)b * H + h) * ((T + 127) / 128) + 1024 * free_piece_4_step + 4 * thread + dpiece] : 0;
      const int free_scan_before_term = 1024 * free_piece_4_step + 4 * thread + dpiece < piece && 1024 * free_piece_4_step + 4 * thread + dpiece < (T + 127) / 128 ? free_scan_sums_mem2 : 0;
      free_scan_before_part = wrap_add(free_scan_before_part, free_scan_before_term);
    }
    free_scan_before = wrap_add(free_scan_before, free_scan_before_part);
  }
  int free_scan_before_part = free_scan_before;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    free_scan_before_part = wrap_add(free_scan_before_part, warp_xor(free_scan_before_part, 1 << step));
  }
  partials_int_0[thread] = free_scan_before_part;
  __syncthreads();
  free_scan_before_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    free_scan_before_part = wrap_add(free_scan_before_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { free_scan_before_mem[((long long)b * H + h) * ((T + 127) / 128) + piece] = free_scan_before_part; }
}

extern "C" __global__ void __launch_bounds__(256) reuse_7(const int* __restrict__ place_scan_of_mem, int* __restrict__ place_sum_mem, int C, int B, int H, int T) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int t_count = (T + 7) / 8;
  const int t = group % t_count;
  const int outer = group / t_count;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
  int place_sum = 0;
  int place_scan_of_mem2[4];
  #pragma unroll
  for (int dt = 0; dt < 4; ++dt) {
    place_scan_of_mem2[dt] = place_scan_of_mem[((long long)b * H + h) * T + max(0, min(128 * (t >> 4) + 4 * lane + dt, T - 1))];
  }
  int place_sum_part = 0;
  #pragma unroll
  for (int dt = 0; dt < 4; ++dt) {
    const int place_sum_term = 4 * lane + dt <= warp + 8 * (t & 15) ? place_scan_of_mem2[dt] : 0;
    place_sum_part = wrap_add(place_sum_part, place_sum_term);
  }
  place_sum = wrap_add(place_sum, place_sum_part);
  int place_sum_part2 = place_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    place_sum_part2 = wrap_add(place_sum_part2, warp_xor(place_sum_part2, 1 << step));
  }
  if (warp + 8 * t < T && (thread & 31) == 0) { place_sum_mem[((long long)b * H + h) * T + warp + 8 * t] = place_sum_part2; }
}

extern "C" __global__ void __launch_bounds__(256) reuse_8(const int* __restrict__ slot, const int* __restrict__ chunk, const int* __restrict__ place_scan_before_mem, const int* __restrict__ free_scan_before_mem, const int* __restrict__ free_scan_of_mem, const int* __restrict__ place_sum_mem, int* __restrict__ next, unsigned char* __restrict__ fresh, int C, int B, int H, int T) {
  __shared__ __align__(128) int partials_int_0[256];
  __shared__ __align__(128) int partials_int_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int u = group % T;
  const int outer = group / T;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:30: next[b, h, u] = clamp(if stays[b, h, u] then slot[b, h, u] else wanted[b, h, u], 0, C - 1)
  bool stays = false;
  for (int t_step = 0; t_step < (T + 4095) / 4096; ++t_step) {
    const int slot2 = slot[((long long)b * H + h) * T + u];
    bool stays_part = false;
    #pragma unroll
    for (int dt = 0; dt < 16; ++dt) {
      const int chunk2 = 4096 * t_step + 16 * thread + dt < T ? chunk[((long long)b * H + h) * T + 4096 * t_step + 16 * thread + dt] : 0;
      const bool stays_term = slot2 == chunk2;
      const bool stays_term2 = 4096 * t_step + 16 * thread + dt < T ? stays_term : false;
      stays_part = stays_part || stays_term2;
    }
    stays = stays || stays_part;
  }
  bool stays_part = stays;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    const bool stays_part_other = warp_xor(stays_part, 1 << step);
    stays_part = stays_part || stays_part_other;
  }
  partials_int_0[thread] = (int)stays_part;
  __syncthreads();
  stays_part = partials_int_0[leader] != 0;
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    stays_part = stays_part || partials_int_0[leader + 32 * (other + 1)] != 0;
  }
  int free_sum = 0;
  int free_sum_part = 0;
  #pragma unroll
  for (int du = 0; du < 16; ++du) {
    const int free_scan_of_mem2 = free_scan_of_mem[((long long)b * H + h) * T + max(0, min(128 * (u >> 7) + 16 * thread + du, T - 1))];
    const int free_sum_term = 16 * thread + du <= (u & 127) && 16 * thread + du <= 127 ? free_scan_of_mem2 : 0;
    free_sum_part = wrap_add(free_sum_part, free_sum_term);
  }
  free_sum = wrap_add(free_sum, free_sum_part);
  int free_sum_part2 = free_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    free_sum_part2 = wrap_add(free_sum_part2, warp_xor(free_sum_part2, 1 << step));
  }
  partials_int_1[thread] = free_sum_part2;
  __syncthreads();
  free_sum_part2 = partials_int_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    free_sum_part2 = wrap_add(free_sum_part2, partials_int_1[leader + 32 * (other + 1)]);
  }
  int wanted = (-2147483647 - 1);
  for (int t_4_step = 0; t_4_step < (T + 4095) / 4096; ++t_4_step) {
    bool missing[16];
    #pragma unroll
    for (int dt = 0; dt < 16; ++dt) {
      missing[dt] = true;
    }
    for (int u_2_step = 0; u_2_step < T; ++u_2_step) {
      const int slot2 = slot[((long long)b * H + h) * T + u_2_step];
      #pragma unroll
      for (int dt = 0; dt < 16; ++dt) {
        const int chunk2 = 4096 * t_4_step + 16 * thread + dt < T ? chunk[((long long)b * H + h) * T + 4096 * t_4_step + 16 * thread + dt] : 0;
        missing[dt] = missing[dt] && slot2 != chunk2;
      }
    }
    int place_scan_before_mem2[16];
    int place_sum_mem2[16];
    #pragma unroll
    for (int dt = 0; dt < 16; ++dt) {
      place_scan_before_mem2[dt] = 4096 * t_4_step + 16 * thread + dt < T ? place_scan_before_mem[((long long)b * H + h) * ((T + 127) / 128) + (thread >> 3) + 32 * t_4_step] : 0;
      place_sum_mem2[dt] = 4096 * t_4_step + 16 * thread + dt < T ? place_sum_mem[((long long)b * H + h) * T + 4096 * t_4_step + 16 * thread + dt] : 0;
    }
    const int free_scan_before_mem2 = free_scan_before_mem[((long long)b * H + h) * ((T + 127) / 128) + (u >> 7)];
    int wanted_part = (-2147483647 - 1);
    #pragma unroll
    for (int dt = 0; dt < 16; ++dt) {
      const int chunk2 = 4096 * t_4_step + 16 * thread + dt < T ? chunk[((long long)b * H + h) * T + 4096 * t_4_step + 16 * thread + dt] : 0;
      const int wanted_term = 4096 * t_4_step + 16 * thread + dt < T && missing[dt] && wrap_sub(wrap_add(place_scan_before_mem2[dt], place_sum_mem2[dt]), 1) == wrap_sub(wrap_add(free_scan_before_mem2, free_sum_part2), 1) ? chunk2 : (-2147483647 - 1);
      wanted_part = max(wanted_part, wanted_term);
    }
    wanted = max(wanted, wanted_part);
  }
  int wanted_part = wanted;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    wanted_part = max(wanted_part, warp_xor(wanted_part, 1 << step));
  }
  partials_int_0[thread] = wanted_part;
  __syncthreads();
  wanted_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    wanted_part = max(wanted_part, partials_int_0[leader + 32 * (other + 1)]);
  }

  // shadow_decode.tdsl:31: fresh[b, h, u] = not stays[b, h, u]
  const int slot2 = slot[((long long)b * H + h) * T + u];
  const int next2 = min(max(stays_part ? slot2 : wanted_part, 0), C - 1);
  if (thread == 0) { next[((long long)b * H + h) * T + u] = next2; }
  const bool fresh2 = !stays_part;
  if (thread == 0) { fresh[((long long)b * H + h) * T + u] = fresh2; }
}

extern "C" __global__ void __launch_bounds__(256) reuse_9(const int* __restrict__ slot, const int* __restrict__ chunk, int* __restrict__ hits, int C, int B, int H, int T) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int h = group % H;
  const int b = group / H;

  // shadow_decode.tdsl:32: hits[b, h] = sum(u) (if stays[b, h, u] then 1 else 0)
  int hits_sum = 0;
  for (int u_7_step = 0; u_7_step < (T + 1023) / 1024; ++u_7_step) {
    bool stays[4] = {};
    for (int t_step = 0; t_step < T; ++t_step) {
      int slot2[4];
      #pragma unroll
      for (int du = 0; du < 4; ++du) {
        slot2[du] = 1024 * u_7_step + 4 * thread + du < T ? slot[((long long)b * H + h) * T + 1024 * u_7_step + 4 * thread + du] : 0;
      }
      const int chunk2 = chunk[((long long)b * H + h) * T + t_step];
      #pragma unroll
      for (int du = 0; du < 4; ++du) {
        stays[du] = stays[du] || slot2[du] == chunk2;
      }
    }
    int hits_sum_part = 0;
    #pragma unroll
    for (int du = 0; du < 4; ++du) {
      const int hits_sum_term = stays[du] ? 1 : 0;
      const int hits_sum_term2 = 1024 * u_7_step + 4 * thread + du < T ? hits_sum_term : 0;
      hits_sum_part = wrap_add(hits_sum_part, hits_sum_term2);
    }
    hits_sum = wrap_add(hits_sum, hits_sum_part);
  }
  int hits_sum_part = hits_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    hits_sum_part = wrap_add(hits_sum_part, warp_xor(hits_sum_part, 1 << step));
  }
  partials_int_0[thread] = hits_sum_part;
  __syncthreads();
  hits_sum_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    hits_sum_part = wrap_add(hits_sum_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { hits[(long long)b * H + h] = hits_sum_part; }
}
