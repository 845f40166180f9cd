// normed_last_aligned_1, normed_last_aligned_2, normed_last_aligned_3: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
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

extern "C" __global__ void __launch_bounds__(256) normed_last_aligned_1(const float* __restrict__ x, float* __restrict__ scale_sum_chunk_mem, int Q, int C) {
  __shared__ __align__(128) float partials_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int c_chunk = blockIdx.x;

  // llama.tdsl:48: let scale = rsqrt(mean(c) x[Q, c] * x[Q, c] + eps)
  float scale_sum_chunk = 0.0f;
  for (int c_step = 0; c_step < (C + 262136) / 262144; ++c_step) {
    float scale_sum_chunk_part = 0.0f;
    #pragma unroll
    for (int dc = 0; dc < 4; ++dc) {
      const float x2 = c_chunk * ((C + 248) / 256) + 1024 * c_step + 4 * thread + dc < C ? x[(long long)Q * C + c_chunk * ((C + 248) / 256) + 1024 * c_step + 4 * thread + dc] : 0.0f;
      const float scale_sum_chunk_term = x2 * x2;
      const float scale_sum_chunk_term2 = 1024 * c_step + 4 * thread + dc < (C + 248) / 256 ? scale_sum_chunk_term : 0.0f;
      scale_sum_chunk_part += scale_sum_chunk_term2;
    }
    scale_sum_chunk += scale_sum_chunk_part;
  }
  float scale_sum_chunk_part = scale_sum_chunk;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    scale_sum_chunk_part += warp_xor(scale_sum_chunk_part, 1 << step);
  }
  partials_0[thread] = scale_sum_chunk_part;
  __syncthreads();
  scale_sum_chunk_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    scale_sum_chunk_part += partials_0[leader + 32 * (other + 1)];
  }
  if (thread == 0) { scale_sum_chunk_mem[c_chunk] = scale_sum_chunk_part; }
}

extern "C" __global__ void __launch_bounds__(64) normed_last_aligned_2(const float* __restrict__ scale_sum_chunk_mem, float* __restrict__ scale_sum_mem, int Q, int C) {
  __shared__ __align__(128) float partials_0[64];
  const int thread = threadIdx.x;
  const int leader = thread & 31;

  // llama.tdsl:48: let scale = rsqrt(mean(c) x[Q, c] * x[Q, c] + eps)
  float scale_sum = 0.0f;
  float scale_sum_part = 0.0f;
  float scale_sum_chunk_mem2[4];
  load_vector<4>(scale_sum_chunk_mem2, &scale_sum_chunk_mem[4 * thread]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    scale_sum_part += scale_sum_chunk_mem2[v];
  }
  scale_sum += scale_sum_part;
  float scale_sum_part2 = scale_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    scale_sum_part2 += warp_xor(scale_sum_part2, 1 << step);
  }
  partials_0[thread] = scale_sum_part2;
  __syncthreads();
  scale_sum_part2 = partials_0[leader];
  scale_sum_part2 += partials_0[leader + 32];
  if (thread == 0) { scale_sum_mem[0] = scale_sum_part2; }
}

extern "C" __global__ void __launch_bounds__(256) normed_last_aligned_3(const float* __restrict__ x, const unsigned short* __restrict__ g, const float* __restrict__ eps, const float* __restrict__ scale_sum_mem, unsigned short* __restrict__ y, int Q, int C) {
  const int thread = threadIdx.x;
  const int c = blockIdx.x;

  // llama.tdsl:49: y[i, c] = x[Q + i, c] * scale * g[c]
  float x2[8];
  #pragma unroll
  for (int dc = 0; dc < 2; ++dc) {
    load_vector_or<4>(&x2[4 * dc], &x[(long long)Q * C + 2048 * c + 8 * thread + 4 * dc], 2048 * c + 8 * thread + 4 * dc < C, 0.0f);
  }
  const float scale_sum_mem2 = scale_sum_mem[0];
  const float eps2 = eps[0];
  float y2[8];
  float g2[8];
  load_bf16_or<8>(g2, &g[2048 * c + 8 * thread], 2048 * c + 8 * thread < C, 0.0f);
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    y2[v] = x2[v] * rsqrtf(scale_sum_mem2 / (float)C + eps2) * g2[v];
  }
  if (2048 * c + 8 * thread < C) { store_bf16<8>(&y[2048 * c + 8 * thread], y2); }
}
