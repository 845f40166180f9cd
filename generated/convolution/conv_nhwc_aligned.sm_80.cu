// conv_nhwc_aligned: made by tdsl from convolution.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 8 == 0, O % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// two f32 to a word of f16, the first in the low half
__device__ __forceinline__ unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
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

// d += a * b: 16 x 16 times 16 x 8, f16 with sums in f32
__device__ __forceinline__ void mma_m16n8k16_f16(float* d, const unsigned* a, const unsigned* b) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
    : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// writes two neighbouring f16 as one word
__device__ __forceinline__ void store_f16_pair(unsigned short* to, const float* from) { *reinterpret_cast<unsigned*>(to) = f16x2_from_f32(from[0], from[1]); }

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle64_b16(int at) { return at ^ (((at >> 6) & 3) << 3); }

extern "C" __global__ void __launch_bounds__(256) conv_nhwc_aligned(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, unsigned short* __restrict__ Y, int N, int H, int W, int C, int O) {
  __shared__ __align__(128) unsigned short x[8192];
  __shared__ __align__(128) unsigned short f[8192];
  const int thread = threadIdx.x;
  const int tx = thread >> 2;
  const int lane = thread & 31;
  const int tc = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int x_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int o_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int to = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int x_count = (W + 63) / 64;
  const int o_count = (O + 56) / 64;
  const int in_plane = group % (x_count * o_count);
  const int panel_groups = 8 * o_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, x_count - first_row);
  const int in_panel = in_plane % panel_groups;
  const int x2 = first_row + in_panel % panel_rows;
  const int o = in_panel / panel_rows;
  const int outer = group / (x_count * o_count);
  const int y = outer % H;
  const int n = outer / H;
  const int x3 = 64 * x2 + tx;
  const int o2 = 64 * o + tx;
  const int x4 = 64 * x2 + 16 * (warp & 1) + (lane >> 2);
  const int o3 = 64 * o + to;

  // convolution.tdsl:19: Y[n, y, x, o] = sum(r, s, c) (X[n, y + r - 1, x + s - 1, c] else 0) * F[o, r, s, c]
  float Y_sum[16] = {};
  #pragma unroll
  for (int r_step = 0; r_step < 3; ++r_step) {
    #pragma unroll
    for (int s_step = 0; s_step < 3; ++s_step) {
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
          cp_async<16>(&x[2048 * ((c_turn + 3 * r_step * ((C + 24) / 32) + s_step * ((C + 24) / 32)) & 3) + swizzle64_b16(32 * tx + tc)], &X[(((long long)n * H + r_step + y - 1) * W + x3 + s_step - 1) * C + c], r_step + y > 0 && r_step + y <= H && x3 + s_step > 0 && x3 + s_step <= W && c < C);
          cp_async<16>(&f[2048 * ((c_turn + 3 * r_step * ((C + 24) / 32) + s_step * ((C + 24) / 32)) & 3) + swizzle64_b16(32 * tx + tc)], &F[(3 * (3 * (long long)o2 + r_step) + s_step) * C + c], o2 < O && c < C);
          cp_async_commit();
        }
        if (c_turn >= 3) {
          const int c_step = c_turn - 3;
          #pragma unroll
          for (int c_step2 = 0; c_step2 < 2; ++c_step2) {
            unsigned x_frag[8];
            #pragma unroll
            for (int dx = 0; dx < 2; ++dx) {
              ldmatrix_x4(&x_frag[4 * dx], &x[2048 * ((c_step + 3 * r_step * ((C + 24) / 32) + s_step * ((C + 24) / 32)) & 3) + swizzle64_b16(32 * (matrix_row + x_warp + 32 * dx) + matrix_column + 16 * c_step2)]);
            }
            unsigned f_frag[4];
            ldmatrix_x4(f_frag, &f[2048 * ((c_step + 3 * r_step * ((C + 24) / 32) + s_step * ((C + 24) / 32)) & 3) + swizzle64_b16(32 * (matrix_row2 + o_warp) + matrix_column2 + 16 * c_step2)]);
            #pragma unroll
            for (int dx = 0; dx < 2; ++dx) {
              #pragma unroll
              for (int do_ = 0; do_ < 2; ++do_) {
                mma_m16n8k16_f16(&Y_sum[8 * dx + 4 * do_], &x_frag[4 * dx], &f_frag[2 * do_]);
              }
            }
          }
        }
      }
    }
  }
  #pragma unroll
  for (int dx = 0; dx < 2; ++dx) {
    #pragma unroll
    for (int do_ = 0; do_ < 2; ++do_) {
      #pragma unroll
      for (int dx2 = 0; dx2 < 2; ++dx2) {
        if (x4 + 32 * dx + 8 * dx2 < W && o3 + 32 * do_ < O) {
          store_f16_pair(&Y[(((long long)n * H + y) * W + x4 + 32 * dx + 8 * dx2) * O + o3 + 32 * do_], &Y_sum[8 * dx + 4 * do_ + 2 * dx2]);
        }
      }
    }
  }
}
