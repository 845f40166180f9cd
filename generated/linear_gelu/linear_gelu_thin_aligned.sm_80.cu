// linear_gelu_thin_aligned: made by tdsl from linear_gelu.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
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

// reads N consecutive f16 as one access
template <int N> __device__ __forceinline__ void load_f16(float* to, const unsigned short* from) {
  unsigned words[(N + 1) / 2];
  if constexpr (N % 2 == 0) load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = f32_from_f16((unsigned short)(words[n / 2] >> (16 * (n % 2))));
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_f16_or(float* to, const unsigned short* from, bool inside, float fill) {
  if (inside) {
    load_f16<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) linear_gelu_thin_aligned(const unsigned short* __restrict__ X, const unsigned short* __restrict__ W, const float* __restrict__ bias, unsigned short* __restrict__ Y, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = N / 8;
  const int n = group % n_count;
  const int m = group / n_count;

  // linear_gelu.tdsl:10: Y[m, n] = gelu(pre[m, n])
  float pre_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 248) / 256; ++k_step) {
    float x[8];
    load_f16_or<8>(x, &X[(long long)m * K + 256 * k_step + 8 * lane], 256 * k_step + 8 * lane < K, 0.0f);
    float pre_sum_part = 0.0f;
    float w[8];
    load_f16_or<8>(w, &W[(long long)(warp + 8 * n) * K + 256 * k_step + 8 * lane], 256 * k_step + 8 * lane < K, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float pre_sum_term = x[v] * w[v];
      const float pre_sum_term2 = 256 * k_step + 8 * lane + v < K ? pre_sum_term : 0.0f;
      pre_sum_part += pre_sum_term2;
    }
    pre_sum += pre_sum_part;
  }
  float pre_sum_part = pre_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    pre_sum_part += warp_xor(pre_sum_part, 1 << step);
  }
  const float bias2 = bias[warp + 8 * n];
  const float y = 0.5f * (pre_sum_part + bias2) * (1.0f + erff((pre_sum_part + bias2) * 0.70710677f));
  if ((thread & 31) == 0) { Y[(long long)m * N + warp + 8 * n] = f16_from_f32(y); }
}
