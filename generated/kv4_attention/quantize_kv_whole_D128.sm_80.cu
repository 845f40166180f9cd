// quantize_kv_whole_D128_1, quantize_kv_whole_D128_2, quantize_kv_whole_D128_3: made by tdsl from kv4_attention.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// f32 to i32 toward zero; out of range gives the nearest i32, NaN gives 0
__device__ __forceinline__ int i32_from_f32(float value) { int result; asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(result) : "f"(value)); return result; }
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

// writes N consecutive uint4 as one access
template <int N> __device__ __forceinline__ void store_uint4(unsigned char* to, const int* from) {
  if constexpr (N < 8) {
    unsigned word = 0;
#pragma unroll
    for (int n = 0; n < N; n++) word |= ((unsigned)min(max(from[n], 0), 15) & 15u) << (4 * n);
    if constexpr (N == 4) *reinterpret_cast<unsigned short*>(to) = (unsigned short)word;
    else *to = (unsigned char)word;
    return;
  } else {
  unsigned words[N / 8];
#pragma unroll
  for (int n = 0; n < N / 8; n++) words[n] = ((unsigned)min(max(from[8 * n], 0), 15) & 15u) | (((unsigned)min(max(from[8 * n + 1], 0), 15) & 15u) << 4) | (((unsigned)min(max(from[8 * n + 2], 0), 15) & 15u) << 8) | (((unsigned)min(max(from[8 * n + 3], 0), 15) & 15u) << 12) | (((unsigned)min(max(from[8 * n + 4], 0), 15) & 15u) << 16) | (((unsigned)min(max(from[8 * n + 5], 0), 15) & 15u) << 20) | (((unsigned)min(max(from[8 * n + 6], 0), 15) & 15u) << 24) | (((unsigned)min(max(from[8 * n + 7], 0), 15) & 15u) << 28);
  store_vector<N / 8>(reinterpret_cast<unsigned*>(to), words);
  }
}

extern "C" __global__ void __launch_bounds__(256) quantize_kv_whole_D128_1(const unsigned short* __restrict__ X, unsigned short* __restrict__ Q_scale, int B, int S, int H) {
  const int thread = threadIdx.x;
  const int tk4 = thread >> 4;
  const int te = thread & 15;
  const int group = blockIdx.x;
  const int j3 = group % S;
  const int outer = group / S;
  const int i2 = outer % H;
  const int g1 = outer / H;

  // kv4_attention.tdsl:22: Q[b, h, s, d] = X[b, s, h, d]
  float Q_max_max = -3.4028234663852886e38f;
  float Q_min_min = 3.4028234663852886e38f;
  float Q_max_max_part = -3.4028234663852886e38f;
  float x[8];
  load_f16_or<8>(x, &X[128 * (((long long)g1 * S + j3) * H + i2) + 128 * tk4 + 8 * te], tk4 <= 0, 0.0f);
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    Q_max_max_part = max_f32(Q_max_max_part, x[v]);
  }
  Q_max_max = max_f32(Q_max_max, Q_max_max_part);
  float Q_min_min_part = 3.4028234663852886e38f;
  #pragma unroll
  for (int de = 0; de < 8; ++de) {
    Q_min_min_part = min_f32(Q_min_min_part, x[de]);
  }
  Q_min_min = min_f32(Q_min_min, Q_min_min_part);
  float Q_max_max_part2 = Q_max_max;
  float Q_min_min_part2 = Q_min_min;
  #pragma unroll
  for (int step = 0; step < 4; ++step) {
    Q_max_max_part2 = max_f32(Q_max_max_part2, warp_xor(Q_max_max_part2, 1 << step));
  }
  #pragma unroll
  for (int step = 0; step < 4; ++step) {
    Q_min_min_part2 = min_f32(Q_min_min_part2, warp_xor(Q_min_min_part2, 1 << step));
  }
  const float q_scale = max_f32(max_f32(Q_max_max_part2, 0.0f) - min_f32(Q_min_min_part2, 0.0f), 0.00001f) * 0.06666667f;
  if (tk4 <= 0 && (thread & 15) == 0) { Q_scale[((long long)g1 * H + i2) * S + j3 + tk4] = f16_from_f32(q_scale); }
}

