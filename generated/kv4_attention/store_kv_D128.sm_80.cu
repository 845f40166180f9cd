// store_kv_D128_1, store_kv_D128_2, store_kv_D128_3, store_kv_D128_4, store_kv_D128_5, store_kv_D128_6, store_kv_D128_7, store_kv_D128_8, store_kv_D128_9: made by tdsl from kv4_attention.tdsl for cuda:sm_80. Change the source, not this file.

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

// unsigned 4-bit field of a word
__device__ __forceinline__ int u4_at(unsigned word, int n) { return (int)((word >> (4 * n)) & 0xfu); }

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

// reads N consecutive uint4 as one access
template <int N> __device__ __forceinline__ void load_uint4(int* to, const unsigned char* from) {
  unsigned words[(N + 7) / 8];
  if constexpr (N % 8 == 0) load_vector<N / 8>(words, reinterpret_cast<const unsigned*>(from));
  else if constexpr (N == 4) words[0] = *reinterpret_cast<const unsigned short*>(from);
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = u4_at(words[n / 8], n % 8);
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_uint4_or(int* to, const unsigned char* from, bool inside, int fill) {
  if (inside) {
    load_uint4<N>(to, from);
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

extern "C" __global__ void __launch_bounds__(256) store_kv_D128_1(const int* __restrict__ slot, unsigned char* __restrict__ cache_duplicate_any_mem, int B, int S, int H, int T) {
  __shared__ __align__(128) int partials_int_0[4096];
  const int thread = threadIdx.x;
  const int ts = thread >> 3;
  const int ts2 = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int s_count = (S + 127) / 128;
  const int s = group % s_count;
  const int b = group / s_count;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  bool cache_duplicate_any[16] = {};
  const int s_6_step_count = (min(S, 128 * s + 127) + 31) >> 5;
  for (int s_6_step = 0; s_6_step < s_6_step_count; ++s_6_step) {
    const int slot2 = ts + 32 * s_6_step < S ? slot[(long long)b * S + ts + 32 * s_6_step] : 0;
    int slot3[16];
    #pragma unroll
    for (int ds = 0; ds < 16; ++ds) {
      slot3[ds] = 128 * s + 16 * ts2 + ds < S ? slot[(long long)b * S + 128 * s + 16 * ts2 + ds] : 0;
    }
    #pragma unroll
    for (int ds = 0; ds < 16; ++ds) {
      const bool cache_duplicate_any_term = slot2 == slot3[ds];
      cache_duplicate_any[ds] = cache_duplicate_any[ds] || (ts + 32 * s_6_step < 128 * s + 16 * ts2 + ds && ts + 32 * s_6_step < S ? cache_duplicate_any_term : false);
    }
  }
  bool cache_duplicate_any_part[16];
  #pragma unroll
  for (int ds = 0; ds < 16; ++ds) {
    cache_duplicate_any_part[ds] = cache_duplicate_any[ds];
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      const bool cache_duplicate_any_part_other = warp_xor(cache_duplicate_any_part[r], 8 << step);
      cache_duplicate_any_part[r] = cache_duplicate_any_part[r] || cache_duplicate_any_part_other;
    }
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    partials_int_0[r * 256 + thread] = (int)cache_duplicate_any_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    cache_duplicate_any_part[r] = partials_int_0[r * 256 + leader] != 0;
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      cache_duplicate_any_part[r] = cache_duplicate_any_part[r] || partials_int_0[r * 256 + leader + 32 * (other + 1)] != 0;
    }
  }
  #pragma unroll
  for (int ds = 0; ds < 16; ++ds) {
    if (128 * s + 16 * ts2 + ds < S && thread < 8) {
      cache_duplicate_any_mem[(long long)b * S + 128 * s + 16 * ts2 + ds] = cache_duplicate_any_part[ds];
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) store_kv_D128_2(const unsigned char* __restrict__ cache_duplicate_any_mem, int* __restrict__ cache_duplicate_min_chunk_mem, int B, int S, int H, int T) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int s_chunk = blockIdx.x;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  int cache_duplicate_min_chunk = 2147483647;
  for (int b_5_step = 0; b_5_step < B; ++b_5_step) {
    const int s_2_step_count = (min((S + 255) / 256, max(0, S - s_chunk * ((S + 255) / 256))) + 4095) >> 12;
    for (int s_2_step = 0; s_2_step < s_2_step_count; ++s_2_step) {
      int cache_duplicate_min_chunk_part = 2147483647;
      #pragma unroll
      for (int ds = 0; ds < 16; ++ds) {
        const bool cache_duplicate_any_mem2 = s_chunk * ((S + 255) / 256) + 4096 * s_2_step + 16 * thread + ds < S ? cache_duplicate_any_mem[(long long)b_5_step * S + s_chunk * ((S + 255) / 256) + 4096 * s_2_step + 16 * thread + ds] != 0 : false;
        const int cache_duplicate_min_chunk_term = cache_duplicate_any_mem2 ? b_5_step * S + s_chunk * ((S + 255) / 256) + 4096 * s_2_step + 16 * thread + ds : 2147483647;
        const int cache_duplicate_min_chunk_term2 = s_chunk * ((S + 255) / 256) + 4096 * s_2_step + 16 * thread + ds < S && 4096 * s_2_step + 16 * thread + ds < (S + 255) / 256 ? cache_duplicate_min_chunk_term : 2147483647;
        cache_duplicate_min_chunk_part = min(cache_duplicate_min_chunk_part, cache_duplicate_min_chunk_term2);
      }
      cache_duplicate_min_chunk = min(cache_duplicate_min_chunk, cache_duplicate_min_chunk_part);
    }
  }
  int cache_duplicate_min_chunk_part = cache_duplicate_min_chunk;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    cache_duplicate_min_chunk_part = min(cache_duplicate_min_chunk_part, warp_xor(cache_duplicate_min_chunk_part, 1 << step));
  }
  partials_int_0[thread] = cache_duplicate_min_chunk_part;
  __syncthreads();
  cache_duplicate_min_chunk_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    cache_duplicate_min_chunk_part = min(cache_duplicate_min_chunk_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { cache_duplicate_min_chunk_mem[s_chunk] = cache_duplicate_min_chunk_part; }
}

extern "C" __global__ void __launch_bounds__(64) store_kv_D128_3(const int* __restrict__ cache_duplicate_min_chunk_mem, int* __restrict__ cache_duplicate, int B, int S, int H, int T) {
  __shared__ __align__(128) int partials_int_0[64];
  const int thread = threadIdx.x;
  const int leader = thread & 31;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  int cache_duplicate_min = 2147483647;
  int cache_duplicate_min_part = 2147483647;
  int cache_duplicate_min_chunk_mem2[4];
  load_vector<4>(cache_duplicate_min_chunk_mem2, &cache_duplicate_min_chunk_mem[4 * thread]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    cache_duplicate_min_part = min(cache_duplicate_min_part, cache_duplicate_min_chunk_mem2[v]);
  }
  cache_duplicate_min = min(cache_duplicate_min, cache_duplicate_min_part);
  int cache_duplicate_min_part2 = cache_duplicate_min;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    cache_duplicate_min_part2 = min(cache_duplicate_min_part2, warp_xor(cache_duplicate_min_part2, 1 << step));
  }
  partials_int_0[thread] = cache_duplicate_min_part2;
  __syncthreads();
  cache_duplicate_min_part2 = partials_int_0[leader];
  cache_duplicate_min_part2 = min(cache_duplicate_min_part2, partials_int_0[leader + 32]);
  if (thread == 0) { cache_duplicate[0] = cache_duplicate_min_part2; }
}

extern "C" __global__ void __launch_bounds__(256) store_kv_D128_4(const unsigned short* __restrict__ X, unsigned short* __restrict__ cache_new_zero_mem, int B, int S, int H, int T) {
  const int thread = threadIdx.x;
  const int tk4 = thread >> 4;
  const int te = thread & 15;
  const int group = blockIdx.x;
  const int j3 = group % S;
  const int outer = group / S;
  const int i2 = outer % H;
  const int g1 = outer / H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  float cache_new_min = 3.4028234663852886e38f;
  float cache_new_min_part = 3.4028234663852886e38f;
  float x[8];
  load_f16_or<8>(x, &X[128 * (((long long)g1 * S + j3) * H + i2) + 128 * tk4 + 8 * te], tk4 <= 0, 0.0f);
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    cache_new_min_part = min_f32(cache_new_min_part, x[v]);
  }
  cache_new_min = min_f32(cache_new_min, cache_new_min_part);
  float cache_new_min_part2 = cache_new_min;
  #pragma unroll
  for (int step = 0; step < 4; ++step) {
    cache_new_min_part2 = min_f32(cache_new_min_part2, warp_xor(cache_new_min_part2, 1 << step));
  }
  if (tk4 <= 0 && (thread & 15) == 0) { cache_new_zero_mem[((long long)g1 * H + i2) * S + j3 + tk4] = f16_from_f32(cache_new_min_part2); }
}

