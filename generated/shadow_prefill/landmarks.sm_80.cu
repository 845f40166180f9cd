// landmarks_1, landmarks_2, landmarks_3: made by tdsl from shadow_prefill.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// smaller of two f32; NaN if one is
__device__ __forceinline__ float min_f32(float a, float b) { float y; asm("min.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) landmarks_1(const unsigned short* __restrict__ K, unsigned short* __restrict__ L, int J, int B, int H, int C, int D) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tj = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d_count = (D + 63) / 64;
  const int d = group % d_count;
  const int outer = group / d_count;
  const int c = outer % C;
  const int outer2 = outer / C;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_prefill.tdsl:14: L[b, h, c, d] = mean_[b, h, c, d]
  float mean_sum[8] = {};
  for (int j_step = 0; j_step < (J + 31) / 32; ++j_step) {
    #pragma unroll
    for (int dd = 0; dd < 8; ++dd) {
      const float k = tj + 32 * j_step < J && 64 * d + 8 * td + dd < D ? f32_from_bf16(K[(((long long)b * H + h) * C * J + tj + c * J + 32 * j_step) * D + 64 * d + 8 * td + dd]) : 0.0f;
      mean_sum[dd] += tj + 32 * j_step < J ? k : 0.0f;
    }
  }
  float mean_sum_part[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    mean_sum_part[dd] = mean_sum[dd];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      mean_sum_part[r] += warp_xor(mean_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = mean_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    mean_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      mean_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    const float l = f32_from_bf16(bf16_from_f32(mean_sum_part[dd] / (float)max(1, J)));
    if (64 * d + 8 * td + dd < D && thread < 8) { L[(((long long)b * H + h) * C + c) * D + 64 * d + 8 * td + dd] = bf16_from_f32(l); }
  }
}

extern "C" __global__ void __launch_bounds__(256) landmarks_2(const unsigned short* __restrict__ K, float* __restrict__ mean_sum_mem, int J, int B, int H, int C, int D) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tj = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d_count = (D + 63) / 64;
  const int d = group % d_count;
  const int outer = group / d_count;
  const int c = outer % C;
  const int outer2 = outer / C;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_prefill.tdsl:10: let mean_[b, h, c, d]: bf16 = mean(j: J) K[b, h, c*J + j, d]
  float mean_sum[8] = {};
  for (int j_step = 0; j_step < (J + 31) / 32; ++j_step) {
    #pragma unroll
    for (int dd = 0; dd < 8; ++dd) {
      const float k = tj + 32 * j_step < J && 64 * d + 8 * td + dd < D ? f32_from_bf16(K[(((long long)b * H + h) * C * J + tj + c * J + 32 * j_step) * D + 64 * d + 8 * td + dd]) : 0.0f;
      mean_sum[dd] += tj + 32 * j_step < J ? k : 0.0f;
    }
  }
  float mean_sum_part[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    mean_sum_part[dd] = mean_sum[dd];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      mean_sum_part[r] += warp_xor(mean_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = mean_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    mean_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      mean_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    if (64 * d + 8 * td + dd < D && thread < 8) {
      mean_sum_mem[(((long long)b * H + h) * C + c) * D + 64 * d + 8 * td + dd] = mean_sum_part[dd];
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) landmarks_3(const unsigned short* __restrict__ K, const float* __restrict__ mean_sum_mem, float* __restrict__ similarity, int J, int B, int H, int C, int D) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int c = group % C;
  const int outer = group / C;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_prefill.tdsl:15: similarity[b, h, c] = min(j: J) cosine[b, h, c, j]
  float norm = 0.0f;
  for (int d_2_step = 0; d_2_step < (D + 2047) / 2048; ++d_2_step) {
    float mean_sum[8] = {};
    for (int j_step = 0; j_step < J; ++j_step) {
      #pragma unroll
      for (int dd = 0; dd < 8; ++dd) {
        const float k = 2048 * d_2_step + 8 * thread + dd < D ? f32_from_bf16(K[(((long long)b * H + h) * C * J + j_step + c * J) * D + 2048 * d_2_step + 8 * thread + dd]) : 0.0f;
        mean_sum[dd] += k;
      }
    }
    float norm_part = 0.0f;
    #pragma unroll
    for (int dd = 0; dd < 8; ++dd) {
      const float norm_term = f32_from_bf16(bf16_from_f32(mean_sum[dd] / (float)max(1, J))) * f32_from_bf16(bf16_from_f32(mean_sum[dd] / (float)max(1, J)));
      const float norm_term2 = 2048 * d_2_step + 8 * thread + dd < D ? norm_term : 0.0f;
      norm_part += norm_term2;
    }
    norm += norm_part;
  }
  float norm_part = norm;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    norm_part += warp_xor(norm_part, 1 << step);
  }
  partials_0[thread] = norm_part;
  __syncthreads();
  norm_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    norm_part += partials_0[leader + 32 * (other + 1)];
  }
  float similarity_min = 3.4028234663852886e38f;
  for (int j_3_step = 0; j_3_step < (J + 2047) / 2048; ++j_3_step) {
    float cosine_sum[8];
    float cosine_sum2[8];
    #pragma unroll
    for (int dj = 0; dj < 8; ++dj) {
      cosine_sum[dj] = 0.0f;
      cosine_sum2[dj] = 0.0f;
    }
    for (int d_3_step = 0; d_3_step < D; ++d_3_step) {
      float k[8];
      #pragma unroll
      for (int dj = 0; dj < 8; ++dj) {
        k[dj] = 2048 * j_3_step + 8 * thread + dj < J ? f32_from_bf16(K[(((long long)b * H + h) * C * J + c * J + 2048 * j_3_step + 8 * thread + dj) * D + d_3_step]) : 0.0f;
      }
      const float mean_sum_mem2 = mean_sum_mem[(((long long)b * H + h) * C + c) * D + d_3_step];
      #pragma unroll
      for (int dj = 0; dj < 8; ++dj) {
        cosine_sum[dj] += k[dj] * f32_from_bf16(bf16_from_f32(mean_sum_mem2 / (float)J));
        cosine_sum2[dj] += k[dj] * k[dj];
      }
    }
    float similarity_min_part = 3.4028234663852886e38f;
    #pragma unroll
    for (int dj = 0; dj < 8; ++dj) {
      const float similarity_min_term = cosine_sum[dj] * rsqrtf(max_f32(norm_part * cosine_sum2[dj], 1e-30f));
      const float similarity_min_term2 = 2048 * j_3_step + 8 * thread + dj < J ? similarity_min_term : 3.4028234663852886e38f;
      similarity_min_part = min_f32(similarity_min_part, similarity_min_term2);
    }
    similarity_min = min_f32(similarity_min, similarity_min_part);
  }
  float similarity_min_part = similarity_min;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    similarity_min_part = min_f32(similarity_min_part, warp_xor(similarity_min_part, 1 << step));
  }
  partials_1[thread] = similarity_min_part;
  __syncthreads();
  similarity_min_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    similarity_min_part = min_f32(similarity_min_part, partials_1[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { similarity[((long long)b * H + h) * C + c] = similarity_min_part; }
}
