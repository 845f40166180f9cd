// xception_conv3x3: made by tdsl from xception.tdsl for cuda:sm_80. Change the source, not this file.

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
__device__ __forceinline__ int swizzle32_b8(int at) { return at ^ (((at >> 7) & 1) << 4); }

extern "C" __global__ void __launch_bounds__(256) xception_conv3x3(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int H, int W, int K) {
  __shared__ __align__(128) signed char b[2048];
  __shared__ __align__(128) signed char a[2048];
  const int thread = threadIdx.x;
  const int tk = thread >> 2;
  const int lane = thread & 31;
  const int tc = 8 * (lane & 3);
  const int tc2 = 4 * ((thread >> 3) & 7);
  const int warp = thread >> 5;
  const int ty = 32 * ((warp >> 1) & 1) + 4 * (lane & 7);
  const int k_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 16 * (lane >> 4);
  const int y_warp = 8 * (warp >> 1);
  const int matrix_column2 = 16 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int ty2 = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int x_count = H - 2;
  const int y_count = (W + 61) / 64;
  const int in_plane = group % (x_count * y_count);
  const int panel_groups = 8 * y_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, x_count - first_row);
  const int in_panel = in_plane % panel_groups;
  const int x = first_row + in_panel % panel_rows;
  const int y = in_panel / panel_rows;
  const int k = group / (x_count * y_count);
  const int k2 = 64 * k + tk;
  const int y2 = 64 * y + ty;
  const int k3 = 64 * k + 16 * (warp & 1) + (lane >> 2);
  const int y3 = 64 * y + ty2;

  // xception.tdsl:13: O[k, x, y] = sum(c, r, s) A[c, x + r, y + s] * B[k, c, r, s]
  int O_sum[16] = {};
  #pragma unroll
  for (int r_step = 0; r_step < 3; ++r_step) {
    #pragma unroll
    for (int s_step = 0; s_step < 3; ++s_step) {
      for (int c_step = 0; c_step < (C + 31) / 32; ++c_step) {
        const int c = 32 * c_step + tc;
        const int c2 = 32 * c_step + tc2;
        __syncthreads();
        int b2[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          b2[v] = k2 < K && c + v < C ? B[3 * (3 * ((long long)k2 * C + c + v) + r_step) + s_step] : 0;
        }
        store_i8<8>(&b[swizzle32_b8(32 * tk + tc)], b2);
        int a_fill[16];
        #pragma unroll
        for (int dc = 0; dc < 4; ++dc) {
          #pragma unroll
          for (int dy = 0; dy < 4; ++dy) {
            const int a2 = c2 + dc < C && y2 + dy + 3 <= W ? A[((long long)(c2 + dc) * H + r_step + x) * W + y2 + s_step + dy] : 0;
            a_fill[4 * dc + dy] = a2;
          }
        }
        int a_turned[16];
        #pragma unroll
        for (int dy = 0; dy < 4; ++dy) {
          #pragma unroll
          for (int dc = 0; dc < 4; ++dc) {
            a_turned[4 * dy + dc] = a_fill[4 * dc + dy];
          }
        }
        #pragma unroll
        for (int dy = 0; dy < 4; ++dy) {
          if (thread < 128) { store_i8<4>(&a[swizzle32_b8(32 * (ty + dy) + tc2)], &a_turned[4 * dy]); }
        }
        __syncthreads();
        unsigned b_frag[8];
        #pragma unroll
        for (int dk = 0; dk < 2; ++dk) {
          ldmatrix_x4(&b_frag[4 * dk], &b[swizzle32_b8(32 * (k_warp + matrix_row + 32 * dk) + matrix_column)]);
        }
        unsigned a_frag[4];
        ldmatrix_x4(a_frag, &a[swizzle32_b8(32 * (matrix_row2 + y_warp) + matrix_column2)]);
        #pragma unroll
        for (int dk = 0; dk < 2; ++dk) {
          #pragma unroll
          for (int dy = 0; dy < 2; ++dy) {
            mma_m16n8k32_s8(&O_sum[8 * dk + 4 * dy], &b_frag[4 * dk], &a_frag[2 * dy]);
          }
        }
      }
    }
  }
  #pragma unroll
  for (int dk = 0; dk < 2; ++dk) {
    #pragma unroll
    for (int dy = 0; dy < 2; ++dy) {
      #pragma unroll
      for (int dk2 = 0; dk2 < 2; ++dk2) {
        #pragma unroll
        for (int dy2 = 0; dy2 < 2; ++dy2) {
          if (k3 + 32 * dk + 8 * dk2 < K && y3 + 32 * dy + dy2 + 3 <= W) {
            O[((long long)(k3 + 32 * dk + 8 * dk2) * (H - 2) + x) * (W - 2) + y3 + 32 * dy + dy2] = O_sum[8 * dk + 4 * dy + 2 * dk2 + dy2];
          }
        }
      }
    }
  }
}
