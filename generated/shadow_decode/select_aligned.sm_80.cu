// select_aligned_1, select_aligned_2, select_aligned_3, select_aligned_4, select_aligned_5, select_aligned_6, select_aligned_7, select_aligned_8, select_aligned_9: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on D % 8 == 0, N % 4 == 0, T % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
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

// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }
// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle64_b16(int at) { return at ^ (((at >> 6) & 3) << 3); }

extern "C" __global__ void __launch_bounds__(256) select_aligned_1(const unsigned short* __restrict__ q, const unsigned short* __restrict__ L, float* __restrict__ p_max_mem, int T, int C, int B, int H, int G, int D, int N) {
  dynamic_shared(dynamic_memory);
  unsigned short* const q2 = reinterpret_cast<unsigned short*>(dynamic_memory); // 16384 elements
  unsigned short* const l = reinterpret_cast<unsigned short*>(dynamic_memory + 32768); // 16384 elements
  float* const partials_0 = reinterpret_cast<float*>(dynamic_memory + 65536); // 2048 elements
  const int thread = threadIdx.x;
  const int tg = thread >> 2;
  const int lane = thread & 31;
  const int td = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int g_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int n_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tn = 8 * (warp >> 1) + 2 * (lane & 3);
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

  // shadow_decode.tdsl:10: let p[b, h, g, n] = softmax(n) (sum(d) q[b, h*G + g, d] * L[b, h, n, d]) * rsqrt(D)
  float p_max[8];
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    p_max[r] = -3.4028234663852886e38f;
  }
  for (int n_3_step = 0; n_3_step < (N + 124) / 128; ++n_3_step) {
    const int n = 128 * n_3_step + tg;
    const int n2 = 128 * n_3_step + tn;
    float p_sum[64] = {};
    for (int d_turn = 0; d_turn < (D + 24) / 32 + 3; ++d_turn) {
      if (d_turn >= 3) {
        if (d_turn < (D + 24) / 32) {
          cp_async_wait<2>();
        } else {
          cp_async_wait<0>();
        }
      }
      __syncthreads();
      if (d_turn < (D + 24) / 32) {
        const int d = 32 * d_turn + td;
        #pragma unroll
        for (int dg = 0; dg < 2; ++dg) {
          cp_async<16>(&q2[4096 * ((d_turn + n_3_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dg) + td)], &q[((long long)b * G * H + g2 + h * G + 64 * dg) * D + d], g2 + 64 * dg < G && d < D);
        }
        #pragma unroll
        for (int dn = 0; dn < 2; ++dn) {
          cp_async<16>(&l[4096 * ((d_turn + n_3_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dn) + td)], &L[(((long long)b * H + h) * N + n + 64 * dn) * D + d], n + 64 * dn < N && d < D);
        }
        cp_async_commit();
      }
      if (d_turn >= 3) {
        const int d_step = d_turn - 3;
        #pragma unroll
        for (int d_step2 = 0; d_step2 < 2; ++d_step2) {
          unsigned q2_frag[16];
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            ldmatrix_x4(&q2_frag[4 * dg], &q2[4096 * ((d_step + n_3_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (g_warp + matrix_row + 32 * dg) + matrix_column + 16 * d_step2)]);
          }
          unsigned l_frag[8];
          #pragma unroll
          for (int dn = 0; dn < 2; ++dn) {
            ldmatrix_x4(&l_frag[4 * dn], &l[4096 * ((d_step + n_3_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (matrix_row2 + n_warp + 64 * dn) + matrix_column2 + 16 * d_step2)]);
          }
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            #pragma unroll
            for (int dn = 0; dn < 4; ++dn) {
              mma_m16n8k16_bf16(&p_sum[16 * dg + 4 * dn], &q2_frag[4 * dg], &l_frag[2 * dn]);
            }
          }
        }
      }
    }
    float p_max_part[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_part[r] = -3.4028234663852886e38f;
    }
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dn2 = 0; dn2 < 2; ++dn2) {
            const float p_max_term = p_sum[16 * dg + 4 * dn + 2 * dg2 + dn2] * rsqrtf((float)D);
            const float p_max_term2 = n2 + 32 * dn + dn2 < N ? p_max_term : -3.4028234663852886e38f;
            p_max_part[2 * dg + dg2] = max_f32(p_max_part[2 * dg + dg2], p_max_term2);
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 2; ++step) {
        p_max_part[r] = max_f32(p_max_part[r], warp_xor(p_max_part[r], 1 << step));
      }
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_0[r * 256 + thread] = p_max_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_part[r] = partials_0[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        p_max_part[r] = max_f32(p_max_part[r], partials_0[r * 256 + leader + 64 * (other + 1)]);
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max[r] = max_f32(p_max[r], p_max_part[r]);
    }
  }
  #pragma unroll
  for (int dg = 0; dg < 4; ++dg) {
    #pragma unroll
    for (int dg2 = 0; dg2 < 2; ++dg2) {
      if (g3 + 32 * dg + 8 * dg2 < G && (thread & 195) == 0) {
        p_max_mem[((long long)b * H + h) * G + g3 + 32 * dg + 8 * dg2] = p_max[2 * dg + dg2];
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) select_aligned_2(const unsigned short* __restrict__ q, const unsigned short* __restrict__ L, float* __restrict__ p_sum2_mem, int T, int C, int B, int H, int G, int D, int N) {
  dynamic_shared(dynamic_memory);
  unsigned short* const q2 = reinterpret_cast<unsigned short*>(dynamic_memory); // 16384 elements
  unsigned short* const l = reinterpret_cast<unsigned short*>(dynamic_memory + 32768); // 16384 elements
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
  const int n_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tn = 8 * (warp >> 1) + 2 * (lane & 3);
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

  // shadow_decode.tdsl:10: let p[b, h, g, n] = softmax(n) (sum(d) q[b, h*G + g, d] * L[b, h, n, d]) * rsqrt(D)
  float p_max[8];
  float p_sum2[8];
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    p_max[r] = -3.4028234663852886e38f;
    p_sum2[r] = 0.0f;
  }
  for (int n_3_step = 0; n_3_step < (N + 124) / 128; ++n_3_step) {
    const int n = 128 * n_3_step + tg;
    const int n2 = 128 * n_3_step + tn;
    float p_sum[64] = {};
    for (int d_turn = 0; d_turn < (D + 24) / 32 + 3; ++d_turn) {
      if (d_turn >= 3) {
        if (d_turn < (D + 24) / 32) {
          cp_async_wait<2>();
        } else {
          cp_async_wait<0>();
        }
      }
      __syncthreads();
      if (d_turn < (D + 24) / 32) {
        const int d = 32 * d_turn + td;
        #pragma unroll
        for (int dg = 0; dg < 2; ++dg) {
          cp_async<16>(&q2[4096 * ((d_turn + n_3_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dg) + td)], &q[((long long)b * G * H + g2 + h * G + 64 * dg) * D + d], g2 + 64 * dg < G && d < D);
        }
        #pragma unroll
        for (int dn = 0; dn < 2; ++dn) {
          cp_async<16>(&l[4096 * ((d_turn + n_3_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dn) + td)], &L[(((long long)b * H + h) * N + n + 64 * dn) * D + d], n + 64 * dn < N && d < D);
        }
        cp_async_commit();
      }
      if (d_turn >= 3) {
        const int d_step = d_turn - 3;
        #pragma unroll
        for (int d_step2 = 0; d_step2 < 2; ++d_step2) {
          unsigned q2_frag[16];
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            ldmatrix_x4(&q2_frag[4 * dg], &q2[4096 * ((d_step + n_3_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (g_warp + matrix_row + 32 * dg) + matrix_column + 16 * d_step2)]);
          }
          unsigned l_frag[8];
          #pragma unroll
          for (int dn = 0; dn < 2; ++dn) {
            ldmatrix_x4(&l_frag[4 * dn], &l[4096 * ((d_step + n_3_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (matrix_row2 + n_warp + 64 * dn) + matrix_column2 + 16 * d_step2)]);
          }
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            #pragma unroll
            for (int dn = 0; dn < 4; ++dn) {
              mma_m16n8k16_bf16(&p_sum[16 * dg + 4 * dn], &q2_frag[4 * dg], &l_frag[2 * dn]);
            }
          }
        }
      }
    }
    float p_max_part[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_part[r] = -3.4028234663852886e38f;
    }
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dn2 = 0; dn2 < 2; ++dn2) {
            const float p_max_term = p_sum[16 * dg + 4 * dn + 2 * dg2 + dn2] * rsqrtf((float)D);
            const float p_max_term2 = n2 + 32 * dn + dn2 < N ? p_max_term : -3.4028234663852886e38f;
            p_max_part[2 * dg + dg2] = max_f32(p_max_part[2 * dg + dg2], p_max_term2);
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 2; ++step) {
        p_max_part[r] = max_f32(p_max_part[r], warp_xor(p_max_part[r], 1 << step));
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_0[r * 256 + thread] = p_max_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_part[r] = partials_0[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        p_max_part[r] = max_f32(p_max_part[r], partials_0[r * 256 + leader + 64 * (other + 1)]);
      }
    }
    float p_max_new[8];
    float p_sum2_scale[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_max_new[r] = max_f32(p_max[r], p_max_part[r]);
      p_sum2_scale[r] = fast_exp(p_max[r] - p_max_new[r]);
    }
    float p_sum2_part[8] = {};
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dn2 = 0; dn2 < 2; ++dn2) {
            const float p_sum2_term = fast_exp(p_sum[16 * dg + 4 * dn + 2 * dg2 + dn2] * rsqrtf((float)D) - p_max_new[2 * dg + dg2]);
            const float p_sum2_term2 = n2 + 32 * dn + dn2 < N ? p_sum2_term : 0.0f;
            p_sum2_part[2 * dg + dg2] += p_sum2_term2;
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 2; ++step) {
        p_sum2_part[r] += warp_xor(p_sum2_part[r], 1 << step);
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_1[r * 256 + thread] = p_sum2_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_sum2_part[r] = partials_1[r * 256 + leader];
      #pragma unroll
      for (int other = 0; other < 3; ++other) {
        p_sum2_part[r] += partials_1[r * 256 + leader + 64 * (other + 1)];
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      p_sum2[r] = p_sum2[r] * p_sum2_scale[r] + p_sum2_part[r];
      p_max[r] = p_max_new[r];
    }
  }
  #pragma unroll
  for (int dg = 0; dg < 4; ++dg) {
    #pragma unroll
    for (int dg2 = 0; dg2 < 2; ++dg2) {
      if (g3 + 32 * dg + 8 * dg2 < G && (thread & 195) == 0) {
        p_sum2_mem[((long long)b * H + h) * G + g3 + 32 * dg + 8 * dg2] = p_sum2[2 * dg + dg2];
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) select_aligned_3(const unsigned short* __restrict__ q, const unsigned short* __restrict__ L, const float* __restrict__ p_max_mem, const float* __restrict__ p_sum2_mem, float* __restrict__ at_topk_of_mem, int T, int C, int B, int H, int G, int D, int N) {
  dynamic_shared(dynamic_memory);
  unsigned short* const q2 = reinterpret_cast<unsigned short*>(dynamic_memory); // 16384 elements
  unsigned short* const l = reinterpret_cast<unsigned short*>(dynamic_memory + 32768); // 16384 elements
  float* const partials_0 = reinterpret_cast<float*>(dynamic_memory + 65536); // 2048 elements
  const int thread = threadIdx.x;
  const int tg = thread >> 2;
  const int lane = thread & 31;
  const int td = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int g_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int n_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tg2 = 16 * (warp & 1) + (lane >> 2);
  const int leader = thread & 223;
  const int tn = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int n_count = (N + 124) / 128;
  const int in_plane = group % (H * n_count);
  const int panel_groups = 8 * n_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, H - first_row);
  const int in_panel = in_plane % panel_groups;
  const int h = first_row + in_panel % panel_rows;
  const int n = in_panel / panel_rows;
  const int b = group / (H * n_count);
  const int n2 = 128 * n + tg;
  const int n3 = 128 * n + tn;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  float at_topk_of[8];
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    at_topk_of[r] = -3.4028234663852886e38f;
  }
  for (int g_2_step = 0; g_2_step < (G + 127) / 128; ++g_2_step) {
    const int g = 128 * g_2_step + tg;
    const int g2 = 128 * g_2_step + tg2;
    float p_sum[64] = {};
    for (int d_turn = 0; d_turn < (D + 24) / 32 + 3; ++d_turn) {
      if (d_turn >= 3) {
        if (d_turn < (D + 24) / 32) {
          cp_async_wait<2>();
        } else {
          cp_async_wait<0>();
        }
      }
      __syncthreads();
      if (d_turn < (D + 24) / 32) {
        const int d = 32 * d_turn + td;
        #pragma unroll
        for (int dg = 0; dg < 2; ++dg) {
          cp_async<16>(&q2[4096 * ((d_turn + g_2_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dg) + td)], &q[((long long)b * G * H + g + h * G + 64 * dg) * D + d], g + 64 * dg < G && d < D);
        }
        #pragma unroll
        for (int dn = 0; dn < 2; ++dn) {
          cp_async<16>(&l[4096 * ((d_turn + g_2_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (tg + 64 * dn) + td)], &L[(((long long)b * H + h) * N + n2 + 64 * dn) * D + d], n2 + 64 * dn < N && d < D);
        }
        cp_async_commit();
      }
      if (d_turn >= 3) {
        const int d_step = d_turn - 3;
        #pragma unroll
        for (int d_step2 = 0; d_step2 < 2; ++d_step2) {
          unsigned q2_frag[16];
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            ldmatrix_x4(&q2_frag[4 * dg], &q2[4096 * ((d_step + g_2_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (g_warp + matrix_row + 32 * dg) + matrix_column + 16 * d_step2)]);
          }
          unsigned l_frag[8];
          #pragma unroll
          for (int dn = 0; dn < 2; ++dn) {
            ldmatrix_x4(&l_frag[4 * dn], &l[4096 * ((d_step + g_2_step * ((D + 24) / 32)) & 3) + swizzle64_b16(32 * (matrix_row2 + n_warp + 64 * dn) + matrix_column2 + 16 * d_step2)]);
          }
          #pragma unroll
          for (int dg = 0; dg < 4; ++dg) {
            #pragma unroll
            for (int dn = 0; dn < 4; ++dn) {
              mma_m16n8k16_bf16(&p_sum[16 * dg + 4 * dn], &q2_frag[4 * dg], &l_frag[2 * dn]);
            }
          }
        }
      }
    }
    float p_max_mem2[8];
    float p_sum2_mem2[8];
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dg2 = 0; dg2 < 2; ++dg2) {
        p_max_mem2[2 * dg + dg2] = g2 + 32 * dg + 8 * dg2 < G ? p_max_mem[((long long)b * H + h) * G + g2 + 32 * dg + 8 * dg2] : 0.0f;
        p_sum2_mem2[2 * dg + dg2] = g2 + 32 * dg + 8 * dg2 < G ? p_sum2_mem[((long long)b * H + h) * G + g2 + 32 * dg + 8 * dg2] : 0.0f;
      }
    }
    float at_topk_of_part[8];
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      at_topk_of_part[r] = -3.4028234663852886e38f;
    }
    #pragma unroll
    for (int dg = 0; dg < 4; ++dg) {
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        #pragma unroll
        for (int dg2 = 0; dg2 < 2; ++dg2) {
          #pragma unroll
          for (int dn2 = 0; dn2 < 2; ++dn2) {
            const float at_topk_of_term = fast_exp(p_sum[16 * dg + 4 * dn + 2 * dg2 + dn2] * rsqrtf((float)D) - p_max_mem2[2 * dg + dg2]) * (p_sum2_mem2[2 * dg + dg2] > 0.0f ? 1.0f / p_sum2_mem2[2 * dg + dg2] : 0.0f);
            const float at_topk_of_term2 = g2 + 32 * dg + 8 * dg2 < G ? at_topk_of_term : -3.4028234663852886e38f;
            at_topk_of_part[2 * dn + dn2] = max_f32(at_topk_of_part[2 * dn + dn2], at_topk_of_term2);
          }
        }
      }
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      #pragma unroll
      for (int step = 0; step < 3; ++step) {
        at_topk_of_part[r] = max_f32(at_topk_of_part[r], warp_xor(at_topk_of_part[r], 4 << step));
      }
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      partials_0[r * 256 + thread] = at_topk_of_part[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      at_topk_of_part[r] = partials_0[r * 256 + leader];
      at_topk_of_part[r] = max_f32(at_topk_of_part[r], partials_0[r * 256 + leader + 32]);
    }
    #pragma unroll
    for (int r = 0; r < 8; ++r) {
      at_topk_of[r] = max_f32(at_topk_of[r], at_topk_of_part[r]);
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    if (n3 + 32 * dn < N && (thread & 60) == 0) {
      store_vector<2>(&at_topk_of_mem[((long long)b * H + h) * N + n3 + 32 * dn], &at_topk_of[2 * dn]);
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) select_aligned_4(const float* __restrict__ at_topk_of_mem, int* __restrict__ at_topk_rank_mem, int T, int C, int B, int H, int G, int D, int N) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int n = group % N;
  const int outer = group / N;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  int at_topk_rank = 0;
  const float at_topk_of_mem2 = at_topk_of_mem[((long long)b * H + h) * N + n];
  int at_topk_rank_part = 0;
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    const float at_topk_of_mem3 = at_topk_of_mem[((long long)b * H + h) * N + max(0, min(1024 * (n >> 10) + 4 * thread + dn, N - 1))];
    const int at_topk_rank_term = 1024 * (n >> 10) + 4 * thread + dn < N && (at_topk_of_mem2 < at_topk_of_mem3 || (at_topk_of_mem3 == at_topk_of_mem2 && 1024 * (n >> 10) + 4 * thread + dn < n)) ? 1 : 0;
    at_topk_rank_part = wrap_add(at_topk_rank_part, at_topk_rank_term);
  }
  at_topk_rank = wrap_add(at_topk_rank, at_topk_rank_part);
  int at_topk_rank_part2 = at_topk_rank;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    at_topk_rank_part2 = wrap_add(at_topk_rank_part2, warp_xor(at_topk_rank_part2, 1 << step));
  }
  partials_int_0[thread] = at_topk_rank_part2;
  __syncthreads();
  at_topk_rank_part2 = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    at_topk_rank_part2 = wrap_add(at_topk_rank_part2, partials_int_0[leader + 32 * (other + 1)]);
  }
  if (thread == 0) { at_topk_rank_mem[((long long)b * H + h) * N + n] = at_topk_rank_part2; }
}

