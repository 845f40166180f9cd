// reorder_linear_aligned_1, reorder_linear_aligned_2, reorder_linear_aligned_3, reorder_linear_aligned_4, reorder_linear_aligned_5: made by tdsl from atom_linear.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// two f32 to a word of f16, the first in the low half
__device__ __forceinline__ unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// f32 to i32 toward zero; out of range gives the nearest i32, NaN gives 0
__device__ __forceinline__ int i32_from_f32(float value) { int result; asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(result) : "f"(value)); return result; }
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
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }

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
// the low bytes of four integers in one word
__device__ __forceinline__ unsigned pack_8(int a, int b, int c, int d) { return ((unsigned)a & 0xffu) | (((unsigned)b & 0xffu) << 8) | (((unsigned)c & 0xffu) << 16) | ((unsigned)d << 24); }

// a / b cut to 12 bits, with a 13th for whether anything was cut off: rounded further, it is a / b rounded; 0 where b is 0
__device__ __forceinline__ float cut_div(float a, float b) {
  const float x = fabsf(a), y = fabsf(b);
  if (!(x > 0.0f) || !(y > 0.0f)) return 0.0f;
  // The first guess is never too low; the remainder is exact in one fused step.
  unsigned bits = min(__float_as_uint(x * (1.0f / y) * 1.0000038f), 0x7f7fffffu) & 0xfffff000u;
  const float rest = fmaf(-__uint_as_float(bits), y, x);
  if (rest < 0.0f) bits -= 0x1000u;
  if (rest != 0.0f) bits |= 0x800u;
  return __uint_as_float(bits | ((__float_as_uint(a) ^ __float_as_uint(b)) & 0x80000000u));
}

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

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
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

// writes N consecutive i8 as one access
template <int N> __device__ __forceinline__ void store_i8(signed char* to, const int* from) {
  if constexpr (N < 4) {
    unsigned word = 0;
#pragma unroll
    for (int n = 0; n < N; n++) word |= ((unsigned)min(max(from[n], -128), 127) & 255u) << (8 * n);
    if constexpr (N == 2) *reinterpret_cast<unsigned short*>(to) = (unsigned short)word;
    else *to = (signed char)word;
    return;
  } else {
  unsigned words[N / 4];
#pragma unroll
  for (int n = 0; n < N / 4; n++) words[n] = pack_8(min(max(from[4 * n], -128), 127), min(max(from[4 * n + 1], -128), 127), min(max(from[4 * n + 2], -128), 127), min(max(from[4 * n + 3], -128), 127));
  store_vector<N / 4>(reinterpret_cast<unsigned*>(to), words);
  }
}

// writes N consecutive int4 as one access
template <int N> __device__ __forceinline__ void store_int4(unsigned char* to, const int* from) {
  if constexpr (N < 8) {
    unsigned word = 0;
#pragma unroll
    for (int n = 0; n < N; n++) word |= ((unsigned)min(max(from[n], -8), 7) & 15u) << (4 * n);
    if constexpr (N == 4) *reinterpret_cast<unsigned short*>(to) = (unsigned short)word;
    else *to = (unsigned char)word;
    return;
  } else {
  unsigned words[N / 8];
#pragma unroll
  for (int n = 0; n < N / 8; n++) words[n] = ((unsigned)min(max(from[8 * n], -8), 7) & 15u) | (((unsigned)min(max(from[8 * n + 1], -8), 7) & 15u) << 4) | (((unsigned)min(max(from[8 * n + 2], -8), 7) & 15u) << 8) | (((unsigned)min(max(from[8 * n + 3], -8), 7) & 15u) << 12) | (((unsigned)min(max(from[8 * n + 4], -8), 7) & 15u) << 16) | (((unsigned)min(max(from[8 * n + 5], -8), 7) & 15u) << 20) | (((unsigned)min(max(from[8 * n + 6], -8), 7) & 15u) << 24) | (((unsigned)min(max(from[8 * n + 7], -8), 7) & 15u) << 28);
  store_vector<N / 8>(reinterpret_cast<unsigned*>(to), words);
  }
}

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

