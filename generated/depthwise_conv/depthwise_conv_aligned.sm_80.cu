// depthwise_conv_aligned: made by tdsl from depthwise_conv.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on W % 8 == 0, S % 8 == 0, C % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// two f32 to a word of f16, the first in the low half
__device__ __forceinline__ unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// writes N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void store_vector(T* to, const T* from) {
  Vector<T, N> v;
#pragma unroll
  for (int n = 0; n < N; n++) v.at[n] = from[n];
  *reinterpret_cast<Vector<T, N>*>(to) = v;
}
#endif

// writes N consecutive f16 as one access
template <int N> __device__ __forceinline__ void store_f16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = f16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

extern "C" __global__ void __launch_bounds__(256) depthwise_conv_aligned(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, const float* __restrict__ bias, unsigned short* __restrict__ Y, int N, int C, int H, int W, int R, int S) {
  const int thread = threadIdx.x;
  const int ncyx = blockIdx.x;
  const int n = (thread + 256 * ncyx) / (2 * C * H * (W / 8));
  const int c = (thread + 256 * ncyx) / (2 * H * (W / 8)) % C;
  const int y = (thread + 256 * ncyx) / (2 * (W / 8)) % H;
  const int x2 = (thread + 256 * ncyx) % (2 * (W / 8));

  // depthwise_conv.tdsl:7: Y[n, c, y, x] = sum(r, s) (X[n, c, y + r - (R - 1) / 2, x + s - (S - 1) / 2] else 0) * F[c, r, s] + bias[c]
  float Y_sum[4] = {};
  for (int r_step = 0; r_step < R; ++r_step) {
    for (int s_step = 0; s_step < S; ++s_step) {
      float x[4];
      #pragma unroll
      for (int dx = 0; dx < 4; ++dx) {
        x[dx] = n < N && (R + 1) / 2 <= r_step + y + 1 && r_step + y + 2 <= H + (R + 1) / 2 && 4 * (S / 8) <= s_step + 4 * x2 + dx + 1 && s_step + 4 * x2 + dx + 2 <= W + 4 * (S / 8) ? f32_from_f16(X[(((long long)n * C + c) * H + r_step + y + 1 - (R + 1) / 2) * W + s_step + 4 * x2 + dx + 1 - 4 * (S / 8)]) : 0.0f;
      }
      const float f = f32_from_f16(F[((long long)c * R + r_step) * S + s_step]);
      #pragma unroll
      for (int dx = 0; dx < 4; ++dx) {
        Y_sum[dx] += x[dx] * f;
      }
    }
  }
  const float bias2 = bias[c];
  float y2[4];
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    y2[v] = Y_sum[v] + bias2;
  }
  if (n < N) { store_f16<4>(&Y[(((long long)n * C + c) * H + y) * W + 4 * x2], y2); }
}
