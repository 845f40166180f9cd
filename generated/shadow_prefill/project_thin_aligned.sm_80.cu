// project_thin_aligned: made by tdsl from shadow_prefill.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on D % 8 == 0, R % 8 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
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

// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

// reads N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void load_bf16(float* to, const unsigned short* from) {
  unsigned words[(N + 1) / 2];
  if constexpr (N % 2 == 0) load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = f32_from_bf16((unsigned short)(words[n / 2] >> (16 * (n % 2))));
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_bf16_or(float* to, const unsigned short* from, bool inside, float fill) {
  if (inside) {
    load_bf16<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// writes N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void store_bf16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = bf16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

extern "C" __global__ void __launch_bounds__(256) project_thin_aligned(const unsigned short* __restrict__ K, const unsigned short* __restrict__ basis, unsigned short* __restrict__ U, int B, int H, int S, int D, int R) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int td = thread >> 3;
  const int tr = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int r_count = (R + 56) / 64;
  const int r = group % r_count;
  const int outer = group / r_count;
  const int s = outer % S;
  const int b = outer / S;

  // shadow_prefill.tdsl:42: U[b, s, r] = sum(h, d) K[b, h, s, d] * basis[b, h, d, r]
  float U_sum[8] = {};
  for (int h_step = 0; h_step < H; ++h_step) {
    for (int d_step = 0; d_step < (D + 24) / 32; ++d_step) {
      const float k = td + 32 * d_step < D ? f32_from_bf16(K[(((long long)b * H + h_step) * S + s) * D + td + 32 * d_step]) : 0.0f;
      float basis2[8];
      load_bf16_or<8>(basis2, &basis[(((long long)b * H + h_step) * D + td + 32 * d_step) * R + 64 * r + 8 * tr], td + 32 * d_step < D && 64 * r + 8 * tr < R, 0.0f);
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        const float U_sum_term = k * basis2[v];
        U_sum[v] += td + 32 * d_step < D ? U_sum_term : 0.0f;
      }
    }
  }
  float U_sum_part[8];
  #pragma unroll
  for (int dr = 0; dr < 8; ++dr) {
    U_sum_part[dr] = U_sum[dr];
  }
  #pragma unroll
  for (int r2 = 0; r2 < 8; ++r2) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      U_sum_part[r2] += warp_xor(U_sum_part[r2], 8 << step);
    }
  }
  #pragma unroll
  for (int r2 = 0; r2 < 8; ++r2) {
    partials_0[r2 * 256 + thread] = U_sum_part[r2];
  }
  __syncthreads();
  #pragma unroll
  for (int r2 = 0; r2 < 8; ++r2) {
    U_sum_part[r2] = partials_0[r2 * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      U_sum_part[r2] += partials_0[r2 * 256 + leader + 32 * (other + 1)];
    }
  }
  if (64 * r + 8 * tr < R && thread < 8) { store_bf16<8>(&U[((long long)b * S + s) * R + 64 * r + 8 * tr], U_sum_part); }
}