extern "C" __global__ void __launch_bounds__(256) reorder_linear_aligned_1(const unsigned short* __restrict__ X, const int* __restrict__ order, unsigned short* __restrict__ Xn_scale_mem, int M, int K, int N) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int ti2 = thread & 7;
  const int te = thread >> 3;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int i2_count = (K + 8056) / 8192;
  const int i2 = group % i2_count;
  const int g1 = group / i2_count;

  // atom_linear.tdsl:30: let Xn[m, k: K - 128 by 128]: act4 = X[m, order[k]]
  float Xn_scale_max[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Xn_scale_max[di2] = -3.4028234663852886e38f;
  }
  const int e_step_count = (min(K - 8192 * i2 - 128, 128) + 31) >> 5;
  for (int e_step = 0; e_step < e_step_count; ++e_step) {
    #pragma unroll
    for (int di2 = 0; di2 < 8; ++di2) {
      const int order2 = order[min(K - 129, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2)];
      const float x = f32_from_f16(X[(long long)g1 * K + max(0, min(order2, K - 1))]);
      const float Xn_scale_max_term = fabsf(x);
      Xn_scale_max[di2] = max_f32(Xn_scale_max[di2], te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2 + 129 <= K ? Xn_scale_max_term : -3.4028234663852886e38f);
    }
  }
  float Xn_scale_max_part[8];
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    Xn_scale_max_part[di2] = Xn_scale_max[di2];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      Xn_scale_max_part[r] = max_f32(Xn_scale_max_part[r], warp_xor(Xn_scale_max_part[r], 8 << step));
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = Xn_scale_max_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    Xn_scale_max_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      Xn_scale_max_part[r] = max_f32(Xn_scale_max_part[r], partials_0[r * 256 + leader + 32 * (other + 1)]);
    }
  }
  #pragma unroll
  for (int di2 = 0; di2 < 8; ++di2) {
    const float xn_scale_mem = max_f32(Xn_scale_max_part[di2], 0.00001f) * 0.12857144f;
    if (64 * i2 + 8 * ti2 + di2 + 2 <= (K + 120) / 128 && thread < 8) {
      Xn_scale_mem[(long long)g1 * ((K + 127) / 128 - 1) + 64 * i2 + 8 * ti2 + di2] = f16_from_f32(xn_scale_mem);
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) reorder_linear_aligned_2(const unsigned short* __restrict__ X, const int* __restrict__ order, const unsigned short* __restrict__ Xn_scale_mem, unsigned char* __restrict__ Xn_codes_mem, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int c1d2 = blockIdx.x;
  const int d2 = (thread + 256 * c1d2) % (K / 8 - 16);
  const int c1 = (thread + 256 * c1d2) / (K / 8 - 16);

  // atom_linear.tdsl:30: let Xn[m, k: K - 128 by 128]: act4 = X[m, order[k]]
  float x[8];
  #pragma unroll
  for (int dd2 = 0; dd2 < 2; ++dd2) {
    int order2[4];
    load_vector<4>(order2, &order[8 * d2 + 4 * dd2]);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      x[4 * dd2 + v] = c1 < M ? f32_from_f16(X[(long long)c1 * K + order2[v]]) : 0.0f;
    }
  }
  const float xn_scale_mem = c1 < M ? f32_from_f16(Xn_scale_mem[(long long)c1 * ((K + 127) / 128 - 1) + (d2 >> 4)]) : 0.0f;
  int xn_codes_mem[8];
  #pragma unroll
  for (int v = 0; v < 8; ++v) {
    xn_codes_mem[v] = min(max(i32_from_f32(rintf(cut_div(x[v], xn_scale_mem))), -8), 7);
  }
  if (c1 < M) { store_int4<8>(&Xn_codes_mem[4 * d2 + (((long long)c1 * (K - 128)) >> 1)], xn_codes_mem); }
}

extern "C" __global__ void __launch_bounds__(256) reorder_linear_aligned_3(const unsigned short* __restrict__ X, const int* __restrict__ order, unsigned short* __restrict__ Xo_scale_mem, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int ti2 = thread >> 4;
  const int te = thread & 15;
  const int g1 = blockIdx.x;

  // atom_linear.tdsl:31: let Xo[m, o: 128 by 128]: out8 = X[m, order[K - 128 + o]]
  float Xo_scale_max = -3.4028234663852886e38f;
  float Xo_scale_max_part = -3.4028234663852886e38f;
  #pragma unroll
  for (int de = 0; de < 2; ++de) {
    int order2[4];
    load_vector_or<4>(order2, &order[K + 128 * ti2 + 8 * te + 4 * de - 128], ti2 <= 0, 0);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      const float x = ti2 <= 0 ? f32_from_f16(X[(long long)g1 * K + order2[v]]) : 0.0f;
      const float Xo_scale_max_term = fabsf(x);
      Xo_scale_max_part = max_f32(Xo_scale_max_part, Xo_scale_max_term);
    }
  }
  Xo_scale_max = max_f32(Xo_scale_max, Xo_scale_max_part);
  float Xo_scale_max_part2 = Xo_scale_max;
  #pragma unroll
  for (int step = 0; step < 4; ++step) {
    Xo_scale_max_part2 = max_f32(Xo_scale_max_part2, warp_xor(Xo_scale_max_part2, 1 << step));
  }
  const float xo_scale_mem = max_f32(Xo_scale_max_part2, 0.00001f) * 0.007874016f;
  if (ti2 <= 0 && (thread & 15) == 0) { Xo_scale_mem[g1 + ti2] = f16_from_f32(xo_scale_mem); }
}

