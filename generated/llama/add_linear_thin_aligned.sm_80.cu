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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) add_linear_thin_aligned(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, float* __restrict__ x, int S, int C, int M) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tc = thread >> 3;
  const int tm = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int m_count = (M + 60) / 64;
  const int m = group % m_count;
  const int s = group / m_count;

  // llama.tdsl:60: x[s, m] += sum(c) y[s, c] * W[m, c]
  float x_sum[8] = {};
  for (int c_step = 0; c_step < (C + 24) / 32; ++c_step) {
    const float y2 = tc + 32 * c_step < C ? f32_from_bf16(y[(long long)s * C + tc + 32 * c_step]) : 0.0f;
    #pragma unroll
    for (int dm = 0; dm < 8; ++dm) {
      const float w = 64 * m + 8 * tm + dm < M && tc + 32 * c_step < C ? f32_from_bf16(W[(long long)(64 * m + 8 * tm + dm) * C + tc + 32 * c_step]) : 0.0f;
      const float x_sum_term = y2 * w;
      x_sum[dm] += tc + 32 * c_step < C ? x_sum_term : 0.0f;
    }
  }
  float x_sum_part[8];
  #pragma unroll
  for (int dm = 0; dm < 8; ++dm) {
    x_sum_part[dm] = x_sum[dm];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      x_sum_part[r] += warp_xor(x_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = x_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    x_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      x_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  float x2[8];
  #pragma unroll
  for (int dm = 0; dm < 2; ++dm) {
    float x3[4];
    load_vector_or<4>(x3, &x[(long long)s * M + 64 * m + 8 * tm + 4 * dm], 64 * m + 8 * tm + 4 * dm < M, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      x2[4 * dm + v] = x3[v] + x_sum_part[4 * dm + v];
    }
  }
  #pragma unroll
  for (int dm = 0; dm < 2; ++dm) {
    if (64 * m + 8 * tm + 4 * dm < M && thread < 8) { store_vector<4>(&x[(long long)s * M + 64 * m + 8 * tm + 4 * dm], &x2[4 * dm]); }
  }
}
