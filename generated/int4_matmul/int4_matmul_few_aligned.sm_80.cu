// int4_matmul_few_aligned: made by tdsl from int4_matmul.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 32 == 0, N % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// two f32 to a word of f16, the first in the low half
__device__ __forceinline__ unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }

// byte n of either word holds a code in its low four bits, of two's complement where LESS is 8 and plain where it is 0: two f16, exact
template <int LESS> __device__ __forceinline__ unsigned f16x2_from_codes(unsigned low, unsigned high, int n) {
  unsigned codes, word;
  asm("lop3.b32 %0, %1, 0x000f000f, %2, 0x6a;" : "=r"(codes) : "r"(__byte_perm(low, high, n | (n + 4) << 8)), "r"(0x64006400u + LESS * 0x10001u)); // 1024 + code + LESS: bytes & mask ^ start
  asm("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(word) : "r"(codes), "r"(0x3c003c00u), "r"((58368u + LESS) * 0x10001u));
  return word;
}

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

// d += a * b: 16 x 16 times 16 x 8, f16 with sums in f32
__device__ __forceinline__ void mma_m16n8k16_f16(float* d, const unsigned* a, const unsigned* b) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
    : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// reads N consecutive int4 as one access, as words of two f16
template <int N> __device__ __forceinline__ void load_f16x2_from_int4(unsigned* to, const unsigned char* from) {
  unsigned words[N / 8];
  load_vector<N / 8>(words, reinterpret_cast<const unsigned*>(from));
#pragma unroll
  for (int n = 0; n < N / 8; n++) {
#pragma unroll
    for (int i = 0; i < 4; i++) to[4 * n + i] = f16x2_from_codes<8>(words[n], words[n] >> 4, i);
  }
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_f16x2_from_int4_or(unsigned* to, const unsigned char* from, bool inside, unsigned fill) {
  if (inside) {
    load_f16x2_from_int4<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N / 2; n++) to[n] = fill;
  }
}

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// writes two neighbouring f16 as one word
__device__ __forceinline__ void store_f16_pair(unsigned short* to, const float* from) { *reinterpret_cast<unsigned*>(to) = f16x2_from_f32(from[0], from[1]); }

extern "C" __global__ void __launch_bounds__(256, 2) int4_matmul_few_aligned(const unsigned short* __restrict__ X, const unsigned char* __restrict__ W_codes, const unsigned short* __restrict__ W_scale, unsigned short* __restrict__ Y, int M, int K, int N) {
  __shared__ __align__(128) float Y_sum_turns[4352];
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int tm = lane >> 2;
  const int warp = thread >> 5;
  const int tk_group = warp >> 2;
  const int tk = 32 * (lane & 3);
  const int tn2 = 8 * (warp & 3) + 2 * (lane & 3);
  const int tm2 = warp >> 1;
  const int tn3 = 2 * (thread & 63);
  const int group = blockIdx.x;
  const int n_count = (N + 120) / 128;
  const int n = group % n_count;
  const int m = group / n_count;
  const int m2 = 16 * m + tm;
  const int n2 = 128 * n + ((thread >> 2) & 31);
  const int n3 = 128 * n + tn2;
  const int m3 = 16 * m + tm2;
  const int n4 = 128 * n + tn3;

  // int4_matmul.tdsl:9: Y[m, n] = sum(k) X[m, k] * W[n, k]
  float Y_sum[16] = {};
  #pragma unroll 4
  for (int k_group_step = 0; k_group_step < (K + 224) / 256; ++k_group_step) {
    float Y_sum_group[16] = {};
    unsigned x_frag[32];
    #pragma unroll
    for (int dm = 0; dm < 2; ++dm) {
      #pragma unroll
      for (int dk = 0; dk < 4; ++dk) {
        unsigned x[4];
        load_vector_or<4>(x, reinterpret_cast<const unsigned*>(&X[(long long)(m2 + 8 * dm) * K + tk + 256 * k_group_step + 128 * tk_group + 8 * dk]), m2 + 8 * dm < M && tk + 256 * k_group_step + 128 * tk_group + 8 * dk < K, f16x2_from_f32(0.0f, 0.0f));
        x_frag[8 * dk + dm] = x[0];
        x_frag[8 * dk + dm + 2] = x[1];
        x_frag[8 * dk + dm + 4] = x[2];
        x_frag[8 * dk + dm + 6] = x[3];
      }
    }
    unsigned w_codes[64];
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      load_f16x2_from_int4_or<32>(&w_codes[16 * dn], &W_codes[128 * k_group_step + 64 * tk_group + (((long long)(n2 + 32 * dn) * K + tk) >> 1)], n2 + 32 * dn < N && tk + 256 * k_group_step + 128 * tk_group < K, f16x2_from_f32(0.0f, 0.0f));
    }
    #pragma unroll
    for (int k_step = 0; k_step < 8; ++k_step) {
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        mma_m16n8k16_f16(&Y_sum_group[4 * dn], &x_frag[4 * k_step], &w_codes[16 * dn + 2 * k_step]);
      }
    }
    float w_scale[8];
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      #pragma unroll
      for (int dn2 = 0; dn2 < 2; ++dn2) {
        w_scale[2 * dn + dn2] = n3 + 32 * dn + dn2 < N && tk_group + 2 * k_group_step < (K + 96) / 128 ? f32_from_f16(W_scale[(long long)(n3 + 32 * dn + dn2) * ((K + 127) / 128) + tk_group + 2 * k_group_step]) : 0.0f;
      }
    }
    #pragma unroll
    for (int dn = 0; dn < 4; ++dn) {
      #pragma unroll
      for (int dm = 0; dm < 2; ++dm) {
        #pragma unroll
        for (int dn2 = 0; dn2 < 2; ++dn2) {
          const float Y_sum_term = Y_sum_group[4 * dn + 2 * dm + dn2] * w_scale[2 * dn + dn2];
          Y_sum[4 * dn + 2 * dm + dn2] += tk_group + 2 * k_group_step < (K + 96) / 128 ? Y_sum_term : 0.0f;
        }
      }
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    #pragma unroll
    for (int dm = 0; dm < 2; ++dm) {
      store_vector<2>(&Y_sum_turns[136 * (16 * tk_group + tm + 8 * dm) + tn2 + 32 * dn], &Y_sum[4 * dn + 2 * dm]);
    }
  }
  __syncthreads();
  float Y_sum_all[8] = {};
  #pragma unroll
  for (int dk_group = 0; dk_group < 2; ++dk_group) {
    #pragma unroll
    for (int dm = 0; dm < 4; ++dm) {
      float Y_sum_parts[2];
      load_vector<2>(Y_sum_parts, &Y_sum_turns[136 * (16 * dk_group + tm2 + 4 * dm) + tn3]);
      #pragma unroll
      for (int v = 0; v < 2; ++v) {
        Y_sum_all[2 * dm + v] += Y_sum_parts[v];
      }
    }
  }
  #pragma unroll
  for (int dm = 0; dm < 4; ++dm) {
    if (m3 + 4 * dm < M && n4 < N) { store_f16_pair(&Y[(long long)(m3 + 4 * dm) * N + n4], &Y_sum_all[2 * dm]); }
  }
}
