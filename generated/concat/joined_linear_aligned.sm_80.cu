// joined_linear_aligned: made by tdsl from concat.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0, J % 4 == 0, N % 4 == 0.

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

extern "C" __global__ void __launch_bounds__(128) joined_linear_aligned(const unsigned short* __restrict__ X, const float* __restrict__ F, const float* __restrict__ W, float* __restrict__ Y, int M, int K, int J, int N) {
  __shared__ __align__(128) float x[640];
  __shared__ __align__(128) float w[640];
  __shared__ __align__(128) float f[640];
  __shared__ __align__(128) float w2[640];
  const int thread = threadIdx.x;
  const int tm = thread >> 3;
  const int lane = thread & 31;
  const int tk = 4 * (lane & 7);
  const int tn = 2 * (lane & 7);
  const int group = blockIdx.x;
  const int n_count = (N + 12) / 16;
  const int n = group % n_count;
  const int m2 = 16 * (group / n_count) + tm;
  const int n2 = 16 * n + tm;
  const int n3 = 16 * n + tn;

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  float Y_sum_piece[2] = {};
  for (int k_step = 0; k_step < (K + 24) / 32; ++k_step) {
    const int k = 32 * k_step + tk;
    __syncthreads();
    float x2[4];
    load_bf16_or<4>(x2, &X[(long long)m2 * K + k], m2 < M && k < K, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      x[20 * (tk + v) + tm] = x2[v];
    }
    float w3[4];
    load_vector_or<4>(w3, &W[(long long)n2 * (J + K) + k], n2 < N && k < K, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      w[20 * (tk + v) + tm] = w3[v];
    }
    __syncthreads();
    #pragma unroll
    for (int dk = 0; dk < 32; ++dk) {
      const float x_reg = x[20 * dk + tm];
      float w_reg[2];
      load_vector<2>(w_reg, &w[20 * dk + tn]);
      #pragma unroll
      for (int dn = 0; dn < 2; ++dn) {
        Y_sum_piece[dn] += x_reg * w_reg[dn];
      }
    }
  }
  float Y_sum_piece2[2] = {};
  for (int k_2_step = 0; k_2_step < (J + 28) / 32; ++k_2_step) {
    const int k = 32 * k_2_step + tk;
    __syncthreads();
    float f2[4];
    load_vector_or<4>(f2, &F[(long long)m2 * J + k], m2 < M && k < J, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      f[20 * (tk + v) + tm] = f2[v];
    }
    float w3[4];
    load_vector_or<4>(w3, &W[(long long)n2 * (J + K) + k + K], n2 < N && k < J, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      w2[20 * (tk + v) + tm] = w3[v];
    }
    __syncthreads();
    #pragma unroll
    for (int dk = 0; dk < 32; ++dk) {
      const float f_reg = f[20 * dk + tm];
      float w2_reg[2];
      load_vector<2>(w2_reg, &w2[20 * dk + tn]);
      #pragma unroll
      for (int dn = 0; dn < 2; ++dn) {
        Y_sum_piece2[dn] += f_reg * w2_reg[dn];
      }
    }
  }
  float y[2];
  #pragma unroll
  for (int v = 0; v < 2; ++v) {
    y[v] = Y_sum_piece[v] + Y_sum_piece2[v];
  }
  if (m2 < M && n3 < N) { store_vector<2>(&Y[(long long)m2 * N + n3], y); }
}
