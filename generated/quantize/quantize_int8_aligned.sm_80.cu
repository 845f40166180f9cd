// quantize_int8_aligned_1, quantize_int8_aligned_2: made by tdsl from quantize.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 16 == 0.

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

extern "C" __global__ void __launch_bounds__(256) quantize_int8_aligned_1(const unsigned short* __restrict__ X, unsigned short* __restrict__ Q_scale, int M, int K) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int ti2 = thread & 7;
  const int te = thread >> 3;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int i2_count = (K + 8176) / 8192;
  const int i2 = group % i2_count;
  const int g1 = group / i2_count;

  // quantize.tdsl:13: Q[m, k] = X[m, k]
  float Q_scale_max[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Q_scale_max[di2] = -3.4028234663852886e38f;
  }
  const int e_step_count = (min(K - 8192 * i2, 128) + 31) >> 5;
  for (int e_step = 0; e_step < e_step_count; ++e_step) {
    #pragma unroll
    for (int di2 = 0; di2 < 8; ++di2) {
      const float x = f32_from_f16(X[(long long)g1 * K + min(K - 1, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2)]);
      const float Q_scale_max_term = fabsf(x);
      Q_scale_max[di2] = max_f32(Q_scale_max[di2], te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2 < K ? Q_scale_max_term : -3.4028234663852886e38f);
    }
  }
  float Q_scale_max_part[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Q_scale_max_part[di2] = Q_scale_max[di2];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      Q_scale_max_part[r] = max_f32(Q_scale_max_part[r], warp_xor(Q_scale_max_part[r], 8 << step));
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = Q_scale_max_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    Q_scale_max_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Q_scale_max_part[r] = max_f32(Q_scale_max_part[r], partials_0[r * 256 + leader + 32 * (other + 1)]);
    }
  }
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    const float q_scale = Q_scale_max_part[di2] * 0.007874016f;
    if (64 * i2 + 8 * ti2 + di2 < (K + 112) / 128 && thread < 8) {
      Q_scale[(long long)g1 * ((K + 127) / 128) + 64 * i2 + 8 * ti2 + di2] = f16_from_f32(q_scale);
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) quantize_int8_aligned_2(const unsigned short* __restrict__ X, const unsigned short* __restrict__ Q_scale, signed char* __restrict__ Q_codes, int M, int K) {
  const int thread = threadIdx.x;
  const int c1d2 = blockIdx.x;
  const int c1 = (thread + 256 * c1d2) / (2 * (K / 16));
  const int d2 = (thread + 256 * c1d2) % (2 * (K / 16));

  // quantize.tdsl:13: Q[m, k] = X[m, k]
  float x[8];
  load_f16_or<8>(x, &X[(long long)c1 * K + 8 * d2], c1 < M, 0.0f);
  const float q_scale = c1 < M ? f32_from_f16(Q_scale[(long long)c1 * ((K + 127) / 128) + (d2 >> 4)]) : 0.0f;
  int q_codes[8];
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    q_codes[v] = min(max(i32_from_f32(rintf(cut_div(x[v], q_scale))), -128), 127);
  }
  if (c1 < M) { store_i8<8>(&Q_codes[(long long)c1 * K + 8 * d2], q_codes); }
}