extern "C" __global__ void __launch_bounds__(256) store_kv_D128_5(const unsigned short* __restrict__ X, unsigned short* __restrict__ cache_new_scale_mem, int B, int S, int H, int T) {
  const int thread = threadIdx.x;
  const int tk4 = thread >> 4;
  const int te = thread & 15;
  const int group = blockIdx.x;
  const int j3 = group % S;
  const int outer = group / S;
  const int i2 = outer % H;
  const int g1 = outer / H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  float cache_new_max = -3.4028234663852886e38f;
  float cache_new_min = 3.4028234663852886e38f;
  float cache_new_max_part = -3.4028234663852886e38f;
  float x[8];
  load_f16_or<8>(x, &X[128 * (((long long)g1 * S + j3) * H + i2) + 128 * tk4 + 8 * te], tk4 <= 0, 0.0f);
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    cache_new_max_part = max_f32(cache_new_max_part, x[v]);
  }
  cache_new_max = max_f32(cache_new_max, cache_new_max_part);
  float cache_new_min_part = 3.4028234663852886e38f;
  #pragma unroll
  for (int de = 0; de < 8; ++de) {
    cache_new_min_part = min_f32(cache_new_min_part, x[de]);
  }
  cache_new_min = min_f32(cache_new_min, cache_new_min_part);
  float cache_new_max_part2 = cache_new_max;
  float cache_new_min_part2 = cache_new_min;
  #pragma unroll
  for (int step = 0; step < 4; ++step) {
    cache_new_max_part2 = max_f32(cache_new_max_part2, warp_xor(cache_new_max_part2, 1 << step));
  }
  #pragma unroll
  for (int step = 0; step < 4; ++step) {
    cache_new_min_part2 = min_f32(cache_new_min_part2, warp_xor(cache_new_min_part2, 1 << step));
  }
  const float cache_new_scale_mem2 = max_f32(cache_new_max_part2 - cache_new_min_part2, 0.00001f) * 0.06666667f;
  if (tk4 <= 0 && (thread & 15) == 0) { cache_new_scale_mem[((long long)g1 * H + i2) * S + j3 + tk4] = f16_from_f32(cache_new_scale_mem2); }
}

