// cross_entropy_backward_aligned: made by tdsl from cross_entropy.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on V % 8 == 0, B % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
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
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

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

extern "C" __global__ void __launch_bounds__(256) cross_entropy_backward_aligned(const unsigned short* __restrict__ logits, const int* __restrict__ label, unsigned short* __restrict__ grad, int B, int V) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int b = blockIdx.x;

  // cross_entropy.tdsl:17: grad[b, v] = (p[b, v] - (if v == label[b] then 1 else 0)) / B
  float p_max = -3.4028234663852886e38f;
  float p_sum = 0.0f;
  for (int v_step = 0; v_step < (V + 2040) / 2048; ++v_step) {
    float p_max_part = -3.4028234663852886e38f;
    float logits2[8];
    load_bf16_or<8>(logits2, &logits[(long long)b * V + 2048 * v_step + 8 * thread], 2048 * v_step + 8 * thread < V, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float p_max_term = 2048 * v_step + 8 * thread + v < V ? logits2[v] : -3.4028234663852886e38f;
      p_max_part = max_f32(p_max_part, p_max_term);
    }
    const float p_max_new = max_f32(p_max, p_max_part);
    const float p_sum_scale = fast_exp(p_max - p_max_new);
    float p_sum_part = 0.0f;
    #pragma unroll
    for (int dv = 0; dv < 8; ++dv) {
      const float p_sum_term = fast_exp(logits2[dv] - p_max_new);
      const float p_sum_term2 = 2048 * v_step + 8 * thread + dv < V ? p_sum_term : 0.0f;
      p_sum_part += p_sum_term2;
    }
    p_sum = p_sum * p_sum_scale + p_sum_part;
    p_max = p_max_new;
  }
  float p_max_part = p_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    p_max_part = max_f32(p_max_part, warp_xor(p_max_part, 1 << step));
  }
  partials_0[thread] = p_max_part;
  __syncthreads();
  p_max_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_max_part = max_f32(p_max_part, partials_0[leader + 32 * (other + 1)]);
  }
  const float p_sum_term = p_sum * fast_exp(p_max - p_max_part);
  float p_sum_part = p_sum_term;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    p_sum_part += warp_xor(p_sum_part, 1 << step);
  }
  partials_1[thread] = p_sum_part;
  __syncthreads();
  p_sum_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_sum_part += partials_1[leader + 32 * (other + 1)];
  }
  for (int v_2_step = 0; v_2_step < (V + 2040) / 2048; ++v_2_step) {
    float logits2[8];
    load_bf16_or<8>(logits2, &logits[(long long)b * V + 2048 * v_2_step + 8 * thread], 2048 * v_2_step + 8 * thread < V, 0.0f);
    const int label2 = label[b];
    float grad2[8];
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      grad2[v] = (fast_exp(logits2[v] - p_max_part) * (p_sum_part > 0.0f ? 1.0f / p_sum_part : 0.0f) - (float)(2048 * v_2_step + 8 * thread + v == label2 ? 1 : 0)) / (float)B;
    }
    if (2048 * v_2_step + 8 * thread < V) { store_bf16<8>(&grad[(long long)b * V + 2048 * v_2_step + 8 * thread], grad2); }
  }
}
