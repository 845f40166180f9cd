// landmarks_aligned_1, landmarks_aligned_2, landmarks_aligned_3: made by tdsl from shadow_prefill.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on D % 8 == 0, C % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// smaller of two f32; NaN if one is
__device__ __forceinline__ float min_f32(float a, float b) { float y; asm("min.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
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

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

// reads N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void load_bf16(float* to, const unsigned short* from) {
  unsigned words[(N + 1) / 2];
  if constexpr (N % 2 == 0) load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = f32_from_bf16((unsigned short)(words[n / 2] >> (16 * (n % 2))));
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_bf16_or(float* to, const unsigned short* from, bool inside, float fill) {
  if (inside) {
    load_bf16<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// writes N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void store_bf16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = bf16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

extern "C" __global__ void __launch_bounds__(256) landmarks_aligned_1(const unsigned short* __restrict__ K, unsigned short* __restrict__ L, int J, int B, int H, int C, int D) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tj = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d_count = (D + 56) / 64;
  const int d = group % d_count;
  const int outer = group / d_count;
  const int c = outer % C;
  const int outer2 = outer / C;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_prefill.tdsl:14: L[b, h, c, d] = mean_[b, h, c, d]
  float mean_sum[8] = {};
  for (int j_step = 0; j_step < (J + 31) / 32; ++j_step) {
    float k[8];
    load_bf16_or<8>(k, &K[(((long long)b * H + h) * C * J + tj + c * J + 32 * j_step) * D + 64 * d + 8 * td], tj + 32 * j_step < J && 64 * d + 8 * td < D, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      mean_sum[v] += tj + 32 * j_step < J ? k[v] : 0.0f;
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
  float l[8];
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    l[v] = f32_from_bf16(bf16_from_f32(mean_sum_part[v] / (float)max(1, J)));
  }
  if (64 * d + 8 * td < D && thread < 8) { store_bf16<8>(&L[(((long long)b * H + h) * C + c) * D + 64 * d + 8 * td], l); }
}

extern "C" __global__ void __launch_bounds__(256) landmarks_aligned_2(const unsigned short* __restrict__ K, float* __restrict__ mean_sum_mem, int J, int B, int H, int C, int D) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tj = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d_count = (D + 56) / 64;
  const int d = group % d_count;
  const int outer = group / d_count;
  const int c = outer % C;
  const int outer2 = outer / C;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_prefill.tdsl:10: let mean_[b, h, c, d]: bf16 = mean(j: J) K[b, h, c*J + j, d]
  float mean_sum[8] = {};
  for (int j_step = 0; j_step < (J + 31) / 32; ++j_step) {
    float k[8];
    load_bf16_or<8>(k, &K[(((long long)b * H + h) * C * J + tj + c * J + 32 * j_step) * D + 64 * d + 8 * td], tj + 32 * j_step < J && 64 * d + 8 * td < D, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      mean_sum[v] += tj + 32 * j_step < J ? k[v] : 0.0f;
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
  for (int dd = 0; dd < 2; ++dd) {
    if (64 * d + 8 * td + 4 * dd < D && thread < 8) {
      store_vector<4>(&mean_sum_mem[(((long long)b * H + h) * C + c) * D + 64 * d + 8 * td + 4 * dd], &mean_sum_part[4 * dd]);
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) landmarks_aligned_3(const unsigned short* __restrict__ K, const float* __restrict__ mean_sum_mem, float* __restrict__ similarity, int J, int B, int H, int C, int D) {
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
  for (int d_2_step = 0; d_2_step < (D + 2040) / 2048; ++d_2_step) {
    float mean_sum[8] = {};
    for (int j_step = 0; j_step < J; ++j_step) {
      float k[8];
      load_bf16_or<8>(k, &K[(((long long)b * H + h) * C * J + j_step + c * J) * D + 2048 * d_2_step + 8 * thread], 2048 * d_2_step + 8 * thread < D, 0.0f);
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        mean_sum[v] += k[v];
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
