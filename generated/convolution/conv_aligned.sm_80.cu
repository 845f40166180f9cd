// conv_aligned: made by tdsl from convolution.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on W % 8 == 0, S % 8 == 0, O % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// two f32 to a word of f16, the first in the low half
__device__ __forceinline__ unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
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

// d += a * b: 16 x 16 times 16 x 8, f16 with sums in f32
__device__ __forceinline__ void mma_m16n8k16_f16(float* d, const unsigned* a, const unsigned* b) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
    : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// a / b toward minus infinity; 0 where b is 0
__device__ __forceinline__ int floor_div(int a, int b) {
  if (b == 0) return 0;
  if (b == -1) return (int)(0u - (unsigned)a);
  const int q = a / b;
  return q * b != a && (a < 0) != (b < 0) ? q - 1 : q;
}

// writes N consecutive f16 as one access
template <int N> __device__ __forceinline__ void store_f16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = f16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle64_b16(int at) { return at ^ (((at >> 6) & 3) << 3); }

extern "C" __global__ void __launch_bounds__(256) conv_aligned(const unsigned short* __restrict__ X, const unsigned short* __restrict__ F, const float* __restrict__ bias, unsigned short* __restrict__ Y, int st, int pad, int N, int C, int H, int W, int O, int R, int S) {
  __shared__ __align__(128) unsigned short f[2048];
  __shared__ __align__(128) unsigned short x[2048];
  const int thread = threadIdx.x;
  const int to = thread >> 2;
  const int lane = thread & 31;
  const int tc = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int o_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int x_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tx = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int y_count = floor_div(H + 2 * pad - R, st) + 1;
  const int x_count = floor_div(W + 2 * pad - S, 64 * st) + 1;
  const int in_plane = group % (y_count * x_count);
  const int panel_groups = 8 * x_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, y_count - first_row);
  const int in_panel = in_plane % panel_groups;
  const int y = first_row + in_panel % panel_rows;
  const int x2 = in_panel / panel_rows;
  const int outer = group / (y_count * x_count);
  const int o_count = (O + 60) / 64;
  const int o = outer % o_count;
  const int n = outer / o_count;
  const int o2 = 64 * o + to;
  const int x4 = 64 * x2 + to;
  const int o3 = 64 * o + 16 * (warp & 1) + (lane >> 2);
  const int x3 = 64 * x2 + tx;

  // convolution.tdsl:11: Y[n, o, y, x] = relu(acc[n, o, y, x] + bias[o])
  float acc[16] = {};
  for (int r_step = 0; r_step < R; ++r_step) {
    for (int s_step = 0; s_step < S; ++s_step) {
      for (int c_step = 0; c_step < (C + 31) / 32; ++c_step) {
        const int c = 32 * c_step + tc;
        __syncthreads();
        float f2[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          f2[v] = o2 < O && c + v < C ? f32_from_f16(F[(((long long)o2 * C + c + v) * R + r_step) * S + s_step]) : 0.0f;
        }
        store_f16<8>(&f[swizzle64_b16(32 * to + tc)], f2);
        float x3[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          x3[v] = c + v < C && pad <= r_step + y * st && r_step + y * st < H + pad && pad <= s_step + x4 * st && s_step + x4 * st < W + pad ? f32_from_f16(X[(((long long)n * C + c + v) * H + r_step + y * st - pad) * W + s_step + x4 * st - pad]) : 0.0f;
        }
        store_f16<8>(&x[swizzle64_b16(32 * to + tc)], x3);
        __syncthreads();
        #pragma unroll
        for (int c_step2 = 0; c_step2 < 2; ++c_step2) {
          unsigned f_frag[8];
          #pragma unroll
          for (int do_ = 0; do_ < 2; ++do_) {
            ldmatrix_x4(&f_frag[4 * do_], &f[swizzle64_b16(32 * (matrix_row + o_warp + 32 * do_) + matrix_column + 16 * c_step2)]);
          }
          unsigned x_frag[4];
          ldmatrix_x4(x_frag, &x[swizzle64_b16(32 * (matrix_row2 + x_warp) + matrix_column2 + 16 * c_step2)]);
          #pragma unroll
          for (int do_ = 0; do_ < 2; ++do_) {
            #pragma unroll
            for (int dx = 0; dx < 2; ++dx) {
              mma_m16n8k16_f16(&acc[8 * do_ + 4 * dx], &f_frag[4 * do_], &x_frag[2 * dx]);
            }
          }
        }
      }
    }
  }
  float bias2[4];
  #pragma unroll
  for (int do_ = 0; do_ < 2; ++do_) {
    #pragma unroll
    for (int do2 = 0; do2 < 2; ++do2) {
      bias2[2 * do_ + do2] = o3 + 32 * do_ + 8 * do2 < O ? bias[o3 + 32 * do_ + 8 * do2] : 0.0f;
    }
  }
  #pragma unroll
  for (int do_ = 0; do_ < 2; ++do_) {
    #pragma unroll
    for (int dx = 0; dx < 2; ++dx) {
      #pragma unroll
      for (int do2 = 0; do2 < 2; ++do2) {
        #pragma unroll
        for (int dx2 = 0; dx2 < 2; ++dx2) {
          const float y2 = max_f32(acc[8 * do_ + 4 * dx + 2 * do2 + dx2] + bias2[2 * do_ + do2], 0.0f);
          if (o3 + 32 * do_ + 8 * do2 < O && x3 + 32 * dx + dx2 <= floor_div(W + 2 * pad - S, st)) {
            Y[(((long long)n * O + o3 + 32 * do_ + 8 * do2) * (floor_div(H + 2 * pad - R, st) + 1) + y) * (floor_div(W + 2 * pad - S, st) + 1) + x3 + 32 * dx + dx2] = f16_from_f32(y2);
          }
        }
      }
    }
  }
}
