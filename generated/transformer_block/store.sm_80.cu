// store_1, store_2, store_3, store_4, store_5, store_6, store_7, store_8: made by tdsl from transformer_block.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
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

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) store_1(const int* __restrict__ position, unsigned char* __restrict__ K_duplicate_any_mem, int M, int H, int D, int T) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tm = thread >> 3;
  const int tm2 = thread & 7;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  bool K_duplicate_any[16] = {};
  const int m_5_step_count = (min(M, 128 * m + 127) + 31) >> 5;
  for (int m_5_step = 0; m_5_step < m_5_step_count; ++m_5_step) {
    const int position2 = tm + 32 * m_5_step < M ? position[tm + 32 * m_5_step] : 0;
    int position3[16];
    #pragma unroll
    for (int dm = 0; dm < 16; ++dm) {
      position3[dm] = 128 * m + 16 * tm2 + dm < M ? position[128 * m + 16 * tm2 + dm] : 0;
    }
    #pragma unroll
    for (int dm = 0; dm < 16; ++dm) {
      const bool K_duplicate_any_term = position2 == position3[dm];
      K_duplicate_any[dm] = K_duplicate_any[dm] || (tm + 32 * m_5_step < 128 * m + 16 * tm2 + dm && tm + 32 * m_5_step < M ? K_duplicate_any_term : false);
    }
  }
  bool K_duplicate_any_part[16];
  #pragma unroll
  for (int dm = 0; dm < 16; ++dm) {
    K_duplicate_any_part[dm] = K_duplicate_any[dm];
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      const bool K_duplicate_any_part_other = warp_xor(K_duplicate_any_part[r], 8 << step);
      K_duplicate_any_part[r] = K_duplicate_any_part[r] || K_duplicate_any_part_other;
    }
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    partials_int_0[r * 256 + thread] = (int)K_duplicate_any_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    K_duplicate_any_part[r] = partials_int_0[r * 256 + leader] != 0;
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      K_duplicate_any_part[r] = K_duplicate_any_part[r] || partials_int_0[r * 256 + leader + 32 * (other + 1)] != 0;
    }
  }
  #pragma unroll
  for (int dm = 0; dm < 16; ++dm) {
    if (128 * m + 16 * tm2 + dm < M && thread < 8) { K_duplicate_any_mem[128 * m + 16 * tm2 + dm] = K_duplicate_any_part[dm]; }
  }
}

extern "C" __global__ void __launch_bounds__(256) store_2(const unsigned char* __restrict__ K_duplicate_any_mem, int* __restrict__ K_duplicate_min_chunk_mem, int M, int H, int D, int T) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m_chunk = blockIdx.x;

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  int K_duplicate_min_chunk = 2147483647;
  const int m_3_step_count = (min((M + 255) / 256, max(0, M - m_chunk * ((M + 255) / 256))) + 4095) >> 12;
  for (int m_3_step = 0; m_3_step < m_3_step_count; ++m_3_step) {
    int K_duplicate_min_chunk_part = 2147483647;
    #pragma unroll
    for (int dm = 0; dm < 16; ++dm) {
      const bool k_duplicate_any_mem = m_chunk * ((M + 255) / 256) + 4096 * m_3_step + 16 * thread + dm < M ? K_duplicate_any_mem[m_chunk * ((M + 255) / 256) + 4096 * m_3_step + 16 * thread + dm] != 0 : false;
      const int K_duplicate_min_chunk_term = k_duplicate_any_mem ? m_chunk * ((M + 255) / 256) + 4096 * m_3_step + 16 * thread + dm : 2147483647;
      const int K_duplicate_min_chunk_term2 = m_chunk * ((M + 255) / 256) + 4096 * m_3_step + 16 * thread + dm < M && 4096 * m_3_step + 16 * thread + dm < (M + 255) / 256 ? K_duplicate_min_chunk_term : 2147483647;
      K_duplicate_min_chunk_part = min(K_duplicate_min_chunk_part, K_duplicate_min_chunk_term2);
    }
    K_duplicate_min_chunk = min(K_duplicate_min_chunk, K_duplicate_min_chunk_part);
  }
  int K_duplicate_min_chunk_part = K_duplicate_min_chunk;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    K_duplicate_min_chunk_part = min(K_duplicate_min_chunk_part, warp_xor(K_duplicate_min_chunk_part, 1 << step));
  }
  partials_int_0[thread] = K_duplicate_min_chunk_part;
  __syncthreads();
  K_duplicate_min_chunk_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    K_duplicate_min_chunk_part = min(K_duplicate_min_chunk_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { K_duplicate_min_chunk_mem[m_chunk] = K_duplicate_min_chunk_part; }
}

