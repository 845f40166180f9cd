// int4_matmul_thin_aligned: made by tdsl from int4_matmul.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 32 == 0, N % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
}

// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) {
  unsigned short bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}

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

// signed 4-bit field of a word
__device__ __forceinline__ int s4_at(unsigned word, int n) { return (int)(word << (28 - 4 * n)) >> 28; }

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

// reads N consecutive int4 as one access
template <int N> __device__ __forceinline__ void load_int4(int* to, const unsigned char* from) {
  unsigned words[(N + 7) / 8];
  if constexpr (N % 8 == 0) load_vector<N / 8>(words, reinterpret_cast<const unsigned*>(from));
  else if constexpr (N == 4) words[0] = *reinterpret_cast<const unsigned short*>(from);
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = s4_at(words[n / 8], n % 8);
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_int4_or(int* to, const unsigned char* from, bool inside, int fill) {
  if (inside) {
    load_int4<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) int4_matmul_thin_aligned(const unsigned short* __restrict__ X, const unsigned char* __restrict__ W_codes, const unsigned short* __restrict__ W_scale, unsigned short* __restrict__ Y, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = N / 8;
  const int n = group % n_count;
  const int m = group / n_count;

  // int4_matmul.tdsl:9: Y[m, n] = sum(k) X[m, k] * W[n, k]
  float Y_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 992) / 1024; ++k_step) {
    float x[32];
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      load_f16_or<8>(&x[8 * dk], &X[(long long)m * K + 1024 * k_step + 32 * lane + 8 * dk], 1024 * k_step + 32 * lane + 8 * dk < K, 0.0f);
    }
    float Y_sum_part = 0.0f;
    int w_codes[32];
    load_int4_or<32>(w_codes, &W_codes[((long long)(warp + 8 * n) * K + 1024 * k_step + 32 * lane) >> 1], 1024 * k_step + 32 * lane < K, 0);
    #pragma unroll
    for (int v = 0; v < 32; ++v) {
      const float w_scale = 1024 * k_step + 32 * lane + v < K ? f32_from_f16(W_scale[(long long)(warp + 8 * n) * ((K + 127) / 128) + (lane >> 2) + 8 * k_step]) : 0.0f;
      const float Y_sum_term = x[v] * ((float)w_codes[v] * w_scale);
      const float Y_sum_term2 = 1024 * k_step + 32 * lane + v < K ? Y_sum_term : 0.0f;
      Y_sum_part += Y_sum_term2;
    }
    Y_sum += Y_sum_part;
  }
  float Y_sum_part = Y_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_part += warp_xor(Y_sum_part, 1 << step);
  }
  if ((thread & 31) == 0) { Y[(long long)m * N + warp + 8 * n] = f16_from_f32(Y_sum_part); }
}
