// add_linear_thin: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) add_linear_thin(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, float* __restrict__ x, int S, int C, int M) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tc = thread >> 3;
  const int tm = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int m_count = (M + 63) / 64;
  const int m = group % m_count;
  const int s = group / m_count;

  // llama.tdsl:60: x[s, m] += sum(c) y[s, c] * W[m, c]
  float x_sum[8] = {};
  for (int c_step = 0; c_step < (C + 31) / 32; ++c_step) {
    const float y2 = tc + 32 * c_step < C ? f32_from_bf16(y[(long long)s * C + tc + 32 * c_step]) : 0.0f;
    #pragma unroll
    for (int dm = 0; dm < 8; ++dm) {
      const float w = 64 * m + 8 * tm + dm < M && tc + 32 * c_step < C ? f32_from_bf16(W[(long long)(64 * m + 8 * tm + dm) * C + tc + 32 * c_step]) : 0.0f;
      const float x_sum_term = y2 * w;
      x_sum[dm] += tc + 32 * c_step < C ? x_sum_term : 0.0f;
    }
  }
  float x_sum_part[8];
  #pragma unroll
  for (int dm = 0; dm < 8; ++dm) {
    x_sum_part[dm] = x_sum[dm];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      x_sum_part[r] += warp_xor(x_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = x_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    x_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      x_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  float x2[8];
  #pragma unroll
  for (int dm = 0; dm < 8; ++dm) {
    const float x3 = 64 * m + 8 * tm + dm < M ? x[(long long)s * M + 64 * m + 8 * tm + dm] : 0.0f;
    x2[dm] = x3 + x_sum_part[dm];
  }
  #pragma unroll
  for (int dm = 0; dm < 8; ++dm) {
    if (64 * m + 8 * tm + dm < M && thread < 8) { x[(long long)s * M + 64 * m + 8 * tm + dm] = x2[dm]; }
  }
}
