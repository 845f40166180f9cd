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

extern "C" __global__ void __launch_bounds__(256) tucker_aligned(const float* __restrict__ G, const float* __restrict__ A, const float* __restrict__ B, const float* __restrict__ C, float* __restrict__ X, int P, int Q, int R, int I, int J, int K) {
  __shared__ __align__(128) float b[2112];
  __shared__ __align__(128) float g[2112];
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int tj = 4 * lane;
  const int warp = thread >> 5;
  const int tr = 4 * (lane & 3);
  const int tk = thread >> 2;
  const int tj2 = 4 * (thread >> 4);
  const int tk2 = 4 * (lane & 15);
  const int group = blockIdx.x;
  const int j_count = (J + 127) / 128;
  const int k_count = (K + 124) / 128;
  const int in_plane = group % (j_count * k_count);
  const int panel_groups = 8 * k_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, j_count - first_row);
  const int in_panel = in_plane % panel_groups;
  const int j = first_row + in_panel % panel_rows;
  const int k = in_panel / panel_rows;
  const int i = group / (j_count * k_count);
  const int j2 = 128 * j + tj;
  const int k2 = 128 * k + tk;
  const int j3 = 128 * j + tj2;
  const int k3 = 128 * k + tk2;

  // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
  float X_sum[64] = {};
  for (int p_step = 0; p_step < P; ++p_step) {
    for (int q_step = 0; q_step < Q; ++q_step) {
      for (int r_step = 0; r_step < (R + 12) / 16; ++r_step) {
        const int r = 16 * r_step + warp;
        const int r2 = 16 * r_step + tr;
        __syncthreads();
        float b2[4];
        #pragma unroll
        for (int dj = 0; dj < 4; ++dj) {
          b2[dj] = j2 + dj < J ? B[(long long)(j2 + dj) * Q + q_step] : 0.0f;
        }
        #pragma unroll
        for (int dr = 0; dr < 2; ++dr) {
          float b_fill[4];
          #pragma unroll
          for (int v = 0; v < 4; ++v) {
            b_fill[v] = 8 * dr + r < R ? b2[v] : 0.0f;
          }
          store_vector<4>(&b[132 * (warp + 8 * dr) + tj], b_fill);
        }
        float g2[4];
        load_vector_or<4>(g2, &G[((long long)p_step * Q + q_step) * R + r2], r2 < R, 0.0f);
        const float a = A[(long long)i * P + p_step];
        #pragma unroll
        for (int dk = 0; dk < 2; ++dk) {
          float c[4];
          load_vector_or<4>(c, &C[(long long)(k2 + 64 * dk) * R + r2], k2 + 64 * dk < K && r2 < R, 0.0f);
          #pragma unroll
          for (int v = 0; v < 4; ++v) {
            const float g_fill = g2[v] * a * c[v];
            g[132 * (tr + v) + tk + 64 * dk] = g_fill;
          }
        }
        __syncthreads();
        #pragma unroll
        for (int dr = 0; dr < 16; ++dr) {
          float b_reg[8];
          float g_reg[8];
          #pragma unroll
          for (int dj = 0; dj < 2; ++dj) {
            load_vector<4>(&b_reg[4 * dj], &b[132 * dr + tj2 + 64 * dj]);
          }
          #pragma unroll
          for (int dk = 0; dk < 2; ++dk) {
            load_vector<4>(&g_reg[4 * dk], &g[132 * dr + tk2 + 64 * dk]);
          }
          #pragma unroll
          for (int dj = 0; dj < 2; ++dj) {
            #pragma unroll
            for (int dk = 0; dk < 2; ++dk) {
              #pragma unroll
              for (int dj2 = 0; dj2 < 4; ++dj2) {
                #pragma unroll
                for (int dk2 = 0; dk2 < 4; ++dk2) {
                  X_sum[32 * dj + 16 * dk + 4 * dj2 + dk2] += b_reg[4 * dj + dj2] * g_reg[4 * dk + dk2];
                }
              }
            }
          }
        }
      }
    }
  }
  #pragma unroll
  for (int dj = 0; dj < 2; ++dj) {
    #pragma unroll
    for (int dk = 0; dk < 2; ++dk) {
      #pragma unroll
      for (int dj2 = 0; dj2 < 4; ++dj2) {
        if (j3 + 64 * dj + dj2 < J && k3 + 64 * dk < K) {
          store_vector<4>(&X[((long long)i * J + j3 + 64 * dj + dj2) * K + k3 + 64 * dk], &X_sum[32 * dj + 16 * dk + 4 * dj2]);
        }
      }
    }
  }
}