extern "C" __global__ void __launch_bounds__(64) store_3(const int* __restrict__ K_duplicate_min_chunk_mem, int* __restrict__ K_duplicate, int M, int H, int D, int T) {
  __shared__ __align__(128) int partials_int_0[64];
  const int thread = threadIdx.x;
  const int leader = thread & 31;

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  int K_duplicate_min = 2147483647;
  int K_duplicate_min_part = 2147483647;
  int k_duplicate_min_chunk_mem[4];
  load_vector<4>(k_duplicate_min_chunk_mem, &K_duplicate_min_chunk_mem[4 * thread]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    K_duplicate_min_part = min(K_duplicate_min_part, k_duplicate_min_chunk_mem[v]);
  }
  K_duplicate_min = min(K_duplicate_min, K_duplicate_min_part);
  int K_duplicate_min_part2 = K_duplicate_min;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    K_duplicate_min_part2 = min(K_duplicate_min_part2, warp_xor(K_duplicate_min_part2, 1 << step));
  }
  partials_int_0[thread] = K_duplicate_min_part2;
  __syncthreads();
  K_duplicate_min_part2 = partials_int_0[leader];
  K_duplicate_min_part2 = min(K_duplicate_min_part2, partials_int_0[leader + 32]);
  if (thread == 0) { K_duplicate[0] = K_duplicate_min_part2; }
}

extern "C" __global__ void __launch_bounds__(256) store_4(const unsigned short* __restrict__ k, const int* __restrict__ position, const float* __restrict__ table, unsigned short* __restrict__ K, int M, int H, int D, int T) {
  const int thread = threadIdx.x;
  const int hmd = blockIdx.x;
  const int m = (thread + 256 * hmd) / D % M;
  const int d = (thread + 256 * hmd) % D;
  const int h = (thread + 256 * hmd) / (D * M);

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  const float k2 = h < H ? f32_from_bf16(k[(long long)m * D * H + d + D * h]) : 0.0f;
  const int position2 = position[m];
  const float table2 = table[2 * (long long)position2 * (D / 2) + d % (D / 2)];
  const float k3 = h < H ? f32_from_bf16(k[(long long)m * D * H + D / 2 + d % (D / 2) + D * h - d / (D / 2) * (D / 2)]) : 0.0f;
  const float table3 = table[(2 * (long long)position2 + 1) * (D / 2) + d % (D / 2)];
  const float k4 = k2 * table2 + (float)(2 * (d / (D / 2)) - 1) * k3 * table3;
  if (h < H) { K[((long long)h * T + position2) * D + d] = bf16_from_f32(k4); }
}

extern "C" __global__ void __launch_bounds__(256) store_5(const int* __restrict__ position, unsigned char* __restrict__ V_duplicate_any_mem, int M, int H, int D, int T) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int tm = thread >> 3;
  const int tm2 = thread & 7;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  bool V_duplicate_any[16] = {};
  const int m_7_step_count = (min(M, 128 * m + 127) + 31) >> 5;
  for (int m_7_step = 0; m_7_step < m_7_step_count; ++m_7_step) {
    const int position2 = tm + 32 * m_7_step < M ? position[tm + 32 * m_7_step] : 0;
    int position3[16];
    #pragma unroll
    for (int dm = 0; dm < 16; ++dm) {
      position3[dm] = 128 * m + 16 * tm2 + dm < M ? position[128 * m + 16 * tm2 + dm] : 0;
    }
    #pragma unroll
    for (int dm = 0; dm < 16; ++dm) {
      const bool V_duplicate_any_term = position2 == position3[dm];
      V_duplicate_any[dm] = V_duplicate_any[dm] || (tm + 32 * m_7_step < 128 * m + 16 * tm2 + dm && tm + 32 * m_7_step < M ? V_duplicate_any_term : false);
    }
  }
  bool V_duplicate_any_part[16];
  #pragma unroll
  for (int dm = 0; dm < 16; ++dm) {
    V_duplicate_any_part[dm] = V_duplicate_any[dm];
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      const bool V_duplicate_any_part_other = warp_xor(V_duplicate_any_part[r], 8 << step);
      V_duplicate_any_part[r] = V_duplicate_any_part[r] || V_duplicate_any_part_other;
    }
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    partials_int_0[r * 256 + thread] = (int)V_duplicate_any_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    V_duplicate_any_part[r] = partials_int_0[r * 256 + leader] != 0;
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      V_duplicate_any_part[r] = V_duplicate_any_part[r] || partials_int_0[r * 256 + leader + 32 * (other + 1)] != 0;
    }
  }
  #pragma unroll
  for (int dm = 0; dm < 16; ++dm) {
    if (128 * m + 16 * tm2 + dm < M && thread < 8) { V_duplicate_any_mem[128 * m + 16 * tm2 + dm] = V_duplicate_any_part[dm]; }
  }
}

