// gemm_aligned: made by tdsl from gemm.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 16 == 0, N % 16 == 0.

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

// shared memory as the 32-bit address that instructions take
__device__ __forceinline__ unsigned shared_address(const void* pointer) { return (unsigned)__cvta_generic_to_shared(pointer); }

// starts a copy of BYTES (4, 8, 16) from device to shared memory; zeros where it is not inside
template <int BYTES> __device__ __forceinline__ void cp_async(void* to, const void* from, bool inside) {
  static_assert(BYTES == 4 || BYTES == 8 || BYTES == 16, "cp.async moves 4, 8 or 16 bytes");
  const int read = inside ? BYTES : 0;
  if constexpr (BYTES == 16)
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" :: "r"(shared_address(to)), "l"(from), "r"(read) : "memory");
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" :: "r"(shared_address(to)), "l"(from), "n"(BYTES), "r"(read) : "memory");
}

// closes a group of the copies started by this thread
__device__ __forceinline__ void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// waits until at most N of this thread's newest groups are in flight
template <int N> __device__ __forceinline__ void cp_async_wait() { asm volatile("cp.async.wait_group %0;" :: "n"(N) : "memory"); }

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

// signed byte of a word
__device__ __forceinline__ int s8_at(unsigned word, int n) { return (int)(word << (24 - 8 * n)) >> 24; }
// the low bytes of four integers in one word
__device__ __forceinline__ unsigned pack_8(int a, int b, int c, int d) { return ((unsigned)a & 0xffu) | (((unsigned)b & 0xffu) << 8) | (((unsigned)c & 0xffu) << 16) | ((unsigned)d << 24); }

// reads N consecutive i8 as one access
template <int N> __device__ __forceinline__ void load_i8(int* to, const signed char* from) {
  unsigned words[(N + 3) / 4];
  if constexpr (N % 4 == 0) load_vector<N / 4>(words, reinterpret_cast<const unsigned*>(from));
  else if constexpr (N == 2) words[0] = *reinterpret_cast<const unsigned short*>(from);
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = s8_at(words[n / 4], n % 4);
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_i8_or(int* to, const signed char* from, bool inside, int fill) {
  if (inside) {
    load_i8<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

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

extern "C" __global__ void __launch_bounds__(256) gemm_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) signed char a[16384];
  __shared__ __align__(128) signed char b[4096];
  const int thread = threadIdx.x;
  const int ti = thread >> 2;
  const int lane = thread & 31;
  const int tk = 16 * (lane & 3);
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
  const int panel_groups = 8 * ((N + 48) / 64);
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
  for (int k_step = 0; k_step < (K + 48) / 64; ++k_step) {
    const int k = 64 * k_step + tk;
    const int k2 = 64 * k_step + tk2;
    __syncthreads();
    #pragma unroll
    for (int di = 0; di < 4; ++di) {
      cp_async<16>(&a[swizzle64_b8(64 * (ti + 64 * di) + tk)], &A[(long long)(i2 + 64 * di) * K + k], i2 + 64 * di < M && k < K);
    }
    int b_fill[16];
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      int b2[4];
      load_i8_or<4>(b2, &B[(long long)(k2 + dk) * N + j2], k2 + dk < K && j2 < N, 0);
      #pragma unroll
      for (int v = 0; v < 4; ++v) {
        b_fill[4 * dk + v] = b2[v];
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
    cp_async_commit();
    cp_async_wait<0>();
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
        if (i3 + 64 * di + 8 * di2 < M && j3 + 16 * dj < N) {
          store_vector<2>(&C[(long long)(i3 + 64 * di + 8 * di2) * N + j3 + 16 * dj], &C_sum[16 * di + 4 * dj + 2 * di2]);
        }
      }
    }
  }
}
