// decode_ring_thin: made by tdsl from decode_attention.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
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

extern "C" __global__ void __launch_bounds__(256) decode_ring_thin(const unsigned short* __restrict__ q, const unsigned short* __restrict__ K, const unsigned short* __restrict__ V, const int* __restrict__ written, unsigned short* __restrict__ O, int B, int G, int R, int D, int W) {
  __shared__ __align__(128) float v[4352];
  __shared__ __align__(128) float q2[640];
  __shared__ __align__(128) float k[2176];
  __shared__ __align__(128) float O_sum_f_a[1280];
  const int thread = threadIdx.x;
  const int tw = thread >> 4;
  const int lane = thread & 31;
  const int td = 4 * (lane & 15);
  const int tr = (thread >> 3) & 15;
  const int td2 = 4 * (lane & 7);
  const int tw2 = thread >> 3;
  const int tr2 = thread >> 4;
  const int group = blockIdx.x;
  const int d_count = (D + 63) / 64;
  const int outer = group / d_count;
  const int r_count = (R + 15) / 16;
  const int r = outer % r_count;
  const int outer2 = outer / r_count;
  const int g = outer2 % G;
  const int b = outer2 / G;
  const int d2 = 64 * (group % d_count) + td;
  const int r2 = 16 * r + tr;
  const int r3 = 16 * r + tr2;

  // decode_attention.tdsl:22: O[b, g*R + r, d] = sum(w) p[b, g, r, w] * V[b, g, w, d]
  float p_max = -3.4028234663852886e38f;
  float O_sum_f[4] = {};
  float p_sum2 = 0.0f;
  for (int w_3_step = 0; w_3_step < (W + 63) / 64; ++w_3_step) {
    const int w = 64 * w_3_step + tw;
    const int w2 = 64 * w_3_step + tw2;
    const int w3 = 64 * w_3_step + td;
    __syncthreads();
    #pragma unroll
    for (int dw = 0; dw < 4; ++dw) {
      float v2[4];
      #pragma unroll
      for (int v3 = 0; v3 < 4; ++v3) {
        v2[v3] = w + 16 * dw < W && d2 + v3 < D ? f32_from_bf16(V[(((long long)b * G + g) * W + w + 16 * dw) * D + d2 + v3]) : 0.0f;
      }
      store_vector<4>(&v[68 * (tw + 16 * dw) + td], v2);
    }
    __syncthreads();
    float p_sum[4] = {};
    for (int d_step = 0; d_step < (D + 31) / 32; ++d_step) {
      const int d3 = 32 * d_step + td2;
      __syncthreads();
      #pragma unroll
      for (int dd = 0; dd < 4; ++dd) {
        const float q3 = r2 < R && d3 + dd < D ? f32_from_bf16(q[((long long)b * G * R + r2 + g * R) * D + d3 + dd]) : 0.0f;
        if (thread < 128) { q2[20 * (td2 + dd) + tr] = q3; }
      }
      #pragma unroll
      for (int dw = 0; dw < 2; ++dw) {
        #pragma unroll
        for (int dd = 0; dd < 4; ++dd) {
          const float k2 = w2 + 32 * dw < W && d3 + dd < D ? f32_from_bf16(K[(((long long)b * G + g) * W + w2 + 32 * dw) * D + d3 + dd]) : 0.0f;
          k[68 * (td2 + dd) + tw2 + 32 * dw] = k2;
        }
      }
      __syncthreads();
      #pragma unroll
      for (int dd = 0; dd < 32; ++dd) {
        const float q2_reg = q2[20 * dd + tr2];
        float k_reg[4];
        load_vector<4>(k_reg, &k[68 * dd + td]);
        #pragma unroll
        for (int dw = 0; dw < 4; ++dw) {
          p_sum[dw] += q2_reg * k_reg[dw];
        }
      }
    }
    const int written2 = written[b];
    float p_max_part = -3.4028234663852886e38f;
    #pragma unroll
    for (int dw = 0; dw < 4; ++dw) {
      const float p_max_term = p_sum[dw] * rsqrtf((float)D);
      const float p_max_term2 = w3 + dw < W && w3 + dw < written2 ? p_max_term : -3.4028234663852886e38f;
      p_max_part = max_f32(p_max_part, p_max_term2);
    }
    #pragma unroll
    for (int step = 0; step < 4; ++step) {
      p_max_part = max_f32(p_max_part, warp_xor(p_max_part, 1 << step));
    }
    const float p_max_new = max_f32(p_max, p_max_part);
    const float O_sum_f_scale = fast_exp(p_max - p_max_new);
    #pragma unroll
    for (int dd = 0; dd < 4; ++dd) {
      O_sum_f[dd] *= O_sum_f_scale;
    }
    float O_sum_f_a2[4];
    #pragma unroll
    for (int dw = 0; dw < 4; ++dw) {
      const float O_sum_f_term = fast_exp(p_sum[dw] * rsqrtf((float)D) - p_max_new);
      O_sum_f_a2[dw] = w3 + dw < W && w3 + dw < written2 ? O_sum_f_term : 0.0f;
    }
    __syncthreads();
    #pragma unroll
    for (int dw = 0; dw < 4; ++dw) {
      O_sum_f_a[20 * (td + dw) + tr2] = O_sum_f_a2[dw];
    }
    __syncthreads();
    #pragma unroll
    for (int dw = 0; dw < 64; ++dw) {
      const float O_sum_f_a_reg = O_sum_f_a[20 * dw + tr2];
      float v_reg[4];
      load_vector<4>(v_reg, &v[68 * dw + td]);
      #pragma unroll
      for (int dd = 0; dd < 4; ++dd) {
        O_sum_f[dd] += O_sum_f_a_reg * v_reg[dd];
      }
    }
    float p_sum2_part = 0.0f;
    #pragma unroll
    for (int dw = 0; dw < 4; ++dw) {
      p_sum2_part += O_sum_f_a2[dw];
    }
    #pragma unroll
    for (int step = 0; step < 4; ++step) {
      p_sum2_part += warp_xor(p_sum2_part, 1 << step);
    }
    p_sum2 = p_sum2 * O_sum_f_scale + p_sum2_part;
    p_max = p_max_new;
  }
  #pragma unroll
  for (int dd = 0; dd < 4; ++dd) {
    const float o = O_sum_f[dd] * (p_sum2 > 0.0f ? 1.0f / p_sum2 : 0.0f);
    if (r3 < R && d2 + dd < D) { O[((long long)b * G * R + r3 + g * R) * D + d2 + dd] = bf16_from_f32(o); }
  }
}