extern "C" __global__ void __launch_bounds__(256) store_6(const unsigned char* __restrict__ V_duplicate_any_mem, int* __restrict__ V_duplicate_min_chunk_mem, int M, int H, int D, int T) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m_chunk = blockIdx.x;

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  int V_duplicate_min_chunk = 2147483647;
  const int m_4_step_count = (min((M + 255) / 256, max(0, M - m_chunk * ((M + 255) / 256))) + 4095) >> 12;
  for (int m_4_step = 0; m_4_step < m_4_step_count; ++m_4_step) {
    int V_duplicate_min_chunk_part = 2147483647;
    #pragma unroll
    for (int dm = 0; dm < 16; ++dm) {
      const bool v_duplicate_any_mem = m_chunk * ((M + 255) / 256) + 4096 * m_4_step + 16 * thread + dm < M ? V_duplicate_any_mem[m_chunk * ((M + 255) / 256) + 4096 * m_4_step + 16 * thread + dm] != 0 : false;
      const int V_duplicate_min_chunk_term = v_duplicate_any_mem ? m_chunk * ((M + 255) / 256) + 4096 * m_4_step + 16 * thread + dm : 2147483647;
      const int V_duplicate_min_chunk_term2 = m_chunk * ((M + 255) / 256) + 4096 * m_4_step + 16 * thread + dm < M && 4096 * m_4_step + 16 * thread + dm < (M + 255) / 256 ? V_duplicate_min_chunk_term : 2147483647;
      V_duplicate_min_chunk_part = min(V_duplicate_min_chunk_part, V_duplicate_min_chunk_term2);
    }
    V_duplicate_min_chunk = min(V_duplicate_min_chunk, V_duplicate_min_chunk_part);
  }
  int V_duplicate_min_chunk_part = V_duplicate_min_chunk;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    V_duplicate_min_chunk_part = min(V_duplicate_min_chunk_part, warp_xor(V_duplicate_min_chunk_part, 1 << step));
  }
  partials_int_0[thread] = V_duplicate_min_chunk_part;
  __syncthreads();
  V_duplicate_min_chunk_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    V_duplicate_min_chunk_part = min(V_duplicate_min_chunk_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { V_duplicate_min_chunk_mem[m_chunk] = V_duplicate_min_chunk_part; }
}

extern "C" __global__ void __launch_bounds__(64) store_7(const int* __restrict__ V_duplicate_min_chunk_mem, int* __restrict__ V_duplicate, int M, int H, int D, int T) {
  __shared__ __align__(128) int partials_int_0[64];
  const int thread = threadIdx.x;
  const int leader = thread & 31;

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  int V_duplicate_min = 2147483647;
  int V_duplicate_min_part = 2147483647;
  int v_duplicate_min_chunk_mem[4];
  load_vector<4>(v_duplicate_min_chunk_mem, &V_duplicate_min_chunk_mem[4 * thread]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    V_duplicate_min_part = min(V_duplicate_min_part, v_duplicate_min_chunk_mem[v]);
  }
  V_duplicate_min = min(V_duplicate_min, V_duplicate_min_part);
  int V_duplicate_min_part2 = V_duplicate_min;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    V_duplicate_min_part2 = min(V_duplicate_min_part2, warp_xor(V_duplicate_min_part2, 1 << step));
  }
  partials_int_0[thread] = V_duplicate_min_part2;
  __syncthreads();
  V_duplicate_min_part2 = partials_int_0[leader];
  V_duplicate_min_part2 = min(V_duplicate_min_part2, partials_int_0[leader + 32]);
  if (thread == 0) { V_duplicate[0] = V_duplicate_min_part2; }
}

extern "C" __global__ void __launch_bounds__(256) store_8(const unsigned short* __restrict__ v, const int* __restrict__ position, unsigned short* __restrict__ V, int M, int H, int D, int T) {
  const int thread = threadIdx.x;
  const int hmd = blockIdx.x;
  const int m = (thread + 256 * hmd) / D % M;
  const int d = (thread + 256 * hmd) % D;
  const int h = (thread + 256 * hmd) / (D * M);

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  const float v2 = h < H ? f32_from_bf16(v[(long long)m * D * H + d + D * h]) : 0.0f;
  const int position2 = position[m];
  if (h < H) { V[((long long)h * T + position2) * D + d] = bf16_from_f32(v2); }
}
