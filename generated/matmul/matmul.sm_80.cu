// matmul: made by tdsl from matmul.tdsl for cuda:sm_80. Change the source, not this file.

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

// reads 4 8x8 matrices of 16-bit elements, transposed; lane 8 * m + r gives row r of matrix m
__device__ __forceinline__ void ldmatrix_x4_trans(unsigned* to, const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
    : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(shared_address(row)) : "memory");
}

// d += a * b: 16 x 16 times 16 x 8, f16 with sums in f32
__device__ __forceinline__ void mma_m16n8k16_f16(float* d, const unsigned* a, const unsigned* b) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
    : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// writes N consecutive f16 as one access
template <int N> __device__ __forceinline__ void store_f16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = f16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle64_b16(int at) { return at ^ (((at >> 6) & 3) << 3); }

extern "C" __global__ void __launch_bounds__(256) matmul(const unsigned short* __restrict__ A, const unsigned short* __restrict__ B, unsigned short* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) unsigned short a[4096];
  __shared__ __align__(128) unsigned short b[4096];
  const int thread = threadIdx.x;
  const int tm = thread >> 2;
  const int lane = thread & 31;
  const int tk = 8 * (lane & 3);
  const int tk2 = thread >> 4;
  const int tn = 8 * (lane & 15);
  const int warp = thread >> 5;
  const int m_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int n_warp = 8 * (warp >> 1);
  const int matrix_column2 = 32 * (lane >> 4);
  const int tn2 = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((N + 127) / 128);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (M + 127) / 128 - first_row);
  const int in_panel = group % panel_groups;
  const int m = first_row + in_panel % panel_rows;
  const int n = in_panel / panel_rows;
  const int m2 = 128 * m + tm;
  const int n2 = 128 * n + tn;
  const int m3 = 128 * m + 16 * (warp & 1) + (lane >> 2);
  const int n3 = 128 * n + tn2;

  // matmul.tdsl:9: C[m, n] = sum(k) A[m, k] * B[k, n]
  float C_sum[64] = {};
  for (int k_step = 0; k_step < (K + 31) / 32; ++k_step) {
    const int k = 32 * k_step + tk;
    const int k2 = 32 * k_step + tk2;
    __syncthreads();
    #pragma unroll
    for (int dm = 0; dm < 2; ++dm) {
      float a2[8];
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        a2[v] = m2 + 64 * dm < M && k + v < K ? f32_from_f16(A[(long long)(m2 + 64 * dm) * K + k + v]) : 0.0f;
      }
      store_f16<8>(&a[swizzle64_b16(32 * (tm + 64 * dm) + tk)], a2);
    }
    #pragma unroll
    for (int dk = 0; dk < 2; ++dk) {
      float b2[8];
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        b2[v] = k2 + 16 * dk < K && n2 + v < N ? f32_from_f16(B[(long long)(k2 + 16 * dk) * N + n2 + v]) : 0.0f;
      }
      store_f16<8>(&b[swizzle128_b16(2048 * (tn >> 6) + 64 * (tk2 + 16 * dk) + (tn & 63))], b2);
    }
    __syncthreads();
    #pragma unroll
    for (int k_step2 = 0; k_step2 < 2; ++k_step2) {
      unsigned a_frag[16];
      #pragma unroll
      for (int dm = 0; dm < 4; ++dm) {
        ldmatrix_x4(&a_frag[4 * dm], &a[swizzle64_b16(32 * (m_warp + matrix_row + 32 * dm) + matrix_column + 16 * k_step2)]);
      }
      unsigned b_frag[8];
      #pragma unroll
      for (int dn = 0; dn < 2; ++dn) {
        ldmatrix_x4_trans(&b_frag[4 * dn], &b[swizzle128_b16(2048 * ((matrix_column2 + n_warp + 64 * dn) >> 6) + 64 * (matrix_row + 16 * k_step2) + ((matrix_column2 + n_warp + 64 * dn) & 63))]);
      }
      #pragma unroll
      for (int dm = 0; dm < 4; ++dm) {
        #pragma unroll
        for (int dn = 0; dn < 4; ++dn) {
          mma_m16n8k16_f16(&C_sum[16 * dm + 4 * dn], &a_frag[4 * dm], &b_frag[2 * dn]);
        }
      }
    }
  }
  #pragma unroll
  for (int dm = 0; dm < 4; ++dm) {
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      #pragma unroll
      for (int dm2 = 0; dm2 < 2; ++dm2) {
        #pragma unroll
        for (int dn2 = 0; dn2 < 2; ++dn2) {
          if (m3 + 32 * dm + 8 * dm2 < M && n3 + 32 * dn + dn2 < N) {
            C[(long long)(m3 + 32 * dm + 8 * dm2) * N + n3 + 32 * dn + dn2] = f16_from_f32(C_sum[16 * dm + 4 * dn + 2 * dm2 + dn2]);
          }
        }
      }
    }
  }
}
