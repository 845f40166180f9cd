// rmsnorm_quantize_aligned_1, rmsnorm_quantize_aligned_2, rmsnorm_quantize_aligned_3, rmsnorm_quantize_aligned_4, rmsnorm_quantize_aligned_5: made by tdsl from rmsnorm_quantize.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// f32 to i32 toward zero; out of range gives the nearest i32, NaN gives 0
__device__ __forceinline__ int i32_from_f32(float value) { int result; asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(result) : "f"(value)); return result; }
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

// the low bytes of four integers in one word
__device__ __forceinline__ unsigned pack_8(int a, int b, int c, int d) { return ((unsigned)a & 0xffu) | (((unsigned)b & 0xffu) << 8) | (((unsigned)c & 0xffu) << 16) | ((unsigned)d << 24); }

// a / b cut to 12 bits, with a 13th for whether anything was cut off: rounded further, it is a / b rounded; 0 where b is 0
__device__ __forceinline__ float cut_div(float a, float b) {
  const float x = fabsf(a), y = fabsf(b);
  if (!(x > 0.0f) || !(y > 0.0f)) return 0.0f;
  // The first guess is never too low; the remainder is exact in one fused step.
  unsigned bits = min(__float_as_uint(x * (1.0f / y) * 1.0000038f), 0x7f7fffffu) & 0xfffff000u;
  const float rest = fmaf(-__uint_as_float(bits), y, x);
  if (rest < 0.0f) bits -= 0x1000u;
  if (rest != 0.0f) bits |= 0x800u;
  return __uint_as_float(bits | ((__float_as_uint(a) ^ __float_as_uint(b)) & 0x80000000u));
}

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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// writes N consecutive i8 as one access
template <int N> __device__ __forceinline__ void store_i8(signed char* to, const int* from) {
  if constexpr (N < 4) {
    unsigned word = 0;
#pragma unroll
    for (int n = 0; n < N; n++) word |= ((unsigned)min(max(from[n], -128), 127) & 255u) << (8 * n);
    if constexpr (N == 2) *reinterpret_cast<unsigned short*>(to) = (unsigned short)word;
    else *to = (signed char)word;
    return;
  } else {
  unsigned words[N / 4];
#pragma unroll
  for (int n = 0; n < N / 4; n++) words[n] = pack_8(min(max(from[4 * n], -128), 127), min(max(from[4 * n + 1], -128), 127), min(max(from[4 * n + 2], -128), 127), min(max(from[4 * n + 3], -128), 127));
  store_vector<N / 4>(reinterpret_cast<unsigned*>(to), words);
  }
}

// writes N consecutive int4 as one access
template <int N> __device__ __forceinline__ void store_int4(unsigned char* to, const int* from) {
  if constexpr (N < 8) {
    unsigned word = 0;
#pragma unroll
    for (int n = 0; n < N; n++) word |= ((unsigned)min(max(from[n], -8), 7) & 15u) << (4 * n);
    if constexpr (N == 4) *reinterpret_cast<unsigned short*>(to) = (unsigned short)word;
    else *to = (unsigned char)word;
    return;
  } else {
  unsigned words[N / 8];
#pragma unroll
  for (int n = 0; n < N / 8; n++) words[n] = ((unsigned)min(max(from[8 * n], -8), 7) & 15u) | (((unsigned)min(max(from[8 * n + 1], -8), 7) & 15u) << 4) | (((unsigned)min(max(from[8 * n + 2], -8), 7) & 15u) << 8) | (((unsigned)min(max(from[8 * n + 3], -8), 7) & 15u) << 12) | (((unsigned)min(max(from[8 * n + 4], -8), 7) & 15u) << 16) | (((unsigned)min(max(from[8 * n + 5], -8), 7) & 15u) << 20) | (((unsigned)min(max(from[8 * n + 6], -8), 7) & 15u) << 24) | (((unsigned)min(max(from[8 * n + 7], -8), 7) & 15u) << 28);
  store_vector<N / 8>(reinterpret_cast<unsigned*>(to), words);
  }
}

