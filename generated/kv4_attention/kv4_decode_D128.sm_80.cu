// kv4_decode_D128: made by tdsl from kv4_attention.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// two f32 to a word of f16, the first in the low half
__device__ __forceinline__ unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
// names the dynamic shared memory of the block
#define dynamic_shared(name) extern __shared__ __align__(128) unsigned char name[]
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
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

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

// writes N consecutive f16 as one access
template <int N> __device__ __forceinline__ void store_f16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = f16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

extern "C" __global__ void __launch_bounds__(256) kv4_decode_D128(const unsigned short* __restrict__ q, const unsigned char* __restrict__ K_codes, const unsigned short* __restrict__ K_scale, const unsigned short* __restrict__ K_zero, const unsigned char* __restrict__ V_codes, const unsigned short* __restrict__ V_scale, const unsigned short* __restrict__ V_zero, const int* __restrict__ len, const float* __restrict__ table, unsigned short* __restrict__ O, int B, int G, int R, int T) {
  dynamic_shared(dynamic_memory);
  float* const v_codes = reinterpret_cast<float*>(dynamic_memory); // 8448 elements
  float* const q2 = reinterpret_cast<float*>(dynamic_memory + 33792); // 640 elements
  float* const k_codes = reinterpret_cast<float*>(dynamic_memory + 36352); // 2176 elements
  float* const O_sum_f_a = reinterpret_cast<float*>(dynamic_memory + 45056); // 1280 elements
  const int thread = threadIdx.x;
  const int warp = thread >> 5;
  const int lane = thread & 31;
  const int td = 4 * lane;
  const int tr = (thread >> 3) & 15;
  const int td2 = 4 * (lane & 7);
  const int tt = thread >> 3;
  const int tr2 = thread >> 4;
  const int tt2 = 4 * (lane & 15);
  const int td3 = 4 * (lane & 15);
  const int group = blockIdx.x;
  const int r_count = (R + 15) / 16;
  const int r = group % r_count;
  const int outer = group / r_count;
  const int g = outer % G;
  const int b = outer / G;
  const int r2 = 16 * r + tr;
  const int r3 = 16 * r + tr2;

  // kv4_attention.tdsl:45: O[b, g*R + r, d] = sum(t) p[b, g, r, t] * V[b, g, t, d]
  float p_max = -3.4028234663852886e38f;
  float O_sum_f[8] = {};
  float p_sum2 = 0.0f;
  for (int t_3_step = 0; t_3_step < (T + 63) / 64; ++t_3_step) {
    const int t = 64 * t_3_step + warp;
    const int t2 = 64 * t_3_step + tt;
    const int t3 = 64 * t_3_step + tt2;
    __syncthreads();
    int v_codes2[32];
    #pragma unroll
    for (int dt = 0; dt < 8; ++dt) {
      load_uint4_or<4>(&v_codes2[4 * dt], &V_codes[64 * (((long long)b * G + g) * T + t + 8 * dt) + (td >> 1)], t + 8 * dt < T, 0);
    }
    float v_scale[8];
    float v_zero[8];
    #pragma unroll
    for (int dt = 0; dt < 8; ++dt) {
      v_scale[dt] = t + 8 * dt < T ? f32_from_f16(V_scale[((long long)b * G + g) * T + t + 8 * dt]) : 0.0f;
      v_zero[dt] = t + 8 * dt < T ? f32_from_f16(V_zero[((long long)b * G + g) * T + t + 8 * dt]) : 0.0f;
    }
    #pragma unroll
    for (int dt = 0; dt < 8; ++dt) {
      float v_codes_fill[4];
      #pragma unroll
      for (int v = 0; v < 4; ++v) {
        const float v_codes_term = (float)v_codes2[4 * dt + v] * v_scale[dt] + v_zero[dt];
        v_codes_fill[v] = t + 8 * dt < T ? v_codes_term : 0.0f;
      }
      store_vector<4>(&v_codes[132 * (warp + 8 * dt) + td], v_codes_fill);
    }
    __syncthreads();
    float p_sum[4] = {};
    for (int d_step = 0; d_step < 4; ++d_step) {
      const int d = 32 * d_step + td2;
      __syncthreads();
      float q3[4];
      load_f16_or<4>(q3, &q[128 * ((long long)b * G * R + g * R + r2) + d], r2 < R, 0.0f);
      #pragma unroll
      for (int v = 0; v < 4; ++v) {
        if (thread < 128) { q2[20 * (td2 + v) + tr] = q3[v]; }
      }
      int k_codes2[8];
      #pragma unroll
      for (int dt = 0; dt < 2; ++dt) {
        load_uint4_or<4>(&k_codes2[4 * dt], &K_codes[64 * (((long long)b * G + g) * T + t2 + 32 * dt) + (d >> 1)], t2 + 32 * dt < T, 0);
      }
      float k_scale[2];
      float k_zero[2];
      #pragma unroll
      for (int dt = 0; dt < 2; ++dt) {
        k_scale[dt] = t2 + 32 * dt < T ? f32_from_f16(K_scale[((long long)b * G + g) * T + t2 + 32 * dt]) : 0.0f;
        k_zero[dt] = t2 + 32 * dt < T ? f32_from_f16(K_zero[((long long)b * G + g) * T + t2 + 32 * dt]) : 0.0f;
      }
      float table2[8];
      int k_codes3[8];
      #pragma unroll
      for (int dt = 0; dt < 2; ++dt) {
        #pragma unroll
        for (int dd = 0; dd < 4; ++dd) {
          table2[4 * dt + dd] = t2 + 32 * dt < T ? table[64 * 2 * (long long)(t2 + 32 * dt) + ((d + dd) & 63)] : 0.0f;
          k_codes3[4 * dt + dd] = t2 + 32 * dt < T ? u4_at(K_codes[(128 * (((long long)b * G + g) * T + t2 + 32 * dt) + ((d + dd) & 63) + 64 - 64 * ((d + dd) >> 6)) >> 1], (128 * (((long long)b * G + g) * T + t2 + 32 * dt) + ((d + dd) & 63) + 64 - 64 * ((d + dd) >> 6)) & 1) : 0;
        }
      }
      float k_scale2[2];
      float k_zero2[2];
      #pragma unroll
      for (int dt = 0; dt < 2; ++dt) {
        k_scale2[dt] = t2 + 32 * dt < T ? f32_from_f16(K_scale[((long long)b * G + g) * T + t2 + 32 * dt]) : 0.0f;
        k_zero2[dt] = t2 + 32 * dt < T ? f32_from_f16(K_zero[((long long)b * G + g) * T + t2 + 32 * dt]) : 0.0f;
      }
      #pragma unroll
      for (int dt = 0; dt < 2; ++dt) {
        #pragma unroll
        for (int dd = 0; dd < 4; ++dd) {
          const float table3 = t2 + 32 * dt < T ? table[64 * (2 * (long long)(t2 + 32 * dt) + 1) + ((d + dd) & 63)] : 0.0f;
          const float k_codes_fill = ((float)k_codes2[4 * dt + dd] * k_scale[dt] + k_zero[dt]) * table2[4 * dt + dd] + (float)(2 * ((d + dd) >> 6) - 1) * ((float)k_codes3[4 * dt + dd] * k_scale2[dt] + k_zero2[dt]) * table3;
          k_codes[68 * (td2 + dd) + tt + 32 * dt] = k_codes_fill;
        }
      }
      __syncthreads();
      #pragma unroll
      for (int dd = 0; dd < 32; ++dd) {
        const float q2_reg = q2[20 * dd + tr2];
        float k_codes_reg[4];
        load_vector<4>(k_codes_reg, &k_codes[68 * dd + tt2]);
        #pragma unroll
        for (int dt = 0; dt < 4; ++dt) {
          p_sum[dt] += q2_reg * k_codes_reg[dt];
        }
      }
    }
    const int len2 = len[b];
    float p_max_part = -3.4028234663852886e38f;
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      const float p_max_term = p_sum[dt] * 0.088388346f;
      const float p_max_term2 = t3 + dt < T && t3 + dt < len2 ? p_max_term : -3.4028234663852886e38f;
      p_max_part = max_f32(p_max_part, p_max_term2);
    }
    #pragma unroll
    for (int step = 0; step < 4; ++step) {
      p_max_part = max_f32(p_max_part, warp_xor(p_max_part, 1 << step));
    }
    const float p_max_new = max_f32(p_max, p_max_part);
    const float O_sum_f_scale = fast_exp(p_max - p_max_new);
    #pragma unroll
    for (int r3 = 0; r3 < 8; ++r3) {
      O_sum_f[r3] *= O_sum_f_scale;
    }
    float O_sum_f_a2[4];
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      const float O_sum_f_term = fast_exp(p_sum[dt] * 0.088388346f - p_max_new);
      O_sum_f_a2[dt] = t3 + dt < T && t3 + dt < len2 ? O_sum_f_term : 0.0f;
    }
    __syncthreads();
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      O_sum_f_a[20 * (tt2 + dt) + tr2] = O_sum_f_a2[dt];
    }
    __syncthreads();
    #pragma unroll
    for (int dt = 0; dt < 64; ++dt) {
      float v_codes_reg[8];
      const float O_sum_f_a_reg = O_sum_f_a[20 * dt + tr2];
      #pragma unroll
      for (int dd = 0; dd < 2; ++dd) {
        load_vector<4>(&v_codes_reg[4 * dd], &v_codes[132 * dt + td3 + 64 * dd]);
      }
      #pragma unroll
      for (int dd = 0; dd < 2; ++dd) {
        #pragma unroll
        for (int dd2 = 0; dd2 < 4; ++dd2) {
          O_sum_f[4 * dd + dd2] += O_sum_f_a_reg * v_codes_reg[4 * dd + dd2];
        }
      }
    }
    float p_sum2_part = 0.0f;
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      p_sum2_part += O_sum_f_a2[dt];
    }
    #pragma unroll
    for (int step = 0; step < 4; ++step) {
      p_sum2_part += warp_xor(p_sum2_part, 1 << step);
    }
    p_sum2 = p_sum2 * O_sum_f_scale + p_sum2_part;
    p_max = p_max_new;
  }
  #pragma unroll
  for (int dd = 0; dd < 2; ++dd) {
    float o[4];
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      o[v] = O_sum_f[4 * dd + v] * (p_sum2 > 0.0f ? 1.0f / p_sum2 : 0.0f);
    }
    if (r3 < R) { store_f16<4>(&O[128 * ((long long)b * G * R + g * R + r3) + td3 + 64 * dd], o); }
  }
}