extern "C" __global__ void __launch_bounds__(256) store_kv_D128_6(const unsigned short* __restrict__ X, const unsigned short* __restrict__ cache_new_zero_mem, const unsigned short* __restrict__ cache_new_scale_mem, unsigned char* __restrict__ cache_new_codes_mem, int B, int S, int H, int T) {
  const int thread = threadIdx.x;
  const int c1d2e3f4 = blockIdx.x;
  const int c1 = ((thread >> 4) + 16 * c1d2e3f4) / (H * S);
  const int e3 = ((thread >> 4) + 16 * c1d2e3f4) % S;
  const int d2 = ((thread >> 4) + 16 * c1d2e3f4) / S % H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  float x[8];
  load_f16_or<8>(x, &X[128 * (((long long)c1 * S + e3) * H + d2) + 8 * (thread & 15)], c1 < B, 0.0f);
  const float cache_new_zero_mem2 = c1 < B ? f32_from_f16(cache_new_zero_mem[((long long)c1 * H + d2) * S + e3]) : 0.0f;
  const float cache_new_scale_mem2 = c1 < B ? f32_from_f16(cache_new_scale_mem[((long long)c1 * H + d2) * S + e3]) : 0.0f;
  int cache_new_codes_mem2[8];
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    cache_new_codes_mem2[v] = min(max(i32_from_f32(rintf(cut_div(x[v] - cache_new_zero_mem2, cache_new_scale_mem2))), 0), 15);
  }
  if (c1 < B) { store_uint4<8>(&cache_new_codes_mem[64 * (((long long)c1 * H + d2) * S + e3) + 4 * (thread & 15)], cache_new_codes_mem2); }
}

