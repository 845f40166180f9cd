// conv_thin_aligned: made by tdsl from convolution.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on W % 8 == 0, S % 8 == 0, O % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// a / b toward minus infinity; 0 where b is 0
__device__ __forceinline__ int floor_div(int a, int b) {
  if (b == 0) return 0;
  if (b == -1) return (int)(0u - (unsigned)a);
  const int q = a / b;
  return q * b != a && (a < 0) != (b < 0) ? q - 1 : q;
}

extern "C" __global__ void __launch_bounds__(256) conv_thin_aligned(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, const float* __restrict__ bias, unsigned short* __restrict__ Y, int st, int pad, int N, int C, int H, int W, int O, int R, int S) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tc = thread >> 3;
  const int tx = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int x_count = floor_div(W + 2 * pad - S, 64 * st) + 1;
  const int x = group % x_count;
  const int outer = group / x_count;
  const int y_count = floor_div(H + 2 * pad - R, st) + 1;
  const int y = outer % y_count;
  const int outer2 = outer / y_count;
  const int o = outer2 % O;
  const int n = outer2 / O;

  // convolution.tdsl:11: Y[n, o, y, x] = relu(acc[n, o, y, x] + bias[o])
  float acc[8] = {};
  for (int r_step = 0; r_step < R; ++r_step) {
    for (int s_step = 0; s_step < S; ++s_step) {
      for (int c_step = 0; c_step < (C + 31) / 32; ++c_step) {
        float x2[8];
        #pragma unroll
        for (int dx = 0; dx < 8; ++dx) {
          x2[dx] = tc + 32 * c_step < C && pad <= r_step + y * st && r_step + y * st < H + pad && pad <= s_step + 64 * x * st + 8 * tx * st + dx * st && s_step + 64 * x * st + 8 * tx * st + dx * st < W + pad ? f32_from_f16(X[(((long long)n * C + tc + 32 * c_step) * H + r_step + y * st - pad) * W + s_step + 64 * x * st + 8 * tx * st + dx * st - pad]) : 0.0f;
        }
        const float f = tc + 32 * c_step < C ? f32_from_f16(F[(((long long)o * C + tc + 32 * c_step) * R + r_step) * S + s_step]) : 0.0f;
        #pragma unroll
        for (int dx = 0; dx < 8; ++dx) {
          const float acc_term = x2[dx] * f;
          acc[dx] += tc + 32 * c_step < C ? acc_term : 0.0f;
        }
      }
    }
  }
  float acc_part[8];
  #pragma unroll
  for (int dx = 0; dx < 8; ++dx) {
    acc_part[dx] = acc[dx];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      acc_part[r] += warp_xor(acc_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = acc_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    acc_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      acc_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  const float bias2 = bias[o];
  #pragma unroll
  for (int dx = 0; dx < 8; ++dx) {
    const float y2 = max_f32(acc_part[dx] + bias2, 0.0f);
    if (64 * x + 8 * tx + dx <= floor_div(W + 2 * pad - S, st) && thread < 8) {
      Y[(((long long)n * O + o) * (floor_div(H + 2 * pad - R, st) + 1) + y) * (floor_div(W + 2 * pad - S, st) + 1) + 64 * x + 8 * tx + dx] = f16_from_f32(y2);
    }
  }
}
