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
  __shared__ __align__(128) float partials_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int piece_count = (N + 127) / 128;
  const int piece = group % piece_count;
  const int m = group / piece_count;

  // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
  float Y_scan_before = 0.0f;
  for (int Y_piece_4_step = 0; Y_piece_4_step < ((piece + 1023) >> 10); ++Y_piece_4_step) {
    float Y_scan_before_part = 0.0f;
    #pragma unroll
    for (int dpiece = 0; dpiece < 4; ++dpiece) {
      const float y_scan_sums_mem = 1024 * Y_piece_4_step + 4 * thread + dpiece < (N + 127) / 128 ? Y_scan_sums_mem[(long long)m * ((N + 127) / 128) + 1024 * Y_piece_4_step + 4 * thread + dpiece] : 0.0f;
      const float Y_scan_before_term = 1024 * Y_piece_4_step + 4 * thread + dpiece < piece && 1024 * Y_piece_4_step + 4 * thread + dpiece < (N + 127) / 128 ? y_scan_sums_mem : 0.0f;
      Y_scan_before_part += Y_scan_before_term;
    }
    Y_scan_before += Y_scan_before_part;
  }
  float Y_scan_before_part = Y_scan_before;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_scan_before_part += warp_xor(Y_scan_before_part, 1 << step);
  }
  partials_0[thread] = Y_scan_before_part;
  __syncthreads();
  Y_scan_before_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    Y_scan_before_part += partials_0[leader + 32 * (other + 1)];
  }
  if (thread == 0) { Y_scan_before_mem[(long long)m * ((N + 127) / 128) + piece] = Y_scan_before_part; }
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
