// vector_add: made by tdsl from vector_add.tdsl for cuda:sm_80. Change the source, not this file.

extern "C" __global__ void __launch_bounds__(256) vector_add(const float* __restrict__ A, const float* __restrict__ B, float* __restrict__ C, int N) {
  const int thread = threadIdx.x;
  const int i = blockIdx.x;

  // vector_add.tdsl:11: C[i] = A[i] + B[i]
  #pragma unroll
  for (int di = 0; di < 4; ++di) {
    const float a = 1024 * i + 4 * thread + di < N ? A[1024 * i + 4 * thread + di] : 0.0f;
    const float b = 1024 * i + 4 * thread + di < N ? B[1024 * i + 4 * thread + di] : 0.0f;
    const float c = a + b;
    if (1024 * i + 4 * thread + di < N) { C[1024 * i + 4 * thread + di] = c; }
  }
}