extern "C" __global__ void __launch_bounds__(256) quantize_kv_whole_D128_2(const unsigned short* __restrict__ X, const unsigned short* __restrict__ Q_scale, unsigned char* __restrict__ Q_zero, int B, int S, int H) {
  const int thread = threadIdx.x;
  const int tk4 = thread >> 3;
  const int te = thread & 7;
  const int group = blockIdx.x;
  const int j3 = group % S;
  const int outer = group / S;
  const int i2 = outer % H;
  const int g1 = outer / H;

  // kv4_attention.tdsl:22: Q[b, h, s, d] = X[b, s, h, d]
  float Q_min_min = 3.4028234663852886e38f;
  float Q_min_min_part = 3.4028234663852886e38f;
  #pragma unroll
  for (int de = 0; de < 2; ++de) {
    float x[8];
    load_f16_or<8>(x, &X[128 * (((long long)g1 * S + j3) * H + i2) + 128 * tk4 + 16 * te + 8 * de], tk4 <= 0, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      Q_min_min_part = min_f32(Q_min_min_part, x[v]);
    }
  }
  Q_min_min = min_f32(Q_min_min, Q_min_min_part);
  float Q_min_min_part2 = Q_min_min;
  #pragma unroll
  for (int step = 0; step < 3; ++step) {
    Q_min_min_part2 = min_f32(Q_min_min_part2, warp_xor(Q_min_min_part2, 1 << step));
  }
  const float q_scale = tk4 <= 0 ? f32_from_f16(Q_scale[((long long)g1 * H + i2) * S + j3 + tk4]) : 0.0f;
  const int q_zero = min(max(i32_from_f32((float)min(max(i32_from_f32(0.0f + rintf(cut_div(-min_f32(Q_min_min_part2, 0.0f), q_scale))), 0), 15)), 0), 255);
  if (tk4 <= 0 && (thread & 7) == 0) { Q_zero[((long long)g1 * H + i2) * S + j3 + tk4] = q_zero; }
}

extern "C" __global__ void __launch_bounds__(256) quantize_kv_whole_D128_3(const unsigned short* __restrict__ X, const unsigned short* __restrict__ Q_scale, const unsigned char* __restrict__ Q_zero, unsigned char* __restrict__ Q_codes, int B, int S, int H) {
  const int thread = threadIdx.x;
  const int c1d2e3f4 = blockIdx.x;
  const int c1 = ((thread >> 4) + 16 * c1d2e3f4) / (H * S);
  const int e3 = ((thread >> 4) + 16 * c1d2e3f4) % S;
  const int d2 = ((thread >> 4) + 16 * c1d2e3f4) / S % H;

  // kv4_attention.tdsl:22: Q[b, h, s, d] = X[b, s, h, d]
  float x[8];
  load_f16_or<8>(x, &X[128 * (((long long)c1 * S + e3) * H + d2) + 8 * (thread & 15)], c1 < B, 0.0f);
  const float q_scale = c1 < B ? f32_from_f16(Q_scale[((long long)c1 * H + d2) * S + e3]) : 0.0f;
  const int q_zero = c1 < B ? Q_zero[((long long)c1 * H + d2) * S + e3] : 0;
  int q_codes[8];
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    q_codes[v] = min(max(i32_from_f32(rintf(cut_div(x[v], q_scale)) + (float)q_zero), 0), 15);
  }
  if (c1 < B) { store_uint4<8>(&Q_codes[64 * (((long long)c1 * H + d2) * S + e3) + 4 * (thread & 15)], q_codes); }
}
