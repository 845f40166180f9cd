// scatter_add_aligned: made by tdsl from histogram.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on D % 8 == 0, T % 4 == 0.

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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) scatter_add_aligned(const int* __restrict__ token, const unsigned short* __restrict__ gradient, float* __restrict__ table, int V, int D, int T) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tt = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d_count = (D + 56) / 64;
  const int d = group % d_count;
  const int at = group / d_count;

  // histogram.tdsl:18: table[token[t], d] += gradient[t, d]
  float table_sum[8] = {};
  for (int t_step = 0; t_step < (T + 28) / 32; ++t_step) {
    const int token2 = tt + 32 * t_step < T ? token[tt + 32 * t_step] : 0;
    float gradient2[8];
    load_bf16_or<8>(gradient2, &gradient[(long long)(tt + 32 * t_step) * D + 64 * d + 8 * td], tt + 32 * t_step < T && 64 * d + 8 * td < D, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      table_sum[v] += tt + 32 * t_step < T && token2 == at ? gradient2[v] : 0.0f;
    }
  }
  float table_sum_part[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    table_sum_part[dd] = table_sum[dd];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      table_sum_part[r] += warp_xor(table_sum_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = table_sum_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    table_sum_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      table_sum_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  float table2[8];
  #pragma unroll
  for (int dd = 0; dd < 2; ++dd) {
    float table3[4];
    load_vector_or<4>(table3, &table[(long long)at * D + 64 * d + 8 * td + 4 * dd], 64 * d + 8 * td + 4 * dd < D, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      table2[4 * dd + v] = table3[v] + table_sum_part[4 * dd + v];
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 2; ++dd) {
    if (64 * d + 8 * td + 4 * dd < D && thread < 8) { store_vector<4>(&table[(long long)at * D + 64 * d + 8 * td + 4 * dd], &table2[4 * dd]); }
  }
}