extern "C" __global__ void __launch_bounds__(256) store_kv_D128_7(const int* __restrict__ slot, const unsigned char* __restrict__ cache_new_codes_mem, unsigned char* __restrict__ cache_codes, int B, int S, int H, int T) {
  const int thread = threadIdx.x;
  const int bhsd = blockIdx.x;
  const int b = ((thread >> 3) + 32 * bhsd) / (H * S);
  const int h = ((thread >> 3) + 32 * bhsd) / S % H;
  const int s = ((thread >> 3) + 32 * bhsd) % S;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  int cache_new_codes_mem2[16];
  load_uint4_or<16>(cache_new_codes_mem2, &cache_new_codes_mem[64 * (((long long)b * H + h) * S + s) + 8 * (thread & 7)], b < B, 0);
  const int slot2 = b < B ? slot[(long long)b * S + s] : 0;
  if (b < B) { store_uint4<16>(&cache_codes[64 * (((long long)b * H + h) * T + slot2) + 8 * (thread & 7)], cache_new_codes_mem2); }
}

extern "C" __global__ void __launch_bounds__(256) store_kv_D128_8(const int* __restrict__ slot, const unsigned short* __restrict__ cache_new_scale_mem, unsigned short* __restrict__ cache_scale, int B, int S, int H, int T) {
  const int thread = threadIdx.x;
  const int group = blockIdx.x;
  const int s = group % S;
  const int outer = group / S;
  const int h = outer % H;
  const int b = outer / H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  const float cache_new_scale_mem2 = thread + 256 * b < B ? f32_from_f16(cache_new_scale_mem[((long long)(thread + 256 * b) * H + h) * S + s]) : 0.0f;
  const int slot2 = thread + 256 * b < B ? slot[(long long)(thread + 256 * b) * S + s] : 0;
  if (thread + 256 * b < B) { cache_scale[((long long)(thread + 256 * b) * H + h) * T + slot2] = f16_from_f32(cache_new_scale_mem2); }
}

extern "C" __global__ void __launch_bounds__(256) store_kv_D128_9(const int* __restrict__ slot, const unsigned short* __restrict__ cache_new_zero_mem, unsigned short* __restrict__ cache_zero, int B, int S, int H, int T) {
  const int thread = threadIdx.x;
  const int group = blockIdx.x;
  const int s = group % S;
  const int outer = group / S;
  const int h = outer % H;
  const int b = outer / H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  const float cache_new_zero_mem2 = thread + 256 * b < B ? f32_from_f16(cache_new_zero_mem[((long long)(thread + 256 * b) * H + h) * S + s]) : 0.0f;
  const int slot2 = thread + 256 * b < B ? slot[(long long)(thread + 256 * b) * S + s] : 0;
  if (thread + 256 * b < B) { cache_zero[((long long)(thread + 256 * b) * H + h) * T + slot2] = f16_from_f32(cache_new_zero_mem2); }
}
