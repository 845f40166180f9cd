// quantize_int4_1, quantize_int4_2: made by tdsl from quantize.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// f32 to i32 toward zero; out of range gives the nearest i32, NaN gives 0
__device__ __forceinline__ int i32_from_f32(float value) { int result; asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(result) : "f"(value)); return result; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// replaces element n of a stream of elements of BITS; threads that share a word each change their own bits
template <int BITS> __device__ __forceinline__ void put_bits(unsigned char* bytes, long long n, unsigned code) {
  const long long at = n * BITS;
  const int shift = (int)(at & 31);
  unsigned* word = reinterpret_cast<unsigned*>(bytes) + (at >> 5);
  const unsigned mask = (1u << BITS) - 1u;
  atomicAnd(word, ~(mask << shift));
  atomicOr(word, (code & mask) << shift);
  if (shift + BITS > 32) {
    atomicAnd(word + 1, ~(mask >> (32 - shift)));
    atomicOr(word + 1, (code & mask) >> (32 - shift));
  }
}

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

extern "C" __global__ void __launch_bounds__(256) quantize_int4_1(const unsigned short* __restrict__ X, unsigned short* __restrict__ Q_scale, int M, int K) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int ti2 = thread & 7;
  const int te = thread >> 3;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int i2_count = (K + 2047) / 2048;
  const int i2 = group % i2_count;
  const int g1 = group / i2_count;

  // quantize.tdsl:28: Q[m, k] = X[m, k]
  float Q_scale_max[8];
  float Q_scale_max_part[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Q_scale_max[di2] = -3.4028234663852886e38f;
    const float x = f32_from_f16(X[(long long)g1 * K + min(K - 1, te + 2048 * i2 + 256 * ti2 + 32 * di2)]);
    const float Q_scale_max_term = fabsf(x);
    Q_scale_max[di2] = max_f32(Q_scale_max[di2], te + 2048 * i2 + 256 * ti2 + 32 * di2 < K ? Q_scale_max_term : -3.4028234663852886e38f);
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
    const float q_scale = Q_scale_max_part[di2] * 0.14285715f;
    if (64 * i2 + 8 * ti2 + di2 < (K + 31) / 32 && thread < 8) {
      Q_scale[(long long)g1 * ((K + 31) / 32) + 64 * i2 + 8 * ti2 + di2] = f16_from_f32(q_scale);
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) quantize_int4_2(const unsigned short* __restrict__ X, const unsigned short* __restrict__ Q_scale, unsigned char* __restrict__ Q_codes, int M, int K) {
  const int thread = threadIdx.x;
  const int c1d2 = blockIdx.x;
  const int c1 = (thread + 256 * c1d2) / K;
  const int d2 = (thread + 256 * c1d2) % K;

  // quantize.tdsl:28: Q[m, k] = X[m, k]
  const float x = c1 < M ? f32_from_f16(X[(long long)c1 * K + d2]) : 0.0f;
  const float q_scale = c1 < M ? f32_from_f16(Q_scale[(long long)c1 * ((K + 31) / 32) + (d2 >> 5)]) : 0.0f;
  const int q_codes = min(max(i32_from_f32(rintf(cut_div(x, q_scale))), -8), 7);
  if (c1 < M) { put_bits<4>(Q_codes, (long long)c1 * K + d2, ((unsigned)min(max(q_codes, -8), 7) & 15u)); }
}
