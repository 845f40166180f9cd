// attend_one_D128_thin_1, attend_one_D128_thin_2: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
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

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

extern "C" __global__ void __launch_bounds__(32) attend_one_D128_thin_1(const unsigned short* __restrict__ q, const unsigned short* __restrict__ KV, const int* __restrict__ position, float* __restrict__ W_max_chunk_mem, float* __restrict__ W_sum_chunk_mem, float* __restrict__ o_sum_f_chunk_mem, int T, int G, int R, int X) {
  dynamic_shared(dynamic_memory);
  unsigned short* const q2 = reinterpret_cast<unsigned short*>(dynamic_memory); // 2048 elements
  unsigned short* const kv = reinterpret_cast<unsigned short*>(dynamic_memory + 4096); // 16384 elements
  unsigned short* const kv2 = reinterpret_cast<unsigned short*>(dynamic_memory + 36864); // 16384 elements
  const int thread = threadIdx.x;
  const int tr = thread >> 4;
  const int td = 8 * (thread & 15);
  const int tt = thread >> 4;
  const int matrix_row = thread & 15;
  const int matrix_column = 8 * (thread >> 4);
  const int matrix_column2 = 8 * ((thread >> 3) & 1);
  const int matrix_row2 = 8 * (thread >> 4) + (thread & 7);
  const int tt2 = 2 * (thread & 3);
  const int td2 = 2 * (thread & 3);
  const int group = blockIdx.x;
  const int t_chunk_count = (T + 255) / 256;
  const int t_chunk = group % t_chunk_count;
  const int outer = group / t_chunk_count;
  const int r_count = (R + 15) / 16;
  const int r = outer % r_count;
  const int g = outer / r_count;
  const int r2 = 16 * r + tr;
  const int r3 = 16 * r + (thread >> 2);

  // llama.tdsl:145: o[i, (g*R + r) * D + d] = sum(t: T) W[g, r, t] * KV[1, g, t, d]
  #pragma unroll
  for (int dr = 0; dr < 8; ++dr) {
    cp_async<16>(&q2[swizzle128_b16(1024 * (td >> 6) + 64 * (tr + 2 * dr) + (td & 63))], &q[128 * (long long)(r2 + g * R + 2 * dr) + td], r2 + 2 * dr < R);
  }
  cp_async_commit();
  cp_async_wait<0>();
  __syncthreads();
  float W_max_chunk[2];
  #pragma unroll
  for (int dr = 0; dr < 2; ++dr) {
    W_max_chunk[dr] = -3.4028234663852886e38f;
  }
  float o_sum_f_chunk[64] = {};
  float W_sum_chunk[2] = {};
  const int t_4_turn_count = ((min(T - 256 * t_chunk, 256) + 63) >> 6) + 1;
  for (int t_4_turn = 0; t_4_turn < t_4_turn_count; ++t_4_turn) {
    if (t_4_turn > 0) { cp_async_wait<0>(); }
    __syncthreads();
    if (t_4_turn < ((min(T - 256 * t_chunk, 256) + 63) >> 6)) {
      const int t = 64 * t_4_turn + tt;
      #pragma unroll
      for (int dt = 0; dt < 32; ++dt) {
        cp_async<16>(&kv[8192 * (t_4_turn & 1) + swizzle128_b16(4096 * (td >> 6) + 64 * (tt + 2 * dt) + (td & 63))], &KV[128 * (((long long)1 * G + g) * (T + X) + t + 256 * t_chunk + 2 * dt) + td], t + 256 * t_chunk + 2 * dt < T + X);
      }
      #pragma unroll
      for (int dt = 0; dt < 32; ++dt) {
        cp_async<16>(&kv2[8192 * (t_4_turn & 1) + swizzle128_b16(4096 * (td >> 6) + 64 * (tt + 2 * dt) + (td & 63))], &KV[128 * ((long long)g * (T + X) + t + 256 * t_chunk + 2 * dt) + td], t + 256 * t_chunk + 2 * dt < T + X);
      }
      cp_async_commit();
    }
    if (t_4_turn > 0) {
      const int t_4_step = t_4_turn - 1;
      const int t = 64 * t_4_step + tt2;
      float P_sum_part[32] = {};
      #pragma unroll
      for (int d_step = 0; d_step < 8; ++d_step) {
        unsigned q2_frag[4];
        ldmatrix_x4(q2_frag, &q2[swizzle128_b16(1024 * ((matrix_column + 16 * d_step) >> 6) + 64 * matrix_row + ((matrix_column + 16 * d_step) & 63))]);
        unsigned kv2_frag[16];
        #pragma unroll
        for (int dt = 0; dt < 4; ++dt) {
          ldmatrix_x4(&kv2_frag[4 * dt], &kv2[8192 * (t_4_step & 1) + swizzle128_b16(4096 * ((matrix_column2 + 16 * d_step) >> 6) + 64 * (matrix_row2 + 16 * dt) + ((matrix_column2 + 16 * d_step) & 63))]);
        }
        #pragma unroll
        for (int dt = 0; dt < 8; ++dt) {
          mma_m16n8k16_bf16(&P_sum_part[4 * dt], q2_frag, &kv2_frag[2 * dt]);
        }
      }
      const int position2 = position[0];
      float W_max_chunk_part[2];
      #pragma unroll
      for (int r3 = 0; r3 < 2; ++r3) {
        W_max_chunk_part[r3] = -3.4028234663852886e38f;
      }
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        #pragma unroll
        for (int dr = 0; dr < 2; ++dr) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float W_max_chunk_term = P_sum_part[4 * dt + 2 * dr + dt2] * 0.088388346f;
            const float W_max_chunk_term2 = t + 256 * t_chunk + 8 * dt + dt2 < T && t + 256 * t_chunk + 8 * dt + dt2 <= position2 ? W_max_chunk_term : -3.4028234663852886e38f;
            W_max_chunk_part[dr] = max_f32(W_max_chunk_part[dr], W_max_chunk_term2);
          }
        }
      }
      #pragma unroll
      for (int r3 = 0; r3 < 2; ++r3) {
        #pragma unroll
        for (int step = 0; step < 2; ++step) {
          W_max_chunk_part[r3] = max_f32(W_max_chunk_part[r3], warp_xor(W_max_chunk_part[r3], 1 << step));
        }
      }
      float W_max_chunk_new[2];
      float o_sum_f_chunk_scale[2];
      #pragma unroll
      for (int dr = 0; dr < 2; ++dr) {
        W_max_chunk_new[dr] = max_f32(W_max_chunk[dr], W_max_chunk_part[dr]);
        o_sum_f_chunk_scale[dr] = fast_exp(W_max_chunk[dr] - W_max_chunk_new[dr]);
      }
      #pragma unroll
      for (int dd = 0; dd < 16; ++dd) {
        #pragma unroll
        for (int dr = 0; dr < 2; ++dr) {
          #pragma unroll
          for (int dd2 = 0; dd2 < 2; ++dd2) {
            o_sum_f_chunk[4 * dd + 2 * dr + dd2] *= o_sum_f_chunk_scale[dr];
          }
        }
      }
      float o_sum_f_chunk_term[32];
      unsigned o_sum_f_chunk_a16[16];
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        #pragma unroll
        for (int dr = 0; dr < 2; ++dr) {
          o_sum_f_chunk_term[4 * dt + 2 * dr] = fast_exp(P_sum_part[4 * dt + 2 * dr] * 0.088388346f - W_max_chunk_new[dr]);
          const float o_sum_f_chunk_a = f32_from_bf16(bf16_from_f32(t + 256 * t_chunk + 8 * dt < T && t + 256 * t_chunk + 8 * dt <= position2 ? o_sum_f_chunk_term[4 * dt + 2 * dr] : 0.0f));
          o_sum_f_chunk_term[4 * dt + 2 * dr + 1] = fast_exp(P_sum_part[4 * dt + 2 * dr + 1] * 0.088388346f - W_max_chunk_new[dr]);
          const float o_sum_f_chunk_a2 = f32_from_bf16(bf16_from_f32(t + 256 * t_chunk + 8 * dt + 2 <= T && t + 256 * t_chunk + 8 * dt + 1 <= position2 ? o_sum_f_chunk_term[4 * dt + 2 * dr + 1] : 0.0f));
          o_sum_f_chunk_a16[2 * dt + dr] = bf16x2_from_f32(o_sum_f_chunk_a, o_sum_f_chunk_a2);
        }
      }
      #pragma unroll
      for (int t_step = 0; t_step < 4; ++t_step) {
        unsigned kv_frag[32];
        #pragma unroll
        for (int dd = 0; dd < 8; ++dd) {
          ldmatrix_x4_trans(&kv_frag[4 * dd], &kv[8192 * (t_4_step & 1) + swizzle128_b16(4096 * ((matrix_column + 16 * dd) >> 6) + 64 * (matrix_row + 16 * t_step) + ((matrix_column + 16 * dd) & 63))]);
        }
        #pragma unroll
        for (int dd = 0; dd < 16; ++dd) {
          mma_m16n8k16_bf16(&o_sum_f_chunk[4 * dd], &o_sum_f_chunk_a16[4 * t_step], &kv_frag[2 * dd]);
        }
      }
      float W_sum_chunk_part[2] = {};
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        #pragma unroll
        for (int dr = 0; dr < 2; ++dr) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float W_sum_chunk_term = t + 256 * t_chunk + 8 * dt + dt2 < T && t + 256 * t_chunk + 8 * dt + dt2 <= position2 ? o_sum_f_chunk_term[4 * dt + 2 * dr + dt2] : 0.0f;
            W_sum_chunk_part[dr] += W_sum_chunk_term;
          }
        }
      }
      #pragma unroll
      for (int r3 = 0; r3 < 2; ++r3) {
        #pragma unroll
        for (int step = 0; step < 2; ++step) {
          W_sum_chunk_part[r3] += warp_xor(W_sum_chunk_part[r3], 1 << step);
        }
      }
      #pragma unroll
      for (int dr = 0; dr < 2; ++dr) {
        W_sum_chunk[dr] = W_sum_chunk[dr] * o_sum_f_chunk_scale[dr] + W_sum_chunk_part[dr];
        W_max_chunk[dr] = W_max_chunk_new[dr];
      }
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 16; ++dd) {
    #pragma unroll
    for (int dr = 0; dr < 2; ++dr) {
      if (8 * dr + r3 < R) {
        store_vector<2>(&o_sum_f_chunk_mem[128 * (((long long)g * R + 8 * dr + r3) * ((T + 255) / 256) + t_chunk) + td2 + 8 * dd], &o_sum_f_chunk[4 * dd + 2 * dr]);
      }
    }
  }

  // llama.tdsl:144: let W[g, r, t]: act = softmax(t where t <= position[0]) P[g, r, t]
  #pragma unroll
  for (int dr = 0; dr < 2; ++dr) {
    if (8 * dr + r3 < R && (thread & 3) == 0) {
      W_max_chunk_mem[((long long)g * R + 8 * dr + r3) * ((T + 255) / 256) + t_chunk] = W_max_chunk[dr];
    }
    if (8 * dr + r3 < R && (thread & 3) == 0) {
      W_sum_chunk_mem[((long long)g * R + 8 * dr + r3) * ((T + 255) / 256) + t_chunk] = W_sum_chunk[dr];
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) attend_one_D128_thin_2(const float* __restrict__ W_max_chunk_mem, const float* __restrict__ W_sum_chunk_mem, const float* __restrict__ o_sum_f_chunk_mem, unsigned short* __restrict__ o, int T, int G, int R, int X) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d = group % 128;
  const int outer = group / 128;
  const int r = outer % R;
  const int g = outer / R;

  // llama.tdsl:145: o[i, (g*R + r) * D + d] = sum(t: T) W[g, r, t] * KV[1, g, t, d]
  float W_max = -3.4028234663852886e38f;
  float o_sum_f = 0.0f;
  float W_sum = 0.0f;
  for (int t_chunk_3_step = 0; t_chunk_3_step < (T + 524287) / 524288; ++t_chunk_3_step) {
    float w_max_chunk_mem[8];
    float W_max_part = -3.4028234663852886e38f;
    #pragma unroll
    for (int dt_chunk = 0; dt_chunk < 8; ++dt_chunk) {
      w_max_chunk_mem[dt_chunk] = 2048 * t_chunk_3_step + 8 * thread + dt_chunk < (T + 255) / 256 ? W_max_chunk_mem[((long long)g * R + r) * ((T + 255) / 256) + 2048 * t_chunk_3_step + 8 * thread + dt_chunk] : 0.0f;
      const float W_max_term = 2048 * t_chunk_3_step + 8 * thread + dt_chunk < (T + 255) / 256 ? w_max_chunk_mem[dt_chunk] : -3.4028234663852886e38f;
      W_max_part = max_f32(W_max_part, W_max_term);
    }
    const float W_max_new = max_f32(W_max, W_max_part);
    const float o_sum_f_scale = fast_exp(W_max - W_max_new);
    float o_sum_f_part = 0.0f;
    #pragma unroll
    for (int dt_chunk = 0; dt_chunk < 8; ++dt_chunk) {
      const float o_sum_f_chunk_mem2 = 2048 * t_chunk_3_step + 8 * thread + dt_chunk < (T + 255) / 256 ? o_sum_f_chunk_mem[128 * (((long long)g * R + r) * ((T + 255) / 256) + 2048 * t_chunk_3_step + 8 * thread + dt_chunk) + d] : 0.0f;
      const float o_sum_f_term = fast_exp(w_max_chunk_mem[dt_chunk] - W_max_new) * o_sum_f_chunk_mem2;
      const float o_sum_f_term2 = 2048 * t_chunk_3_step + 8 * thread + dt_chunk < (T + 255) / 256 ? o_sum_f_term : 0.0f;
      o_sum_f_part += o_sum_f_term2;
    }
    o_sum_f = o_sum_f * o_sum_f_scale + o_sum_f_part;
    float W_sum_part = 0.0f;
    #pragma unroll
    for (int dt_chunk = 0; dt_chunk < 8; ++dt_chunk) {
      const float w_sum_chunk_mem = 2048 * t_chunk_3_step + 8 * thread + dt_chunk < (T + 255) / 256 ? W_sum_chunk_mem[((long long)g * R + r) * ((T + 255) / 256) + 2048 * t_chunk_3_step + 8 * thread + dt_chunk] : 0.0f;
      const float W_sum_term = fast_exp(w_max_chunk_mem[dt_chunk] - W_max_new) * w_sum_chunk_mem;
      const float W_sum_term2 = 2048 * t_chunk_3_step + 8 * thread + dt_chunk < (T + 255) / 256 ? W_sum_term : 0.0f;
      W_sum_part += W_sum_term2;
    }
    W_sum = W_sum * o_sum_f_scale + W_sum_part;
    W_max = W_max_new;
  }
  float W_max_part = W_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    W_max_part = max_f32(W_max_part, warp_xor(W_max_part, 1 << step));
  }
  partials_0[thread] = W_max_part;
  __syncthreads();
  W_max_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    W_max_part = max_f32(W_max_part, partials_0[leader + 32 * (other + 1)]);
  }
  const float o_sum_f_term = o_sum_f * fast_exp(W_max - W_max_part);
  float o_sum_f_part = o_sum_f_term;
  const float W_sum_term = W_sum * fast_exp(W_max - W_max_part);
  float W_sum_part = W_sum_term;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    o_sum_f_part += warp_xor(o_sum_f_part, 1 << step);
  }
  partials_1[thread] = o_sum_f_part;
  __syncthreads();
  o_sum_f_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    o_sum_f_part += partials_1[leader + 32 * (other + 1)];
  }
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    W_sum_part += warp_xor(W_sum_part, 1 << step);
  }
  partials_0[thread] = W_sum_part;
  __syncthreads();
  W_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    W_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  const float o2 = o_sum_f_part * (W_sum_part > 0.0f ? 1.0f / W_sum_part : 0.0f);
  if (thread <= 0) { o[(long long)thread * 128 * G * R + d + 128 * g * R + 128 * r] = bf16_from_f32(o2); }
}
