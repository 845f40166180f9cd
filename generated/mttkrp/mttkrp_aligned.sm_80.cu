// mttkrp_aligned: made by tdsl from mttkrp.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on L % 16 == 0, J % 16 == 0.

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
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }

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
// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }
// a * b, modulo 2^32
__device__ __forceinline__ int wrap_mul(int a, int b) { return (int)((unsigned)a * (unsigned)b); }

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

extern "C" __global__ void __launch_bounds__(256) mttkrp_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, const signed char* __restrict__ C, int* __restrict__ D, int I, int K, int L, int J) {
  __shared__ __align__(128) signed char a[16384];
  __shared__ __align__(128) signed char b[4096];
  __shared__ __align__(128) int partials_int_0[2048];
  const int thread = threadIdx.x;
  const int tk = thread >> 2;
  const int lane = thread & 31;
  const int tl = 16 * (lane & 3);
  const int tl2 = 4 * ((thread >> 3) & 15);
  const int warp = thread >> 5;
  const int tj = 32 * (warp >> 2) + 4 * (lane & 7);
  const int k_warp = 16 * (warp & 3);
  const int matrix_row = lane & 15;
  const int matrix_column = 16 * (lane >> 4);
  const int j_warp = 8 * (warp >> 2);
  const int matrix_column2 = 16 * ((lane >> 3) & 1);
  const int matrix_row2 = 16 * (lane >> 4) + (lane & 7);
  const int tk2 = 16 * (warp & 3) + (lane >> 2);
  const int tj2 = 8 * (warp >> 2) + 2 * (lane & 3);
  const int leader = thread & 159;
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((J + 48) / 64);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, I - first_row);
  const int in_panel = group % panel_groups;
  const int i = first_row + in_panel % panel_rows;
  const int j = in_panel / panel_rows;
  const int j2 = 64 * j + tj;
  const int j3 = 64 * j + tj2;

  // mttkrp.tdsl:9: D[i, j] = sum(k) T[i, k, j] * C[k, j]
  int D_sum[8] = {};
  for (int k_2_step = 0; k_2_step < (K + 255) / 256; ++k_2_step) {
    const int k = 256 * k_2_step + tk;
    const int k2 = 256 * k_2_step + tk2;
    int T[64] = {};
    for (int l_step = 0; l_step < (L + 48) / 64; ++l_step) {
      const int l = 64 * l_step + tl;
      const int l2 = 64 * l_step + tl2;
      __syncthreads();
      #pragma unroll
      for (int dk = 0; dk < 4; ++dk) {
        cp_async<16>(&a[swizzle64_b8(64 * (tk + 64 * dk) + tl)], &A[((long long)i * K + k + 64 * dk) * L + l], k + 64 * dk < K && l < L);
      }
      int b_fill[16];
      #pragma unroll
      for (int dl = 0; dl < 4; ++dl) {
        int b2[4];
        load_i8_or<4>(b2, &B[(long long)(l2 + dl) * J + j2], l2 + dl < L && j2 < J, 0);
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
          b_fill[4 * dl + v] = b2[v];
        }
      }
      int b_turned[16];
      #pragma unroll
      for (int dj = 0; dj < 4; ++dj) {
        #pragma unroll
        for (int dl = 0; dl < 4; ++dl) {
          b_turned[4 * dj + dl] = b_fill[4 * dl + dj];
        }
      }
      #pragma unroll
      for (int dj = 0; dj < 4; ++dj) {
        store_i8<4>(&b[swizzle64_b8(64 * (tj + dj) + tl2)], &b_turned[4 * dj]);
      }
      cp_async_commit();
      cp_async_wait<0>();
      __syncthreads();
      #pragma unroll
      for (int l_step2 = 0; l_step2 < 2; ++l_step2) {
        unsigned a_frag[16];
        #pragma unroll
        for (int dk = 0; dk < 4; ++dk) {
          ldmatrix_x4(&a_frag[4 * dk], &a[swizzle64_b8(64 * (k_warp + matrix_row + 64 * dk) + matrix_column + 32 * l_step2)]);
        }
        unsigned b_frag[8];
        #pragma unroll
        for (int dj = 0; dj < 2; ++dj) {
          ldmatrix_x4(&b_frag[4 * dj], &b[swizzle64_b8(64 * (j_warp + matrix_row2 + 32 * dj) + matrix_column2 + 32 * l_step2)]);
        }
        #pragma unroll
        for (int dk = 0; dk < 4; ++dk) {
          #pragma unroll
          for (int dj = 0; dj < 4; ++dj) {
            mma_m16n8k32_s8(&T[16 * dk + 4 * dj], &a_frag[4 * dk], &b_frag[2 * dj]);
          }
        }
      }
    }
    int D_sum_part[8] = {};
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      #pragma unroll
      for (int dj = 0; dj < 4; ++dj) {
        #pragma unroll
        for (int dk2 = 0; dk2 < 2; ++dk2) {
          int c[2];
          load_i8_or<2>(c, &C[(long long)(k2 + 64 * dk + 8 * dk2) * J + j3 + 16 * dj], k2 + 64 * dk + 8 * dk2 < K && j3 + 16 * dj < J, 0);
          #pragma unroll
          for (int v = 0; v < 2; ++v) {
            const int D_sum_term = wrap_mul(T[16 * dk + 4 * dj + 2 * dk2 + v], c[v]);
            const int D_sum_term2 = k2 + 64 * dk + 8 * dk2 < K ? D_sum_term : 0;
            D_sum_part[2 * dj + v] = wrap_add(D_sum_part[2 * dj + v], D_sum_term2);
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 3; ++step) {
        D_sum_part[r] = wrap_add(D_sum_part[r], warp_xor(D_sum_part[r], 4 << step));
      }
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_int_0[r * 256 + thread] = D_sum_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      D_sum_part[r] = partials_int_0[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        D_sum_part[r] = wrap_add(D_sum_part[r], partials_int_0[r * 256 + leader + 32 * (other + 1)]);
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      D_sum[r] = wrap_add(D_sum[r], D_sum_part[r]);
    }
  }
  #pragma unroll
  for (int dj = 0; dj < 4; ++dj) {
    if (j3 + 16 * dj < J && (thread & 124) == 0) { store_vector<2>(&D[(long long)i * J + j3 + 16 * dj], &D_sum[2 * dj]); }
  }
}
