// attend_D64: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
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

// reads 4 8x8 matrices of 16-bit elements, transposed; lane 8 * m + r gives row r of matrix m
__device__ __forceinline__ void ldmatrix_x4_trans(unsigned* to, const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
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

extern "C" __global__ void __launch_bounds__(128) attend_D64(const unsigned short* __restrict__ q, const unsigned short* __restrict__ KV, unsigned short* __restrict__ o, int T, int G, int R, int S, int X) {
  __shared__ __align__(128) unsigned short q2[4096];
  __shared__ __align__(128) unsigned short kv[8192];
  __shared__ __align__(128) unsigned short kv2[8192];
  const int thread = threadIdx.x;
  const int ts = thread >> 3;
  const int lane = thread & 31;
  const int td = 8 * (lane & 7);
  const int warp = thread >> 5;
  const int s_warp = 16 * warp;
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 8 * (lane >> 4) + (lane & 7);
  const int tt = 2 * (lane & 3);
  const int group = blockIdx.x;
  const int s_count = (S + 63) / 64;
  const int s = group % s_count;
  const int outer = group / s_count;
  const int r = outer % R;
  const int g = outer / R;
  const int s2 = 64 * s + ts;
  const int s3 = 64 * s + 16 * warp + (lane >> 2);

  // llama.tdsl:111: o[g*R + r, s, d] = sum(t: T) W[g, r, s, t] * KV[1, g, t, d]
  #pragma unroll
  for (int ds = 0; ds < 4; ++ds) {
    cp_async<16>(&q2[swizzle128_b16(64 * (ts + 16 * ds) + td)], &q[64 * ((long long)(r + g * R) * S + s2 + 16 * ds) + td], s2 + 16 * ds < S);
  }
  cp_async_commit();
  cp_async_wait<0>();
  __syncthreads();
  float W_max[2];
  #pragma unroll
  for (int ds = 0; ds < 2; ++ds) {
    W_max[ds] = -3.4028234663852886e38f;
  }
  float o_sum_f[32] = {};
  float W_sum[2] = {};
  const int t_2_turn_count = ((min(max(0, T + 64 * s + 64 - S), T) + 63) >> 6) + 1;
  for (int t_2_turn = 0; t_2_turn < t_2_turn_count; ++t_2_turn) {
    if (t_2_turn > 0) { cp_async_wait<0>(); }
    __syncthreads();
    if (t_2_turn < ((min(max(0, T + 64 * s + 64 - S), T) + 63) >> 6)) {
      const int t = 64 * t_2_turn + ts;
      #pragma unroll
      for (int dt = 0; dt < 4; ++dt) {
        cp_async<16>(&kv[4096 * (t_2_turn & 1) + swizzle128_b16(64 * (ts + 16 * dt) + td)], &KV[64 * (((long long)1 * G + g) * (T + X) + t + 16 * dt) + td], t + 16 * dt < T);
      }
      #pragma unroll
      for (int dt = 0; dt < 4; ++dt) {
        cp_async<16>(&kv2[4096 * (t_2_turn & 1) + swizzle128_b16(64 * (ts + 16 * dt) + td)], &KV[64 * ((long long)g * (T + X) + t + 16 * dt) + td], t + 16 * dt < T);
      }
      cp_async_commit();
    }
    if (t_2_turn > 0) {
      const int t_2_step = t_2_turn - 1;
      const int t = 64 * t_2_step + tt;
      float P_sum[32] = {};
      #pragma unroll
      for (int d_step = 0; d_step < 4; ++d_step) {
        unsigned q2_frag[4];
        ldmatrix_x4(q2_frag, &q2[swizzle128_b16(64 * (matrix_row + s_warp) + matrix_column + 16 * d_step)]);
        unsigned kv2_frag[16];
        #pragma unroll
        for (int dt = 0; dt < 4; ++dt) {
          ldmatrix_x4(&kv2_frag[4 * dt], &kv2[4096 * (t_2_step & 1) + swizzle128_b16(64 * (matrix_row2 + 16 * dt) + matrix_column2 + 16 * d_step)]);
        }
        #pragma unroll
        for (int dt = 0; dt < 8; ++dt) {
          mma_m16n8k16_bf16(&P_sum[4 * dt], q2_frag, &kv2_frag[2 * dt]);
        }
      }
      float W_max_part[2];
      #pragma unroll
      for (int r2 = 0; r2 < 2; ++r2) {
        W_max_part[r2] = -3.4028234663852886e38f;
      }
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        #pragma unroll
        for (int ds = 0; ds < 2; ++ds) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float W_max_term = P_sum[4 * dt + 2 * ds + dt2] * 0.125f;
            const float W_max_term2 = t + S + 8 * dt + dt2 <= s3 + T + 8 * ds && t + 8 * dt + dt2 < T ? W_max_term : -3.4028234663852886e38f;
            W_max_part[ds] = max_f32(W_max_part[ds], W_max_term2);
          }
        }
      }
      #pragma unroll
      for (int r2 = 0; r2 < 2; ++r2) {
        #pragma unroll
        for (int step = 0; step < 2; ++step) {
          W_max_part[r2] = max_f32(W_max_part[r2], warp_xor(W_max_part[r2], 1 << step));
        }
      }
      float W_max_new[2];
      float o_sum_f_scale[2];
      #pragma unroll
      for (int ds = 0; ds < 2; ++ds) {
        W_max_new[ds] = max_f32(W_max[ds], W_max_part[ds]);
        o_sum_f_scale[ds] = fast_exp(W_max[ds] - W_max_new[ds]);
      }
      #pragma unroll
      for (int dd = 0; dd < 8; ++dd) {
        #pragma unroll
        for (int ds = 0; ds < 2; ++ds) {
          #pragma unroll
          for (int dd2 = 0; dd2 < 2; ++dd2) {
            o_sum_f[4 * dd + 2 * ds + dd2] *= o_sum_f_scale[ds];
          }
        }
      }
      float o_sum_f_term[32];
      unsigned o_sum_f_a16[16];
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        #pragma unroll
        for (int ds = 0; ds < 2; ++ds) {
          o_sum_f_term[4 * dt + 2 * ds] = fast_exp(P_sum[4 * dt + 2 * ds] * 0.125f - W_max_new[ds]);
          const float o_sum_f_a = f32_from_bf16(bf16_from_f32(t + S + 8 * dt <= s3 + T + 8 * ds && t + 8 * dt < T ? o_sum_f_term[4 * dt + 2 * ds] : 0.0f));
          o_sum_f_term[4 * dt + 2 * ds + 1] = fast_exp(P_sum[4 * dt + 2 * ds + 1] * 0.125f - W_max_new[ds]);
          const float o_sum_f_a2 = f32_from_bf16(bf16_from_f32(t + S + 8 * dt < s3 + T + 8 * ds && t + 8 * dt + 2 <= T ? o_sum_f_term[4 * dt + 2 * ds + 1] : 0.0f));
          o_sum_f_a16[2 * dt + ds] = bf16x2_from_f32(o_sum_f_a, o_sum_f_a2);
        }
      }
      #pragma unroll
      for (int t_step = 0; t_step < 4; ++t_step) {
        unsigned kv_frag[16];
        #pragma unroll
        for (int dd = 0; dd < 4; ++dd) {
          ldmatrix_x4_trans(&kv_frag[4 * dd], &kv[4096 * (t_2_step & 1) + swizzle128_b16(64 * (matrix_row + 16 * t_step) + matrix_column + 16 * dd)]);
        }
        #pragma unroll
        for (int dd = 0; dd < 8; ++dd) {
          mma_m16n8k16_bf16(&o_sum_f[4 * dd], &o_sum_f_a16[4 * t_step], &kv_frag[2 * dd]);
        }
      }
      float W_sum_part[2] = {};
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        #pragma unroll
        for (int ds = 0; ds < 2; ++ds) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float W_sum_term = t + S + 8 * dt + dt2 <= s3 + T + 8 * ds && t + 8 * dt + dt2 < T ? o_sum_f_term[4 * dt + 2 * ds + dt2] : 0.0f;
            W_sum_part[ds] += W_sum_term;
          }
        }
      }
      #pragma unroll
      for (int r2 = 0; r2 < 2; ++r2) {
        #pragma unroll
        for (int step = 0; step < 2; ++step) {
          W_sum_part[r2] += warp_xor(W_sum_part[r2], 1 << step);
        }
      }
      #pragma unroll
      for (int ds = 0; ds < 2; ++ds) {
        W_sum[ds] = W_sum[ds] * o_sum_f_scale[ds] + W_sum_part[ds];
        W_max[ds] = W_max_new[ds];
      }
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    #pragma unroll
    for (int ds = 0; ds < 2; ++ds) {
      float o2[2];
      #pragma unroll
      for (int v = 0; v < 2; ++v) {
        o2[v] = o_sum_f[4 * dd + 2 * ds + v] * (W_sum[ds] > 0.0f ? 1.0f / W_sum[ds] : 0.0f);
      }
      if (s3 + 8 * ds < S) { store_bf16_pair(&o[64 * ((long long)(r + g * R) * S + s3 + 8 * ds) + tt + 8 * dd], o2); }
    }
  }
}
