// atom_linear: made by tdsl from atom_linear.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
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

// signed byte of a word
__device__ __forceinline__ int s8_at(unsigned word, int n) { return (int)(word << (24 - 8 * n)) >> 24; }
// signed 4-bit field of a word
__device__ __forceinline__ int s4_at(unsigned word, int n) { return (int)(word << (28 - 4 * n)) >> 28; }

// reads N consecutive i8 as one access
template <int N> __device__ __forceinline__ void load_i8(int* to, const signed char* from) {
  unsigned words[(N + 3) / 4];
  if constexpr (N % 4 == 0) load_vector<N / 4>(words, reinterpret_cast<const unsigned*>(from));
  else if constexpr (N == 2) words[0] = *reinterpret_cast<const unsigned short*>(from);
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = s8_at(words[n / 4], n % 4);
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_i8_or(int* to, const signed char* from, bool inside, int fill) {
  if (inside) {
    load_i8<N>(to, from);
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

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

extern "C" __global__ void __launch_bounds__(128) atom_linear(const unsigned char* __restrict__ Xn_codes, const unsigned short* __restrict__ Xn_scale, const signed char* __restrict__ Xo_codes, const unsigned short* __restrict__ Xo_scale, const unsigned char* __restrict__ Wn_codes, const unsigned short* __restrict__ Wn_scale, const signed char* __restrict__ Wo_codes, const unsigned short* __restrict__ Wo_scale, unsigned short* __restrict__ Y, int M, int K, int N) {
  __shared__ __align__(128) unsigned short xn_codes[4096];
  __shared__ __align__(128) unsigned short wn_codes[4096];
  __shared__ __align__(128) unsigned short xo_codes[4096];
  __shared__ __align__(128) unsigned short wo_codes[4096];
  const int thread = threadIdx.x;
  const int tm = thread >> 3;
  const int lane = thread & 31;
  const int tk = 8 * (lane & 7);
  const int warp = thread >> 5;
  const int m_warp = 16 * warp;
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 8 * (lane >> 4) + (lane & 7);
  const int group = blockIdx.x;
  const int n_count = (N + 63) / 64;
  const int n = group % n_count;
  const int m = group / n_count;
  const int m2 = 64 * m + tm;
  const int n2 = 64 * n + tm;
  const int m3 = 64 * m + 16 * warp + (lane >> 2);
  const int n3 = 64 * n + 2 * (lane & 3);

  // atom_linear.tdsl:21: Y[m, n] = sum(k) Xn[m, k] * Wn[n, k] + sum(o) Xo[m, o] * Wo[n, o]
  float Y_sum[32] = {};
  for (int k_group_step = 0; k_group_step < (K + 127) / 128 - 1; ++k_group_step) {
    float Y_sum_group[32] = {};
    for (int k_step = 0; k_step < 2; ++k_step) {
      const int k = 64 * k_step + tk;
      __syncthreads();
      #pragma unroll
      for (int dm = 0; dm < 4; ++dm) {
        float xn_codes_fill[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          const int xn_codes2 = m2 + 16 * dm < M && k + 128 * k_group_step + v + 129 <= K ? s4_at(Xn_codes[((long long)(m2 + 16 * dm) * (K - 128) + k + 128 * k_group_step + v) >> 1], ((long long)(m2 + 16 * dm) * (K - 128) + k + 128 * k_group_step + v) & 1) : 0;
          xn_codes_fill[v] = (float)xn_codes2;
        }
        store_f16<8>(&xn_codes[swizzle128_b16(64 * (tm + 16 * dm) + tk)], xn_codes_fill);
      }
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        float wn_codes_fill[8];
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          const int wn_codes2 = n2 + 16 * dn < N && k + 128 * k_group_step + v + 129 <= K ? s4_at(Wn_codes[((long long)(n2 + 16 * dn) * (K - 128) + k + 128 * k_group_step + v) >> 1], ((long long)(n2 + 16 * dn) * (K - 128) + k + 128 * k_group_step + v) & 1) : 0;
          wn_codes_fill[v] = (float)wn_codes2;
        }
        store_f16<8>(&wn_codes[swizzle128_b16(64 * (tm + 16 * dn) + tk)], wn_codes_fill);
      }
      __syncthreads();
      #pragma unroll
      for (int k_step2 = 0; k_step2 < 4; ++k_step2) {
        unsigned xn_codes_frag[4];
        ldmatrix_x4(xn_codes_frag, &xn_codes[swizzle128_b16(64 * (m_warp + matrix_row) + matrix_column + 16 * k_step2)]);
        unsigned wn_codes_frag[16];
        #pragma unroll
        for (int dn = 0; dn < 4; ++dn) {
          ldmatrix_x4(&wn_codes_frag[4 * dn], &wn_codes[swizzle128_b16(64 * (matrix_row2 + 16 * dn) + matrix_column2 + 16 * k_step2)]);
        }
        #pragma unroll
        for (int dn = 0; dn < 8; ++dn) {
          mma_m16n8k16_f16(&Y_sum_group[4 * dn], xn_codes_frag, &wn_codes_frag[2 * dn]);
        }
      }
    }
    float xn_scale[2];
    #pragma unroll
    for (int dm = 0; dm < 2; ++dm) {
      xn_scale[dm] = m3 + 8 * dm < M ? f32_from_f16(Xn_scale[(long long)(m3 + 8 * dm) * ((K + 127) / 128 - 1) + k_group_step]) : 0.0f;
    }
    float wn_scale[16];
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      #pragma unroll
      for (int dn2 = 0; dn2 < 2; ++dn2) {
        wn_scale[2 * dn + dn2] = n3 + 8 * dn + dn2 < N ? f32_from_f16(Wn_scale[(long long)(((n3 + dn2) >> 1) + 4 * dn) * ((K + 127) / 128 - 1) + k_group_step]) : 0.0f;
      }
    }
    #pragma unroll
    for (int dn = 0; dn < 8; ++dn) {
      #pragma unroll
      for (int dm = 0; dm < 2; ++dm) {
        #pragma unroll
        for (int dn2 = 0; dn2 < 2; ++dn2) {
          Y_sum[4 * dn + 2 * dm + dn2] += Y_sum_group[4 * dn + 2 * dm + dn2] * (xn_scale[dm] * wn_scale[2 * dn + dn2]);
        }
      }
    }
  }
  float Y_sum2[32];
  float Y_sum2_group[32];
  #pragma unroll
  for (int r = 0; r < 32; ++r) {
    Y_sum2[r] = 0.0f;
    Y_sum2_group[r] = 0.0f;
  }
  for (int o_step = 0; o_step < 2; ++o_step) {
    const int o = 64 * o_step + tk;
    __syncthreads();
    #pragma unroll
    for (int dm = 0; dm < 4; ++dm) {
      float xo_codes_fill[8];
      int xo_codes2[8];
      load_i8_or<8>(xo_codes2, &Xo_codes[128 * (long long)(m2 + 16 * dm) + o], m2 + 16 * dm < M, 0);
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        xo_codes_fill[v] = (float)xo_codes2[v];
      }
      store_f16<8>(&xo_codes[swizzle128_b16(64 * (tm + 16 * dm) + tk)], xo_codes_fill);
    }
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      float wo_codes_fill[8];
      int wo_codes2[8];
      load_i8_or<8>(wo_codes2, &Wo_codes[128 * (long long)(n2 + 16 * dn) + o], n2 + 16 * dn < N, 0);
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        wo_codes_fill[v] = (float)wo_codes2[v];
      }
      store_f16<8>(&wo_codes[swizzle128_b16(64 * (tm + 16 * dn) + tk)], wo_codes_fill);
    }
    __syncthreads();
    #pragma unroll
    for (int o_step2 = 0; o_step2 < 4; ++o_step2) {
      unsigned xo_codes_frag[4];
      ldmatrix_x4(xo_codes_frag, &xo_codes[swizzle128_b16(64 * (m_warp + matrix_row) + matrix_column + 16 * o_step2)]);
      unsigned wo_codes_frag[16];
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        ldmatrix_x4(&wo_codes_frag[4 * dn], &wo_codes[swizzle128_b16(64 * (matrix_row2 + 16 * dn) + matrix_column2 + 16 * o_step2)]);
      }
      #pragma unroll
      for (int dn = 0; dn < 8; ++dn) {
        mma_m16n8k16_f16(&Y_sum2_group[4 * dn], xo_codes_frag, &wo_codes_frag[2 * dn]);
      }
    }
  }
  float xo_scale[2];
  #pragma unroll
  for (int dm = 0; dm < 2; ++dm) {
    xo_scale[dm] = m3 + 8 * dm < M ? f32_from_f16(Xo_scale[m3 + 8 * dm]) : 0.0f;
  }
  float wo_scale[16];
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    #pragma unroll
    for (int dn2 = 0; dn2 < 2; ++dn2) {
      wo_scale[2 * dn + dn2] = n3 + 8 * dn + dn2 < N ? f32_from_f16(Wo_scale[n3 + 8 * dn + dn2]) : 0.0f;
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 8; ++dn) {
    #pragma unroll
    for (int dm = 0; dm < 2; ++dm) {
      #pragma unroll
      for (int dn2 = 0; dn2 < 2; ++dn2) {
        Y_sum2[4 * dn + 2 * dm + dn2] += Y_sum2_group[4 * dn + 2 * dm + dn2] * (xo_scale[dm] * wo_scale[2 * dn + dn2]);
        const float y = Y_sum[4 * dn + 2 * dm + dn2] + Y_sum2[4 * dn + 2 * dm + dn2];
        if (m3 + 8 * dm < M && n3 + 8 * dn + dn2 < N) { Y[(long long)(m3 + 8 * dm) * N + n3 + 8 * dn + dn2] = f16_from_f32(y); }
      }
    }
  }
}
