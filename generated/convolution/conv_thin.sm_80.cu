// conv_thin: made by tdsl from convolution.tdsl for cuda:sm_80. Change the source, not this file.

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

extern "C" __global__ void __launch_bounds__(256) conv_thin(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, const float* __restrict__ bias, unsigned short* __restrict__ Y, int st, int pad, int N, int C, int H, int W, int O, int R, int S) {
  const int thread = threadIdx.x;
  const int warp = thread >> 5;
  const int lane = thread & 31;
  const int group = blockIdx.x;
  const int x_count = floor_div(W + 2 * pad - S, 8 * st) + 1;
  const int x = group % x_count;
  const int outer = group / x_count;
  const int y_count = floor_div(H + 2 * pad - R, st) + 1;
  const int y = outer % y_count;
  const int outer2 = outer / y_count;
  const int o = outer2 % O;
  const int n = outer2 / O;

  // convolution.tdsl:11: Y[n, o, y, x] = relu(acc[n, o, y, x] + bias[o])
  float acc = 0.0f;
  for (int c_step = 0; c_step < C; ++c_step) {
    for (int r_step = 0; r_step < R; ++r_step) {
      for (int s_step = 0; s_step < (S + 255) / 256; ++s_step) {
        float x2[8];
        #pragma unroll
        for (int ds = 0; ds < 8; ++ds) {
          x2[ds] = pad <= r_step + y * st && r_step + y * st < H + pad && pad <= 8 * x * st + warp * st + 256 * s_step + 8 * lane + ds && 8 * x * st + warp * st + 256 * s_step + 8 * lane + ds < W + pad ? f32_from_f16(X[(((long long)n * C + c_step) * H + r_step + y * st - pad) * W + 8 * x * st + warp * st + 256 * s_step + 8 * lane + ds - pad]) : 0.0f;
        }
        float f[8];
        #pragma unroll
        for (int ds = 0; ds < 8; ++ds) {
          f[ds] = 256 * s_step + 8 * lane + ds < S ? f32_from_f16(F[(((long long)o * C + c_step) * R + r_step) * S + 256 * s_step + 8 * lane + ds]) : 0.0f;
        }
        float acc_part = 0.0f;
        #pragma unroll
        for (int ds = 0; ds < 8; ++ds) {
          const float acc_term = x2[ds] * f[ds];
          const float acc_term2 = 256 * s_step + 8 * lane + ds < S ? acc_term : 0.0f;
          acc_part += acc_term2;
        }
        acc += acc_part;
      }
    }
  }
  float acc_part = acc;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    acc_part += warp_xor(acc_part, 1 << step);
  }
  const float bias2 = bias[o];
  const float y2 = max_f32(acc_part + bias2, 0.0f);
  if (warp + 8 * x <= floor_div(W + 2 * pad - S, st) && (thread & 31) == 0) {
    Y[(((long long)n * O + o) * (floor_div(H + 2 * pad - R, st) + 1) + y) * (floor_div(W + 2 * pad - S, st) + 1) + warp + 8 * x] = f16_from_f32(y2);
  }
}
