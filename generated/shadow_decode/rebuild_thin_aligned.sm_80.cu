// rebuild_thin_aligned_1, rebuild_thin_aligned_2: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on R % 8 == 0, D % 8 == 0, T % 16 == 0.

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

extern "C" __global__ void __launch_bounds__(256) rebuild_thin_aligned_1(const unsigned short* __restrict__ U, const unsigned short* __restrict__ SV, const int* __restrict__ slot, float* __restrict__ pre_mem, int J, int B, int C, int R, int H, int D, int T) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int tr = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d_count = (D + 56) / 64;
  const int d = group % d_count;
  const int outer = group / d_count;
  const int j = outer % J;
  const int outer2 = outer / J;
  const int t = outer2 % T;
  const int outer3 = outer2 / T;
  const int h = outer3 % H;
  const int b = outer3 / H;

  // shadow_decode.tdsl:47: let pre[b, h, t, j: J, d] = sum(r) U[b, slot[b, h, t]*J + j, r] * SV[b, h, r, d]
  float pre[8] = {};
  for (int r_step = 0; r_step < (R + 24) / 32; ++r_step) {
    const int slot2 = slot[((long long)b * H + h) * T + t];
    const float u = tr + 32 * r_step < R ? f32_from_bf16(U[((long long)b * C * J + j + slot2 * J) * R + tr + 32 * r_step]) : 0.0f;
    float sv[8];
    load_bf16_or<8>(sv, &SV[(((long long)b * H + h) * R + tr + 32 * r_step) * D + 64 * d + 8 * td], tr + 32 * r_step < R && 64 * d + 8 * td < D, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float pre_term = u * sv[v];
      pre[v] += tr + 32 * r_step < R ? pre_term : 0.0f;
    }
  }
  float pre_part[8];
  #pragma unroll
  for (int dd = 0; dd < 8; ++dd) {
    pre_part[dd] = pre[dd];
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      pre_part[r] += warp_xor(pre_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    partials_0[r * 256 + thread] = pre_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 8; ++r) {
    pre_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      pre_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 2; ++dd) {
    if (64 * d + 8 * td + 4 * dd < D && thread < 8) {
      store_vector<4>(&pre_mem[((((long long)b * H + h) * T + t) * J + j) * D + 64 * d + 8 * td + 4 * dd], &pre_part[4 * dd]);
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) rebuild_thin_aligned_2(const unsigned short* __restrict__ U, const unsigned short* __restrict__ SV, const int* __restrict__ slot, const unsigned char* __restrict__ fresh, const float* __restrict__ table, const float* __restrict__ pre_mem, unsigned short* __restrict__ S, int J, int B, int C, int R, int H, int D, int T) {
  __shared__ __align__(128) float partials_0[4096];
  const int thread = threadIdx.x;
  const int tr = thread >> 3;
  const int td = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int d_count = (D + 120) / 128;
  const int d = group % d_count;
  const int outer = group / d_count;
  const int j = outer % J;
  const int outer2 = outer / J;
  const int t = outer2 % T;
  const int outer3 = outer2 / T;
  const int h = outer3 % H;
  const int b = outer3 / H;

  // shadow_decode.tdsl:48: S[0, b, h, t*J + j, d] = if fresh[b, h, t]
  float pre[16] = {};
  for (int r_step = 0; r_step < (R + 24) / 32; ++r_step) {
    const int slot2 = slot[((long long)b * H + h) * T + t];
    const float u = tr + 32 * r_step < R ? f32_from_bf16(U[((long long)b * C * J + j + slot2 * J) * R + tr + 32 * r_step]) : 0.0f;
    #pragma unroll
    for (int dd = 0; dd < 2; ++dd) {
      float sv[8];
      load_bf16_or<8>(sv, &SV[(((long long)b * H + h) * R + tr + 32 * r_step) * D + 128 * d + 16 * td + 8 * dd], tr + 32 * r_step < R && 128 * d + 16 * td + 8 * dd < D, 0.0f);
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        const float pre_term = u * sv[v];
        pre[8 * dd + v] += tr + 32 * r_step < R ? pre_term : 0.0f;
      }
    }
  }
  float pre_part[16];
  #pragma unroll
  for (int dd = 0; dd < 16; ++dd) {
    pre_part[dd] = pre[dd];
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    #pragma unroll
    for (int step = 0; step < 2; ++step) {
      pre_part[r] += warp_xor(pre_part[r], 8 << step);
    }
  }
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    partials_0[r * 256 + thread] = pre_part[r];
  }
  __syncthreads();
  #pragma unroll
  for (int r = 0; r < 16; ++r) {
    pre_part[r] = partials_0[r * 256 + leader];
    #pragma unroll
    for (int other = 0; other < 7; ++other) {
      pre_part[r] += partials_0[r * 256 + leader + 32 * (other + 1)];
    }
  }
  const bool fresh2 = fresh[((long long)b * H + h) * T + t] != 0;
  const int slot2 = slot[((long long)b * H + h) * T + t];
  float s[16];
  #pragma unroll
  for (int dd = 0; dd < 2; ++dd) {
    float s2[8];
    load_bf16_or<8>(s2, &S[(((long long)b * H + h) * J * T + j + t * J) * D + 128 * d + 16 * td + 8 * dd], 128 * d + 16 * td + 8 * dd < D, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float table2 = 128 * d + 16 * td + 8 * dd + v < D ? table[2 * (long long)(j + slot2 * J) * (D / 2) + (128 * d + 16 * td + 8 * dd + v) % (4 * (D / 8))] : 0.0f;
      const float pre_mem2 = 128 * d + 16 * td + 8 * dd + v < D ? pre_mem[((((long long)b * H + h) * T + t) * J + j) * D + (128 * d + 16 * td + 8 * dd + v) % (4 * (D / 8)) + 4 * (D / 8) - 4 * (D / 8) * ((128 * d + 16 * td + 8 * dd + v) / (4 * (D / 8)))] : 0.0f;
      const float table3 = 128 * d + 16 * td + 8 * dd + v < D ? table[(2 * (long long)(j + slot2 * J) + 1) * (D / 2) + (128 * d + 16 * td + 8 * dd + v) % (4 * (D / 8))] : 0.0f;
      s[8 * dd + v] = fresh2 ? pre_part[8 * dd + v] * table2 + (float)(2 * ((128 * d + 16 * td + 8 * dd + v) / (4 * (D / 8))) - 1) * pre_mem2 * table3 : s2[v];
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 2; ++dd) {
    if (128 * d + 16 * td + 8 * dd < D && thread < 8) {
      store_bf16<8>(&S[(((long long)b * H + h) * J * T + j + t * J) * D + 128 * d + 16 * td + 8 * dd], &s[8 * dd]);
    }
  }
}
