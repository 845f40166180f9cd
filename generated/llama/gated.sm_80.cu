// gated: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// 1 / x in one instruction
__device__ __forceinline__ float fast_rcp(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
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
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

// writes N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void store_bf16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = bf16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

extern "C" __global__ void __launch_bounds__(128) gated(const unsigned short* __restrict__ y, const unsigned short* __restrict__ W, unsigned short* __restrict__ z, int S, int C, int F) {
  __shared__ __align__(128) unsigned short y2[4096];
  __shared__ __align__(128) unsigned short w[4096];
  __shared__ __align__(128) unsigned short w2[4096];
  const int thread = threadIdx.x;
  const int ts = thread >> 3;
  const int lane = thread & 31;
  const int tc = 8 * (lane & 7);
  const int warp = thread >> 5;
  const int s_warp = 16 * warp;
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int matrix_column2 = 8 * ((lane >> 3) & 1);
  const int matrix_row2 = 8 * (lane >> 4) + (lane & 7);
  const int group = blockIdx.x;
  const int f_count = (F + 63) / 64;
  const int f = group % f_count;
  const int s = group / f_count;
  const int s2 = 64 * s + ts;
  const int f2 = 64 * f + ts;
  const int s3 = 64 * s + 16 * warp + (lane >> 2);
  const int f3 = 64 * f + 2 * (lane & 3);

  // llama.tdsl:76: z[s, f] = silu(gate[s, f]) * up[s, f]
  float gate[32];
  float up[32];
  #pragma unroll
  for (int r = 0; r < 32; ++r) {
    gate[r] = 0.0f;
    up[r] = 0.0f;
  }
  for (int c_step = 0; c_step < (C + 63) / 64; ++c_step) {
    const int c = 64 * c_step + tc;
    __syncthreads();
    #pragma unroll
    for (int ds = 0; ds < 4; ++ds) {
      float y3[8];
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        y3[v] = s2 + 16 * ds < S && c + v < C ? f32_from_bf16(y[(long long)(s2 + 16 * ds) * C + c + v]) : 0.0f;
      }
      store_bf16<8>(&y2[swizzle128_b16(64 * (ts + 16 * ds) + tc)], y3);
    }
    #pragma unroll
    for (int df = 0; df < 4; ++df) {
      float w3[8];
      float w4[8];
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        w3[v] = f2 + 16 * df < F && c + v < C ? f32_from_bf16(W[(long long)(f2 + 16 * df) * C + c + v]) : 0.0f;
        w4[v] = f2 + 16 * df < F && c + v < C ? f32_from_bf16(W[(long long)(f2 + F + 16 * df) * C + c + v]) : 0.0f;
      }
      store_bf16<8>(&w[swizzle128_b16(64 * (ts + 16 * df) + tc)], w3);
      store_bf16<8>(&w2[swizzle128_b16(64 * (ts + 16 * df) + tc)], w4);
    }
    __syncthreads();
    #pragma unroll
    for (int c_step2 = 0; c_step2 < 4; ++c_step2) {
      unsigned y2_frag[4];
      ldmatrix_x4(y2_frag, &y2[swizzle128_b16(64 * (matrix_row + s_warp) + matrix_column + 16 * c_step2)]);
      unsigned w_frag[16];
      #pragma unroll
      for (int df = 0; df < 4; ++df) {
        ldmatrix_x4(&w_frag[4 * df], &w[swizzle128_b16(64 * (matrix_row2 + 16 * df) + matrix_column2 + 16 * c_step2)]);
      }
      #pragma unroll
      for (int df = 0; df < 8; ++df) {
        mma_m16n8k16_bf16(&gate[4 * df], y2_frag, &w_frag[2 * df]);
      }
    }
    #pragma unroll
    for (int c_step2 = 0; c_step2 < 4; ++c_step2) {
      unsigned y2_frag2[4];
      ldmatrix_x4(y2_frag2, &y2[swizzle128_b16(64 * (matrix_row + s_warp) + matrix_column + 16 * c_step2)]);
      unsigned w2_frag[16];
      #pragma unroll
      for (int df = 0; df < 4; ++df) {
        ldmatrix_x4(&w2_frag[4 * df], &w2[swizzle128_b16(64 * (matrix_row2 + 16 * df) + matrix_column2 + 16 * c_step2)]);
      }
      #pragma unroll
      for (int df = 0; df < 8; ++df) {
        mma_m16n8k16_bf16(&up[4 * df], y2_frag2, &w2_frag[2 * df]);
      }
    }
  }
  #pragma unroll
  for (int df = 0; df < 8; ++df) {
    #pragma unroll
    for (int ds = 0; ds < 2; ++ds) {
      #pragma unroll
      for (int df2 = 0; df2 < 2; ++df2) {
        const float z2 = gate[4 * df + 2 * ds + df2] * fast_rcp(1.0f + fast_exp(-gate[4 * df + 2 * ds + df2])) * up[4 * df + 2 * ds + df2];
        if (s3 + 8 * ds < S && f3 + 8 * df + df2 < F) { z[(long long)(s3 + 8 * ds) * F + f3 + 8 * df + df2] = bf16_from_f32(z2); }
      }
    }
  }
}
