// khatri_rao_aligned: made by tdsl from tensor_algebra.tdsl for cuda:sm_80. Change the source, not this file.
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

// writes N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void store_vector(T* to, const T* from) {
  Vector<T, N> v;
#pragma unroll
  for (int n = 0; n < N; n++) v.at[n] = from[n];
  *reinterpret_cast<Vector<T, N>*>(to) = v;
}
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

extern "C" __global__ void __launch_bounds__(256) khatri_rao_aligned(const float* __restrict__ X, const float* __restrict__ B, const float* __restrict__ C, float* __restrict__ A, int I, int J, int K, int R) {
  __shared__ __align__(128) float x[1088];
  __shared__ __align__(128) float b[1088];
  const int thread = threadIdx.x;
  const int ti = thread >> 2;
  const int lane = thread & 31;
  const int tk = 4 * (lane & 3);
  const int tr = 4 * (lane & 15);
  const int tk2 = thread >> 4;
  const int ti2 = 4 * (thread >> 4);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((R + 60) / 64);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (I + 63) / 64 - first_row);
  const int in_panel = group % panel_groups;
  const int i = first_row + in_panel % panel_rows;
  const int i2 = 64 * i + ti;
  const int r2 = 64 * (in_panel / panel_rows) + tr;
  const int i3 = 64 * i + ti2;

  // tensor_algebra.tdsl:17: A[i, r] = sum(j, k) X[i, j, k] * B[j, r] * C[k, r]
  float A_sum[16] = {};
  for (int j_step = 0; j_step < J; ++j_step) {
    for (int k_step = 0; k_step < (K + 12) / 16; ++k_step) {
      const int k = 16 * k_step + tk;
      const int k2 = 16 * k_step + tk2;
      __syncthreads();
      float x2[4];
      load_vector_or<4>(x2, &X[((long long)i2 * J + j_step) * K + k], i2 < I && k < K, 0.0f);
      #pragma unroll
      for (int v = 0; v < 4; ++v) {
        x[68 * (tk + v) + ti] = x2[v];
      }
      float b2[4];
      load_vector_or<4>(b2, &B[(long long)j_step * R + r2], r2 < R, 0.0f);
      float b_fill[4];
      float c[4];
      load_vector_or<4>(c, &C[(long long)k2 * R + r2], k2 < K && r2 < R, 0.0f);
      #pragma unroll
      for (int v = 0; v < 4; ++v) {
        b_fill[v] = b2[v] * c[v];
      }
      store_vector<4>(&b[68 * tk2 + tr], b_fill);
      __syncthreads();
      #pragma unroll
      for (int dk = 0; dk < 16; ++dk) {
        float x_reg[4];
        load_vector<4>(x_reg, &x[68 * dk + ti2]);
        float b_reg[4];
        load_vector<4>(b_reg, &b[68 * dk + tr]);
        #pragma unroll
        for (int di = 0; di < 4; ++di) {
          #pragma unroll
          for (int dr = 0; dr < 4; ++dr) {
            A_sum[4 * di + dr] += x_reg[di] * b_reg[dr];
          }
        }
      }
    }
  }
  #pragma unroll
  for (int di = 0; di < 4; ++di) {
    if (i3 + di < I && r2 < R) { store_vector<4>(&A[(long long)(i3 + di) * R + r2], &A_sum[4 * di]); }
  }
}
