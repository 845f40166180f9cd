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
  __shared__ __align__(128) float x[2112];
  __shared__ __align__(128) float b[2112];
  const int thread = threadIdx.x;
  const int ti = thread >> 2;
  const int lane = thread & 31;
  const int tk = 4 * (lane & 3);
  const int tr = 4 * lane;
  const int warp = thread >> 5;
  const int ti2 = 4 * (thread >> 4);
  const int tr2 = 4 * (lane & 15);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((R + 124) / 128);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (I + 127) / 128 - first_row);
  const int in_panel = group % panel_groups;
  const int i = first_row + in_panel % panel_rows;
  const int r = in_panel / panel_rows;
  const int i2 = 128 * i + ti;
  const int r2 = 128 * r + tr;
  const int i3 = 128 * i + ti2;
  const int r3 = 128 * r + tr2;

  // tensor_algebra.tdsl:17: A[i, r] = sum(j, k) X[i, j, k] * B[j, r] * C[k, r]
  float A_sum[64] = {};
  for (int j_step = 0; j_step < J; ++j_step) {
    for (int k_step = 0; k_step < (K + 12) / 16; ++k_step) {
      const int k = 16 * k_step + tk;
      const int k2 = 16 * k_step + warp;
      __syncthreads();
      #pragma unroll
      for (int di = 0; di < 2; ++di) {
        float x2[4];
        load_vector_or<4>(x2, &X[((long long)(i2 + 64 * di) * J + j_step) * K + k], i2 + 64 * di < I && k < K, 0.0f);
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
          x[132 * (tk + v) + ti + 64 * di] = x2[v];
        }
      }
      float b2[4];
      load_vector_or<4>(b2, &B[(long long)j_step * R + r2], r2 < R, 0.0f);
      #pragma unroll
      for (int dk = 0; dk < 2; ++dk) {
        float b_fill[4];
        float c[4];
        load_vector_or<4>(c, &C[(long long)(k2 + 8 * dk) * R + r2], k2 + 8 * dk < K && r2 < R, 0.0f);
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
          b_fill[v] = b2[v] * c[v];
        }
        store_vector<4>(&b[132 * (warp + 8 * dk) + tr], b_fill);
      }
      __syncthreads();
      #pragma unroll
      for (int dk = 0; dk < 16; ++dk) {
        float x_reg[8];
        float b_reg[8];
        #pragma unroll
        for (int di = 0; di < 2; ++di) {
          load_vector<4>(&x_reg[4 * di], &x[132 * dk + ti2 + 64 * di]);
        }
        #pragma unroll
        for (int dr = 0; dr < 2; ++dr) {
          load_vector<4>(&b_reg[4 * dr], &b[132 * dk + tr2 + 64 * dr]);
        }
        #pragma unroll
        for (int di = 0; di < 2; ++di) {
          #pragma unroll
          for (int dr = 0; dr < 2; ++dr) {
            #pragma unroll
            for (int di2 = 0; di2 < 4; ++di2) {
              #pragma unroll
              for (int dr2 = 0; dr2 < 4; ++dr2) {
                A_sum[32 * di + 16 * dr + 4 * di2 + dr2] += x_reg[4 * di + di2] * b_reg[4 * dr + dr2];
              }
            }
          }
        }
      }
    }
  }
  #pragma unroll
  for (int di = 0; di < 2; ++di) {
    #pragma unroll
    for (int dr = 0; dr < 2; ++dr) {
      #pragma unroll
      for (int di2 = 0; di2 < 4; ++di2) {
        if (i3 + 64 * di + di2 < I && r3 + 64 * dr < R) {
          store_vector<4>(&A[(long long)(i3 + 64 * di + di2) * R + r3 + 64 * dr], &A_sum[32 * di + 16 * dr + 4 * di2]);
        }
      }
    }
  }
}
