// gemm: made by tdsl from gemm.tdsl for cuda:sm_80. Change the source, not this file.

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

extern "C" __global__ void __launch_bounds__(256) gemm(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) signed char a[16384];
  __shared__ __align__(128) signed char b[4096];
  const int thread = threadIdx.x;
  const int ti = thread >> 3;
  const int lane = thread & 31;
  const int tk = 8 * (lane & 7);
  const int tk2 = 4 * ((thread >> 3) & 15);
  const int warp = thread >> 5;
  const int tj = 32 * (warp >> 2) + 4 * (lane & 7);
  const int i_warp = 16 * (warp & 3);
  const int matrix_row = lane & 15;
  const int matrix_column = 16 * (lane >> 4);
  const int j_warp = 8 * (warp >> 2);
  const int matrix_column2 = 16 * ((lane >> 3) & 1);
  const int matrix_row2 = 16 * (lane >> 4) + (lane & 7);
  const int tj2 = 8 * (warp >> 2) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((N + 63) / 64);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (M + 255) / 256 - first_row);
  const int in_panel = group % panel_groups;
  const int i = first_row + in_panel % panel_rows;
  const int j = in_panel / panel_rows;
  const int i2 = 256 * i + ti;
  const int j2 = 64 * j + tj;
  const int i3 = 256 * i + 16 * (warp & 3) + (lane >> 2);
  const int j3 = 64 * j + tj2;

  // gemm.tdsl:9: C[i, j] = sum(k) A[i, k] * B[k, j]
  int C_sum[64] = {};
  for (int k_step = 0; k_step < (K + 63) / 64; ++k_step) {
    const int k = 64 * k_step + tk;
    const int k2 = 64 * k_step + tk2;
    __syncthreads();
    #pragma unroll
    for (int di = 0; di < 8; ++di) {
      int a2[8];
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        a2[v] = i2 + 32 * di < M && k + v < K ? A[(long long)(i2 + 32 * di) * K + k + v] : 0;
      }
      store_i8<8>(&a[swizzle64_b8(64 * (ti + 32 * di) + tk)], a2);
    }
    int b_fill[16];
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      #pragma unroll
      for (int dj = 0; dj < 4; ++dj) {
        const int b2 = k2 + dk < K && j2 + dj < N ? B[(long long)(k2 + dk) * N + j2 + dj] : 0;
        b_fill[4 * dk + dj] = b2;
      }
    }
    int b_turned[16];
    #pragma unroll
    for (int dj = 0; dj < 4; ++dj) {
      #pragma unroll
      for (int dk = 0; dk < 4; ++dk) {
        b_turned[4 * dj + dk] = b_fill[4 * dk + dj];
      }
    }
    #pragma unroll
    for (int dj = 0; dj < 4; ++dj) {
      store_i8<4>(&b[swizzle64_b8(64 * (tj + dj) + tk2)], &b_turned[4 * dj]);
    }
    __syncthreads();
    #pragma unroll
    for (int k_step2 = 0; k_step2 < 2; ++k_step2) {
      unsigned a_frag[16];
      #pragma unroll
      for (int di = 0; di < 4; ++di) {
        ldmatrix_x4(&a_frag[4 * di], &a[swizzle64_b8(64 * (i_warp + matrix_row + 64 * di) + matrix_column + 32 * k_step2)]);
      }
      unsigned b_frag[8];
      #pragma unroll
      for (int dj = 0; dj < 2; ++dj) {
        ldmatrix_x4(&b_frag[4 * dj], &b[swizzle64_b8(64 * (j_warp + matrix_row2 + 32 * dj) + matrix_column2 + 32 * k_step2)]);
      }
      #pragma unroll
      for (int di = 0; di < 4; ++di) {
        #pragma unroll
        for (int dj = 0; dj < 4; ++dj) {
          mma_m16n8k32_s8(&C_sum[16 * di + 4 * dj], &a_frag[4 * di], &b_frag[2 * dj]);
        }
      }
    }
  }
  #pragma unroll
  for (int di = 0; di < 4; ++di) {
    #pragma unroll
    for (int dj = 0; dj < 4; ++dj) {
      #pragma unroll
      for (int di2 = 0; di2 < 2; ++di2) {
        #pragma unroll
        for (int dj2 = 0; dj2 < 2; ++dj2) {
          if (i3 + 64 * di + 8 * di2 < M && j3 + 16 * dj + dj2 < N) {
            C[(long long)(i3 + 64 * di + 8 * di2) * N + j3 + 16 * dj + dj2] = C_sum[16 * di + 4 * dj + 2 * di2 + dj2];
          }
        }
      }
    }
  }
}
