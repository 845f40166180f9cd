// row_softmax_aligned: made by tdsl from softmax.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on N % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
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

// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) row_softmax_aligned(const float* __restrict__ X, float* __restrict__ Y, int M, int N) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int m = blockIdx.x;

  // softmax.tdsl:6: Y[m, n] = softmax(n) X[m, n]
  float Y_max = -3.4028234663852886e38f;
  float Y_sum = 0.0f;
  for (int n_step = 0; n_step < (N + 1020) / 1024; ++n_step) {
    float Y_max_part = -3.4028234663852886e38f;
    float x[4];
    load_vector_or<4>(x, &X[(long long)m * N + 1024 * n_step + 4 * thread], 1024 * n_step + 4 * thread < N, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      const float Y_max_term = 1024 * n_step + 4 * thread + v < N ? x[v] : -3.4028234663852886e38f;
      Y_max_part = max_f32(Y_max_part, Y_max_term);
    }
    const float Y_max_new = max_f32(Y_max, Y_max_part);
    const float Y_sum_scale = fast_exp(Y_max - Y_max_new);
    float Y_sum_part = 0.0f;
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      const float Y_sum_term = fast_exp(x[dn] - Y_max_new);
      const float Y_sum_term2 = 1024 * n_step + 4 * thread + dn < N ? Y_sum_term : 0.0f;
      Y_sum_part += Y_sum_term2;
    }
    Y_sum = Y_sum * Y_sum_scale + Y_sum_part;
    Y_max = Y_max_new;
  }
  float Y_max_part = Y_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_max_part = max_f32(Y_max_part, warp_xor(Y_max_part, 1 << step));
  }
  partials_0[thread] = Y_max_part;
  __syncthreads();
  Y_max_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    Y_max_part = max_f32(Y_max_part, partials_0[leader + 32 * (other + 1)]);
  }
  const float Y_sum_term = Y_sum * fast_exp(Y_max - Y_max_part);
  float Y_sum_part = Y_sum_term;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_part += warp_xor(Y_sum_part, 1 << step);
  }
  partials_1[thread] = Y_sum_part;
  __syncthreads();
  Y_sum_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    Y_sum_part += partials_1[leader + 32 * (other + 1)];
  }
  for (int n_step = 0; n_step < (N + 1020) / 1024; ++n_step) {
    float y[4];
    float x[4];
    load_vector_or<4>(x, &X[(long long)m * N + 1024 * n_step + 4 * thread], 1024 * n_step + 4 * thread < N, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      y[v] = fast_exp(x[v] - Y_max_part) * (Y_sum_part > 0.0f ? 1.0f / Y_sum_part : 0.0f);
    }
    if (1024 * n_step + 4 * thread < N) { store_vector<4>(&Y[(long long)m * N + 1024 * n_step + 4 * thread], y); }
  }
}
