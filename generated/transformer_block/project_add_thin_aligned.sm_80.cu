// project_add_thin_aligned: made by tdsl from transformer_block.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

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

extern "C" __global__ void __launch_bounds__(256) project_add_thin_aligned(const unsigned short* __restrict__ X, const unsigned short* __restrict__ W, const unsigned short* __restrict__ residual, unsigned short* __restrict__ Y, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = N / 8;
  const int n = group % n_count;
  const int m = group / n_count;

  // transformer_block.tdsl:60: Y[m, n] = sum(k) X[m, k] * W[n, k] + residual[m, n]
  float Y_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 248) / 256; ++k_step) {
    float x[8];
    load_bf16_or<8>(x, &X[(long long)m * K + 256 * k_step + 8 * lane], 256 * k_step + 8 * lane < K, 0.0f);
    float Y_sum_part = 0.0f;
    float w[8];
    load_bf16_or<8>(w, &W[(long long)(warp + 8 * n) * K + 256 * k_step + 8 * lane], 256 * k_step + 8 * lane < K, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float Y_sum_term = x[v] * w[v];
      const float Y_sum_term2 = 256 * k_step + 8 * lane + v < K ? Y_sum_term : 0.0f;
      Y_sum_part += Y_sum_term2;
    }
    Y_sum += Y_sum_part;
  }
  float Y_sum_part = Y_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_part += warp_xor(Y_sum_part, 1 << step);
  }
  const float residual2 = f32_from_bf16(residual[(long long)m * N + warp + 8 * n]);
  const float y = Y_sum_part + residual2;
  if ((thread & 31) == 0) { Y[(long long)m * N + warp + 8 * n] = bf16_from_f32(y); }
}
