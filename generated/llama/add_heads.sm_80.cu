// add_heads: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
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

// writes N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void store_bf16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = bf16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle64_b16(int at) { return at ^ (((at >> 6) & 3) << 3); }

extern "C" __global__ void __launch_bounds__(256) add_heads(const unsigned short* __restrict__ o, const unsigned short* __restrict__ W, float* __restrict__ x, int H, int S, int D, int C) {
  __shared__ __align__(128) unsigned short o2[4096];
  __shared__ __align__(128) unsigned short w[4096];
  const int thread = threadIdx.x;
  const int ts = thread >> 2;
  const int lane = thread & 31;
  const int td = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int s_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int c_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tc = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((C + 127) / 128);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (S + 127) / 128 - first_row);
  const int in_panel = group % panel_groups;
  const int s = first_row + in_panel % panel_rows;
  const int c = in_panel / panel_rows;
  const int s2 = 128 * s + ts;
  const int c2 = 128 * c + ts;
  const int s3 = 128 * s + 16 * (warp & 1) + (lane >> 2);
  const int c3 = 128 * c + tc;

  // llama.tdsl:66: x[s, c] += sum(h, d) o[h, s, d] * W[c, h*D + d]
  float x_sum[64] = {};
  for (int h_step = 0; h_step < H; ++h_step) {
    for (int d_step = 0; d_step < (D + 31) / 32; ++d_step) {
      const int d = 32 * d_step + td;
      __syncthreads();
      #pragma unroll
      for (int ds = 0; ds < 2; ++ds) {
        float o3[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          o3[v] = s2 + 64 * ds < S && d + v < D ? f32_from_bf16(o[((long long)h_step * S + s2 + 64 * ds) * D + d + v]) : 0.0f;
        }
        store_bf16<8>(&o2[swizzle64_b16(32 * (ts + 64 * ds) + td)], o3);
      }
      #pragma unroll
      for (int dc = 0; dc < 2; ++dc) {
        float w2[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          w2[v] = c2 + 64 * dc < C && d + v < D ? f32_from_bf16(W[(long long)(c2 + 64 * dc) * D * H + d + h_step * D + v]) : 0.0f;
        }
        store_bf16<8>(&w[swizzle64_b16(32 * (ts + 64 * dc) + td)], w2);
      }
      __syncthreads();
      #pragma unroll
      for (int d_step2 = 0; d_step2 < 2; ++d_step2) {
        unsigned o2_frag[16];
        #pragma unroll
        for (int ds = 0; ds < 4; ++ds) {
          ldmatrix_x4(&o2_frag[4 * ds], &o2[swizzle64_b16(32 * (matrix_row + s_warp + 32 * ds) + matrix_column + 16 * d_step2)]);
        }
        unsigned w_frag[8];
        #pragma unroll
        for (int dc = 0; dc < 2; ++dc) {
          ldmatrix_x4(&w_frag[4 * dc], &w[swizzle64_b16(32 * (c_warp + matrix_row2 + 64 * dc) + matrix_column2 + 16 * d_step2)]);
        }
        #pragma unroll
        for (int ds = 0; ds < 4; ++ds) {
          #pragma unroll
          for (int dc = 0; dc < 4; ++dc) {
            mma_m16n8k16_bf16(&x_sum[16 * ds + 4 * dc], &o2_frag[4 * ds], &w_frag[2 * dc]);
          }
        }
      }
    }
  }
  float x2[64];
  #pragma unroll
  for (int ds = 0; ds < 4; ++ds) {
    #pragma unroll
    for (int dc = 0; dc < 4; ++dc) {
      #pragma unroll
      for (int ds2 = 0; ds2 < 2; ++ds2) {
        #pragma unroll
        for (int dc2 = 0; dc2 < 2; ++dc2) {
          const float x3 = s3 + 32 * ds + 8 * ds2 < S && c3 + 32 * dc + dc2 < C ? x[(long long)(s3 + 32 * ds + 8 * ds2) * C + c3 + 32 * dc + dc2] : 0.0f;
          x2[16 * ds + 4 * dc + 2 * ds2 + dc2] = x3 + x_sum[16 * ds + 4 * dc + 2 * ds2 + dc2];
        }
      }
    }
  }
  #pragma unroll
  for (int ds = 0; ds < 4; ++ds) {
    #pragma unroll
    for (int dc = 0; dc < 4; ++dc) {
      #pragma unroll
      for (int ds2 = 0; ds2 < 2; ++ds2) {
        #pragma unroll
        for (int dc2 = 0; dc2 < 2; ++dc2) {
          if (s3 + 32 * ds + 8 * ds2 < S && c3 + 32 * dc + dc2 < C) {
            x[(long long)(s3 + 32 * ds + 8 * ds2) * C + c3 + 32 * dc + dc2] = x2[16 * ds + 4 * dc + 2 * ds2 + dc2];
          }
        }
      }
    }
  }
}