extern "C" __global__ void __launch_bounds__(256) reorder_linear_aligned_4(const unsigned short* __restrict__ X, const int* __restrict__ order, const unsigned short* __restrict__ Xo_scale_mem, signed char* __restrict__ Xo_codes_mem, int M, int K, int N) {
  const int thread = threadIdx.x;
  const int c1d2 = blockIdx.x;

  // atom_linear.tdsl:31: let Xo[m, o: 128 by 128]: out8 = X[m, order[K - 128 + o]]
  float x[4];
  int order2[4];
  load_vector<4>(order2, &order[K + 4 * (thread & 31) - 128]);
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    x[v] = (thread >> 5) + 8 * c1d2 < M ? f32_from_f16(X[(long long)((thread >> 5) + 8 * c1d2) * K + order2[v]]) : 0.0f;
  }
  const float xo_scale_mem = (thread >> 5) + 8 * c1d2 < M ? f32_from_f16(Xo_scale_mem[(thread >> 5) + 8 * c1d2]) : 0.0f;
  int xo_codes_mem[4];
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    xo_codes_mem[v] = min(max(i32_from_f32(rintf(cut_div(x[v], xo_scale_mem))), -128), 127);
  }
  if ((thread >> 5) + 8 * c1d2 < M) {
    store_i8<4>(&Xo_codes_mem[128 * (long long)((thread >> 5) + 8 * c1d2) + 4 * (thread & 31)], xo_codes_mem);
  }
}

