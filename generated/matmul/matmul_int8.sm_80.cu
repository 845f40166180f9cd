// matmul_int8: made by tdsl from matmul.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
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

// d += a * b: 16 x 32 times 32 x 8, i8 with sums in i32
__device__ __forceinline__ void mma_m16n8k32_s8(int* d, const unsigned* a, const unsigned* b) {
  asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
    : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// the low bytes of four integers in one word
__device__ __forceinline__ unsigned pack_8(int a, int b, int c, int d) { return ((unsigned)a & 0xffu) | (((unsigned)b & 0xffu) << 8) | (((unsigned)c & 0xffu) << 16) | ((unsigned)d << 24); }

// writes N consecutive i8 as one access
template <int N> __device__ __forceinline__ void store_i8(signed char* to, const int* from) {
  if constexpr (N < 4) {
    unsigned word = 0;
#pragma unroll
    for (int n = 0; n < N; n++) word |= ((unsigned)min(max(from[n], -128), 127) & 255u) << (8 * n);
    if constexpr (N == 2) *reinterpret_cast<unsigned short*>(to) = (unsigned short)word;
    else *to = (signed char)word;
    return;
  } else {
  unsigned words[N / 4];
#pragma unroll
  for (int n = 0; n < N / 4; n++) words[n] = pack_8(min(max(from[4 * n], -128), 127), min(max(from[4 * n + 1], -128), 127), min(max(from[4 * n + 2], -128), 127), min(max(from[4 * n + 3], -128), 127));
  store_vector<N / 4>(reinterpret_cast<unsigned*>(to), words);
  }
}

// swizzled place of an element: pieces of 16 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle64_b8(int at) { return at ^ (((at >> 7) & 3) << 4); }

extern "C" __global__ void __launch_bounds__(256) matmul_int8(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) signed char a[16384];
  __shared__ __align__(128) signed char b[4096];
  const int thread = threadIdx.x;
  const int tm = thread >> 3;
  const int lane = thread & 31;
  const int tk = 8 * (lane & 7);
  const int tk2 = 4 * ((thread >> 3) & 15);
  const int warp = thread >> 5;
  const int tn = 32 * (warp >> 2) + 4 * (lane & 7);
  const int m_warp = 16 * (warp & 3);
  const int matrix_row = lane & 15;
  const int matrix_column = 16 * (lane >> 4);
  const int n_warp = 8 * (warp >> 2);
  const int matrix_column2 = 16 * ((lane >> 3) & 1);
  const int matrix_row2 = 16 * (lane >> 4) + (lane & 7);
  const int tn2 = 8 * (warp >> 2) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((N + 63) / 64);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (M + 255) / 256 - first_row);
  const int in_panel = group % panel_groups;
  const int m = first_row + in_panel % panel_rows;
  const int n = in_panel / panel_rows;
  const int m2 = 256 * m + tm;
  const int n2 = 64 * n + tn;
  const int m3 = 256 * m + 16 * (warp & 3) + (lane >> 2);
  const int n3 = 64 * n + tn2;

  // matmul.tdsl:38: C[m, n] = sum(k) A[m, k] * B[k, n]
  int C_sum[64] = {};
  for (int k_step = 0; k_step < (K + 63) / 64; ++k_step) {
    const int k = 64 * k_step + tk;
    const int k2 = 64 * k_step + tk2;
    __syncthreads();
    #pragma unroll
    for (int dm = 0; dm < 8; ++dm) {
      int a2[8];
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        a2[v] = m2 + 32 * dm < M && k + v < K ? A[(long long)(m2 + 32 * dm) * K + k + v] : 0;
      }
      store_i8<8>(&a[swizzle64_b8(64 * (tm + 32 * dm) + tk)], a2);
    }
    int b_fill[16];
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        const int b2 = k2 + dk < K && n2 + dn < N ? B[(long long)(k2 + dk) * N + n2 + dn] : 0;
        b_fill[4 * dk + dn] = b2;
      }
    }
    int b_turned[16];
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      #pragma unroll
      for (int dk = 0; dk < 4; ++dk) {
        b_turned[4 * dn + dk] = b_fill[4 * dk + dn];
      }
    }
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      store_i8<4>(&b[swizzle64_b8(64 * (tn + dn) + tk2)], &b_turned[4 * dn]);
    }
    __syncthreads();
    #pragma unroll
    for (int k_step2 = 0; k_step2 < 2; ++k_step2) {
      unsigned a_frag[16];
      #pragma unroll
      for (int dm = 0; dm < 4; ++dm) {
        ldmatrix_x4(&a_frag[4 * dm], &a[swizzle64_b8(64 * (m_warp + matrix_row + 64 * dm) + matrix_column + 32 * k_step2)]);
      }
      unsigned b_frag[8];
      #pragma unroll
      for (int dn = 0; dn < 2; ++dn) {
        ldmatrix_x4(&b_frag[4 * dn], &b[swizzle64_b8(64 * (matrix_row2 + n_warp + 32 * dn) + matrix_column2 + 32 * k_step2)]);
      }
      #pragma unroll
      for (int dm = 0; dm < 4; ++dm) {
        #pragma unroll
        for (int dn = 0; dn < 4; ++dn) {
          mma_m16n8k32_s8(&C_sum[16 * dm + 4 * dn], &a_frag[4 * dm], &b_frag[2 * dn]);
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
          if (m3 + 64 * dm + 8 * dm2 < M && n3 + 16 * dn + dn2 < N) {
            C[(long long)(m3 + 64 * dm + 8 * dm2) * N + n3 + 16 * dn + dn2] = C_sum[16 * dm + 4 * dn + 2 * dm2 + dn2];
          }
        }
      }
    }
  }
}
