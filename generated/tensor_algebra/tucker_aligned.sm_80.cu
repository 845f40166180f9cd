// tucker_aligned: made by tdsl from tensor_algebra.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on R % 4 == 0, P % 4 == 0, Q % 4 == 0, K % 4 == 0.

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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) tucker_aligned(const float* __restrict__ G, const float* __restrict__ A, const float* __restrict__ B, const float* __restrict__ C, float* __restrict__ X, int P, int Q, int R, int I, int J, int K) {
  __shared__ __align__(128) float c[1088];
  __shared__ __align__(128) float g[1088];
  const int thread = threadIdx.x;
  const int tk = thread >> 2;
  const int lane = thread & 31;
  const int tr = 4 * (lane & 3);
  const int tk2 = 4 * (thread >> 4);
  const int tj = 4 * (lane & 15);
  const int group = blockIdx.x;
  const int j_count = (J + 63) / 64;
  const int k_count = (K + 60) / 64;
  const int in_plane = group % (j_count * k_count);
  const int panel_groups = 8 * k_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, j_count - first_row);
  const int in_panel = in_plane % panel_groups;
  const int j = first_row + in_panel % panel_rows;
  const int k = in_panel / panel_rows;
  const int i = group / (j_count * k_count);
  const int k2 = 64 * k + tk;
  const int j2 = 64 * j + tk;
  const int j3 = 64 * j + tj;
  const int k3 = 64 * k + tk2;

  // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
  float X_sum[16] = {};
  for (int p_step = 0; p_step < P; ++p_step) {
    for (int q_step = 0; q_step < Q; ++q_step) {
      for (int r_step = 0; r_step < (R + 12) / 16; ++r_step) {
        const int r = 16 * r_step + tr;
        __syncthreads();
        float c2[4];
        load_vector_or<4>(c2, &C[(long long)k2 * R + r], k2 < K && r < R, 0.0f);
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
          c[68 * (tr + v) + tk] = c2[v];
        }
        float g2[4];
        load_vector_or<4>(g2, &G[((long long)p_step * Q + q_step) * R + r], r < R, 0.0f);
        const float a = A[(long long)i * P + p_step];
        const float b = j2 < J ? B[(long long)j2 * Q + q_step] : 0.0f;
        #pragma unroll
        for (int dr = 0; dr < 4; ++dr) {
          const float g_fill = g2[dr] * a * b;
          g[68 * (tr + dr) + tk] = g_fill;
        }
        __syncthreads();
        #pragma unroll
        for (int dr = 0; dr < 16; ++dr) {
          float c_reg[4];
          load_vector<4>(c_reg, &c[68 * dr + tk2]);
          float g_reg[4];
          load_vector<4>(g_reg, &g[68 * dr + tj]);
          #pragma unroll
          for (int dk = 0; dk < 4; ++dk) {
            #pragma unroll
            for (int dj = 0; dj < 4; ++dj) {
              X_sum[4 * dk + dj] += c_reg[dk] * g_reg[dj];
            }
          }
        }
      }
    }
  }
  #pragma unroll
  for (int dk = 0; dk < 4; ++dk) {
    #pragma unroll
    for (int dj = 0; dj < 4; ++dj) {
      if (j3 + dj < J && k3 + dk < K) { X[((long long)i * J + j3 + dj) * K + k3 + dk] = X_sum[4 * dk + dj]; }
    }
  }
}