extern "C" __global__ void __launch_bounds__(128) reorder_linear_aligned_5(const unsigned char* __restrict__ Wn_codes, const unsigned short* __restrict__ Wn_scale, const signed char* __restrict__ Wo_codes, const unsigned short* __restrict__ Wo_scale, const unsigned char* __restrict__ Xn_codes_mem, const unsigned short* __restrict__ Xn_scale_mem, const signed char* __restrict__ Xo_codes_mem, const unsigned short* __restrict__ Xo_scale_mem, unsigned short* __restrict__ Y, int M, int K, int N) {
  __shared__ __align__(128) unsigned short xn_codes_mem[4096];
  __shared__ __align__(128) unsigned short wn_codes[4096];
  __shared__ __align__(128) unsigned short xo_codes_mem[4096];
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
  const int n_count = (N + 56) / 64;
  const int n = group % n_count;
  const int m = group / n_count;
  const int m2 = 64 * m + tm;
  const int n2 = 64 * n + tm;
  const int m3 = 64 * m + 16 * warp + (lane >> 2);
  const int n3 = 64 * n + 2 * (lane & 3);

  // atom_linear.tdsl:32: Y[m, n] = sum(k) Xn[m, k] * Wn[n, k] + sum(o) Xo[m, o] * Wo[n, o]
  float Y_sum[32] = {};
  for (int k_group_step = 0; k_group_step < (K + 120) / 128 - 1; ++k_group_step) {
    float Y_sum_group[32] = {};
    for (int k_step = 0; k_step < 2; ++k_step) {
      const int k = 64 * k_step + tk;
      __syncthreads();
      #pragma unroll
      for (int dm = 0; dm < 4; ++dm) {
        float xn_codes_mem_fill[8];
        int xn_codes_mem2[8];
        load_int4_or<8>(xn_codes_mem2, &Xn_codes_mem[64 * k_group_step + (((long long)(m2 + 16 * dm) * (K - 128) + k) >> 1)], m2 + 16 * dm < M && k + 128 * k_group_step + 129 <= K, 0);
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          xn_codes_mem_fill[v] = (float)xn_codes_mem2[v];
        }
        store_f16<8>(&xn_codes_mem[swizzle128_b16(64 * (tm + 16 * dm) + tk)], xn_codes_mem_fill);
      }
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        float wn_codes_fill[8];
        int wn_codes2[8];
        load_int4_or<8>(wn_codes2, &Wn_codes[64 * k_group_step + (((long long)(n2 + 16 * dn) * (K - 128) + k) >> 1)], n2 + 16 * dn < N && k + 128 * k_group_step + 129 <= K, 0);
        #pragma unroll
        for (int v = 0; v < 8; ++v) {
          wn_codes_fill[v] = (float)wn_codes2[v];
        }
        store_f16<8>(&wn_codes[swizzle128_b16(64 * (tm + 16 * dn) + tk)], wn_codes_fill);
      }
      __syncthreads();
      #pragma unroll
      for (int k_step2 = 0; k_step2 < 4; ++k_step2) {
        unsigned xn_codes_mem_frag[4];
        ldmatrix_x4(xn_codes_mem_frag, &xn_codes_mem[swizzle128_b16(64 * (m_warp + matrix_row) + matrix_column + 16 * k_step2)]);
        unsigned wn_codes_frag[16];
        #pragma unroll
        for (int dn = 0; dn < 4; ++dn) {
          ldmatrix_x4(&wn_codes_frag[4 * dn], &wn_codes[swizzle128_b16(64 * (matrix_row2 + 16 * dn) + matrix_column2 + 16 * k_step2)]);
        }
        #pragma unroll
        for (int dn = 0; dn < 8; ++dn) {
          mma_m16n8k16_f16(&Y_sum_group[4 * dn], xn_codes_mem_frag, &wn_codes_frag[2 * dn]);
        }
      }
    }
    float xn_scale_mem[2];
    #pragma unroll
    for (int dm = 0; dm < 2; ++dm) {
      xn_scale_mem[dm] = m3 + 8 * dm < M ? f32_from_f16(Xn_scale_mem[(long long)(m3 + 8 * dm) * ((K + 127) / 128 - 1) + k_group_step]) : 0.0f;
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
          Y_sum[4 * dn + 2 * dm + dn2] += Y_sum_group[4 * dn + 2 * dm + dn2] * (xn_scale_mem[dm] * wn_scale[2 * dn + dn2]);
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
      float xo_codes_mem_fill[8];
      int xo_codes_mem2[8];
      load_i8_or<8>(xo_codes_mem2, &Xo_codes_mem[128 * (long long)(m2 + 16 * dm) + o], m2 + 16 * dm < M, 0);
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        xo_codes_mem_fill[v] = (float)xo_codes_mem2[v];
      }
      store_f16<8>(&xo_codes_mem[swizzle128_b16(64 * (tm + 16 * dm) + tk)], xo_codes_mem_fill);
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
      unsigned xo_codes_mem_frag[4];
      ldmatrix_x4(xo_codes_mem_frag, &xo_codes_mem[swizzle128_b16(64 * (m_warp + matrix_row) + matrix_column + 16 * o_step2)]);
      unsigned wo_codes_frag[16];
      #pragma unroll
      for (int dn = 0; dn < 4; ++dn) {
        ldmatrix_x4(&wo_codes_frag[4 * dn], &wo_codes[swizzle128_b16(64 * (matrix_row2 + 16 * dn) + matrix_column2 + 16 * o_step2)]);
      }
      #pragma unroll
      for (int dn = 0; dn < 8; ++dn) {
        mma_m16n8k16_f16(&Y_sum2_group[4 * dn], xo_codes_mem_frag, &wo_codes_frag[2 * dn]);
      }
    }
  }
  float xo_scale_mem[2];
  #pragma unroll
  for (int dm = 0; dm < 2; ++dm) {
    xo_scale_mem[dm] = m3 + 8 * dm < M ? f32_from_f16(Xo_scale_mem[m3 + 8 * dm]) : 0.0f;
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
      float y[2];
      #pragma unroll
      for (int v = 0; v < 2; ++v) {
        Y_sum2[4 * dn + 2 * dm + v] += Y_sum2_group[4 * dn + 2 * dm + v] * (xo_scale_mem[dm] * wo_scale[2 * dn + v]);
        y[v] = Y_sum[4 * dn + 2 * dm + v] + Y_sum2[4 * dn + 2 * dm + v];
      }
      if (m3 + 8 * dm < M && n3 + 8 * dn < N) { store_f16_pair(&Y[(long long)(m3 + 8 * dm) * N + n3 + 8 * dn], y); }
    }
  }
}
