// int4_matmul: made by tdsl from int4_matmul.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// two f32 to a word of f16, the first in the low half
__device__ __forceinline__ unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// writes N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void store_vector(T* to, const T* from) {
  Vector<T, N> v;
#pragma unroll
  for (int n = 0; n < N; n++) v.at[n] = from[n];
  *reinterpret_cast<Vector<T, N>*>(to) = v;
}

// shared memory as the 32-bit address that instructions take
__device__ __forceinline__ unsigned shared_address(const void* pointer) { return (unsigned)__cvta_generic_to_shared(pointer); }

// reads 4 8x8 matrices of 16-bit elements; lane 8 * m + r gives row r of matrix m
__device__ __forceinline__ void ldmatrix_x4(unsigned* to, const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
    : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(shared_address(row)) : "memory");
}

// d += a * b: 16 x 16 times 16 x 8, f16 with sums in f32
__device__ __forceinline__ void mma_m16n8k16_f16(float* d, const unsigned* a, const unsigned* b) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
    : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// signed 4-bit field of a word
__device__ __forceinline__ int s4_at(unsigned word, int n) { return (int)(word << (28 - 4 * n)) >> 28; }

// writes N consecutive f16 as one access
template <int N> __device__ __forceinline__ void store_f16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = f16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

extern "C" __global__ void __launch_bounds__(256) int4_matmul(const unsigned short* __restrict__ X, const unsigned char* __restrict__ W_codes, const unsigned short* __restrict__ W_scale, unsigned short* __restrict__ Y, int M, int K, int N) {
  __shared__ __align__(128) unsigned short x[8192];
  __shared__ __align__(128) unsigned short w_codes[4096];
  const int thread = threadIdx.x;
  const int tm = thread >> 3;
  const int lane = thread & 31;
  const int tk = 8 * (lane & 7);
  const int tn = thread >> 3;
  const int warp = thread >> 5;
  const int m_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int n_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tn2 = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((N + 63) / 64);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (M + 127) / 128 - first_row);
  const int in_panel = group % panel_groups;
  const int m = first_row + in_panel % panel_rows;
  const int n = in_panel / panel_rows;
  const int m2 = 128 * m + tm;
  const int n2 = 64 * n + tn;
  const int n3 = 64 * n + tn2;
  const int m3 = 128 * m + 16 * (warp & 1) + (lane >> 2);

  // int4_matmul.tdsl:9: Y[m, n] = sum(k) X[m, k] * W[n, k]
  float Y_sum[32] = {};
  for (int k_group_step = 0; k_group_step < (K + 127) / 128; ++k_group_step) {
    float Y_sum_group[32] = {};
    for (int k_step = 0; k_step < 2; ++k_step) {
      const int k = 64 * k_step + tk;
      __syncthreads();
      #pragma unroll
      for (int dm = 0; dm < 4; ++dm) {
        float x2[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          x2[v] = m2 + 32 * dm < M && k + 128 * k_group_step + v < K ? f32_from_f16(X[(long long)(m2 + 32 * dm) * K + k + 128 * k_group_step + v]) : 0.0f;
        }
        store_f16<8>(&x[swizzle128_b16(64 * (tm + 32 * dm) + tk)], x2);
      }
      #pragma unroll
      for (int dn = 0; dn < 2; ++dn) {
        float w_codes_fill[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          const int w_codes2 = n2 + 32 * dn < N && k + 128 * k_group_step + v < K ? s4_at(W_codes[((long long)(n2 + 32 * dn) * K + k + 128 * k_group_step + v) >> 1], ((long long)(n2 + 32 * dn) * K + k + 128 * k_group_step + v) & 1) : 0;
          w_codes_fill[v] = (float)w_codes2;
        }
        store_f16<8>(&w_codes[swizzle128_b16(64 * (tn + 32 * dn) + tk)], w_codes_fill);
      }
      __syncthreads();
      #pragma unroll
      for (int k_step2 = 0; k_step2 < 4; ++k_step2) {
        unsigned x_frag[16];
        #pragma unroll
        for (int dm = 0; dm < 4; ++dm) {
          ldmatrix_x4(&x_frag[4 * dm], &x[swizzle128_b16(64 * (m_warp + matrix_row + 32 * dm) + matrix_column + 16 * k_step2)]);
        }
        unsigned w_codes_frag[4];
        ldmatrix_x4(w_codes_frag, &w_codes[swizzle128_b16(64 * (matrix_row2 + n_warp) + matrix_column2 + 16 * k_step2)]);
        #pragma unroll
        for (int dm = 0; dm < 4; ++dm) {
          #pragma unroll
          for (int dn = 0; dn < 2; ++dn) {
            mma_m16n8k16_f16(&Y_sum_group[8 * dm + 4 * dn], &x_frag[4 * dm], &w_codes_frag[2 * dn]);
          }
        }
      }
    }
    float w_scale[4];
    #pragma unroll
    for (int dn = 0; dn < 2; ++dn) {
      #pragma unroll
      for (int dn2 = 0; dn2 < 2; ++dn2) {
        w_scale[2 * dn + dn2] = n3 + 32 * dn + dn2 < N ? f32_from_f16(W_scale[(long long)(n3 + 32 * dn + dn2) * ((K + 127) / 128) + k_group_step]) : 0.0f;
      }
    }
    #pragma unroll
    for (int dm = 0; dm < 4; ++dm) {
      #pragma unroll
      for (int dn = 0; dn < 2; ++dn) {
        #pragma unroll
        for (int dm2 = 0; dm2 < 2; ++dm2) {
          #pragma unroll
          for (int dn2 = 0; dn2 < 2; ++dn2) {
            Y_sum[8 * dm + 4 * dn + 2 * dm2 + dn2] += Y_sum_group[8 * dm + 4 * dn + 2 * dm2 + dn2] * w_scale[2 * dn + dn2];
          }
        }
      }
    }
  }
  #pragma unroll
  for (int dm = 0; dm < 4; ++dm) {
    #pragma unroll
    for (int dn = 0; dn < 2; ++dn) {
      #pragma unroll
      for (int dm2 = 0; dm2 < 2; ++dm2) {
        #pragma unroll
        for (int dn2 = 0; dn2 < 2; ++dn2) {
          if (m3 + 32 * dm + 8 * dm2 < M && n3 + 32 * dn + dn2 < N) {
            Y[(long long)(m3 + 32 * dm + 8 * dm2) * N + n3 + 32 * dn + dn2] = f16_from_f32(Y_sum[8 * dm + 4 * dn + 2 * dm2 + dn2]);
          }
        }
      }
    }
  }
}
