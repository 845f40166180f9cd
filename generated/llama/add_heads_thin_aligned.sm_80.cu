// add_heads_thin_aligned: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on D % 8 == 0, C % 4 == 0.

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

extern "C" __global__ void __launch_bounds__(256) add_heads_thin_aligned(const unsigned short* __restrict__ o, const unsigned short* __restrict__ W, float* __restrict__ x, int H, int S, int D, int C) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int c_count = (C + 4) / 8;
  const int c = group % c_count;
  const int s = group / c_count;

  // llama.tdsl:66: x[s, c] += sum(h, d) o[h, s, d] * W[c, h*D + d]
  float x_sum = 0.0f;
  for (int h_step = 0; h_step < H; ++h_step) {
    for (int d_step = 0; d_step < (D + 248) / 256; ++d_step) {
      float o2[8];
      load_bf16_or<8>(o2, &o[((long long)h_step * S + s) * D + 256 * d_step + 8 * lane], 256 * d_step + 8 * lane < D, 0.0f);
      float x_sum_part = 0.0f;
      float w[8];
      load_bf16_or<8>(w, &W[(long long)(warp + 8 * c) * D * H + h_step * D + 256 * d_step + 8 * lane], warp + 8 * c < C && 256 * d_step + 8 * lane < D, 0.0f);
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        const float x_sum_term = o2[v] * w[v];
        const float x_sum_term2 = 256 * d_step + 8 * lane + v < D ? x_sum_term : 0.0f;
        x_sum_part += x_sum_term2;
      }
      x_sum += x_sum_part;
    }
  }
  float x_sum_part = x_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    x_sum_part += warp_xor(x_sum_part, 1 << step);
  }
  const float x3 = warp + 8 * c < C ? x[(long long)s * C + warp + 8 * c] : 0.0f;
  const float x2 = x3 + x_sum_part;
  if (warp + 8 * c < C && (thread & 31) == 0) { x[(long long)s * C + warp + 8 * c] = x2; }
}
