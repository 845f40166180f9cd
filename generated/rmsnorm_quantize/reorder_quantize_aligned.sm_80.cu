// reorder_quantize_aligned_1, reorder_quantize_aligned_2, reorder_quantize_aligned_3, reorder_quantize_aligned_4: made by tdsl from rmsnorm_quantize.tdsl for cuda:sm_80. Change the source, not this file.
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

extern "C" __global__ void __launch_bounds__(256) reorder_quantize_aligned_1(const unsigned short* __restrict__ X, const int* __restrict__ order, unsigned short* __restrict__ Xn_scale, int M, int K) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int ti2 = thread & 7;
  const int te = thread >> 3;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int i2_count = (K + 8056) / 8192;
  const int i2 = group % i2_count;
  const int g1 = group / i2_count;

  // rmsnorm_quantize.tdsl:27: Xn[m, k] = X[m, order[k]]
  float Xn_scale_max[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Xn_scale_max[di2] = -3.4028234663852886e38f;
  }
  const int e_step_count = (min(K - 8192 * i2 - 128, 128) + 31) >> 5;
  for (int e_step = 0; e_step < e_step_count; ++e_step) {
    #pragma unroll
    for (int di2 = 0; di2 < 8; ++di2) {
      const int order2 = order[min(K - 129, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2)];
      const float x = f32_from_f16(X[(long long)g1 * K + max(0, min(order2, K - 1))]);
      const float Xn_scale_max_term = fabsf(x);
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

extern "C" __global__ void __launch_bounds__(256) reorder_quantize_aligned_2(const unsigned short* __restrict__ X, const int* __restrict__ order, const unsigned short* __restrict__ Xn_scale, unsigned char* __restrict__ Xn_codes, int M, int K) {
  const int thread = threadIdx.x;
  const int c1d2 = blockIdx.x;
  const int d2 = (thread + 256 * c1d2) % (K / 8 - 16);
  const int c1 = (thread + 256 * c1d2) / (K / 8 - 16);

  // rmsnorm_quantize.tdsl:27: Xn[m, k] = X[m, order[k]]
  float x[8];
  #pragma unroll
  for (int dd2 = 0; dd2 < 2; ++dd2) {
    int order2[4];
    load_vector<4>(order2, &order[8 * d2 + 4 * dd2]);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      x[4 * dd2 + v] = c1 < M ? f32_from_f16(X[(long long)c1 * K + order2[v]]) : 0.0f;
    }
  }
  const float xn_scale = c1 < M ? f32_from_f16(Xn_scale[(long long)c1 * ((K + 127) / 128 - 1) + (d2 >> 4)]) : 0.0f;
  int xn_codes[8];
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    xn_codes[v] = min(max(i32_from_f32(rintf(cut_div(x[v], xn_scale))), -8), 7);
  }
  if (c1 < M) { store_int4<8>(&Xn_codes[4 * d2 + (((long long)c1 * (K - 128)) >> 1)], xn_codes); }
}

extern "C" __global__ void __launch_bounds__(256) reorder_quantize_aligned_3(const unsigned short* __restrict__ X, const int* __restrict__ order, unsigned short* __restrict__ Xo_scale, int M, int K) {
  const int thread = threadIdx.x;
  const int ti2 = thread >> 4;
  const int te = thread & 15;
  const int g1 = blockIdx.x;

  // rmsnorm_quantize.tdsl:28: Xo[m, o] = X[m, order[K - 128 + o]]
  float Xo_scale_max = -3.4028234663852886e38f;
  float Xo_scale_max_part = -3.4028234663852886e38f;
  #pragma unroll
  for (int de = 0; de < 2; ++de) {
    int order2[4];
    load_vector_or<4>(order2, &order[K + 128 * ti2 + 8 * te + 4 * de - 128], ti2 <= 0, 0);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      const float x = ti2 <= 0 ? f32_from_f16(X[(long long)g1 * K + order2[v]]) : 0.0f;
      const float Xo_scale_max_term = fabsf(x);
      Xo_scale_max_part = max_f32(Xo_scale_max_part, Xo_scale_max_term);
    }
  }
  Xo_scale_max = max_f32(Xo_scale_max, Xo_scale_max_part);
  float Xo_scale_max_part2 = Xo_scale_max;
  #pragma unroll
  for (int step = 0; step < 4; ++step) {
    Xo_scale_max_part2 = max_f32(Xo_scale_max_part2, warp_xor(Xo_scale_max_part2, 1 << step));
  }
  const float xo_scale = max_f32(Xo_scale_max_part2, 0.00001f) * 0.007874016f;
  if (ti2 <= 0 && (thread & 15) == 0) { Xo_scale[g1 + ti2] = f16_from_f32(xo_scale); }
}

extern "C" __global__ void __launch_bounds__(256) reorder_quantize_aligned_4(const unsigned short* __restrict__ X, const int* __restrict__ order, const unsigned short* __restrict__ Xo_scale, signed char* __restrict__ Xo_codes, int M, int K) {
  const int thread = threadIdx.x;
  const int c1d2 = blockIdx.x;

  // rmsnorm_quantize.tdsl:28: Xo[m, o] = X[m, order[K - 128 + o]]
  float x[4];
  int order2[4];
  load_vector<4>(order2, &order[K + 4 * (thread & 31) - 128]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    x[v] = (thread >> 5) + 8 * c1d2 < M ? f32_from_f16(X[(long long)((thread >> 5) + 8 * c1d2) * K + order2[v]]) : 0.0f;
  }
  const float xo_scale = (thread >> 5) + 8 * c1d2 < M ? f32_from_f16(Xo_scale[(thread >> 5) + 8 * c1d2]) : 0.0f;
  int xo_codes[4];
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    xo_codes[v] = min(max(i32_from_f32(rintf(cut_div(x[v], xo_scale))), -128), 127);
  }
  if ((thread >> 5) + 8 * c1d2 < M) { store_i8<4>(&Xo_codes[128 * (long long)((thread >> 5) + 8 * c1d2) + 4 * (thread & 31)], xo_codes); }
}
