// linear_aligned: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 8 == 0, M % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// names the dynamic shared memory of the block
#define dynamic_shared(name) extern __shared__ __align__(128) unsigned char name[]
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

// d += a * b: 16 x 16 times 16 x 8, bf16 with sums in f32
__device__ __forceinline__ void mma_m16n8k16_bf16(float* d, const unsigned* a, const unsigned* b) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
    : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle64_b16(int at) { return at ^ (((at >> 6) & 3) << 3); }

extern "C" __global__ void __launch_bounds__(256) linear_aligned(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, float* __restrict__ z, int S, int C, int M) {
  dynamic_shared(dynamic_memory);
  unsigned short* const y2 = reinterpret_cast<unsigned short*>(dynamic_memory); // 16384 elements
  unsigned short* const w = reinterpret_cast<unsigned short*>(dynamic_memory + 32768); // 16384 elements
  const int thread = threadIdx.x;
  const int ts = thread >> 2;
  const int lane = thread & 31;
  const int tc = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int s_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int m_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tm = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((M + 124) / 128);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (S + 127) / 128 - first_row);
  const int in_panel = group % panel_groups;
  const int s = first_row + in_panel % panel_rows;
  const int m = in_panel / panel_rows;
  const int s2 = 128 * s + ts;
  const int m2 = 128 * m + ts;
  const int s3 = 128 * s + 16 * (warp & 1) + (lane >> 2);
  const int m3 = 128 * m + tm;

  // llama.tdsl:54: z[s, m] = sum(c) y[s, c] * W[m, c]
  float z_sum[64] = {};
  for (int c_turn = 0; c_turn < (C + 24) / 32 + 3; ++c_turn) {
    if (c_turn >= 3) {
      if (c_turn < (C + 24) / 32) {
        cp_async_wait<2>();
      } else {
        cp_async_wait<0>();
      }
    }
    __syncthreads();
    if (c_turn < (C + 24) / 32) {
      const int c = 32 * c_turn + tc;
      #pragma unroll
      for (int ds = 0; ds < 2; ++ds) {
        cp_async<16>(&y2[4096 * (c_turn & 3) + swizzle64_b16(32 * (ts + 64 * ds) + tc)], &y[(long long)(s2 + 64 * ds) * C + c], s2 + 64 * ds < S && c < C);
      }
      #pragma unroll
      for (int dm = 0; dm < 2; ++dm) {
        cp_async<16>(&w[4096 * (c_turn & 3) + swizzle64_b16(32 * (ts + 64 * dm) + tc)], &W[(long long)(m2 + 64 * dm) * C + c], m2 + 64 * dm < M && c < C);
      }
      cp_async_commit();
    }
    if (c_turn >= 3) {
      const int c_step = c_turn - 3;
      #pragma unroll
      for (int c_step2 = 0; c_step2 < 2; ++c_step2) {
        unsigned y2_frag[16];
        #pragma unroll
        for (int ds = 0; ds < 4; ++ds) {
          ldmatrix_x4(&y2_frag[4 * ds], &y2[4096 * (c_step & 3) + swizzle64_b16(32 * (matrix_row + s_warp + 32 * ds) + matrix_column + 16 * c_step2)]);
        }
        unsigned w_frag[8];
        #pragma unroll
        for (int dm = 0; dm < 2; ++dm) {
          ldmatrix_x4(&w_frag[4 * dm], &w[4096 * (c_step & 3) + swizzle64_b16(32 * (m_warp + matrix_row2 + 64 * dm) + matrix_column2 + 16 * c_step2)]);
        }
        #pragma unroll
        for (int ds = 0; ds < 4; ++ds) {
          #pragma unroll
          for (int dm = 0; dm < 4; ++dm) {
            mma_m16n8k16_bf16(&z_sum[16 * ds + 4 * dm], &y2_frag[4 * ds], &w_frag[2 * dm]);
          }
        }
      }
    }
  }
  #pragma unroll
  for (int ds = 0; ds < 4; ++ds) {
    #pragma unroll
    for (int dm = 0; dm < 4; ++dm) {
      #pragma unroll
      for (int ds2 = 0; ds2 < 2; ++ds2) {
        if (s3 + 32 * ds + 8 * ds2 < S && m3 + 32 * dm < M) {
          store_vector<2>(&z[(long long)(s3 + 32 * ds + 8 * ds2) * M + m3 + 32 * dm], &z_sum[16 * ds + 4 * dm + 2 * ds2]);
        }
      }
    }
  }
}
