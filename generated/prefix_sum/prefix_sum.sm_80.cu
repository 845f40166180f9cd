// prefix_sum_1, prefix_sum_2, prefix_sum_3: made by tdsl from prefix_sum.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

extern "C" __global__ void __launch_bounds__(256) prefix_sum_1(const float* __restrict__ X, float* __restrict__ Y_scan_sums_mem, int M, int N) {
  const int thread = threadIdx.x;
  const int warp = thread >> 5;
  const int lane = thread & 31;
  const int group = blockIdx.x;
  const int piece_count = (N + 1023) / 1024;
  const int piece = group % piece_count;
  const int m = group / piece_count;

  // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
  float Y_scan_sums = 0.0f;
  float Y_scan_sums_part = 0.0f;
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    const float x = X[(long long)m * N + max(0, min(1024 * piece + 128 * warp + 4 * lane + dn, N - 1))];
    const float Y_scan_sums_term = 1024 * piece + 128 * warp + 4 * lane + dn < N ? x : 0.0f;
    Y_scan_sums_part += Y_scan_sums_term;
  }
  Y_scan_sums += Y_scan_sums_part;
  float Y_scan_sums_part2 = Y_scan_sums;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_scan_sums_part2 += warp_xor(Y_scan_sums_part2, 1 << step);
  }
  if (warp + 8 * piece < (N + 127) / 128 && (thread & 31) == 0) {
    Y_scan_sums_mem[(long long)m * ((N + 127) / 128) + warp + 8 * piece] = Y_scan_sums_part2;
  }
}

extern "C" __global__ void __launch_bounds__(256) prefix_sum_2(const float* __restrict__ Y_scan_sums_mem, float* __restrict__ Y_scan_before_mem, int M, int N) {
  __shared__ __align__(128) float partials_0[1024];
  const int thread = threadIdx.x;
  const int tpiece = thread >> 4;
  const int tpiece2 = thread & 15;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int piece_count = (N + 8191) / 8192;
  const int piece = group % piece_count;
  const int m = group / piece_count;

  // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
  float Y_scan_before[4] = {};
  const int Y_piece_4_step_count = (min((N + 127) / 128, 64 * piece + 63) + 15) >> 4;
  for (int Y_piece_4_step = 0; Y_piece_4_step < Y_piece_4_step_count; ++Y_piece_4_step) {
    const float y_scan_sums_mem = tpiece + 16 * Y_piece_4_step < (N + 127) / 128 ? Y_scan_sums_mem[(long long)m * ((N + 127) / 128) + tpiece + 16 * Y_piece_4_step] : 0.0f;
    #pragma unroll
    for (int dpiece = 0; dpiece < 4; ++dpiece) {
      Y_scan_before[dpiece] += tpiece + 16 * Y_piece_4_step < 64 * piece + 4 * tpiece2 + dpiece && tpiece + 16 * Y_piece_4_step < (N + 127) / 128 ? y_scan_sums_mem : 0.0f;
    }
  }
  float Y_scan_before_part[4];
  #pragma unroll
  for (int dpiece = 0; dpiece < 4; ++dpiece) {
    Y_scan_before_part[dpiece] = Y_scan_before[dpiece];
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    Y_scan_before_part[r] += warp_xor(Y_scan_before_part[r], 16);
  }
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    partials_0[r * 256 + thread] = Y_scan_before_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 4; ++r) {
    Y_scan_before_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Y_scan_before_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dpiece = 0; dpiece < 4; ++dpiece) {
    if (64 * piece + 4 * tpiece2 + dpiece < (N + 127) / 128 && thread < 16) {
      Y_scan_before_mem[(long long)m * ((N + 127) / 128) + 64 * piece + 4 * tpiece2 + dpiece] = Y_scan_before_part[dpiece];
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) prefix_sum_3(const float* __restrict__ X, const float* __restrict__ Y_scan_before_mem, float* __restrict__ Y, int M, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = (N + 7) / 8;
  const int n = group % n_count;
  const int m = group / n_count;

  // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
  float Y_sum = 0.0f;
  float x[4];
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    x[dn] = X[(long long)m * N + max(0, min(128 * (n >> 4) + 4 * lane + dn, N - 1))];
  }
  float Y_sum_part = 0.0f;
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    const float Y_sum_term = 4 * lane + dn <= warp + 8 * (n & 15) ? x[dn] : 0.0f;
    Y_sum_part += Y_sum_term;
  }
  Y_sum += Y_sum_part;
  float Y_sum_part2 = Y_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_part2 += warp_xor(Y_sum_part2, 1 << step);
  }
  const float y_scan_before_mem = Y_scan_before_mem[(long long)m * ((N + 127) / 128) + (n >> 4)];
  const float y = y_scan_before_mem + Y_sum_part2;
  if (warp + 8 * n < N && (thread & 31) == 0) { Y[(long long)m * N + warp + 8 * n] = y; }
}
