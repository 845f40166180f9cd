// axpy: made by tdsl from vector_add.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f16 bits to f32, exact
__device__ __forceinline__ float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }
// f32 to f16 bits, to nearest even
__device__ __forceinline__ unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }
#endif

extern "C" __global__ void __launch_bounds__(256) axpy(const float* __restrict__ alpha, const unsigned short* __restrict__ X, const unsigned short* __restrict__ Y, unsigned short* __restrict__ Z, int N) {
  const int thread = threadIdx.x;
  const int i = blockIdx.x;

  // vector_add.tdsl:19: Z[i] = alpha * X[i] + Y[i]
  const float alpha2 = alpha[0];
  #pragma unroll
  for (int di = 0; di < 8; ++di) {
    const float x = 2048 * i + 8 * thread + di < N ? f32_from_f16(X[2048 * i + 8 * thread + di]) : 0.0f;
    const float y = 2048 * i + 8 * thread + di < N ? f32_from_f16(Y[2048 * i + 8 * thread + di]) : 0.0f;
    const float z = alpha2 * x + y;
    if (2048 * i + 8 * thread + di < N) { Z[2048 * i + 8 * thread + di] = f16_from_f32(z); }
  }
}