extern "C" __global__ void __launch_bounds__(256) rmsnorm_quantize_aligned_1(const unsigned short* __restrict__ X, float* __restrict__ inverse_sum_mem, int M, int K) {
  __shared__ __align__(128) float partials_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // rmsnorm_quantize.tdsl:17: let inverse[m] = rsqrt(mean(k) square(X[m, k]) + eps)
  float inverse_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 2040) / 2048; ++k_step) {
    float inverse_sum_part = 0.0f;
    float x[8];
    load_f16_or<8>(x, &X[(long long)m * K + 2048 * k_step + 8 * thread], 2048 * k_step + 8 * thread < K, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float inverse_sum_term = x[v] * x[v];
      const float inverse_sum_term2 = 2048 * k_step + 8 * thread + v < K ? inverse_sum_term : 0.0f;
      inverse_sum_part += inverse_sum_term2;
    }
    inverse_sum += inverse_sum_part;
  }
  float inverse_sum_part = inverse_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    inverse_sum_part += warp_xor(inverse_sum_part, 1 << step);
  }
  partials_0[thread] = inverse_sum_part;
  __syncthreads();
  inverse_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    inverse_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  if (thread == 0) { inverse_sum_mem[m] = inverse_sum_part; }
}

extern "C" __global__ void __launch_bounds__(256) rmsnorm_quantize_aligned_2(const unsigned short* __restrict__ X, const unsigned short* __restrict__ g, const int* __restrict__ order, const float* __restrict__ eps, const float* __restrict__ inverse_sum_mem, unsigned short* __restrict__ Xn_scale, int M, int K) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int ti2 = thread & 7;
  const int te = thread >> 3;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int i2_count = (K + 8056) / 8192;
  const int i2 = group % i2_count;
  const int g1 = group / i2_count;

  // rmsnorm_quantize.tdsl:18: Xn[m, k] = X[m, order[k]] * inverse[m] * g[order[k]]
  float Xn_scale_max[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Xn_scale_max[di2] = -3.4028234663852886e38f;
  }
  const int e_step_count = (min(K - 8192 * i2 - 128, 128) + 31) >> 5;
  for (int e_step = 0; e_step < e_step_count; ++e_step) {
    int order2[8];
    float x[8];
    #pragma unroll
    for (int di2 = 0; di2 < 8; ++di2) {
      order2[di2] = order[min(K - 129, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2)];
      x[di2] = f32_from_f16(X[(long long)g1 * K + max(0, min(order2[di2], K - 1))]);
    }
    const float inverse_sum_mem2 = inverse_sum_mem[g1];
    const float eps2 = eps[0];
    #pragma unroll
    for (int di2 = 0; di2 < 8; ++di2) {
      const float g2 = f32_from_f16(g[max(0, min(order2[di2], K - 1))]);
      const float Xn_scale_max_term = fabsf(x[di2] * rsqrtf(inverse_sum_mem2 / (float)K + eps2) * g2);
      Xn_scale_max[di2] = max_f32(Xn_scale_max[di2], te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2 + 129 <= K ? Xn_scale_max_term : -3.4028234663852886e38f);
    }
  }
  float Xn_scale_max_part[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Xn_scale_max_part[di2] = Xn_scale_max[di2];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      Xn_scale_max_part[r] = max_f32(Xn_scale_max_part[r], warp_xor(Xn_scale_max_part[r], 8 << step));
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = Xn_scale_max_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    Xn_scale_max_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Xn_scale_max_part[r] = max_f32(Xn_scale_max_part[r], partials_0[r * 256 + leader + 32 * (other + 1)]);
    }
  }
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    const float xn_scale = max_f32(Xn_scale_max_part[di2], 0.00001f) * 0.12857144f;
    if (64 * i2 + 8 * ti2 + di2 + 2 <= (K + 120) / 128 && thread < 8) {
      Xn_scale[(long long)g1 * ((K + 127) / 128 - 1) + 64 * i2 + 8 * ti2 + di2] = f16_from_f32(xn_scale);
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) rmsnorm_quantize_aligned_3(const unsigned short* __restrict__ X, const unsigned short* __restrict__ g, const int* __restrict__ order, const float* __restrict__ eps, const unsigned short* __restrict__ Xn_scale, unsigned char* __restrict__ Xn_codes, int M, int K) {
  __shared__ __align__(128) float partials_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int c1 = blockIdx.x;

  // rmsnorm_quantize.tdsl:18: Xn[m, k] = X[m, order[k]] * inverse[m] * g[order[k]]
  float inverse_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 8184) / 8192; ++k_step) {
    float inverse_sum_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      float x[8];
      load_f16_or<8>(x, &X[(long long)c1 * K + 8192 * k_step + 32 * thread + 8 * dk], 8192 * k_step + 32 * thread + 8 * dk < K, 0.0f);
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        const float inverse_sum_term = x[v] * x[v];
        const float inverse_sum_term2 = 8192 * k_step + 32 * thread + 8 * dk + v < K ? inverse_sum_term : 0.0f;
        inverse_sum_part += inverse_sum_term2;
      }
    }
    inverse_sum += inverse_sum_part;
  }
  float inverse_sum_part = inverse_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    inverse_sum_part += warp_xor(inverse_sum_part, 1 << step);
  }
  partials_0[thread] = inverse_sum_part;
  __syncthreads();
  inverse_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    inverse_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  for (int d2_step = 0; d2_step < (K + 8056) / 8192; ++d2_step) {
    int order2[32];
    float x[32];
    #pragma unroll
    for (int dd2 = 0; dd2 < 8; ++dd2) {
      load_vector_or<4>(&order2[4 * dd2], &order[8192 * d2_step + 32 * thread + 4 * dd2], 8192 * d2_step + 32 * thread + 4 * dd2 + 129 <= K, 0);
      #pragma unroll
      for (int v = 0; v < 4; ++v) {
        x[4 * dd2 + v] = 8192 * d2_step + 32 * thread + 4 * dd2 + v + 129 <= K ? f32_from_f16(X[(long long)c1 * K + order2[4 * dd2 + v]]) : 0.0f;
      }
    }
    const float eps2 = eps[0];
    #pragma unroll
    for (int dd2 = 0; dd2 < 4; ++dd2) {
      int xn_codes[8];
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        const float g2 = 8192 * d2_step + 32 * thread + 8 * dd2 + v + 129 <= K ? f32_from_f16(g[order2[8 * dd2 + v]]) : 0.0f;
        const float xn_scale = 8192 * d2_step + 32 * thread + 8 * dd2 + v + 129 <= K ? f32_from_f16(Xn_scale[(long long)c1 * ((K + 127) / 128 - 1) + (thread >> 2) + 64 * d2_step]) : 0.0f;
        xn_codes[v] = min(max(i32_from_f32(rintf(cut_div(x[8 * dd2 + v] * rsqrtf(inverse_sum_part / (float)K + eps2) * g2, xn_scale))), -8), 7);
      }
      if (8192 * d2_step + 32 * thread + 8 * dd2 + 129 <= K) {
        store_int4<8>(&Xn_codes[4096 * d2_step + 16 * thread + 4 * dd2 + (((long long)c1 * (K - 128)) >> 1)], xn_codes);
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) rmsnorm_quantize_aligned_4(const unsigned short* __restrict__ X, const unsigned short* __restrict__ g, const int* __restrict__ order, const float* __restrict__ eps, unsigned short* __restrict__ Xo_scale, int M, int K) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int g1 = blockIdx.x;

  // rmsnorm_quantize.tdsl:19: Xo[m, o] = X[m, order[K - 128 + o]] * inverse[m] * g[order[K - 128 + o]]
  float inverse_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 2040) / 2048; ++k_step) {
    float inverse_sum_part = 0.0f;
    float x[8];
    load_f16_or<8>(x, &X[(long long)g1 * K + 2048 * k_step + 8 * thread], 2048 * k_step + 8 * thread < K, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float inverse_sum_term = x[v] * x[v];
      const float inverse_sum_term2 = 2048 * k_step + 8 * thread + v < K ? inverse_sum_term : 0.0f;
      inverse_sum_part += inverse_sum_term2;
    }
    inverse_sum += inverse_sum_part;
  }
  float inverse_sum_part = inverse_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    inverse_sum_part += warp_xor(inverse_sum_part, 1 << step);
  }
  partials_0[thread] = inverse_sum_part;
  __syncthreads();
  inverse_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    inverse_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  float Xo_scale_max = -3.4028234663852886e38f;
  int order2[8];
  float x[8];
  #pragma unroll
  for (int de = 0; de < 2; ++de) {
    load_vector_or<4>(&order2[4 * de], &order[K + 8 * thread + 4 * de - 128], 8 * thread + 4 * de <= 127, 0);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      x[4 * de + v] = 8 * thread + 4 * de + v <= 127 ? f32_from_f16(X[(long long)g1 * K + order2[4 * de + v]]) : 0.0f;
    }
  }
  const float eps2 = eps[0];
  float Xo_scale_max_part = -3.4028234663852886e38f;
  #pragma unroll
  for (int de = 0; de < 8; ++de) {
    const float g2 = 8 * thread + de <= 127 ? f32_from_f16(g[order2[de]]) : 0.0f;
    const float Xo_scale_max_term = fabsf(x[de] * rsqrtf(inverse_sum_part / (float)K + eps2) * g2);
    const float Xo_scale_max_term2 = 8 * thread + de <= 127 ? Xo_scale_max_term : -3.4028234663852886e38f;
    Xo_scale_max_part = max_f32(Xo_scale_max_part, Xo_scale_max_term2);
  }
  Xo_scale_max = max_f32(Xo_scale_max, Xo_scale_max_part);
  float Xo_scale_max_part2 = Xo_scale_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Xo_scale_max_part2 = max_f32(Xo_scale_max_part2, warp_xor(Xo_scale_max_part2, 1 << step));
  }
  partials_1[thread] = Xo_scale_max_part2;
  __syncthreads();
  Xo_scale_max_part2 = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    Xo_scale_max_part2 = max_f32(Xo_scale_max_part2, partials_1[leader + 32 * (other + 1)]);
  }
  const float xo_scale = max_f32(Xo_scale_max_part2, 0.00001f) * 0.007874016f;
  if (thread == 0) { Xo_scale[g1] = f16_from_f32(xo_scale); }
}

