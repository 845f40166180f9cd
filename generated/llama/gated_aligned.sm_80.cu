// gated_aligned: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 8 == 0, F % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// 1 / x in one instruction
__device__ __forceinline__ float fast_rcp(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
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

// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

// writes two neighbouring bf16 as one word
__device__ __forceinline__ void store_bf16_pair(unsigned short* to, const float* from) { *reinterpret_cast<unsigned*>(to) = bf16x2_from_f32(from[0], from[1]); }

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

extern "C" __global__ void __launch_bounds__(128) gated_aligned(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, unsigned short* __restrict__ z, int S, int C, int F) {
  __shared__ __align__(128) unsigned short y2[8192];
  __shared__ __align__(128) unsigned short w[8192];
  __shared__ __align__(128) unsigned short w2[8192];
  const int thread = threadIdx.x;
  const int ts = thread >> 3;
  const int lane = thread & 31;
  const int tc = 8 * (lane & 7);
  const int warp = thread >> 5;
  const int s_warp = 16 * warp;
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 8 * (lane >> 4) + (lane & 7);
  const int group = blockIdx.x;
  const int f_count = (F + 56) / 64;
  const int f = group % f_count;
  const int s = group / f_count;
  const int s2 = 64 * s + ts;
  const int f2 = 64 * f + ts;
  const int s3 = 64 * s + 16 * warp + (lane >> 2);
  const int f3 = 64 * f + 2 * (lane & 3);

  // llama.tdsl:76: z[s, f] = silu(gate[s, f]) * up[s, f]
  float gate[32];
  float up[32];
  #pragma unroll
  for (int r = 0; r < 32; ++r) {
    gate[r] = 0.0f;
    up[r] = 0.0f;
  }
  for (int c_turn = 0; c_turn < (C + 56) / 64 + 1; ++c_turn) {
    if (c_turn > 0) { cp_async_wait<0>(); }
    __syncthreads();
    if (c_turn < (C + 56) / 64) {
      const int c = 64 * c_turn + tc;
      #pragma unroll
      for (int ds = 0; ds < 4; ++ds) {
        cp_async<16>(&y2[4096 * (c_turn & 1) + swizzle128_b16(64 * (ts + 16 * ds) + tc)], &y[(long long)(s2 + 16 * ds) * C + c], s2 + 16 * ds < S && c < C);
      }
      #pragma unroll
      for (int df = 0; df < 4; ++df) {
        cp_async<16>(&w[4096 * (c_turn & 1) + swizzle128_b16(64 * (ts + 16 * df) + tc)], &W[(long long)(f2 + 16 * df) * C + c], f2 + 16 * df < F && c < C);
      }
      #pragma unroll
      for (int df = 0; df < 4; ++df) {
        cp_async<16>(&w2[4096 * (c_turn & 1) + swizzle128_b16(64 * (ts + 16 * df) + tc)], &W[(long long)(f2 + F + 16 * df) * C + c], f2 + 16 * df < F && c < C);
      }
      cp_async_commit();
    }
    if (c_turn > 0) {
      const int c_step = c_turn - 1;
      #pragma unroll
      for (int c_step2 = 0; c_step2 < 4; ++c_step2) {
        unsigned y2_frag[4];
        ldmatrix_x4(y2_frag, &y2[4096 * (c_step & 1) + swizzle128_b16(64 * (matrix_row + s_warp) + matrix_column + 16 * c_step2)]);
        unsigned w_frag[16];
        #pragma unroll
        for (int df = 0; df < 4; ++df) {
          ldmatrix_x4(&w_frag[4 * df], &w[4096 * (c_step & 1) + swizzle128_b16(64 * (matrix_row2 + 16 * df) + matrix_column2 + 16 * c_step2)]);
        }
        #pragma unroll
        for (int df = 0; df < 8; ++df) {
          mma_m16n8k16_bf16(&gate[4 * df], y2_frag, &w_frag[2 * df]);
        }
      }
      #pragma unroll
      for (int c_step2 = 0; c_step2 < 4; ++c_step2) {
        unsigned y2_frag2[4];
        ldmatrix_x4(y2_frag2, &y2[4096 * (c_step & 1) + swizzle128_b16(64 * (matrix_row + s_warp) + matrix_column + 16 * c_step2)]);
        unsigned w2_frag[16];
        #pragma unroll
        for (int df = 0; df < 4; ++df) {
          ldmatrix_x4(&w2_frag[4 * df], &w2[4096 * (c_step & 1) + swizzle128_b16(64 * (matrix_row2 + 16 * df) + matrix_column2 + 16 * c_step2)]);
        }
        #pragma unroll
        for (int df = 0; df < 8; ++df) {
          mma_m16n8k16_bf16(&up[4 * df], y2_frag2, &w2_frag[2 * df]);
        }
      }
    }
  }
  #pragma unroll
  for (int df = 0; df < 8; ++df) {
    #pragma unroll
    for (int ds = 0; ds < 2; ++ds) {
      float z2[2];
      #pragma unroll
      for (int v = 0; v < 2; ++v) {
        z2[v] = gate[4 * df + 2 * ds + v] * fast_rcp(1.0f + fast_exp(-gate[4 * df + 2 * ds + v])) * up[4 * df + 2 * ds + v];
      }
      if (s3 + 8 * ds < S && f3 + 8 * df < F) { store_bf16_pair(&z[(long long)(s3 + 8 * ds) * F + f3 + 8 * df], z2); }
    }
  }
}
