// decode_paged_aligned: made by tdsl from decode_attention.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on D % 8 == 0, N % 4 == 0, B % 4 == 0.

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
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

// reads N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void load_bf16(float* to, const unsigned short* from) {
  unsigned words[(N + 1) / 2];
  if constexpr (N % 2 == 0) load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = f32_from_bf16((unsigned short)(words[n / 2] >> (16 * (n % 2))));
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_bf16_or(float* to, const unsigned short* from, bool inside, float fill) {
  if (inside) {
    load_bf16<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// writes two neighbouring bf16 as one word
__device__ __forceinline__ void store_bf16_pair(unsigned short* to, const float* from) { *reinterpret_cast<unsigned*>(to) = bf16x2_from_f32(from[0], from[1]); }

extern "C" __global__ void __launch_bounds__(128) decode_paged_aligned(const unsigned short* __restrict__ q, const unsigned short* __restrict__ K, const unsigned short* __restrict__ V, const int* __restrict__ table, const int* __restrict__ len, unsigned short* __restrict__ O, int B, int G, int R, int D, int P, int N) {
  __shared__ __align__(128) float v[320];
  __shared__ __align__(128) float q2[640];
  __shared__ __align__(128) float k[640];
  __shared__ __align__(128) float O_sum_f_a[320];
  const int thread = threadIdx.x;
  const int tt = (thread >> 2) & 15;
  const int lane = thread & 31;
  const int td = 4 * (lane & 3);
  const int tr = thread >> 3;
  const int td2 = 4 * (lane & 7);
  const int tt2 = 2 * (lane & 7);
  const int group = blockIdx.x;
  const int d_count = (D + 8) / 16;
  const int d = group % d_count;
  const int outer = group / d_count;
  const int r_count = (R + 15) / 16;
  const int outer2 = outer / r_count;
  const int g = outer2 % G;
  const int b = outer2 / G;
  const int d2 = 16 * d + td;
  const int r2 = 16 * (outer % r_count) + tr;
  const int d3 = 16 * d + tt2;

  // decode_attention.tdsl:38: O[b, g*R + r, d] = sum(t) p[b, g, r, t] * V[table[b, t/16], g, t % 16, d]
  float p_max = -3.4028234663852886e38f;
  float O_sum_f[2] = {};
  float p_sum2 = 0.0f;
  for (int t_3_step = 0; t_3_step < N; ++t_3_step) {
    const int t = 16 * t_3_step + tt;
    const int t2 = 16 * t_3_step + tr;
    const int t3 = 16 * t_3_step + tt2;
    __syncthreads();
    const int table2 = table[(long long)b * N + (t >> 4)];
    float v2[4];
    load_bf16_or<4>(v2, &V[(16 * ((long long)table2 * G + g) + (t & 15)) * D + d2], d2 < D, 0.0f);
    if (thread < 64) { store_vector<4>(&v[20 * tt + td], v2); }
    __syncthreads();
    float p_sum[2] = {};
    for (int d_step = 0; d_step < (D + 24) / 32; ++d_step) {
      const int d3 = 32 * d_step + td2;
      __syncthreads();
      float q3[4];
      load_bf16_or<4>(q3, &q[((long long)b * G * R + r2 + g * R) * D + d3], r2 < R && d3 < D, 0.0f);
      #pragma unroll
      for (int v3 = 0; v3 < 4; ++v3) {
        q2[20 * (td2 + v3) + tr] = q3[v3];
      }
      const int table3 = table[(long long)b * N + (t2 >> 4)];
      float k2[4];
      load_bf16_or<4>(k2, &K[(16 * ((long long)table3 * G + g) + (t2 & 15)) * D + d3], d3 < D, 0.0f);
      #pragma unroll
      for (int v3 = 0; v3 < 4; ++v3) {
        const float k_fill = d3 + v3 < D ? k2[v3] : 0.0f;
        k[20 * (td2 + v3) + tr] = k_fill;
      }
      __syncthreads();
      #pragma unroll
      for (int dd = 0; dd < 32; ++dd) {
        const float q2_reg = q2[20 * dd + tr];
        float k_reg[2];
        load_vector<2>(k_reg, &k[20 * dd + tt2]);
        #pragma unroll
        for (int dt = 0; dt < 2; ++dt) {
          p_sum[dt] += q2_reg * k_reg[dt];
        }
      }
    }
    const int len2 = len[b];
    float p_max_part = -3.4028234663852886e38f;
    #pragma unroll
    for (int dt = 0; dt < 2; ++dt) {
      const float p_max_term = p_sum[dt] * rsqrtf((float)D);
      const float p_max_term2 = t3 + dt < len2 ? p_max_term : -3.4028234663852886e38f;
      p_max_part = max_f32(p_max_part, p_max_term2);
    }
    #pragma unroll
    for (int step = 0; step < 3; ++step) {
      p_max_part = max_f32(p_max_part, warp_xor(p_max_part, 1 << step));
    }
    const float p_max_new = max_f32(p_max, p_max_part);
    const float O_sum_f_scale = fast_exp(p_max - p_max_new);
    #pragma unroll
    for (int dd = 0; dd < 2; ++dd) {
      O_sum_f[dd] *= O_sum_f_scale;
    }
    float O_sum_f_a2[2];
    #pragma unroll
    for (int dt = 0; dt < 2; ++dt) {
      const float O_sum_f_term = fast_exp(p_sum[dt] * rsqrtf((float)D) - p_max_new);
      O_sum_f_a2[dt] = t3 + dt < len2 ? O_sum_f_term : 0.0f;
    }
    __syncthreads();
    #pragma unroll
    for (int dt = 0; dt < 2; ++dt) {
      O_sum_f_a[20 * (tt2 + dt) + tr] = O_sum_f_a2[dt];
    }
    __syncthreads();
    #pragma unroll
    for (int dt = 0; dt < 16; ++dt) {
      const float O_sum_f_a_reg = O_sum_f_a[20 * dt + tr];
      float v_reg[2];
      load_vector<2>(v_reg, &v[20 * dt + tt2]);
      #pragma unroll
      for (int dd = 0; dd < 2; ++dd) {
        O_sum_f[dd] += O_sum_f_a_reg * v_reg[dd];
      }
    }
    float p_sum2_part = 0.0f;
    #pragma unroll
    for (int dt = 0; dt < 2; ++dt) {
      p_sum2_part += O_sum_f_a2[dt];
    }
    #pragma unroll
    for (int step = 0; step < 3; ++step) {
      p_sum2_part += warp_xor(p_sum2_part, 1 << step);
    }
    p_sum2 = p_sum2 * O_sum_f_scale + p_sum2_part;
    p_max = p_max_new;
  }
  float o[2];
  #pragma unroll
  for (int v2 = 0; v2 < 2; ++v2) {
    o[v2] = O_sum_f[v2] * (p_sum2 > 0.0f ? 1.0f / p_sum2 : 0.0f);
  }
  if (r2 < R && d3 < D) { store_bf16_pair(&O[((long long)b * G * R + r2 + g * R) * D + d3], o); }
}
