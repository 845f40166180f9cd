// dequantize_int4: made by tdsl from quantize.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

// signed 4-bit field of a word
__device__ __forceinline__ int s4_at(unsigned word, int n) { return (int)(word << (28 - 4 * n)) >> 28; }

extern "C" __global__ void __launch_bounds__(256) dequantize_int4(const unsigned char* __restrict__ Q_codes, const unsigned short* __restrict__ Q_scale, unsigned short* __restrict__ Y, int M, int K) {
  const int thread = threadIdx.x;
  const int mk = blockIdx.x;
  const int m = (thread + 256 * mk) / K;
  const int k = (thread + 256 * mk) % K;

  // quantize.tdsl:35: Y[m, k] = Q[m, k]
  const int q_codes = m < M ? s4_at(Q_codes[((long long)m * K + k) >> 1], ((long long)m * K + k) & 1) : 0;
  const float q_scale = m < M ? f32_from_f16(Q_scale[(long long)m * ((K + 31) / 32) + (k >> 5)]) : 0.0f;
  const float y = (float)q_codes * q_scale;
  if (m < M) { Y[(long long)m * K + k] = f16_from_f32(y); }
}
