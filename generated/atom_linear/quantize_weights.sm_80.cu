// quantize_weights_1, quantize_weights_2, quantize_weights_3, quantize_weights_4: made by tdsl from atom_linear.tdsl for cuda:sm_80. Change the source, not this file.

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

extern "C" __global__ void __launch_bounds__(256) quantize_weights_1(const unsigned short* __restrict__ W, const int* __restrict__ order, unsigned short* __restrict__ Wn_scale, int N, int K) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int ti2 = thread & 7;
  const int te = thread >> 3;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int i2_count = (K + 8063) / 8192;
  const int i2 = group % i2_count;
  const int g1 = group / i2_count;

  // atom_linear.tdsl:43: Wn[n, k] = W[n, order[k]]
  float Wn_scale_max[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Wn_scale_max[di2] = -3.4028234663852886e38f;
  }
  for (int e_step = 0; e_step < min(N - 2 * g1, 2); ++e_step) {
    const int e_2_step_count = (min(K - 8192 * i2 - 128, 128) + 31) >> 5;
    for (int e_2_step = 0; e_2_step < e_2_step_count; ++e_2_step) {
      #pragma unroll
      for (int di2 = 0; di2 < 8; ++di2) {
        const int order2 = order[min(K - 129, te + 8192 * i2 + 1024 * ti2 + 32 * e_2_step + 128 * di2)];
        const float w = f32_from_f16(W[(long long)(e_step + 2 * g1) * K + max(0, min(order2, K - 1))]);
        const float Wn_scale_max_term = fabsf(w);
        Wn_scale_max[di2] = max_f32(Wn_scale_max[di2], te + 8192 * i2 + 1024 * ti2 + 32 * e_2_step + 128 * di2 + 129 <= K ? Wn_scale_max_term : -3.4028234663852886e38f);
      }
    }
  }
  float Wn_scale_max_part[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Wn_scale_max_part[di2] = Wn_scale_max[di2];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      Wn_scale_max_part[r] = max_f32(Wn_scale_max_part[r], warp_xor(Wn_scale_max_part[r], 8 << step));
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = Wn_scale_max_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    Wn_scale_max_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Wn_scale_max_part[r] = max_f32(Wn_scale_max_part[r], partials_0[r * 256 + leader + 32 * (other + 1)]);
    }
  }
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    const float wn_scale = max_f32(Wn_scale_max_part[di2], 0.00001f) * 0.12142857f;
    if (64 * i2 + 8 * ti2 + di2 + 2 <= (K + 127) / 128 && thread < 8) {
      Wn_scale[(long long)g1 * ((K + 127) / 128 - 1) + 64 * i2 + 8 * ti2 + di2] = f16_from_f32(wn_scale);
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) quantize_weights_2(const unsigned short* __restrict__ W, const int* __restrict__ order, const unsigned short* __restrict__ Wn_scale, unsigned char* __restrict__ Wn_codes, int N, int K) {
  const int thread = threadIdx.x;
  const int c1d2 = blockIdx.x;
  const int d2 = (thread + 256 * c1d2) % (K - 128);
  const int c1 = (thread + 256 * c1d2) / (K - 128);

  // atom_linear.tdsl:43: Wn[n, k] = W[n, order[k]]
  const int order2 = order[d2];
  const float w = c1 < N ? f32_from_f16(W[(long long)c1 * K + order2]) : 0.0f;
  const float wn_scale = c1 < N ? f32_from_f16(Wn_scale[(long long)((thread + 256 * c1d2) / (2 * K - 256)) * ((K + 127) / 128 - 1) + (d2 >> 7)]) : 0.0f;
  const int wn_codes = min(max(i32_from_f32(rintf(cut_div(w, wn_scale))), -8), 7);
  if (c1 < N) { put_bits<4>(Wn_codes, (long long)c1 * (K - 128) + d2, ((unsigned)min(max(wn_codes, -8), 7) & 15u)); }
}

extern "C" __global__ void __launch_bounds__(256) quantize_weights_3(const unsigned short* __restrict__ W, const int* __restrict__ order, unsigned short* __restrict__ Wo_scale, int N, int K) {
  const int thread = threadIdx.x;
  const int ti2 = thread >> 4;
  const int te = thread & 15;
  const int g1 = blockIdx.x;

  // atom_linear.tdsl:44: Wo[n, o] = W[n, order[K - 128 + o]]
  float Wo_scale_max = -3.4028234663852886e38f;
  float Wo_scale_max_part = -3.4028234663852886e38f;
  #pragma unroll
  for (int de = 0; de < 8; ++de) {
    const int order2 = ti2 <= 0 ? order[K + 128 * ti2 + 8 * te + de - 128] : 0;
    const float w = ti2 <= 0 ? f32_from_f16(W[(long long)g1 * K + order2]) : 0.0f;
    const float Wo_scale_max_term = fabsf(w);
    Wo_scale_max_part = max_f32(Wo_scale_max_part, Wo_scale_max_term);
  }
  Wo_scale_max = max_f32(Wo_scale_max, Wo_scale_max_part);
  float Wo_scale_max_part2 = Wo_scale_max;
  #pragma unroll
  for (int step = 0; step < 4; ++step) {
    Wo_scale_max_part2 = max_f32(Wo_scale_max_part2, warp_xor(Wo_scale_max_part2, 1 << step));
  }
  const float wo_scale = max_f32(Wo_scale_max_part2, 0.00001f) * 0.007874016f;
  if (ti2 <= 0 && (thread & 15) == 0) { Wo_scale[g1 + ti2] = f16_from_f32(wo_scale); }
}

extern "C" __global__ void __launch_bounds__(256) quantize_weights_4(const unsigned short* __restrict__ W, const int* __restrict__ order, const unsigned short* __restrict__ Wo_scale, signed char* __restrict__ Wo_codes, int N, int K) {
  const int thread = threadIdx.x;
  const int c1d2 = blockIdx.x;

  // atom_linear.tdsl:44: Wo[n, o] = W[n, order[K - 128 + o]]
  float w[4];
  #pragma unroll
  for (int dd2 = 0; dd2 < 4; ++dd2) {
    const int order2 = order[K + 4 * (thread & 31) + dd2 - 128];
    w[dd2] = (thread >> 5) + 8 * c1d2 < N ? f32_from_f16(W[(long long)((thread >> 5) + 8 * c1d2) * K + order2]) : 0.0f;
  }
  const float wo_scale = (thread >> 5) + 8 * c1d2 < N ? f32_from_f16(Wo_scale[(thread >> 5) + 8 * c1d2]) : 0.0f;
  int wo_codes[4];
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    wo_codes[v] = min(max(i32_from_f32(rintf(cut_div(w[v], wo_scale))), -128), 127);
  }
  if ((thread >> 5) + 8 * c1d2 < N) { store_i8<4>(&Wo_codes[128 * (long long)((thread >> 5) + 8 * c1d2) + 4 * (thread & 31)], wo_codes); }
}
