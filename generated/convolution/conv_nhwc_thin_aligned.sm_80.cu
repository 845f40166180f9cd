// conv_nhwc_thin_aligned: made by tdsl from convolution.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 8 == 0, O % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}

// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

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

extern "C" __global__ void __launch_bounds__(256) conv_nhwc_thin_aligned(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, unsigned short* __restrict__ Y, int N, int H, int W, int C, int O) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int o_count = O / 8;
  const int o = group % o_count;
  const int outer = group / o_count;
  const int x = outer % W;
  const int outer2 = outer / W;
  const int y = outer2 % H;
  const int n = outer2 / H;

  // convolution.tdsl:19: Y[n, y, x, o] = sum(r, s, c) (X[n, y + r - 1, x + s - 1, c] else 0) * F[o, r, s, c]
  float Y_sum = 0.0f;
  #pragma unroll
  for (int r_step = 0; r_step < 3; ++r_step) {
    #pragma unroll
    for (int s_step = 0; s_step < 3; ++s_step) {
      for (int c_step = 0; c_step < (C + 248) / 256; ++c_step) {
        float x2[8];
        load_f16_or<8>(x2, &X[(((long long)n * H + r_step + y - 1) * W + s_step + x - 1) * C + 256 * c_step + 8 * lane], r_step + y > 0 && r_step + y <= H && s_step + x > 0 && s_step + x <= W && 256 * c_step + 8 * lane < C, 0.0f);
        float Y_sum_part = 0.0f;
        float f[8];
        load_f16_or<8>(f, &F[(3 * (3 * (long long)(warp + 8 * o) + r_step) + s_step) * C + 256 * c_step + 8 * lane], 256 * c_step + 8 * lane < C, 0.0f);
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          const float Y_sum_term = x2[v] * f[v];
          const float Y_sum_term2 = 256 * c_step + 8 * lane + v < C ? Y_sum_term : 0.0f;
          Y_sum_part += Y_sum_term2;
        }
        Y_sum += Y_sum_part;
      }
    }
  }
  float Y_sum_part = Y_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_part += warp_xor(Y_sum_part, 1 << step);
  }
  if ((thread & 31) == 0) { Y[(((long long)n * H + y) * W + x) * O + warp + 8 * o] = f16_from_f32(Y_sum_part); }
}
