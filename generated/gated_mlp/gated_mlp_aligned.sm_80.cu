// gated_mlp_aligned_1, gated_mlp_aligned_2: made by tdsl from gated_mlp.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// 1 / x in one instruction
__device__ __forceinline__ float fast_rcp(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// names the dynamic shared memory of the block
#define dynamic_shared(name) extern __shared__ __align__(128) unsigned char name[]
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

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

// writes two neighbouring bf16 as one word
__device__ __forceinline__ void store_bf16_pair(unsigned short* to, const float* from) { *reinterpret_cast<unsigned*>(to) = bf16x2_from_f32(from[0], from[1]); }

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle64_b16(int at) { return at ^ (((at >> 6) & 3) << 3); }

extern "C" __global__ void __launch_bounds__(128) gated_mlp_aligned_1(const unsigned short* __restrict__ X, const unsigned short* __restrict__ G, const unsigned short* __restrict__ U, unsigned short* __restrict__ H_mem, int M, int K, int N) {
  __shared__ __align__(128) unsigned short x[8192];
  __shared__ __align__(128) unsigned short g[8192];
  __shared__ __align__(128) unsigned short u[8192];
  const int thread = threadIdx.x;
  const int tm = thread >> 3;
  const int lane = thread & 31;
  const int tk = 8 * (lane & 7);
  const int warp = thread >> 5;
  const int m_warp = 16 * warp;
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 8 * (lane >> 4) + (lane & 7);
  const int group = blockIdx.x;
  const int n_count = (N + 56) / 64;
  const int n = group % n_count;
  const int m = group / n_count;
  const int m2 = 64 * m + tm;
  const int n2 = 64 * n + tm;
  const int m3 = 64 * m + 16 * warp + (lane >> 2);
  const int n3 = 64 * n + 2 * (lane & 3);

  // gated_mlp.tdsl:18: let H[m, n]: bf16 = silu(sum(k) X[m, k] * G[n, k]) * (sum(k) X[m, k] * U[n, k])
  float silu_x[32];
  float H_sum[32];
  #pragma unroll
  for (int r = 0; r < 32; ++r) {
    silu_x[r] = 0.0f;
    H_sum[r] = 0.0f;
  }
  for (int k_turn = 0; k_turn < (K + 56) / 64 + 1; ++k_turn) {
    if (k_turn > 0) { cp_async_wait<0>(); }
    __syncthreads();
    if (k_turn < (K + 56) / 64) {
      const int k = 64 * k_turn + tk;
      #pragma unroll
      for (int dm = 0; dm < 4; ++dm) {
        cp_async<16>(&x[4096 * (k_turn & 1) + swizzle128_b16(64 * (tm + 16 * dm) + tk)], &X[(long long)(m2 + 16 * dm) * K + k], m2 + 16 * dm < M && k < K);
      }
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        cp_async<16>(&g[4096 * (k_turn & 1) + swizzle128_b16(64 * (tm + 16 * dn) + tk)], &G[(long long)(n2 + 16 * dn) * K + k], n2 + 16 * dn < N && k < K);
      }
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        cp_async<16>(&u[4096 * (k_turn & 1) + swizzle128_b16(64 * (tm + 16 * dn) + tk)], &U[(long long)(n2 + 16 * dn) * K + k], n2 + 16 * dn < N && k < K);
      }
      cp_async_commit();
    }
    if (k_turn > 0) {
      const int k_step = k_turn - 1;
      #pragma unroll
      for (int k_step2 = 0; k_step2 < 4; ++k_step2) {
        unsigned x_frag[4];
        ldmatrix_x4(x_frag, &x[4096 * (k_step & 1) + swizzle128_b16(64 * (m_warp + matrix_row) + matrix_column + 16 * k_step2)]);
        unsigned g_frag[16];
        #pragma unroll
        for (int dn = 0; dn < 4; ++dn) {
          ldmatrix_x4(&g_frag[4 * dn], &g[4096 * (k_step & 1) + swizzle128_b16(64 * (matrix_row2 + 16 * dn) + matrix_column2 + 16 * k_step2)]);
        }
        #pragma unroll
        for (int dn = 0; dn < 8; ++dn) {
          mma_m16n8k16_bf16(&silu_x[4 * dn], x_frag, &g_frag[2 * dn]);
        }
      }
      #pragma unroll
      for (int k_step2 = 0; k_step2 < 4; ++k_step2) {
        unsigned x_frag2[4];
        ldmatrix_x4(x_frag2, &x[4096 * (k_step & 1) + swizzle128_b16(64 * (m_warp + matrix_row) + matrix_column + 16 * k_step2)]);
        unsigned u_frag[16];
        #pragma unroll
        for (int dn = 0; dn < 4; ++dn) {
          ldmatrix_x4(&u_frag[4 * dn], &u[4096 * (k_step & 1) + swizzle128_b16(64 * (matrix_row2 + 16 * dn) + matrix_column2 + 16 * k_step2)]);
        }
        #pragma unroll
        for (int dn = 0; dn < 8; ++dn) {
          mma_m16n8k16_bf16(&H_sum[4 * dn], x_frag2, &u_frag[2 * dn]);
        }
      }
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    #pragma unroll
    for (int dm = 0; dm < 2; ++dm) {
      float h_mem[2];
      #pragma unroll
      for (int v = 0; v < 2; ++v) {
        h_mem[v] = f32_from_bf16(bf16_from_f32(silu_x[4 * dn + 2 * dm + v] * fast_rcp(1.0f + fast_exp(-silu_x[4 * dn + 2 * dm + v])) * H_sum[4 * dn + 2 * dm + v]));
      }
      if (m3 + 8 * dm < M && n3 + 8 * dn < N) { store_bf16_pair(&H_mem[(long long)(m3 + 8 * dm) * N + n3 + 8 * dn], h_mem); }
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) gated_mlp_aligned_2(const unsigned short* __restrict__ D, const unsigned short* __restrict__ H_mem, unsigned short* __restrict__ Y, int M, int K, int N) {
  dynamic_shared(dynamic_memory);
  unsigned short* const h_mem = reinterpret_cast<unsigned short*>(dynamic_memory); // 16384 elements
  unsigned short* const d = reinterpret_cast<unsigned short*>(dynamic_memory + 32768); // 16384 elements
  const int thread = threadIdx.x;
  const int tm = thread >> 2;
  const int lane = thread & 31;
  const int tn = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int m_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int k_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tk = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((K + 120) / 128);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (M + 127) / 128 - first_row);
  const int in_panel = group % panel_groups;
  const int m = first_row + in_panel % panel_rows;
  const int k = in_panel / panel_rows;
  const int m2 = 128 * m + tm;
  const int k2 = 128 * k + tm;
  const int m3 = 128 * m + 16 * (warp & 1) + (lane >> 2);
  const int k3 = 128 * k + tk;

  // gated_mlp.tdsl:19: Y[m, k] = sum(n) H[m, n] * D[k, n]
  float Y_sum[64] = {};
  for (int n_2_turn = 0; n_2_turn < (N + 24) / 32 + 3; ++n_2_turn) {
    if (n_2_turn >= 3) {
      if (n_2_turn < (N + 24) / 32) {
        cp_async_wait<2>();
      } else {
        cp_async_wait<0>();
      }
    }
    __syncthreads();
    if (n_2_turn < (N + 24) / 32) {
      const int n = 32 * n_2_turn + tn;
      #pragma unroll
      for (int dm = 0; dm < 2; ++dm) {
        cp_async<16>(&h_mem[4096 * (n_2_turn & 3) + swizzle64_b16(32 * (tm + 64 * dm) + tn)], &H_mem[(long long)(m2 + 64 * dm) * N + n], m2 + 64 * dm < M && n < N);
      }
      #pragma unroll
      for (int dk = 0; dk < 2; ++dk) {
        cp_async<16>(&d[4096 * (n_2_turn & 3) + swizzle64_b16(32 * (tm + 64 * dk) + tn)], &D[(long long)(k2 + 64 * dk) * N + n], k2 + 64 * dk < K && n < N);
      }
      cp_async_commit();
    }
    if (n_2_turn >= 3) {
      const int n_2_step = n_2_turn - 3;
      #pragma unroll
      for (int n_step = 0; n_step < 2; ++n_step) {
        unsigned h_mem_frag[16];
        #pragma unroll
        for (int dm = 0; dm < 4; ++dm) {
          ldmatrix_x4(&h_mem_frag[4 * dm], &h_mem[4096 * (n_2_step & 3) + swizzle64_b16(32 * (m_warp + matrix_row + 32 * dm) + matrix_column + 16 * n_step)]);
        }
        unsigned d_frag[8];
        #pragma unroll
        for (int dk = 0; dk < 2; ++dk) {
          ldmatrix_x4(&d_frag[4 * dk], &d[4096 * (n_2_step & 3) + swizzle64_b16(32 * (k_warp + matrix_row2 + 64 * dk) + matrix_column2 + 16 * n_step)]);
        }
        #pragma unroll
        for (int dm = 0; dm < 4; ++dm) {
          #pragma unroll
          for (int dk = 0; dk < 4; ++dk) {
            mma_m16n8k16_bf16(&Y_sum[16 * dm + 4 * dk], &h_mem_frag[4 * dm], &d_frag[2 * dk]);
          }
        }
      }
    }
  }
  #pragma unroll
  for (int dm = 0; dm < 4; ++dm) {
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      #pragma unroll
      for (int dm2 = 0; dm2 < 2; ++dm2) {
        if (m3 + 32 * dm + 8 * dm2 < M && k3 + 32 * dk < K) {
          store_bf16_pair(&Y[(long long)(m3 + 32 * dm + 8 * dm2) * K + k3 + 32 * dk], &Y_sum[16 * dm + 4 * dk + 2 * dm2]);
        }
      }
    }
  }
}