extern "C" __global__ void __launch_bounds__(256) rmsnorm_quantize_aligned_5(const unsigned short* __restrict__ X, const unsigned short* __restrict__ g, const int* __restrict__ order, const float* __restrict__ eps, const unsigned short* __restrict__ Xo_scale, signed char* __restrict__ Xo_codes, int M, int K) {
  __shared__ __align__(128) float partials_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int c1 = blockIdx.x;

  // rmsnorm_quantize.tdsl:19: Xo[m, o] = X[m, order[K - 128 + o]] * inverse[m] * g[order[K - 128 + o]]
  float inverse_sum = 0.0f;
  for (int k_step = 0; k_step < (K + 4088) / 4096; ++k_step) {
    float inverse_sum_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 2; ++dk) {
      float x[8];
      load_f16_or<8>(x, &X[(long long)c1 * K + 4096 * k_step + 16 * thread + 8 * dk], 4096 * k_step + 16 * thread + 8 * dk < K, 0.0f);
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        const float inverse_sum_term = x[v] * x[v];
        const float inverse_sum_term2 = 4096 * k_step + 16 * thread + 8 * dk + v < K ? inverse_sum_term : 0.0f;
        inverse_sum_part += inverse_sum_term2;
      }
    }
    inverse_sum += inverse_sum_part;
  }
  float inverse_sum_part = inverse_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    inverse_sum_part += warp_xor(inverse_sum_part, 1 << step);
  }
  partials_0[thread] = inverse_sum_part;
  __syncthreads();
  inverse_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    inverse_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  int order2[16];
  float x[16];
  #pragma unroll
  for (int dd2 = 0; dd2 < 4; ++dd2) {
    load_vector_or<4>(&order2[4 * dd2], &order[K + 16 * thread + 4 * dd2 - 128], 16 * thread + 4 * dd2 <= 127, 0);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      x[4 * dd2 + v] = 16 * thread + 4 * dd2 + v <= 127 ? f32_from_f16(X[(long long)c1 * K + order2[4 * dd2 + v]]) : 0.0f;
    }
  }
  const float eps2 = eps[0];
  int xo_codes[16];
  #pragma unroll
  for (int v = 0; v < 16; ++v) {
    const float g2 = 16 * thread + v <= 127 ? f32_from_f16(g[order2[v]]) : 0.0f;
    const float xo_scale = 16 * thread + v <= 127 ? f32_from_f16(Xo_scale[c1 + (thread >> 3)]) : 0.0f;
    xo_codes[v] = min(max(i32_from_f32(rintf(cut_div(x[v] * rsqrtf(inverse_sum_part / (float)K + eps2) * g2, xo_scale))), -128), 127);
  }
  if (16 * thread <= 127) { store_i8<16>(&Xo_codes[128 * (long long)c1 + 16 * thread], xo_codes); }
}
