// joined_linear: made by tdsl from concat.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(128) joined_linear(const unsigned short* __restrict__ X, const float* __restrict__ F, const float* __restrict__ W, float* __restrict__ Y, int M, int K, int J, int N) {
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
  const int n_count = (N + 15) / 16;
  const int n = group % n_count;
  const int m2 = 16 * (group / n_count) + tm;
  const int n2 = 16 * n + tm;
  const int n3 = 16 * n + tn;

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  float Y_sum_piece[2] = {};
  for (int k_step = 0; k_step < (K + 31) / 32; ++k_step) {
    const int k = 32 * k_step + tk;
    __syncthreads();
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      const float x2 = m2 < M && k + dk < K ? f32_from_bf16(X[(long long)m2 * K + k + dk]) : 0.0f;
      x[20 * (tk + dk) + tm] = x2;
    }
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      const float w3 = n2 < N && k + dk < K ? W[(long long)n2 * (J + K) + k + dk] : 0.0f;
      w[20 * (tk + dk) + tm] = w3;
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
  for (int k_2_step = 0; k_2_step < (J + 31) / 32; ++k_2_step) {
    const int k = 32 * k_2_step + tk;
    __syncthreads();
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      const float f2 = m2 < M && k + dk < J ? F[(long long)m2 * J + k + dk] : 0.0f;
      f[20 * (tk + dk) + tm] = f2;
    }
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      const float w3 = n2 < N && k + dk < J ? W[(long long)n2 * (J + K) + k + K + dk] : 0.0f;
      w2[20 * (tk + dk) + tm] = w3;
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
  #pragma unroll
  for (int dn = 0; dn < 2; ++dn) {
    const float y = Y_sum_piece[dn] + Y_sum_piece2[dn];
    if (m2 < M && n3 + dn < N) { Y[(long long)m2 * N + n3 + dn] = y; }
  }
}
