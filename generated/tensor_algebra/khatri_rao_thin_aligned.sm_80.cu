// khatri_rao_thin_aligned: made by tdsl from tensor_algebra.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 4 == 0, R % 4 == 0.

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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) khatri_rao_thin_aligned(const float* __restrict__ X, const float* __restrict__ B, const float* __restrict__ C, float* __restrict__ A, int I, int J, int K, int R) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int r_count = (R + 4) / 8;
  const int r = group % r_count;
  const int i = group / r_count;

  // tensor_algebra.tdsl:17: A[i, r] = sum(j, k) X[i, j, k] * B[j, r] * C[k, r]
  float A_sum = 0.0f;
  for (int j_step = 0; j_step < J; ++j_step) {
    for (int k_step = 0; k_step < (K + 124) / 128; ++k_step) {
      float x[4];
      load_vector_or<4>(x, &X[((long long)i * J + j_step) * K + 128 * k_step + 4 * lane], 128 * k_step + 4 * lane < K, 0.0f);
      const float b = warp + 8 * r < R ? B[(long long)j_step * R + warp + 8 * r] : 0.0f;
      float A_sum_part = 0.0f;
      #pragma unroll
      for (int dk = 0; dk < 4; ++dk) {
        const float c = 128 * k_step + 4 * lane + dk < K && warp + 8 * r < R ? C[(long long)(128 * k_step + 4 * lane + dk) * R + warp + 8 * r] : 0.0f;
        const float A_sum_term = x[dk] * b * c;
        const float A_sum_term2 = 128 * k_step + 4 * lane + dk < K ? A_sum_term : 0.0f;
        A_sum_part += A_sum_term2;
      }
      A_sum += A_sum_part;
    }
  }
  float A_sum_part = A_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    A_sum_part += warp_xor(A_sum_part, 1 << step);
  }
  if (warp + 8 * r < R && (thread & 31) == 0) { A[(long long)i * R + warp + 8 * r] = A_sum_part; }
}
