// attention_D64_thin_1, attention_D64_thin_2: made by tdsl from attention.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// writes N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void store_bf16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = bf16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

extern "C" __global__ void __launch_bounds__(32) attention_D64_thin_1(const unsigned short* __restrict__ Q, const unsigned short* __restrict__ K, const unsigned short* __restrict__ V, float* __restrict__ W_max_chunk_mem, float* __restrict__ W_sum_chunk_mem, float* __restrict__ O_sum_f_chunk_mem, int B, int G, int R, int S, int T) {
  __shared__ __align__(128) unsigned short q[1024];
  __shared__ __align__(128) unsigned short v[8192];
  __shared__ __align__(128) unsigned short k[8192];
  const int thread = threadIdx.x;
  const int ts = thread >> 3;
  const int td = 8 * (thread & 7);
  const int tt = thread >> 3;
  const int matrix_row = thread & 15;
  const int matrix_column = 8 * (thread >> 4);
  const int matrix_column2 = 8 * ((thread >> 3) & 1);
  const int matrix_row2 = 8 * (thread >> 4) + (thread & 7);
  const int tt2 = 2 * (thread & 3);
  const int group = blockIdx.x;
  const int t_chunk_count = (T + 255) / 256;
  const int t_chunk = group % t_chunk_count;
  const int outer = group / t_chunk_count;
  const int s_count = (S + 15) / 16;
  const int s = outer % s_count;
  const int outer2 = outer / s_count;
  const int r = outer2 % R;
  const int outer3 = outer2 / R;
  const int g = outer3 % G;
  const int b = outer3 / G;
  const int s2 = 16 * s + ts;
  const int s3 = 16 * s + (thread >> 2);

  // attention.tdsl:13: O[b, g*R + r, s, d] = sum(t) W[b, g, r, s, t] * V[b, g, t, d]
  #pragma unroll
  for (int ds = 0; ds < 4; ++ds) {
    cp_async<16>(&q[swizzle128_b16(64 * (ts + 4 * ds) + td)], &Q[64 * (((long long)b * G * R + r + g * R) * S + s2 + 4 * ds) + td], s2 + 4 * ds < S);
  }
  cp_async_commit();
  cp_async_wait<0>();
  __syncthreads();
  float W_max_chunk[2];
  #pragma unroll
  for (int ds = 0; ds < 2; ++ds) {
    W_max_chunk[ds] = -3.4028234663852886e38f;
  }
  float O_sum_f_chunk[32] = {};
  float W_sum_chunk[2] = {};
  const int t_4_turn_count = ((min(T - 256 * t_chunk, 256) + 63) >> 6) + 1;
  for (int t_4_turn = 0; t_4_turn < t_4_turn_count; ++t_4_turn) {
    if (t_4_turn > 0) { cp_async_wait<0>(); }
    __syncthreads();
    if (t_4_turn < ((min(T - 256 * t_chunk, 256) + 63) >> 6)) {
      const int t = 64 * t_4_turn + tt;
      #pragma unroll
      for (int dt = 0; dt < 16; ++dt) {
        cp_async<16>(&v[4096 * (t_4_turn & 1) + swizzle128_b16(64 * (tt + 4 * dt) + td)], &V[64 * (((long long)b * G + g) * T + t + 256 * t_chunk + 4 * dt) + td], t + 256 * t_chunk + 4 * dt < T);
      }
      #pragma unroll
      for (int dt = 0; dt < 16; ++dt) {
        cp_async<16>(&k[4096 * (t_4_turn & 1) + swizzle128_b16(64 * (tt + 4 * dt) + td)], &K[64 * (((long long)b * G + g) * T + t + 256 * t_chunk + 4 * dt) + td], t + 256 * t_chunk + 4 * dt < T);
      }
      cp_async_commit();
    }
    if (t_4_turn > 0) {
      const int t_4_step = t_4_turn - 1;
      const int t = 64 * t_4_step + tt2;
      float P_sum_part[32] = {};
      #pragma unroll
      for (int d_step = 0; d_step < 4; ++d_step) {
        unsigned q_frag[4];
        ldmatrix_x4(q_frag, &q[swizzle128_b16(64 * matrix_row + matrix_column + 16 * d_step)]);
        unsigned k_frag[16];
        #pragma unroll
        for (int dt = 0; dt < 4; ++dt) {
          ldmatrix_x4(&k_frag[4 * dt], &k[4096 * (t_4_step & 1) + swizzle128_b16(64 * (matrix_row2 + 16 * dt) + matrix_column2 + 16 * d_step)]);
        }
        #pragma unroll
        for (int dt = 0; dt < 8; ++dt) {
          mma_m16n8k16_bf16(&P_sum_part[4 * dt], q_frag, &k_frag[2 * dt]);
        }
      }
      float W_max_chunk_part[2];
      #pragma unroll
      for (int r2 = 0; r2 < 2; ++r2) {
        W_max_chunk_part[r2] = -3.4028234663852886e38f;
      }
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        #pragma unroll
        for (int ds = 0; ds < 2; ++ds) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float W_max_chunk_term = P_sum_part[4 * dt + 2 * ds + dt2] * 0.125f;
            const float W_max_chunk_term2 = t + 256 * t_chunk + 8 * dt + dt2 < T && t + S + 256 * t_chunk + 8 * dt + dt2 <= s3 + T + 8 * ds ? W_max_chunk_term : -3.4028234663852886e38f;
            W_max_chunk_part[ds] = max_f32(W_max_chunk_part[ds], W_max_chunk_term2);
          }
        }
      }
      #pragma unroll
      for (int r2 = 0; r2 < 2; ++r2) {
        #pragma unroll
        for (int step = 0; step < 2; ++step) {
          W_max_chunk_part[r2] = max_f32(W_max_chunk_part[r2], warp_xor(W_max_chunk_part[r2], 1 << step));
        }
      }
      float W_max_chunk_new[2];
      float O_sum_f_chunk_scale[2];
      #pragma unroll
      for (int ds = 0; ds < 2; ++ds) {
        W_max_chunk_new[ds] = max_f32(W_max_chunk[ds], W_max_chunk_part[ds]);
        O_sum_f_chunk_scale[ds] = fast_exp(W_max_chunk[ds] - W_max_chunk_new[ds]);
      }
      #pragma unroll
      for (int dd = 0; dd < 8; ++dd) {
        #pragma unroll
        for (int ds = 0; ds < 2; ++ds) {
          #pragma unroll
          for (int dd2 = 0; dd2 < 2; ++dd2) {
            O_sum_f_chunk[4 * dd + 2 * ds + dd2] *= O_sum_f_chunk_scale[ds];
          }
        }
      }
      float O_sum_f_chunk_term[32];
      unsigned O_sum_f_chunk_a16[16];
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        #pragma unroll
        for (int ds = 0; ds < 2; ++ds) {
          O_sum_f_chunk_term[4 * dt + 2 * ds] = fast_exp(P_sum_part[4 * dt + 2 * ds] * 0.125f - W_max_chunk_new[ds]);
          const float O_sum_f_chunk_a = f32_from_bf16(bf16_from_f32(t + 256 * t_chunk + 8 * dt < T && t + S + 256 * t_chunk + 8 * dt <= s3 + T + 8 * ds ? O_sum_f_chunk_term[4 * dt + 2 * ds] : 0.0f));
          O_sum_f_chunk_term[4 * dt + 2 * ds + 1] = fast_exp(P_sum_part[4 * dt + 2 * ds + 1] * 0.125f - W_max_chunk_new[ds]);
          const float O_sum_f_chunk_a2 = f32_from_bf16(bf16_from_f32(t + 256 * t_chunk + 8 * dt + 2 <= T && t + S + 256 * t_chunk + 8 * dt < s3 + T + 8 * ds ? O_sum_f_chunk_term[4 * dt + 2 * ds + 1] : 0.0f));
          O_sum_f_chunk_a16[2 * dt + ds] = bf16x2_from_f32(O_sum_f_chunk_a, O_sum_f_chunk_a2);
        }
      }
      #pragma unroll
      for (int t_step = 0; t_step < 4; ++t_step) {
        unsigned v_frag[16];
        #pragma unroll
        for (int dd = 0; dd < 4; ++dd) {
          ldmatrix_x4_trans(&v_frag[4 * dd], &v[4096 * (t_4_step & 1) + swizzle128_b16(64 * (matrix_row + 16 * t_step) + matrix_column + 16 * dd)]);
        }
        #pragma unroll
        for (int dd = 0; dd < 8; ++dd) {
          mma_m16n8k16_bf16(&O_sum_f_chunk[4 * dd], &O_sum_f_chunk_a16[4 * t_step], &v_frag[2 * dd]);
        }
      }
      float W_sum_chunk_part[2] = {};
      #pragma unroll
      for (int dt = 0; dt < 8; ++dt) {
        #pragma unroll
        for (int ds = 0; ds < 2; ++ds) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float W_sum_chunk_term = t + 256 * t_chunk + 8 * dt + dt2 < T && t + S + 256 * t_chunk + 8 * dt + dt2 <= s3 + T + 8 * ds ? O_sum_f_chunk_term[4 * dt + 2 * ds + dt2] : 0.0f;
            W_sum_chunk_part[ds] += W_sum_chunk_term;
          }
        }
      }
      #pragma unroll
      for (int r2 = 0; r2 < 2; ++r2) {
        #pragma unroll
        for (int step = 0; step < 2; ++step) {
          W_sum_chunk_part[r2] += warp_xor(W_sum_chunk_part[r2], 1 << step);
        }
      }
      #pragma unroll
      for (int ds = 0; ds < 2; ++ds) {
        W_sum_chunk[ds] = W_sum_chunk[ds] * O_sum_f_chunk_scale[ds] + W_sum_chunk_part[ds];
        W_max_chunk[ds] = W_max_chunk_new[ds];
      }
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    #pragma unroll
    for (int ds = 0; ds < 2; ++ds) {
      if (s3 + 8 * ds < S) {
        store_vector<2>(&O_sum_f_chunk_mem[64 * (((((long long)b * G + g) * R + r) * S + s3 + 8 * ds) * ((T + 255) / 256) + t_chunk) + tt2 + 8 * dd], &O_sum_f_chunk[4 * dd + 2 * ds]);
      }
    }
  }

  // attention.tdsl:12: let W[b, g, r, s, t]: bf16 = softmax(t where t <= s + T - S) P[b, g, r, s, t]
  #pragma unroll
  for (int ds = 0; ds < 2; ++ds) {
    if (s3 + 8 * ds < S && (thread & 3) == 0) {
      W_max_chunk_mem[((((long long)b * G + g) * R + r) * S + s3 + 8 * ds) * ((T + 255) / 256) + t_chunk] = W_max_chunk[ds];
    }
    if (s3 + 8 * ds < S && (thread & 3) == 0) {
      W_sum_chunk_mem[((((long long)b * G + g) * R + r) * S + s3 + 8 * ds) * ((T + 255) / 256) + t_chunk] = W_sum_chunk[ds];
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) attention_D64_thin_2(const float* __restrict__ W_max_chunk_mem, const float* __restrict__ W_sum_chunk_mem, const float* __restrict__ O_sum_f_chunk_mem, unsigned short* __restrict__ O, int B, int G, int R, int S, int T) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[2048];
  const int thread = threadIdx.x;
  const int tt_chunk = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int s = group % S;
  const int outer = group / S;
  const int r = outer % R;
  const int outer2 = outer / R;
  const int g = outer2 % G;
  const int b = outer2 / G;

  // attention.tdsl:13: O[b, g*R + r, s, d] = sum(t) W[b, g, r, s, t] * V[b, g, t, d]
  float W_max = -3.4028234663852886e38f;
  float O_sum_f[8] = {};
  float W_sum = 0.0f;
  for (int t_chunk_3_step = 0; t_chunk_3_step < (T + 8191) / 8192; ++t_chunk_3_step) {
    const float w_max_chunk_mem = tt_chunk + 32 * t_chunk_3_step < (T + 255) / 256 ? W_max_chunk_mem[((((long long)b * G + g) * R + r) * S + s) * ((T + 255) / 256) + tt_chunk + 32 * t_chunk_3_step] : 0.0f;
    const float W_max_new = max_f32(W_max, tt_chunk + 32 * t_chunk_3_step < (T + 255) / 256 ? w_max_chunk_mem : -3.4028234663852886e38f);
    const float O_sum_f_scale = fast_exp(W_max - W_max_new);
    #pragma unroll
    for (int dd = 0; dd < 2; ++dd) {
      float o_sum_f_chunk_mem[4];
      load_vector_or<4>(o_sum_f_chunk_mem, &O_sum_f_chunk_mem[64 * (((((long long)b * G + g) * R + r) * S + s) * ((T + 255) / 256) + tt_chunk + 32 * t_chunk_3_step) + 8 * td + 4 * dd], tt_chunk + 32 * t_chunk_3_step < (T + 255) / 256, 0.0f);
      #pragma unroll
      for (int v = 0; v < 4; ++v) {
        const float O_sum_f_term = fast_exp(w_max_chunk_mem - W_max_new) * o_sum_f_chunk_mem[v];
        O_sum_f[4 * dd + v] = O_sum_f[4 * dd + v] * O_sum_f_scale + (tt_chunk + 32 * t_chunk_3_step < (T + 255) / 256 ? O_sum_f_term : 0.0f);
      }
    }
    const float w_sum_chunk_mem = tt_chunk + 32 * t_chunk_3_step < (T + 255) / 256 ? W_sum_chunk_mem[((((long long)b * G + g) * R + r) * S + s) * ((T + 255) / 256) + tt_chunk + 32 * t_chunk_3_step] : 0.0f;
    const float W_sum_term = fast_exp(w_max_chunk_mem - W_max_new) * w_sum_chunk_mem;
    W_sum = W_sum * O_sum_f_scale + (tt_chunk + 32 * t_chunk_3_step < (T + 255) / 256 ? W_sum_term : 0.0f);
    W_max = W_max_new;
  }
  float W_max_part = W_max;
  #pragma unroll
  for (int step = 0; step < 2; ++step) {
    W_max_part = max_f32(W_max_part, warp_xor(W_max_part, 8 << step));
  }
  partials_0[thread] = W_max_part;
  __syncthreads();
  W_max_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    W_max_part = max_f32(W_max_part, partials_0[leader + 32 * (other + 1)]);
  }
  float O_sum_f_part[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    const float O_sum_f_term = O_sum_f[dd] * fast_exp(W_max - W_max_part);
    O_sum_f_part[dd] = O_sum_f_term;
  }
  #pragma unroll
  for (int r2 = 0; r2 < 8; ++r2) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      O_sum_f_part[r2] += warp_xor(O_sum_f_part[r2], 8 << step);
    }
  }
  #pragma unroll
  for (int r2 = 0; r2 < 8; ++r2) {
    partials_1[r2 * 256 + thread] = O_sum_f_part[r2];
  }
  __syncthreads();
  #pragma unroll
  for (int r2 = 0; r2 < 8; ++r2) {
    O_sum_f_part[r2] = partials_1[r2 * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      O_sum_f_part[r2] += partials_1[r2 * 256 + leader + 32 * (other + 1)];
    }
  }
  const float W_sum_term = W_sum * fast_exp(W_max - W_max_part);
  float W_sum_part = W_sum_term;
  #pragma unroll
  for (int step = 0; step < 2; ++step) {
    W_sum_part += warp_xor(W_sum_part, 8 << step);
  }
  partials_0[thread] = W_sum_part;
  __syncthreads();
  W_sum_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    W_sum_part += partials_0[leader + 32 * (other + 1)];
  }
  float o[8];
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    o[v] = O_sum_f_part[v] * (W_sum_part > 0.0f ? 1.0f / W_sum_part : 0.0f);
  }
  if (thread < 8) { store_bf16<8>(&O[64 * (((long long)b * G * R + r + g * R) * S + s) + 8 * td], o); }
}
