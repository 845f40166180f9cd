// joined_linear_thin: made by tdsl from concat.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) joined_linear_thin(const unsigned short* __restrict__ X, const float* __restrict__ F, const float* __restrict__ W, float* __restrict__ Y, int M, int K, int J, int N) {
  __shared__ __align__(128) float partials_0[2048];
  __shared__ __align__(128) float partials_1[2048];
  const int thread = threadIdx.x;
  const int tk = thread >> 3;
  const int tn = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n_count = (N + 63) / 64;
  const int n = group % n_count;
  const int m = group / n_count;

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  float Y_sum_piece[8] = {};
  for (int k_step = 0; k_step < (K + 31) / 32; ++k_step) {
    const float x = tk + 32 * k_step < K ? f32_from_bf16(X[(long long)m * K + tk + 32 * k_step]) : 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float w = 64 * n + 8 * tn + dn < N && tk + 32 * k_step < K ? W[(long long)(64 * n + 8 * tn + dn) * (J + K) + tk + 32 * k_step] : 0.0f;
      const float Y_sum_piece_term = x * w;
      Y_sum_piece[dn] += tk + 32 * k_step < K ? Y_sum_piece_term : 0.0f;
    }
  }
  float Y_sum_piece_part[8];
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    Y_sum_piece_part[dn] = Y_sum_piece[dn];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      Y_sum_piece_part[r] += warp_xor(Y_sum_piece_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = Y_sum_piece_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    Y_sum_piece_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Y_sum_piece_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  float Y_sum_piece2[8] = {};
  for (int k_2_step = 0; k_2_step < (J + 31) / 32; ++k_2_step) {
    const float f = tk + 32 * k_2_step < J ? F[(long long)m * J + tk + 32 * k_2_step] : 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      const float w = 64 * n + 8 * tn + dn < N && tk + 32 * k_2_step < J ? W[(long long)(64 * n + 8 * tn + dn) * (J + K) + tk + K + 32 * k_2_step] : 0.0f;
      const float Y_sum_piece2_term = f * w;
      Y_sum_piece2[dn] += tk + 32 * k_2_step < J ? Y_sum_piece2_term : 0.0f;
    }
  }
  float Y_sum_piece2_part[8];
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    Y_sum_piece2_part[dn] = Y_sum_piece2[dn];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      Y_sum_piece2_part[r] += warp_xor(Y_sum_piece2_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_1[r * 256 + thread] = Y_sum_piece2_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    Y_sum_piece2_part[r] = partials_1[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Y_sum_piece2_part[r] += partials_1[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    const float y = Y_sum_piece_part[dn] + Y_sum_piece2_part[dn];
    if (64 * n + 8 * tn + dn < N && thread < 8) { Y[(long long)m * N + 64 * n + 8 * tn + dn] = y; }
  }
}
