// attend_cache: made by tdsl from transformer_block.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
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

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
// low half of a word of bf16
__device__ __forceinline__ float bf16x2_low(unsigned word) { return __uint_as_float(word << 16); }
// high half of a word of bf16
__device__ __forceinline__ float bf16x2_high(unsigned word) { return __uint_as_float(word & 0xffff0000u); }
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

// reads two neighbouring bf16 as one word; zeros where they are not inside
__device__ __forceinline__ void load_bf16_pair_inside(float* to, const unsigned short* from, bool inside) {
  const unsigned word = inside ? *reinterpret_cast<const unsigned*>(from) : 0u;
  to[0] = bf16x2_low(word);
  to[1] = bf16x2_high(word);
}

// writes two neighbouring bf16 as one word
__device__ __forceinline__ void store_bf16_pair(unsigned short* to, const float* from) { *reinterpret_cast<unsigned*>(to) = bf16x2_from_f32(from[0], from[1]); }

extern "C" __global__ void __launch_bounds__(256) attend_cache(const unsigned short* __restrict__ q, const int* __restrict__ position, const float* __restrict__ table, const unsigned short* __restrict__ K, const unsigned short* __restrict__ V, unsigned short* __restrict__ Y, int M, int H, int G, int D, int T) {
  __shared__ __align__(128) float v[4352];
  __shared__ __align__(128) float q2[640];
  __shared__ __align__(128) float k[2176];
  __shared__ __align__(128) float Y_sum_f_a[1280];
  const int thread = threadIdx.x;
  const int tt = thread >> 4;
  const int lane = thread & 31;
  const int td = 4 * (lane & 15);
  const int tg = (thread >> 3) & 15;
  const int td2 = 4 * (lane & 7);
  const int tt2 = thread >> 3;
  const int tg2 = thread >> 4;
  const int group = blockIdx.x;
  const int d_count = (D + 62) / 64;
  const int outer = group / d_count;
  const int g_count = (G + 15) / 16;
  const int g = outer % g_count;
  const int outer2 = outer / g_count;
  const int h = outer2 % H;
  const int m = outer2 / H;
  const int d2 = 64 * (group % d_count) + td;
  const int g2 = 16 * g + tg;
  const int g3 = 16 * g + tg2;

  // transformer_block.tdsl:52: Y[m, (h*G + g) * D + d] = sum(t) p[m, h, g, t] * V[h, t, d]
  float p_max = -3.4028234663852886e38f;
  float Y_sum_f[4] = {};
  float p_sum2 = 0.0f;
  for (int t_3_step = 0; t_3_step < (T + 63) / 64; ++t_3_step) {
    const int t = 64 * t_3_step + tt;
    const int t2 = 64 * t_3_step + tt2;
    const int t3 = 64 * t_3_step + td;
    __syncthreads();
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      float v2[4];
      load_bf16_pair_inside(v2, &V[((long long)h * T + t + 16 * dt) * D + d2], t + 16 * dt < T && d2 < D);
      load_bf16_pair_inside(&v2[2], &V[((long long)h * T + t + 16 * dt) * D + d2 + 2], t + 16 * dt < T && d2 + 3 <= D);
      store_vector<4>(&v[68 * (tt + 16 * dt) + td], v2);
    }
    __syncthreads();
    float p_sum[4] = {};
    for (int d_2_step = 0; d_2_step < (D + 30) / 32; ++d_2_step) {
      const int d3 = 32 * d_2_step + td2;
      __syncthreads();
      float q3[4];
      #pragma unroll
      for (int dd = 0; dd < 2; ++dd) {
        load_bf16_pair_inside(&q3[2 * dd], &q[(long long)m * D * G * H + d3 + h * D * G + g2 * D + 2 * dd], g2 < G && d3 + 2 * dd < D);
      }
      const int position2 = position[m];
      float table2[4];
      #pragma unroll
      for (int dd = 0; dd < 4; ++dd) {
        table2[dd] = d3 + dd < D ? table[2 * (long long)position2 * (D / 2) + (d3 + dd) % (D / 2)] : 0.0f;
      }
      float q4[4];
      #pragma unroll
      for (int dd = 0; dd < 4; ++dd) {
        q4[dd] = g2 < G && d3 + dd < D ? f32_from_bf16(q[(long long)m * D * G * H + D / 2 + (d3 + dd) % (D / 2) + h * D * G + g2 * D - D / 2 * ((d3 + dd) / (D / 2))]) : 0.0f;
      }
      float table3[4];
      #pragma unroll
      for (int dd = 0; dd < 4; ++dd) {
        table3[dd] = d3 + dd < D ? table[(2 * (long long)position2 + 1) * (D / 2) + (d3 + dd) % (D / 2)] : 0.0f;
      }
      #pragma unroll
      for (int dd = 0; dd < 4; ++dd) {
        const float q_term = q3[dd] * table2[dd] + (float)(2 * ((d3 + dd) / (D / 2)) - 1) * q4[dd] * table3[dd];
        const float q2_fill = d3 + dd < D ? q_term : 0.0f;
        if (thread < 128) { q2[20 * (td2 + dd) + tg] = q2_fill; }
      }
      #pragma unroll
      for (int dt = 0; dt < 2; ++dt) {
        #pragma unroll
        for (int dd = 0; dd < 2; ++dd) {
          float k2[2];
          load_bf16_pair_inside(k2, &K[((long long)h * T + t2 + 32 * dt) * D + d3 + 2 * dd], t2 + 32 * dt < T && d3 + 2 * dd < D);
          #pragma unroll
          for (int v2 = 0; v2 < 2; ++v2) {
            k[68 * (td2 + 2 * dd + v2) + tt2 + 32 * dt] = k2[v2];
          }
        }
      }
      __syncthreads();
      #pragma unroll
      for (int dd = 0; dd < 32; ++dd) {
        const float q2_reg = q2[20 * dd + tg2];
        float k_reg[4];
        load_vector<4>(k_reg, &k[68 * dd + td]);
        #pragma unroll
        for (int dt = 0; dt < 4; ++dt) {
          p_sum[dt] += q2_reg * k_reg[dt];
        }
      }
    }
    const int position2 = position[m];
    float p_max_part = -3.4028234663852886e38f;
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      const float p_max_term = p_sum[dt] * rsqrtf((float)D);
      const float p_max_term2 = t3 + dt < T && t3 + dt <= position2 ? p_max_term : -3.4028234663852886e38f;
      p_max_part = max_f32(p_max_part, p_max_term2);
    }
    #pragma unroll
    for (int step = 0; step < 4; ++step) {
      p_max_part = max_f32(p_max_part, warp_xor(p_max_part, 1 << step));
    }
    const float p_max_new = max_f32(p_max, p_max_part);
    const float Y_sum_f_scale = fast_exp(p_max - p_max_new);
    #pragma unroll
    for (int dd = 0; dd < 4; ++dd) {
      Y_sum_f[dd] *= Y_sum_f_scale;
    }
    float Y_sum_f_a2[4];
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      const float Y_sum_f_term = fast_exp(p_sum[dt] * rsqrtf((float)D) - p_max_new);
      Y_sum_f_a2[dt] = t3 + dt < T && t3 + dt <= position2 ? Y_sum_f_term : 0.0f;
    }
    __syncthreads();
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      Y_sum_f_a[20 * (td + dt) + tg2] = Y_sum_f_a2[dt];
    }
    __syncthreads();
    #pragma unroll
    for (int dt = 0; dt < 64; ++dt) {
      const float Y_sum_f_a_reg = Y_sum_f_a[20 * dt + tg2];
      float v_reg[4];
      load_vector<4>(v_reg, &v[68 * dt + td]);
      #pragma unroll
      for (int dd = 0; dd < 4; ++dd) {
        Y_sum_f[dd] += Y_sum_f_a_reg * v_reg[dd];
      }
    }
    float p_sum2_part = 0.0f;
    #pragma unroll
    for (int dt = 0; dt < 4; ++dt) {
      p_sum2_part += Y_sum_f_a2[dt];
    }
    #pragma unroll
    for (int step = 0; step < 4; ++step) {
      p_sum2_part += warp_xor(p_sum2_part, 1 << step);
    }
    p_sum2 = p_sum2 * Y_sum_f_scale + p_sum2_part;
    p_max = p_max_new;
  }
  #pragma unroll
  for (int dd = 0; dd < 2; ++dd) {
    float y[2];
    #pragma unroll
    for (int v2 = 0; v2 < 2; ++v2) {
      y[v2] = Y_sum_f[2 * dd + v2] * (p_sum2 > 0.0f ? 1.0f / p_sum2 : 0.0f);
    }
    if (g3 < G && d2 + 2 * dd < D) { store_bf16_pair(&Y[(long long)m * D * G * H + d2 + h * D * G + g3 * D + 2 * dd], y); }
  }
}
