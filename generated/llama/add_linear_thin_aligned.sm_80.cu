// add_linear_thin_aligned: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 8 == 0, M % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
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

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

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

extern "C" __global__ void __launch_bounds__(256) add_linear_thin_aligned(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, float* __restrict__ x, int S, int C, int M) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int m_count = (M + 4) / 8;
  const int m = group % m_count;
  const int s = group / m_count;

  // llama.tdsl:60: x[s, m] += sum(c) y[s, c] * W[m, c]
  float x_sum = 0.0f;
  for (int c_step = 0; c_step < (C + 248) / 256; ++c_step) {
    float y2[8];
    load_bf16_or<8>(y2, &y[(long long)s * C + 256 * c_step + 8 * lane], 256 * c_step + 8 * lane < C, 0.0f);
    float x_sum_part = 0.0f;
    float w[8];
    load_bf16_or<8>(w, &W[(long long)(warp + 8 * m) * C + 256 * c_step + 8 * lane], warp + 8 * m < M && 256 * c_step + 8 * lane < C, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float x_sum_term = y2[v] * w[v];
      const float x_sum_term2 = 256 * c_step + 8 * lane + v < C ? x_sum_term : 0.0f;
      x_sum_part += x_sum_term2;
    }
    x_sum += x_sum_part;
  }
  float x_sum_part = x_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    x_sum_part += warp_xor(x_sum_part, 1 << step);
  }
  const float x3 = warp + 8 * m < M ? x[(long long)s * M + warp + 8 * m] : 0.0f;
  const float x2 = x3 + x_sum_part;
  if (warp + 8 * m < M && (thread & 31) == 0) { x[(long long)s * M + warp + 8 * m] = x2; }
}
