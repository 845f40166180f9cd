// project: made by tdsl from shadow_prefill.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
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

// writes N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void store_bf16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = bf16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle64_b16(int at) { return at ^ (((at >> 6) & 3) << 3); }

extern "C" __global__ void __launch_bounds__(256) project(const unsigned short* __restrict__ K, const unsigned short* __restrict__ basis, unsigned short* __restrict__ U, int B, int H, int S, int D, int R) {
  __shared__ __align__(128) unsigned short k[4096];
  __shared__ __align__(128) unsigned short basis2[4096];
  const int thread = threadIdx.x;
  const int ts = thread >> 2;
  const int lane = thread & 31;
  const int td = 8 * (lane & 3);
  const int td2 = thread >> 4;
  const int tr = 8 * (lane & 15);
  const int warp = thread >> 5;
  const int s_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int r_warp = 8 * (warp >> 1);
  const int matrix_column2 = 32 * (lane >> 4);
  const int tr2 = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int s_count = (S + 127) / 128;
  const int r_count = (R + 127) / 128;
  const int in_plane = group % (s_count * r_count);
  const int panel_groups = 8 * r_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, s_count - first_row);
  const int in_panel = in_plane % panel_groups;
  const int s = first_row + in_panel % panel_rows;
  const int r = in_panel / panel_rows;
  const int b = group / (s_count * r_count);
  const int s2 = 128 * s + ts;
  const int r2 = 128 * r + tr;
  const int s3 = 128 * s + 16 * (warp & 1) + (lane >> 2);
  const int r3 = 128 * r + tr2;

  // shadow_prefill.tdsl:42: U[b, s, r] = sum(h, d) K[b, h, s, d] * basis[b, h, d, r]
  float U_sum[64] = {};
  for (int h_step = 0; h_step < H; ++h_step) {
    for (int d_step = 0; d_step < (D + 31) / 32; ++d_step) {
      const int d = 32 * d_step + td;
      const int d2 = 32 * d_step + td2;
      __syncthreads();
      #pragma unroll
      for (int ds = 0; ds < 2; ++ds) {
        float k2[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          k2[v] = s2 + 64 * ds < S && d + v < D ? f32_from_bf16(K[(((long long)b * H + h_step) * S + s2 + 64 * ds) * D + d + v]) : 0.0f;
        }
        store_bf16<8>(&k[swizzle64_b16(32 * (ts + 64 * ds) + td)], k2);
      }
      #pragma unroll
      for (int dd = 0; dd < 2; ++dd) {
        float basis3[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          basis3[v] = d2 + 16 * dd < D && r2 + v < R ? f32_from_bf16(basis[(((long long)b * H + h_step) * D + d2 + 16 * dd) * R + r2 + v]) : 0.0f;
        }
        store_bf16<8>(&basis2[swizzle128_b16(2048 * (tr >> 6) + 64 * (td2 + 16 * dd) + (tr & 63))], basis3);
      }
      __syncthreads();
      #pragma unroll
      for (int d_step2 = 0; d_step2 < 2; ++d_step2) {
        unsigned k_frag[16];
        #pragma unroll
        for (int ds = 0; ds < 4; ++ds) {
          ldmatrix_x4(&k_frag[4 * ds], &k[swizzle64_b16(32 * (matrix_row + s_warp + 32 * ds) + matrix_column + 16 * d_step2)]);
        }
        unsigned basis2_frag[8];
        #pragma unroll
        for (int dr = 0; dr < 2; ++dr) {
          ldmatrix_x4_trans(&basis2_frag[4 * dr], &basis2[swizzle128_b16(2048 * ((matrix_column2 + r_warp + 64 * dr) >> 6) + 64 * (matrix_row + 16 * d_step2) + ((matrix_column2 + r_warp + 64 * dr) & 63))]);
        }
        #pragma unroll
        for (int ds = 0; ds < 4; ++ds) {
          #pragma unroll
          for (int dr = 0; dr < 4; ++dr) {
            mma_m16n8k16_bf16(&U_sum[16 * ds + 4 * dr], &k_frag[4 * ds], &basis2_frag[2 * dr]);
          }
        }
      }
    }
  }
  #pragma unroll
  for (int ds = 0; ds < 4; ++ds) {
    #pragma unroll
    for (int dr = 0; dr < 4; ++dr) {
      #pragma unroll
      for (int ds2 = 0; ds2 < 2; ++ds2) {
        #pragma unroll
        for (int dr2 = 0; dr2 < 2; ++dr2) {
          if (s3 + 32 * ds + 8 * ds2 < S && r3 + 32 * dr + dr2 < R) {
            U[((long long)b * S + s3 + 32 * ds + 8 * ds2) * R + r3 + 32 * dr + dr2] = bf16_from_f32(U_sum[16 * ds + 4 * dr + 2 * ds2 + dr2]);
          }
        }
      }
    }
  }
}
