// int4_matmul_aligned: made by tdsl from int4_matmul.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 32 == 0, N % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// two f32 to a word of f16, the first in the low half
__device__ __forceinline__ unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
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

// signed 4-bit field of a word
__device__ __forceinline__ int s4_at(unsigned word, int n) { return (int)(word << (28 - 4 * n)) >> 28; }

// reads N consecutive int4 as one access
template <int N> __device__ __forceinline__ void load_int4(int* to, const unsigned char* from) {
  unsigned words[(N + 7) / 8];
  if constexpr (N % 8 == 0) load_vector<N / 8>(words, reinterpret_cast<const unsigned*>(from));
  else if constexpr (N == 4) words[0] = *reinterpret_cast<const unsigned short*>(from);
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = s4_at(words[n / 8], n % 8);
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_int4_or(int* to, const unsigned char* from, bool inside, int fill) {
  if (inside) {
    load_int4<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// writes N consecutive f16 as one access
template <int N> __device__ __forceinline__ void store_f16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = f16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

// writes two neighbouring f16 as one word
__device__ __forceinline__ void store_f16_pair(unsigned short* to, const float* from) { *reinterpret_cast<unsigned*>(to) = f16x2_from_f32(from[0], from[1]); }

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

extern "C" __global__ void __launch_bounds__(256) int4_matmul_aligned(const unsigned short* __restrict__ X, const unsigned char* __restrict__ W_codes, const unsigned short* __restrict__ W_scale, unsigned short* __restrict__ Y, int M, int K, int N) {
  __shared__ __align__(128) unsigned short x[8192];
  __shared__ __align__(128) unsigned short w_codes[4096];
  const int thread = threadIdx.x;
  const int tm = thread >> 3;
  const int lane = thread & 31;
  const int tk = 8 * (lane & 7);
  const int tn = thread >> 3;
  const int warp = thread >> 5;
  const int m_warp = 16 * (warp & 1);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int n_warp = 8 * (warp >> 1);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 32 * (lane >> 4) + (lane & 7);
  const int tn2 = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((N + 56) / 64);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (M + 127) / 128 - first_row);
  const int in_panel = group % panel_groups;
  const int m = first_row + in_panel % panel_rows;
  const int n = in_panel / panel_rows;
  const int m2 = 128 * m + tm;
  const int n2 = 64 * n + tn;
  const int n3 = 64 * n + tn2;
  const int m3 = 128 * m + 16 * (warp & 1) + (lane >> 2);

  // int4_matmul.tdsl:9: Y[m, n] = sum(k) X[m, k] * W[n, k]
  float Y_sum[32] = {};
  for (int k_group_step = 0; k_group_step < (K + 96) / 128; ++k_group_step) {
    float Y_sum_group[32] = {};
    for (int k_step = 0; k_step < 2; ++k_step) {
      const int k = 64 * k_step + tk;
      __syncthreads();
      #pragma unroll
      for (int dm = 0; dm < 4; ++dm) {
        cp_async<16>(&x[swizzle128_b16(64 * (tm + 32 * dm) + tk)], &X[(long long)(m2 + 32 * dm) * K + k + 128 * k_group_step], m2 + 32 * dm < M && k + 128 * k_group_step < K);
      }
      #pragma unroll
      for (int dn = 0; dn < 2; ++dn) {
        float w_codes_fill[8];
        int w_codes2[8];
        load_int4_or<8>(w_codes2, &W_codes[64 * k_group_step + (((long long)(n2 + 32 * dn) * K + k) >> 1)], n2 + 32 * dn < N && k + 128 * k_group_step < K, 0);
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          w_codes_fill[v] = (float)w_codes2[v];
        }
        store_f16<8>(&w_codes[swizzle128_b16(64 * (tn + 32 * dn) + tk)], w_codes_fill);
      }
      cp_async_commit();
      cp_async_wait<0>();
      __syncthreads();
      #pragma unroll
      for (int k_step2 = 0; k_step2 < 4; ++k_step2) {
        unsigned x_frag[16];
        #pragma unroll
        for (int dm = 0; dm < 4; ++dm) {
          ldmatrix_x4(&x_frag[4 * dm], &x[swizzle128_b16(64 * (m_warp + matrix_row + 32 * dm) + matrix_column + 16 * k_step2)]);
        }
        unsigned w_codes_frag[4];
        ldmatrix_x4(w_codes_frag, &w_codes[swizzle128_b16(64 * (matrix_row2 + n_warp) + matrix_column2 + 16 * k_step2)]);
        #pragma unroll
        for (int dm = 0; dm < 4; ++dm) {
          #pragma unroll
          for (int dn = 0; dn < 2; ++dn) {
            mma_m16n8k16_f16(&Y_sum_group[8 * dm + 4 * dn], &x_frag[4 * dm], &w_codes_frag[2 * dn]);
          }
        }
      }
    }
    float w_scale[4];
    #pragma unroll
    for (int dn = 0; dn < 2; ++dn) {
      #pragma unroll
      for (int dn2 = 0; dn2 < 2; ++dn2) {
        w_scale[2 * dn + dn2] = n3 + 32 * dn + dn2 < N ? f32_from_f16(W_scale[(long long)(n3 + 32 * dn + dn2) * ((K + 127) / 128) + k_group_step]) : 0.0f;
      }
    }
    #pragma unroll
    for (int dm = 0; dm < 4; ++dm) {
      #pragma unroll
      for (int dn = 0; dn < 2; ++dn) {
        #pragma unroll
        for (int dm2 = 0; dm2 < 2; ++dm2) {
          #pragma unroll
          for (int dn2 = 0; dn2 < 2; ++dn2) {
            Y_sum[8 * dm + 4 * dn + 2 * dm2 + dn2] += Y_sum_group[8 * dm + 4 * dn + 2 * dm2 + dn2] * w_scale[2 * dn + dn2];
          }
        }
      }
    }
  }
  #pragma unroll
  for (int dm = 0; dm < 4; ++dm) {
    #pragma unroll
    for (int dn = 0; dn < 2; ++dn) {
      #pragma unroll
      for (int dm2 = 0; dm2 < 2; ++dm2) {
        if (m3 + 32 * dm + 8 * dm2 < M && n3 + 32 * dn < N) {
          store_f16_pair(&Y[(long long)(m3 + 32 * dm + 8 * dm2) * N + n3 + 32 * dn], &Y_sum[8 * dm + 4 * dn + 2 * dm2]);
        }
      }
    }
  }
}