extern "C" __global__ void __launch_bounds__(256) select_aligned_5(const int* __restrict__ at_topk_rank_mem, int* __restrict__ at_topk_best_mem, int T, int C, int B, int H, int G, int D, int N) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(T, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (N + 1020) / 1024;
  const int piece = outer % piece_count;
  const int outer2 = outer / piece_count;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  int at_topk_best_max = (-2147483647 - 1);
  int at_topk_best_max_part = (-2147483647 - 1);
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    const int at_topk_rank_mem2 = at_topk_rank_mem[((long long)b * H + h) * N + max(0, min(1024 * piece + 4 * thread + dn, N - 1))];
    const int at_topk_best_max_term = 1024 * piece + 4 * thread + dn;
    const int at_topk_best_max_term2 = 1024 * piece + 4 * thread + dn < N && at_topk_rank_mem2 == rank ? at_topk_best_max_term : (-2147483647 - 1);
    at_topk_best_max_part = max(at_topk_best_max_part, at_topk_best_max_term2);
  }
  at_topk_best_max = max(at_topk_best_max, at_topk_best_max_part);
  int at_topk_best_max_part2 = at_topk_best_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    at_topk_best_max_part2 = max(at_topk_best_max_part2, warp_xor(at_topk_best_max_part2, 1 << step));
  }
  partials_int_0[thread] = at_topk_best_max_part2;
  __syncthreads();
  at_topk_best_max_part2 = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    at_topk_best_max_part2 = max(at_topk_best_max_part2, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int at_topk_best_mem2 = max(at_topk_best_max_part2, -1);
  if (thread == 0) { at_topk_best_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + piece) * min(T, 1024) + rank] = at_topk_best_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) select_aligned_6(const int* __restrict__ at_topk_best_mem, const float* __restrict__ at_topk_of_mem, float* __restrict__ at_topk_best_of_mem, int T, int C, int B, int H, int G, int D, int N) {
  const int thread = threadIdx.x;
  const int bhpiecerank = blockIdx.x;
  const int b = (thread + 256 * bhpiecerank) / (H * ((N + 1020) / 1024) * min(T, 1024));
  const int h = (thread + 256 * bhpiecerank) / ((N + 1020) / 1024 * min(T, 1024)) % H;
  const int piece = (thread + 256 * bhpiecerank) / min(T, 1024) % ((N + 1020) / 1024);
  const int rank = (thread + 256 * bhpiecerank) % min(T, 1024);

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  const int at_topk_best_mem2 = b < B ? at_topk_best_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + piece) * min(T, 1024) + rank] : 0;
  const float at_topk_of_mem2 = at_topk_of_mem[((long long)max(0, min(b, B - 1)) * H + h) * N + max(0, min(at_topk_best_mem2, N - 1))];
  if (b < B) { at_topk_best_of_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + piece) * min(T, 1024) + rank] = at_topk_of_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) select_aligned_7(const int* __restrict__ at_topk_best_mem, const float* __restrict__ at_topk_best_of_mem, int* __restrict__ at_topk_place_mem, int T, int C, int B, int H, int G, int D, int N) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int rank_count = min(T, 1024);
  const int rank = group % rank_count;
  const int outer = group / rank_count;
  const int piece_count = (N + 1020) / 1024;
  const int piece = outer % piece_count;
  const int outer2 = outer / piece_count;
  const int h = outer2 % H;
  const int b = outer2 / H;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  int at_topk_place_sum = 0;
  for (int at_piece_5_step = 0; at_piece_5_step < (N + 1020) / 1024; ++at_piece_5_step) {
    for (int at_rank_5_step = 0; at_rank_5_step < (min(T, 1024) + 1023) / 1024; ++at_rank_5_step) {
      int at_topk_best_mem2[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        at_topk_best_mem2[drank] = 1024 * at_rank_5_step + 4 * thread + drank < min(T, 1024) ? at_topk_best_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + at_piece_5_step) * min(T, 1024) + 1024 * at_rank_5_step + 4 * thread + drank] : 0;
      }
      const float at_topk_best_of_mem2 = at_topk_best_of_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + piece) * min(T, 1024) + rank];
      float at_topk_best_of_mem3[4];
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        at_topk_best_of_mem3[drank] = 1024 * at_rank_5_step + 4 * thread + drank < min(T, 1024) ? at_topk_best_of_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + at_piece_5_step) * min(T, 1024) + 1024 * at_rank_5_step + 4 * thread + drank] : 0.0f;
      }
      const int at_topk_best_mem3 = at_topk_best_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + piece) * min(T, 1024) + rank];
      int at_topk_place_sum_part = 0;
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        const int at_topk_place_sum_term = 1024 * at_rank_5_step + 4 * thread + drank < min(T, 1024) && at_topk_best_mem2[drank] >= 0 && (at_topk_best_of_mem2 < at_topk_best_of_mem3[drank] || (at_topk_best_of_mem3[drank] == at_topk_best_of_mem2 && at_topk_best_mem2[drank] < at_topk_best_mem3)) ? 1 : 0;
        at_topk_place_sum_part = wrap_add(at_topk_place_sum_part, at_topk_place_sum_term);
      }
      at_topk_place_sum = wrap_add(at_topk_place_sum, at_topk_place_sum_part);
    }
  }
  int at_topk_place_sum_part = at_topk_place_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    at_topk_place_sum_part = wrap_add(at_topk_place_sum_part, warp_xor(at_topk_place_sum_part, 1 << step));
  }
  partials_int_0[thread] = at_topk_place_sum_part;
  __syncthreads();
  at_topk_place_sum_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    at_topk_place_sum_part = wrap_add(at_topk_place_sum_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int at_topk_best_mem2 = at_topk_best_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + piece) * min(T, 1024) + rank];
  const int at_topk_place_mem2 = at_topk_best_mem2 >= 0 ? at_topk_place_sum_part : 2147483647;
  if (thread == 0) { at_topk_place_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + piece) * min(T, 1024) + rank] = at_topk_place_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) select_aligned_8(const int* __restrict__ at_topk_place_mem, const int* __restrict__ at_topk_best_mem, int* __restrict__ at_mem, int T, int C, int B, int H, int G, int D, int N) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int t = group % T;
  const int outer = group / T;
  const int h = outer % H;
  const int b = outer / H;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  int at_max = (-2147483647 - 1);
  for (int at_piece_6_step = 0; at_piece_6_step < (N + 1020) / 1024; ++at_piece_6_step) {
    for (int at_rank_6_step = 0; at_rank_6_step < (min(T, 1024) + 1023) / 1024; ++at_rank_6_step) {
      int at_max_part = (-2147483647 - 1);
      #pragma unroll
      for (int drank = 0; drank < 4; ++drank) {
        const int at_topk_place_mem2 = 1024 * at_rank_6_step + 4 * thread + drank < min(T, 1024) ? at_topk_place_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + at_piece_6_step) * min(T, 1024) + 1024 * at_rank_6_step + 4 * thread + drank] : 0;
        const int at_topk_best_mem2 = 1024 * at_rank_6_step + 4 * thread + drank < min(T, 1024) ? at_topk_best_mem[(((long long)b * H + h) * ((N + 1023) / 1024) + at_piece_6_step) * min(T, 1024) + 1024 * at_rank_6_step + 4 * thread + drank] : 0;
        const int at_max_term = 1024 * at_rank_6_step + 4 * thread + drank < min(T, 1024) && at_topk_place_mem2 == t ? at_topk_best_mem2 : (-2147483647 - 1);
        at_max_part = max(at_max_part, at_max_term);
      }
      at_max = max(at_max, at_max_part);
    }
  }
  int at_max_part = at_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    at_max_part = max(at_max_part, warp_xor(at_max_part, 1 << step));
  }
  partials_int_0[thread] = at_max_part;
  __syncthreads();
  at_max_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    at_max_part = max(at_max_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int at_mem2 = max(at_max_part, -1);
  if (thread == 0) { at_mem[((long long)b * H + h) * T + t] = at_mem2; }
}

extern "C" __global__ void __launch_bounds__(256) select_aligned_9(const int* __restrict__ kept, const int* __restrict__ at_mem, int* __restrict__ chunk, int T, int C, int B, int H, int G, int D, int N) {
  const int thread = threadIdx.x;
  const int bht = blockIdx.x;
  const int b = (thread + 256 * bht) / (H * (T / 4));
  const int h = (thread + 256 * bht) / (T / 4) % H;
  const int t = (thread + 256 * bht) % (T / 4);

  // shadow_decode.tdsl:12: chunk[b, h, t] = kept[b, h, at[b, h, t]]
  int kept2[4];
  int at_mem2[4];
  load_vector_or<4>(at_mem2, &at_mem[((long long)b * H + h) * T + 4 * t], b < B, 0);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    kept2[v] = b < B ? kept[((long long)b * H + h) * N + at_mem2[v]] : 0;
  }
  if (b < B) { store_vector<4>(&chunk[((long long)b * H + h) * T + 4 * t], kept2); }
}
