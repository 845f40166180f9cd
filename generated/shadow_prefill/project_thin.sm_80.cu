// project_thin: made by tdsl from shadow_prefill.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to bf16 bits, to nearest even
__device__ __forceinline__ unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) project_thin(const unsigned short* __restrict__ K, const unsigned short* __restrict__ basis, unsigned short* __restrict__ U, int B, int H, int S, int D, int R) {
  __shared__ __align__(128) float partials_0[2048];
  const int thread = threadIdx.x;
  const int td = thread >> 3;
  const int tr = thread & 7;
  const int leader = thread & 31;
  const int group = blockIdx.x;
  const int r_count = (R + 63) / 64;
  const int r = group % r_count;
  const int outer = group / r_count;
  const int s = outer % S;
  const int b = outer / S;

  // shadow_prefill.tdsl:42: U[b, s, r] = sum(h, d) K[b, h, s, d] * basis[b, h, d, r]
  float U_sum[8] = {};
  for (int h_step = 0; h_step < H; ++h_step) {
    for (int d_step = 0; d_step < (D + 31) / 32; ++d_step) {
      const float k = td + 32 * d_step < D ? f32_from_bf16(K[(((long long)b * H + h_step) * S + s) * D + td + 32 * d_step]) : 0.0f;
      #pragma unroll
      for (int dr = 0; dr < 8; ++dr) {
        const float basis2 = td + 32 * d_step < D && 64 * r + 8 * tr + dr < R ? f32_from_bf16(basis[(((long long)b * H + h_step) * D + td + 32 * d_step) * R + 64 * r + 8 * tr + dr]) : 0.0f;
        const float U_sum_term = k * basis2;
        U_sum[dr] += td + 32 * d_step < D ? U_sum_term : 0.0f;
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
  #pragma unroll
  for (int dr = 0; dr < 8; ++dr) {
    if (64 * r + 8 * tr + dr < R && thread < 8) { U[((long long)b * S + s) * R + 64 * r + 8 * tr + dr] = bf16_from_f32(U_sum_part[dr]); }
  }
}
