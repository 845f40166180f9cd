// attend_thin_aligned_1, attend_thin_aligned_2, attend_thin_aligned_3, attend_thin_aligned_4, attend_thin_aligned_5: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on D % 8 == 0, B % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
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
// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

// reads N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void load_bf16(float* to, const unsigned short* from) {
  unsigned words[(N + 1) / 2];
  if constexpr (N % 2 == 0) load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = f32_from_bf16((unsigned short)(words[n / 2] >> (16 * (n % 2))));
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_bf16_or(float* to, const unsigned short* from, bool inside, float fill) {
  if (inside) {
    load_bf16<N>(to, from);
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
__device__ __forceinline__ int swizzle64_b16(int at) { return at ^ (((at >> 6) & 3) << 3); }

extern "C" __global__ void __launch_bounds__(256) attend_thin_aligned_1(const unsigned short* __restrict__ q, const unsigned short* __restrict__ slots, const int* __restrict__ at, float* __restrict__ p_max_piece2_mem, int B, int H, int G, int D, int W, int S, int M) {
  dynamic_shared(dynamic_memory);
  unsigned short* const q2 = reinterpret_cast<unsigned short*>(dynamic_memory); // 16384 elements
  unsigned short* const slots2 = reinterpret_cast<unsigned short*>(dynamic_memory + 32768); // 16384 elements
  float* const partials_0 = reinterpret_cast<float*>(dynamic_memory + 65536); // 2048 elements
  const int thread = threadIdx.x;
  const int tg = thread >> 2;
  const int lane = thread & 31;
  const int td = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int g_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int t_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tt = 8 * (warp >> 1) + 2 * (lane & 3);
  const int leader = thread & 63;
  const int group = blockIdx.x;
  const int g_count = (G + 127) / 128;
  const int in_plane = group % (H * g_count);
  const int panel_groups = 8 * g_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, H - first_row);
  const int in_panel = in_plane % panel_groups;
  const int h = first_row + in_panel % panel_rows;
  const int g = in_panel / panel_rows;
  const int b = group / (H * g_count);
  const int g2 = 128 * g + tg;
  const int g3 = 128 * g + 16 * (warp & 1) + (lane >> 2);

  // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  float p_max_piece2[8];
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    p_max_piece2[r] = -3.4028234663852886e38f;
  }
  for (int t_8_step = 0; t_8_step < (S + 127) / 128; ++t_8_step) {
    const int t = 128 * t_8_step + tg;
    const int t2 = 128 * t_8_step + tt;
    float p_sum_piece2[64] = {};
    for (int d_3_turn = 0; d_3_turn < (D + 24) / 32 + 3; ++d_3_turn) {
      if (d_3_turn >= 3) {
        if (d_3_turn < (D + 24) / 32) {
          cp_async_wait<2>();
        } else {
          cp_async_wait<0>();
        }
      }
      __syncthreads();
      if (d_3_turn < (D + 24) / 32) {
        const int d = 32 * d_3_turn + td;
        #pragma unroll
        for (int dg = 0; dg < 2; ++dg) {
          cp_async<16>(&q2[4096 * ((d_3_turn + t_8_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dg) + td)], &q[((long long)b * G * H + g2 + h * G + 64 * dg) * D + d], g2 + 64 * dg < G && d < D);
        }
        #pragma unroll
        for (int dt = 0; dt < 2; ++dt) {
          cp_async<16>(&slots2[4096 * ((d_3_turn + t_8_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dt) + td)], &slots[(((long long)b * H + h) * S + t + 64 * dt) * D + d], t + 64 * dt < S && d < D);
        }
        cp_async_commit();
      }
      if (d_3_turn >= 3) {
        const int d_3_step = d_3_turn - 3;
        #pragma unroll
        for (int d_step = 0; d_step < 2; ++d_step) {
          unsigned q2_frag[16];
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            ldmatrix_x4(&q2_frag[4 * dg], &q2[4096 * ((d_3_step + t_8_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (g_warp + matrix_row + 32 * dg) + matrix_column + 16 * d_step)]);
          }
          unsigned slots2_frag[8];
          #pragma unroll
          for (int dt = 0; dt < 2; ++dt) {
            ldmatrix_x4(&slots2_frag[4 * dt], &slots2[4096 * ((d_3_step + t_8_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (matrix_row2 + t_warp + 64 * dt) + matrix_column2 + 16 * d_step)]);
          }
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            #pragma unroll
            for (int dt = 0; dt < 4; ++dt) {
              mma_m16n8k16_bf16(&p_sum_piece2[16 * dg + 4 * dt], &q2_frag[4 * dg], &slots2_frag[2 * dt]);
            }
          }
        }
      }
    }
    const int at2 = at[b];
    float p_max_piece2_part[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece2_part[r] = -3.4028234663852886e38f;
    }
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dt = 0; dt < 4; ++dt) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float p_max_piece2_term = p_sum_piece2[16 * dg + 4 * dt + 2 * dg2 + dt2] * rsqrtf((float)D);
            const float p_max_piece2_term2 = t2 + 32 * dt + dt2 < S && t2 + W + 32 * dt + dt2 <= wrap_add(S + W, at2) ? p_max_piece2_term : -3.4028234663852886e38f;
            p_max_piece2_part[2 * dg + dg2] = max_f32(p_max_piece2_part[2 * dg + dg2], p_max_piece2_term2);
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 2; ++step) {
        p_max_piece2_part[r] = max_f32(p_max_piece2_part[r], warp_xor(p_max_piece2_part[r], 1 << step));
      }
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_0[r * 256 + thread] = p_max_piece2_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece2_part[r] = partials_0[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        p_max_piece2_part[r] = max_f32(p_max_piece2_part[r], partials_0[r * 256 + leader + 64 * (other + 1)]);
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece2[r] = max_f32(p_max_piece2[r], p_max_piece2_part[r]);
    }
  }
  #pragma unroll
  for (int dg = 0; dg < 4; ++dg) {
    #pragma unroll
    for (int dg2 = 0; dg2 < 2; ++dg2) {
      if (g3 + 32 * dg + 8 * dg2 < G && (thread & 195) == 0) {
        p_max_piece2_mem[((long long)b * H + h) * G + g3 + 32 * dg + 8 * dg2] = p_max_piece2[2 * dg + dg2];
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) attend_thin_aligned_2(const unsigned short* __restrict__ q, const unsigned short* __restrict__ generated, const int* __restrict__ at, float* __restrict__ p_max_piece3_mem, int B, int H, int G, int D, int W, int S, int M) {
  dynamic_shared(dynamic_memory);
  unsigned short* const q2 = reinterpret_cast<unsigned short*>(dynamic_memory); // 16384 elements
  unsigned short* const generated2 = reinterpret_cast<unsigned short*>(dynamic_memory + 32768); // 16384 elements
  float* const partials_0 = reinterpret_cast<float*>(dynamic_memory + 65536); // 2048 elements
  const int thread = threadIdx.x;
  const int tg = thread >> 2;
  const int lane = thread & 31;
  const int td = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int g_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int t_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tt = 8 * (warp >> 1) + 2 * (lane & 3);
  const int leader = thread & 63;
  const int group = blockIdx.x;
  const int g_count = (G + 127) / 128;
  const int in_plane = group % (H * g_count);
  const int panel_groups = 8 * g_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, H - first_row);
  const int in_panel = in_plane % panel_groups;
  const int h = first_row + in_panel % panel_rows;
  const int g = in_panel / panel_rows;
  const int b = group / (H * g_count);
  const int g2 = 128 * g + tg;
  const int g3 = 128 * g + 16 * (warp & 1) + (lane >> 2);

  // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  float p_max_piece3[8];
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    p_max_piece3[r] = -3.4028234663852886e38f;
  }
  for (int t_9_step = 0; t_9_step < (M + 127) / 128; ++t_9_step) {
    const int t = 128 * t_9_step + tg;
    const int t2 = 128 * t_9_step + tt;
    float p_sum_piece3[64] = {};
    for (int d_4_turn = 0; d_4_turn < (D + 24) / 32 + 3; ++d_4_turn) {
      if (d_4_turn >= 3) {
        if (d_4_turn < (D + 24) / 32) {
          cp_async_wait<2>();
        } else {
          cp_async_wait<0>();
        }
      }
      __syncthreads();
      if (d_4_turn < (D + 24) / 32) {
        const int d = 32 * d_4_turn + td;
        #pragma unroll
        for (int dg = 0; dg < 2; ++dg) {
          cp_async<16>(&q2[4096 * ((d_4_turn + t_9_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dg) + td)], &q[((long long)b * G * H + g2 + h * G + 64 * dg) * D + d], g2 + 64 * dg < G && d < D);
        }
        #pragma unroll
        for (int dt = 0; dt < 2; ++dt) {
          cp_async<16>(&generated2[4096 * ((d_4_turn + t_9_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dt) + td)], &generated[(((long long)b * H + h) * M + t + 64 * dt) * D + d], t + 64 * dt < M && d < D);
        }
        cp_async_commit();
      }
      if (d_4_turn >= 3) {
        const int d_4_step = d_4_turn - 3;
        #pragma unroll
        for (int d_step = 0; d_step < 2; ++d_step) {
          unsigned q2_frag[16];
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            ldmatrix_x4(&q2_frag[4 * dg], &q2[4096 * ((d_4_step + t_9_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (g_warp + matrix_row + 32 * dg) + matrix_column + 16 * d_step)]);
          }
          unsigned generated2_frag[8];
          #pragma unroll
          for (int dt = 0; dt < 2; ++dt) {
            ldmatrix_x4(&generated2_frag[4 * dt], &generated2[4096 * ((d_4_step + t_9_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (matrix_row2 + t_warp + 64 * dt) + matrix_column2 + 16 * d_step)]);
          }
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            #pragma unroll
            for (int dt = 0; dt < 4; ++dt) {
              mma_m16n8k16_bf16(&p_sum_piece3[16 * dg + 4 * dt], &q2_frag[4 * dg], &generated2_frag[2 * dt]);
            }
          }
        }
      }
    }
    const int at2 = at[b];
    float p_max_piece3_part[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece3_part[r] = -3.4028234663852886e38f;
    }
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dt = 0; dt < 4; ++dt) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float p_max_piece3_term = p_sum_piece3[16 * dg + 4 * dt + 2 * dg2 + dt2] * rsqrtf((float)D);
            const float p_max_piece3_term2 = t2 + 32 * dt + dt2 < M && t2 + S + W + 32 * dt + dt2 <= wrap_add(S + W, at2) ? p_max_piece3_term : -3.4028234663852886e38f;
            p_max_piece3_part[2 * dg + dg2] = max_f32(p_max_piece3_part[2 * dg + dg2], p_max_piece3_term2);
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 2; ++step) {
        p_max_piece3_part[r] = max_f32(p_max_piece3_part[r], warp_xor(p_max_piece3_part[r], 1 << step));
      }
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_0[r * 256 + thread] = p_max_piece3_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece3_part[r] = partials_0[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        p_max_piece3_part[r] = max_f32(p_max_piece3_part[r], partials_0[r * 256 + leader + 64 * (other + 1)]);
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece3[r] = max_f32(p_max_piece3[r], p_max_piece3_part[r]);
    }
  }
  #pragma unroll
  for (int dg = 0; dg < 4; ++dg) {
    #pragma unroll
    for (int dg2 = 0; dg2 < 2; ++dg2) {
      if (g3 + 32 * dg + 8 * dg2 < G && (thread & 195) == 0) {
        p_max_piece3_mem[((long long)b * H + h) * G + g3 + 32 * dg + 8 * dg2] = p_max_piece3[2 * dg + dg2];
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) attend_thin_aligned_3(const unsigned short* __restrict__ q, const unsigned short* __restrict__ slots, const int* __restrict__ at, float* __restrict__ p_sum2_piece2_mem, int B, int H, int G, int D, int W, int S, int M) {
  dynamic_shared(dynamic_memory);
  unsigned short* const q2 = reinterpret_cast<unsigned short*>(dynamic_memory); // 16384 elements
  unsigned short* const slots2 = reinterpret_cast<unsigned short*>(dynamic_memory + 32768); // 16384 elements
  float* const partials_0 = reinterpret_cast<float*>(dynamic_memory + 65536); // 2048 elements
  float* const partials_1 = reinterpret_cast<float*>(dynamic_memory + 73728); // 2048 elements
  const int thread = threadIdx.x;
  const int tg = thread >> 2;
  const int lane = thread & 31;
  const int td = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int g_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int t_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tt = 8 * (warp >> 1) + 2 * (lane & 3);
  const int leader = thread & 63;
  const int group = blockIdx.x;
  const int g_count = (G + 127) / 128;
  const int in_plane = group % (H * g_count);
  const int panel_groups = 8 * g_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, H - first_row);
  const int in_panel = in_plane % panel_groups;
  const int h = first_row + in_panel % panel_rows;
  const int g = in_panel / panel_rows;
  const int b = group / (H * g_count);
  const int g2 = 128 * g + tg;
  const int g3 = 128 * g + 16 * (warp & 1) + (lane >> 2);

  // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  float p_max_piece2[8];
  float p_sum2_piece2[8];
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    p_max_piece2[r] = -3.4028234663852886e38f;
    p_sum2_piece2[r] = 0.0f;
  }
  for (int t_8_step = 0; t_8_step < (S + 127) / 128; ++t_8_step) {
    const int t = 128 * t_8_step + tg;
    const int t2 = 128 * t_8_step + tt;
    float p_sum_piece2[64] = {};
    for (int d_3_turn = 0; d_3_turn < (D + 24) / 32 + 3; ++d_3_turn) {
      if (d_3_turn >= 3) {
        if (d_3_turn < (D + 24) / 32) {
          cp_async_wait<2>();
        } else {
          cp_async_wait<0>();
        }
      }
      __syncthreads();
      if (d_3_turn < (D + 24) / 32) {
        const int d = 32 * d_3_turn + td;
        #pragma unroll
        for (int dg = 0; dg < 2; ++dg) {
          cp_async<16>(&q2[4096 * ((d_3_turn + t_8_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dg) + td)], &q[((long long)b * G * H + g2 + h * G + 64 * dg) * D + d], g2 + 64 * dg < G && d < D);
        }
        #pragma unroll
        for (int dt = 0; dt < 2; ++dt) {
          cp_async<16>(&slots2[4096 * ((d_3_turn + t_8_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dt) + td)], &slots[(((long long)b * H + h) * S + t + 64 * dt) * D + d], t + 64 * dt < S && d < D);
        }
        cp_async_commit();
      }
      if (d_3_turn >= 3) {
        const int d_3_step = d_3_turn - 3;
        #pragma unroll
        for (int d_step = 0; d_step < 2; ++d_step) {
          unsigned q2_frag[16];
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            ldmatrix_x4(&q2_frag[4 * dg], &q2[4096 * ((d_3_step + t_8_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (g_warp + matrix_row + 32 * dg) + matrix_column + 16 * d_step)]);
          }
          unsigned slots2_frag[8];
          #pragma unroll
          for (int dt = 0; dt < 2; ++dt) {
            ldmatrix_x4(&slots2_frag[4 * dt], &slots2[4096 * ((d_3_step + t_8_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (matrix_row2 + t_warp + 64 * dt) + matrix_column2 + 16 * d_step)]);
          }
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            #pragma unroll
            for (int dt = 0; dt < 4; ++dt) {
              mma_m16n8k16_bf16(&p_sum_piece2[16 * dg + 4 * dt], &q2_frag[4 * dg], &slots2_frag[2 * dt]);
            }
          }
        }
      }
    }
    const int at2 = at[b];
    float p_max_piece2_part[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece2_part[r] = -3.4028234663852886e38f;
    }
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dt = 0; dt < 4; ++dt) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float p_max_piece2_term = p_sum_piece2[16 * dg + 4 * dt + 2 * dg2 + dt2] * rsqrtf((float)D);
            const float p_max_piece2_term2 = t2 + 32 * dt + dt2 < S && t2 + W + 32 * dt + dt2 <= wrap_add(S + W, at2) ? p_max_piece2_term : -3.4028234663852886e38f;
            p_max_piece2_part[2 * dg + dg2] = max_f32(p_max_piece2_part[2 * dg + dg2], p_max_piece2_term2);
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 2; ++step) {
        p_max_piece2_part[r] = max_f32(p_max_piece2_part[r], warp_xor(p_max_piece2_part[r], 1 << step));
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_0[r * 256 + thread] = p_max_piece2_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece2_part[r] = partials_0[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        p_max_piece2_part[r] = max_f32(p_max_piece2_part[r], partials_0[r * 256 + leader + 64 * (other + 1)]);
      }
    }
    float p_max_piece2_new[8];
    float p_sum2_piece2_scale[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece2_new[r] = max_f32(p_max_piece2[r], p_max_piece2_part[r]);
      p_sum2_piece2_scale[r] = fast_exp(p_max_piece2[r] - p_max_piece2_new[r]);
    }
    float p_sum2_piece2_part[8] = {};
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dt = 0; dt < 4; ++dt) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float p_sum2_piece2_term = fast_exp(p_sum_piece2[16 * dg + 4 * dt + 2 * dg2 + dt2] * rsqrtf((float)D) - p_max_piece2_new[2 * dg + dg2]);
            const float p_sum2_piece2_term2 = t2 + 32 * dt + dt2 < S && t2 + W + 32 * dt + dt2 <= wrap_add(S + W, at2) ? p_sum2_piece2_term : 0.0f;
            p_sum2_piece2_part[2 * dg + dg2] += p_sum2_piece2_term2;
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 2; ++step) {
        p_sum2_piece2_part[r] += warp_xor(p_sum2_piece2_part[r], 1 << step);
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_1[r * 256 + thread] = p_sum2_piece2_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_sum2_piece2_part[r] = partials_1[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        p_sum2_piece2_part[r] += partials_1[r * 256 + leader + 64 * (other + 1)];
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_sum2_piece2[r] = p_sum2_piece2[r] * p_sum2_piece2_scale[r] + p_sum2_piece2_part[r];
      p_max_piece2[r] = p_max_piece2_new[r];
    }
  }
  #pragma unroll
  for (int dg = 0; dg < 4; ++dg) {
    #pragma unroll
    for (int dg2 = 0; dg2 < 2; ++dg2) {
      if (g3 + 32 * dg + 8 * dg2 < G && (thread & 195) == 0) {
        p_sum2_piece2_mem[((long long)b * H + h) * G + g3 + 32 * dg + 8 * dg2] = p_sum2_piece2[2 * dg + dg2];
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) attend_thin_aligned_4(const unsigned short* __restrict__ q, const unsigned short* __restrict__ generated, const int* __restrict__ at, float* __restrict__ p_sum2_piece3_mem, int B, int H, int G, int D, int W, int S, int M) {
  dynamic_shared(dynamic_memory);
  unsigned short* const q2 = reinterpret_cast<unsigned short*>(dynamic_memory); // 16384 elements
  unsigned short* const generated2 = reinterpret_cast<unsigned short*>(dynamic_memory + 32768); // 16384 elements
  float* const partials_0 = reinterpret_cast<float*>(dynamic_memory + 65536); // 2048 elements
  float* const partials_1 = reinterpret_cast<float*>(dynamic_memory + 73728); // 2048 elements
  const int thread = threadIdx.x;
  const int tg = thread >> 2;
  const int lane = thread & 31;
  const int td = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int g_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int t_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tt = 8 * (warp >> 1) + 2 * (lane & 3);
  const int leader = thread & 63;
  const int group = blockIdx.x;
  const int g_count = (G + 127) / 128;
  const int in_plane = group % (H * g_count);
  const int panel_groups = 8 * g_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, H - first_row);
  const int in_panel = in_plane % panel_groups;
  const int h = first_row + in_panel % panel_rows;
  const int g = in_panel / panel_rows;
  const int b = group / (H * g_count);
  const int g2 = 128 * g + tg;
  const int g3 = 128 * g + 16 * (warp & 1) + (lane >> 2);

  // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  float p_max_piece3[8];
  float p_sum2_piece3[8];
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    p_max_piece3[r] = -3.4028234663852886e38f;
    p_sum2_piece3[r] = 0.0f;
  }
  for (int t_9_step = 0; t_9_step < (M + 127) / 128; ++t_9_step) {
    const int t = 128 * t_9_step + tg;
    const int t2 = 128 * t_9_step + tt;
    float p_sum_piece3[64] = {};
    for (int d_4_turn = 0; d_4_turn < (D + 24) / 32 + 3; ++d_4_turn) {
      if (d_4_turn >= 3) {
        if (d_4_turn < (D + 24) / 32) {
          cp_async_wait<2>();
        } else {
          cp_async_wait<0>();
        }
      }
      __syncthreads();
      if (d_4_turn < (D + 24) / 32) {
        const int d = 32 * d_4_turn + td;
        #pragma unroll
        for (int dg = 0; dg < 2; ++dg) {
          cp_async<16>(&q2[4096 * ((d_4_turn + t_9_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dg) + td)], &q[((long long)b * G * H + g2 + h * G + 64 * dg) * D + d], g2 + 64 * dg < G && d < D);
        }
        #pragma unroll
        for (int dt = 0; dt < 2; ++dt) {
          cp_async<16>(&generated2[4096 * ((d_4_turn + t_9_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dt) + td)], &generated[(((long long)b * H + h) * M + t + 64 * dt) * D + d], t + 64 * dt < M && d < D);
        }
        cp_async_commit();
      }
      if (d_4_turn >= 3) {
        const int d_4_step = d_4_turn - 3;
        #pragma unroll
        for (int d_step = 0; d_step < 2; ++d_step) {
          unsigned q2_frag[16];
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            ldmatrix_x4(&q2_frag[4 * dg], &q2[4096 * ((d_4_step + t_9_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (g_warp + matrix_row + 32 * dg) + matrix_column + 16 * d_step)]);
          }
          unsigned generated2_frag[8];
          #pragma unroll
          for (int dt = 0; dt < 2; ++dt) {
            ldmatrix_x4(&generated2_frag[4 * dt], &generated2[4096 * ((d_4_step + t_9_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (matrix_row2 + t_warp + 64 * dt) + matrix_column2 + 16 * d_step)]);
          }
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            #pragma unroll
            for (int dt = 0; dt < 4; ++dt) {
              mma_m16n8k16_bf16(&p_sum_piece3[16 * dg + 4 * dt], &q2_frag[4 * dg], &generated2_frag[2 * dt]);
            }
          }
        }
      }
    }
    const int at2 = at[b];
    float p_max_piece3_part[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece3_part[r] = -3.4028234663852886e38f;
    }
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dt = 0; dt < 4; ++dt) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float p_max_piece3_term = p_sum_piece3[16 * dg + 4 * dt + 2 * dg2 + dt2] * rsqrtf((float)D);
            const float p_max_piece3_term2 = t2 + 32 * dt + dt2 < M && t2 + S + W + 32 * dt + dt2 <= wrap_add(S + W, at2) ? p_max_piece3_term : -3.4028234663852886e38f;
            p_max_piece3_part[2 * dg + dg2] = max_f32(p_max_piece3_part[2 * dg + dg2], p_max_piece3_term2);
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 2; ++step) {
        p_max_piece3_part[r] = max_f32(p_max_piece3_part[r], warp_xor(p_max_piece3_part[r], 1 << step));
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_0[r * 256 + thread] = p_max_piece3_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece3_part[r] = partials_0[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        p_max_piece3_part[r] = max_f32(p_max_piece3_part[r], partials_0[r * 256 + leader + 64 * (other + 1)]);
      }
    }
    float p_max_piece3_new[8];
    float p_sum2_piece3_scale[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_piece3_new[r] = max_f32(p_max_piece3[r], p_max_piece3_part[r]);
      p_sum2_piece3_scale[r] = fast_exp(p_max_piece3[r] - p_max_piece3_new[r]);
    }
    float p_sum2_piece3_part[8] = {};
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dt = 0; dt < 4; ++dt) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dt2 = 0; dt2 < 2; ++dt2) {
            const float p_sum2_piece3_term = fast_exp(p_sum_piece3[16 * dg + 4 * dt + 2 * dg2 + dt2] * rsqrtf((float)D) - p_max_piece3_new[2 * dg + dg2]);
            const float p_sum2_piece3_term2 = t2 + 32 * dt + dt2 < M && t2 + S + W + 32 * dt + dt2 <= wrap_add(S + W, at2) ? p_sum2_piece3_term : 0.0f;
            p_sum2_piece3_part[2 * dg + dg2] += p_sum2_piece3_term2;
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 2; ++step) {
        p_sum2_piece3_part[r] += warp_xor(p_sum2_piece3_part[r], 1 << step);
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_1[r * 256 + thread] = p_sum2_piece3_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_sum2_piece3_part[r] = partials_1[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        p_sum2_piece3_part[r] += partials_1[r * 256 + leader + 64 * (other + 1)];
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_sum2_piece3[r] = p_sum2_piece3[r] * p_sum2_piece3_scale[r] + p_sum2_piece3_part[r];
      p_max_piece3[r] = p_max_piece3_new[r];
    }
  }
  #pragma unroll
  for (int dg = 0; dg < 4; ++dg) {
    #pragma unroll
    for (int dg2 = 0; dg2 < 2; ++dg2) {
      if (g3 + 32 * dg + 8 * dg2 < G && (thread & 195) == 0) {
        p_sum2_piece3_mem[((long long)b * H + h) * G + g3 + 32 * dg + 8 * dg2] = p_sum2_piece3[2 * dg + dg2];
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) attend_thin_aligned_5(const unsigned short* __restrict__ q, const unsigned short* __restrict__ exact, const unsigned short* __restrict__ slots, const unsigned short* __restrict__ generated, const int* __restrict__ at, const float* __restrict__ p_max_piece2_mem, const float* __restrict__ p_max_piece3_mem, const float* __restrict__ p_sum2_piece2_mem, const float* __restrict__ p_sum2_piece3_mem, unsigned short* __restrict__ y, int B, int H, int G, int D, int W, int S, int M) {
  __shared__ __align__(128) float partials_0[2048];
  __shared__ __align__(128) float partials_1[2048];
  const int thread = threadIdx.x;
  const int tt = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d_count = (D + 56) / 64;
  const int d = group % d_count;
  const int outer = group / d_count;
  const int g = outer % G;
  const int outer2 = outer / G;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_decode.tdsl:90: y[b, h*G + g, d] = sum(t) p[b, h, g, t] * KV[1, b, h, t, d]
  float p_max_piece = -3.4028234663852886e38f;
  float y_sum_piece_f[8] = {};
  float p_sum2_piece = 0.0f;
  for (int t_7_step = 0; t_7_step < (W + 31) / 32; ++t_7_step) {
    float p_sum_piece = 0.0f;
    for (int d_2_step = 0; d_2_step < D; ++d_2_step) {
      const float q2 = f32_from_bf16(q[((long long)b * G * H + g + h * G) * D + d_2_step]);
      const float exact2 = tt + 32 * t_7_step < W ? f32_from_bf16(exact[(((long long)b * H + h) * W + tt + 32 * t_7_step) * D + d_2_step]) : 0.0f;
      p_sum_piece += q2 * exact2;
    }
    const int at2 = at[b];
    const float p_max_piece_term = p_sum_piece * rsqrtf((float)D);
    const float p_max_piece_new = max_f32(p_max_piece, tt + 32 * t_7_step < W && tt + 32 * t_7_step <= wrap_add(S + W, at2) ? p_max_piece_term : -3.4028234663852886e38f);
    const float p_max_piece2_mem2 = p_max_piece2_mem[((long long)b * H + h) * G + g];
    const float p_max_piece3_mem2 = p_max_piece3_mem[((long long)b * H + h) * G + g];
    const float y_sum_piece_f_scale = fast_exp(max_f32(max_f32(p_max_piece, p_max_piece2_mem2), p_max_piece3_mem2) - max_f32(max_f32(p_max_piece_new, p_max_piece2_mem2), p_max_piece3_mem2));
    float exact2[8];
    load_bf16_or<8>(exact2, &exact[((((long long)1 * B + b) * H + h) * W + tt + 32 * t_7_step) * D + 64 * d + 8 * td], tt + 32 * t_7_step < W && 64 * d + 8 * td < D, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float y_sum_piece_f_term = fast_exp(p_sum_piece * rsqrtf((float)D) - max_f32(max_f32(p_max_piece_new, p_max_piece2_mem2), p_max_piece3_mem2)) * exact2[v];
      y_sum_piece_f[v] = y_sum_piece_f[v] * y_sum_piece_f_scale + (tt + 32 * t_7_step < W && tt + 32 * t_7_step <= wrap_add(S + W, at2) ? y_sum_piece_f_term : 0.0f);
    }
    const float p_sum2_piece_scale = fast_exp(p_max_piece - p_max_piece_new);
    const float p_sum2_piece_term = fast_exp(p_sum_piece * rsqrtf((float)D) - p_max_piece_new);
    p_sum2_piece = p_sum2_piece * p_sum2_piece_scale + (tt + 32 * t_7_step < W && tt + 32 * t_7_step <= wrap_add(S + W, at2) ? p_sum2_piece_term : 0.0f);
    p_max_piece = p_max_piece_new;
  }
  float p_max_piece_part = p_max_piece;
  #pragma unroll
  for (int step = 0; step < 2; ++step) {
    p_max_piece_part = max_f32(p_max_piece_part, warp_xor(p_max_piece_part, 8 << step));
  }
  partials_0[thread] = p_max_piece_part;
  __syncthreads();
  p_max_piece_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_max_piece_part = max_f32(p_max_piece_part, partials_0[leader + 32 * (other + 1)]);
  }
  const float p_max_piece2_mem2 = p_max_piece2_mem[((long long)b * H + h) * G + g];
  const float p_max_piece3_mem2 = p_max_piece3_mem[((long long)b * H + h) * G + g];
  float y_sum_piece_f_part[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    const float y_sum_piece_f_term = y_sum_piece_f[dd] * fast_exp(max_f32(max_f32(p_max_piece, p_max_piece2_mem2), p_max_piece3_mem2) - max_f32(max_f32(p_max_piece_part, p_max_piece2_mem2), p_max_piece3_mem2));
    y_sum_piece_f_part[dd] = y_sum_piece_f_term;
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      y_sum_piece_f_part[r] += warp_xor(y_sum_piece_f_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_1[r * 256 + thread] = y_sum_piece_f_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    y_sum_piece_f_part[r] = partials_1[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      y_sum_piece_f_part[r] += partials_1[r * 256 + leader + 32 * (other + 1)];
    }
  }
  const float p_sum2_piece_term = p_sum2_piece * fast_exp(p_max_piece - p_max_piece_part);
  float p_sum2_piece_part = p_sum2_piece_term;
  #pragma unroll
  for (int step = 0; step < 2; ++step) {
    p_sum2_piece_part += warp_xor(p_sum2_piece_part, 8 << step);
  }
  partials_0[thread] = p_sum2_piece_part;
  __syncthreads();
  p_sum2_piece_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_sum2_piece_part += partials_0[leader + 32 * (other + 1)];
  }
  float p_max_piece2 = -3.4028234663852886e38f;
  float y_sum_piece2_f[8] = {};
  float p_sum2_piece2 = 0.0f;
  for (int t_8_step = 0; t_8_step < (S + 31) / 32; ++t_8_step) {
    float p_sum_piece2 = 0.0f;
    for (int d_3_step = 0; d_3_step < D; ++d_3_step) {
      const float q2 = f32_from_bf16(q[((long long)b * G * H + g + h * G) * D + d_3_step]);
      const float slots2 = tt + 32 * t_8_step < S ? f32_from_bf16(slots[(((long long)b * H + h) * S + tt + 32 * t_8_step) * D + d_3_step]) : 0.0f;
      p_sum_piece2 += q2 * slots2;
    }
    const int at2 = at[b];
    const float p_max_piece2_term = p_sum_piece2 * rsqrtf((float)D);
    const float p_max_piece2_new = max_f32(p_max_piece2, tt + 32 * t_8_step < S && tt + W + 32 * t_8_step <= wrap_add(S + W, at2) ? p_max_piece2_term : -3.4028234663852886e38f);
    const float y_sum_piece2_f_scale = fast_exp(max_f32(max_f32(p_max_piece_part, p_max_piece2), p_max_piece3_mem2) - max_f32(max_f32(p_max_piece_part, p_max_piece2_new), p_max_piece3_mem2));
    float slots2[8];
    load_bf16_or<8>(slots2, &slots[((((long long)1 * B + b) * H + h) * S + tt + 32 * t_8_step) * D + 64 * d + 8 * td], tt + 32 * t_8_step < S && 64 * d + 8 * td < D, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float y_sum_piece2_f_term = fast_exp(p_sum_piece2 * rsqrtf((float)D) - max_f32(max_f32(p_max_piece_part, p_max_piece2_new), p_max_piece3_mem2)) * slots2[v];
      y_sum_piece2_f[v] = y_sum_piece2_f[v] * y_sum_piece2_f_scale + (tt + 32 * t_8_step < S && tt + W + 32 * t_8_step <= wrap_add(S + W, at2) ? y_sum_piece2_f_term : 0.0f);
    }
    const float p_sum2_piece2_scale = fast_exp(p_max_piece2 - p_max_piece2_new);
    const float p_sum2_piece2_term = fast_exp(p_sum_piece2 * rsqrtf((float)D) - p_max_piece2_new);
    p_sum2_piece2 = p_sum2_piece2 * p_sum2_piece2_scale + (tt + 32 * t_8_step < S && tt + W + 32 * t_8_step <= wrap_add(S + W, at2) ? p_sum2_piece2_term : 0.0f);
    p_max_piece2 = p_max_piece2_new;
  }
  float p_max_piece2_part = p_max_piece2;
  #pragma unroll
  for (int step = 0; step < 2; ++step) {
    p_max_piece2_part = max_f32(p_max_piece2_part, warp_xor(p_max_piece2_part, 8 << step));
  }
  partials_1[thread] = p_max_piece2_part;
  __syncthreads();
  p_max_piece2_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_max_piece2_part = max_f32(p_max_piece2_part, partials_1[leader + 32 * (other + 1)]);
  }
  float y_sum_piece2_f_part[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    const float y_sum_piece2_f_term = y_sum_piece2_f[dd] * fast_exp(max_f32(max_f32(p_max_piece_part, p_max_piece2), p_max_piece3_mem2) - max_f32(max_f32(p_max_piece_part, p_max_piece2_part), p_max_piece3_mem2));
    y_sum_piece2_f_part[dd] = y_sum_piece2_f_term;
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      y_sum_piece2_f_part[r] += warp_xor(y_sum_piece2_f_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = y_sum_piece2_f_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    y_sum_piece2_f_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      y_sum_piece2_f_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  const float p_sum2_piece2_term = p_sum2_piece2 * fast_exp(p_max_piece2 - p_max_piece2_part);
  float p_sum2_piece2_part = p_sum2_piece2_term;
  #pragma unroll
  for (int step = 0; step < 2; ++step) {
    p_sum2_piece2_part += warp_xor(p_sum2_piece2_part, 8 << step);
  }
  partials_1[thread] = p_sum2_piece2_part;
  __syncthreads();
  p_sum2_piece2_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_sum2_piece2_part += partials_1[leader + 32 * (other + 1)];
  }
  float p_max_piece3 = -3.4028234663852886e38f;
  float y_sum_piece3_f[8] = {};
  float p_sum2_piece3 = 0.0f;
  for (int t_9_step = 0; t_9_step < (M + 31) / 32; ++t_9_step) {
    float p_sum_piece3 = 0.0f;
    for (int d_4_step = 0; d_4_step < D; ++d_4_step) {
      const float q2 = f32_from_bf16(q[((long long)b * G * H + g + h * G) * D + d_4_step]);
      const float generated2 = tt + 32 * t_9_step < M ? f32_from_bf16(generated[(((long long)b * H + h) * M + tt + 32 * t_9_step) * D + d_4_step]) : 0.0f;
      p_sum_piece3 += q2 * generated2;
    }
    const int at2 = at[b];
    const float p_max_piece3_term = p_sum_piece3 * rsqrtf((float)D);
    const float p_max_piece3_new = max_f32(p_max_piece3, tt + 32 * t_9_step < M && tt + S + W + 32 * t_9_step <= wrap_add(S + W, at2) ? p_max_piece3_term : -3.4028234663852886e38f);
    const float y_sum_piece3_f_scale = fast_exp(max_f32(max_f32(p_max_piece_part, p_max_piece2_part), p_max_piece3) - max_f32(max_f32(p_max_piece_part, p_max_piece2_part), p_max_piece3_new));
    float generated2[8];
    load_bf16_or<8>(generated2, &generated[((((long long)1 * B + b) * H + h) * M + tt + 32 * t_9_step) * D + 64 * d + 8 * td], tt + 32 * t_9_step < M && 64 * d + 8 * td < D, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float y_sum_piece3_f_term = fast_exp(p_sum_piece3 * rsqrtf((float)D) - max_f32(max_f32(p_max_piece_part, p_max_piece2_part), p_max_piece3_new)) * generated2[v];
      y_sum_piece3_f[v] = y_sum_piece3_f[v] * y_sum_piece3_f_scale + (tt + 32 * t_9_step < M && tt + S + W + 32 * t_9_step <= wrap_add(S + W, at2) ? y_sum_piece3_f_term : 0.0f);
    }
    const float p_sum2_piece3_scale = fast_exp(p_max_piece3 - p_max_piece3_new);
    const float p_sum2_piece3_term = fast_exp(p_sum_piece3 * rsqrtf((float)D) - p_max_piece3_new);
    p_sum2_piece3 = p_sum2_piece3 * p_sum2_piece3_scale + (tt + 32 * t_9_step < M && tt + S + W + 32 * t_9_step <= wrap_add(S + W, at2) ? p_sum2_piece3_term : 0.0f);
    p_max_piece3 = p_max_piece3_new;
  }
  float p_max_piece3_part = p_max_piece3;
  #pragma unroll
  for (int step = 0; step < 2; ++step) {
    p_max_piece3_part = max_f32(p_max_piece3_part, warp_xor(p_max_piece3_part, 8 << step));
  }
  partials_0[thread] = p_max_piece3_part;
  __syncthreads();
  p_max_piece3_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_max_piece3_part = max_f32(p_max_piece3_part, partials_0[leader + 32 * (other + 1)]);
  }
  float y_sum_piece3_f_part[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    const float y_sum_piece3_f_term = y_sum_piece3_f[dd] * fast_exp(max_f32(max_f32(p_max_piece_part, p_max_piece2_part), p_max_piece3) - max_f32(max_f32(p_max_piece_part, p_max_piece2_part), p_max_piece3_part));
    y_sum_piece3_f_part[dd] = y_sum_piece3_f_term;
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      y_sum_piece3_f_part[r] += warp_xor(y_sum_piece3_f_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_1[r * 256 + thread] = y_sum_piece3_f_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    y_sum_piece3_f_part[r] = partials_1[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      y_sum_piece3_f_part[r] += partials_1[r * 256 + leader + 32 * (other + 1)];
    }
  }
  const float p_sum2_piece3_term = p_sum2_piece3 * fast_exp(p_max_piece3 - p_max_piece3_part);
  float p_sum2_piece3_part = p_sum2_piece3_term;
  #pragma unroll
  for (int step = 0; step < 2; ++step) {
    p_sum2_piece3_part += warp_xor(p_sum2_piece3_part, 8 << step);
  }
  partials_0[thread] = p_sum2_piece3_part;
  __syncthreads();
  p_sum2_piece3_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    p_sum2_piece3_part += partials_0[leader + 32 * (other + 1)];
  }
  const float p_sum2_piece2_mem2 = p_sum2_piece2_mem[((long long)b * H + h) * G + g];
  const float p_sum2_piece3_mem2 = p_sum2_piece3_mem[((long long)b * H + h) * G + g];
  float y2[8];
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    const float part = max_f32(max_f32(p_max_piece_part, p_max_piece2_mem2), p_max_piece3_mem2);
    const float part2 = max_f32(max_f32(p_max_piece_part, p_max_piece2_part), p_max_piece3_mem2);
    const float part3 = max_f32(max_f32(p_max_piece_part, p_max_piece2_part), p_max_piece3_part);
    y2[v] = y_sum_piece_f_part[v] * (p_sum2_piece_part * fast_exp(p_max_piece_part - part) + p_sum2_piece2_mem2 * fast_exp(p_max_piece2_mem2 - part) + p_sum2_piece3_mem2 * fast_exp(p_max_piece3_mem2 - part) > 0.0f ? 1.0f / (p_sum2_piece_part * fast_exp(p_max_piece_part - part) + p_sum2_piece2_mem2 * fast_exp(p_max_piece2_mem2 - part) + p_sum2_piece3_mem2 * fast_exp(p_max_piece3_mem2 - part)) : 0.0f) + y_sum_piece2_f_part[v] * (p_sum2_piece_part * fast_exp(p_max_piece_part - part2) + p_sum2_piece2_part * fast_exp(p_max_piece2_part - part2) + p_sum2_piece3_mem2 * fast_exp(p_max_piece3_mem2 - part2) > 0.0f ? 1.0f / (p_sum2_piece_part * fast_exp(p_max_piece_part - part2) + p_sum2_piece2_part * fast_exp(p_max_piece2_part - part2) + p_sum2_piece3_mem2 * fast_exp(p_max_piece3_mem2 - part2)) : 0.0f) + y_sum_piece3_f_part[v] * (p_sum2_piece_part * fast_exp(p_max_piece_part - part3) + p_sum2_piece2_part * fast_exp(p_max_piece2_part - part3) + p_sum2_piece3_part * fast_exp(p_max_piece3_part - part3) > 0.0f ? 1.0f / (p_sum2_piece_part * fast_exp(p_max_piece_part - part3) + p_sum2_piece2_part * fast_exp(p_max_piece2_part - part3) + p_sum2_piece3_part * fast_exp(p_max_piece3_part - part3)) : 0.0f);
  }
  if (64 * d + 8 * td < D && thread < 8) { store_bf16<8>(&y[((long long)b * G * H + g + h * G) * D + 64 * d + 8 * td], y2); }
}
