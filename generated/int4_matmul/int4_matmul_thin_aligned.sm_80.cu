// int4_matmul_thin_aligned: made by tdsl from int4_matmul.tdsl for cuda:sm_80. Change the source, not this file.
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

extern "C" __global__ void __launch_bounds__(256, 3) int4_matmul_thin_aligned(const unsigned short* __restrict__ X, const unsigned char* __restrict__ W_codes, const unsigned short* __restrict__ W_scale, unsigned short* __restrict__ Y, int M, int K, int N) {
  __shared__ __align__(128) float Y_sum_turns[1280];
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int tn = lane >> 2;
  const int warp = thread >> 5;
  const int tk = 32 * (lane & 3);
  const int tm2 = 2 * (lane & 3);
  const int tm3 = (thread >> 3) & 7;
  const int tn2 = 2 * (lane & 7);
  const int group = blockIdx.x;
  const int n_count = (N + 8) / 16;
  const int n = group % n_count;
  const int m = group / n_count;
  const int n2 = 16 * n + tn;
  const int m2 = 8 * m + (lane >> 2);
  const int m3 = 8 * m + tm3;
  const int n3 = 16 * n + tn2;

  // int4_matmul.tdsl:9: Y[m, n] = sum(k) X[m, k] * W[n, k]
  float Y_sum[4] = {};
  #pragma unroll 4
  for (int k_group_step = 0; k_group_step < (K + 992) / 1024; ++k_group_step) {
    float Y_sum_group[4] = {};
    unsigned w_codes_frag[32];
    #pragma unroll
    for (int dn = 0; dn < 2; ++dn) {
      unsigned w_codes[16];
      load_f16x2_from_int4_or<32>(w_codes, &W_codes[512 * k_group_step + 64 * warp + (((long long)(n2 + 8 * dn) * K + tk) >> 1)], n2 + 8 * dn < N && tk + 1024 * k_group_step + 128 * warp < K, f16x2_from_f32(0.0f, 0.0f));
      w_codes_frag[dn] = w_codes[0];
      w_codes_frag[dn + 2] = w_codes[1];
      w_codes_frag[dn + 4] = w_codes[2];
      w_codes_frag[dn + 6] = w_codes[3];
      w_codes_frag[dn + 8] = w_codes[4];
      w_codes_frag[dn + 10] = w_codes[5];
      w_codes_frag[dn + 12] = w_codes[6];
      w_codes_frag[dn + 14] = w_codes[7];
      w_codes_frag[dn + 16] = w_codes[8];
      w_codes_frag[dn + 18] = w_codes[9];
      w_codes_frag[dn + 20] = w_codes[10];
      w_codes_frag[dn + 22] = w_codes[11];
      w_codes_frag[dn + 24] = w_codes[12];
      w_codes_frag[dn + 26] = w_codes[13];
      w_codes_frag[dn + 28] = w_codes[14];
      w_codes_frag[dn + 30] = w_codes[15];
    }
    unsigned x[16];
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      load_vector_or<4>(&x[4 * dk], reinterpret_cast<const unsigned*>(&X[(long long)m2 * K + tk + 1024 * k_group_step + 128 * warp + 8 * dk]), m2 < M && tk + 1024 * k_group_step + 128 * warp + 8 * dk < K, f16x2_from_f32(0.0f, 0.0f));
    }
    #pragma unroll
    for (int k_step = 0; k_step < 8; ++k_step) {
      mma_m16n8k16_f16(Y_sum_group, &w_codes_frag[4 * k_step], &x[2 * k_step]);
    }
    float w_scale[2];
    #pragma unroll
    for (int dn = 0; dn < 2; ++dn) {
      w_scale[dn] = n2 + 8 * dn < N && warp + 8 * k_group_step < (K + 96) / 128 ? f32_from_f16(W_scale[(long long)(n2 + 8 * dn) * ((K + 127) / 128) + warp + 8 * k_group_step]) : 0.0f;
    }
    #pragma unroll
    for (int dn = 0; dn < 2; ++dn) {
      #pragma unroll
      for (int dm = 0; dm < 2; ++dm) {
        const float Y_sum_term = Y_sum_group[2 * dn + dm] * w_scale[dn];
        Y_sum[2 * dn + dm] += warp + 8 * k_group_step < (K + 96) / 128 ? Y_sum_term : 0.0f;
      }
    }
  }
  #pragma unroll
  for (int dn = 0; dn < 2; ++dn) {
    #pragma unroll
    for (int dm = 0; dm < 2; ++dm) {
      Y_sum_turns[20 * (8 * warp + tm2 + dm) + tn + 8 * dn] = Y_sum[2 * dn + dm];
    }
  }
  __syncthreads();
  float Y_sum_all[2] = {};
  #pragma unroll
  for (int dk_group = 0; dk_group < 8; ++dk_group) {
    float Y_sum_parts[2];
    load_vector<2>(Y_sum_parts, &Y_sum_turns[20 * (8 * dk_group + tm3) + tn2]);
    #pragma unroll
    for (int v = 0; v < 2; ++v) {
      Y_sum_all[v] += Y_sum_parts[v];
    }
  }
  if (m3 < M && n3 < N && thread < 64) { store_f16_pair(&Y[(long long)m3 * N + n3], Y_sum_all); }
}
