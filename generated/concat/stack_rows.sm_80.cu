// stack_rows: made by tdsl from concat.tdsl for cuda:sm_80. Change the source, not this file.

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) stack_rows(const unsigned short* __restrict__ A, const float* __restrict__ B, float* __restrict__ C, int N, int D, int M) {
  const int thread = threadIdx.x;
  const int nd = blockIdx.x;
  const int n = (thread + 256 * nd) / D;
  const int d = (thread + 256 * nd) % D;

  // concat.tdsl:8: C[n, d] = concat(n) { A; B }
  const float a = f32_from_bf16(A[(long long)max(0, min(n, N - 1)) * D + d]);
  const float b = B[(long long)max(0, min(n - N, M - 1)) * D + d];
  const float c = n < N ? a : b;
  if (n < M + N) { C[(long long)n * D + d] = c; }
}
