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
  __shared__ __align__(128) float c[2112];
  __shared__ __align__(128) float g[2112];
  const int thread = threadIdx.x;
  const int tk = thread >> 2;
  const int lane = thread & 31;
  const int tr = 4 * (lane & 3);
  const int tk2 = 4 * (thread >> 4);
  const int tj = 4 * (lane & 15);
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
  const int k2 = 128 * k + tk;
  const int j2 = 128 * j + tk;
  const int j3 = 128 * j + tj;
  const int k3 = 128 * k + tk2;

  // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
  float X_sum[64] = {};
  for (int p_step = 0; p_step < P; ++p_step) {
    for (int q_step = 0; q_step < Q; ++q_step) {
      for (int r_step = 0; r_step < (R + 12) / 16; ++r_step) {
        const int r = 16 * r_step + tr;
        __syncthreads();
        #pragma unroll
        for (int dk = 0; dk < 2; ++dk) {
          float c2[4];
          load_vector_or<4>(c2, &C[(long long)(k2 + 64 * dk) * R + r], k2 + 64 * dk < K && r < R, 0.0f);
          #pragma unroll
          for (int v = 0; v < 4; ++v) {
            c[132 * (tr + v) + tk + 64 * dk] = c2[v];
          }
        }
        float g2[4];
        load_vector_or<4>(g2, &G[((long long)p_step * Q + q_step) * R + r], r < R, 0.0f);
        const float a = A[(long long)i * P + p_step];
        float b[2];
        #pragma unroll
        for (int dj = 0; dj < 2; ++dj) {
          b[dj] = j2 + 64 * dj < J ? B[(long long)(j2 + 64 * dj) * Q + q_step] : 0.0f;
        }
        #pragma unroll
        for (int dj = 0; dj < 2; ++dj) {
          #pragma unroll
          for (int dr = 0; dr < 4; ++dr) {
            const float g_fill = g2[dr] * a * b[dj];
            g[132 * (tr + dr) + tk + 64 * dj] = g_fill;
          }
        }
        __syncthreads();
        #pragma unroll
        for (int dr = 0; dr < 16; ++dr) {
          float c_reg[8];
          float g_reg[8];
          #pragma unroll
          for (int dk = 0; dk < 2; ++dk) {
            load_vector<4>(&c_reg[4 * dk], &c[132 * dr + tk2 + 64 * dk]);
          }
          #pragma unroll
          for (int dj = 0; dj < 2; ++dj) {
            load_vector<4>(&g_reg[4 * dj], &g[132 * dr + tj + 64 * dj]);
          }
          #pragma unroll
          for (int dk = 0; dk < 2; ++dk) {
            #pragma unroll
            for (int dj = 0; dj < 2; ++dj) {
              #pragma unroll
              for (int dk2 = 0; dk2 < 4; ++dk2) {
                #pragma unroll
                for (int dj2 = 0; dj2 < 4; ++dj2) {
                  X_sum[32 * dk + 16 * dj + 4 * dk2 + dj2] += c_reg[4 * dk + dk2] * g_reg[4 * dj + dj2];
                }
              }
            }
          }
        }
      }
    }
  }
  #pragma unroll
  for (int dk = 0; dk < 2; ++dk) {
    #pragma unroll
    for (int dj = 0; dj < 2; ++dj) {
      #pragma unroll
      for (int dk2 = 0; dk2 < 4; ++dk2) {
        #pragma unroll
        for (int dj2 = 0; dj2 < 4; ++dj2) {
          if (j3 + 64 * dj + dj2 < J && k3 + 64 * dk + dk2 < K) {
            X[((long long)i * J + j3 + 64 * dj + dj2) * K + k3 + 64 * dk + dk2] = X_sum[32 * dk + 16 * dj + 4 * dk2 + dj2];
          }
        }
      }
    }
  }
}
