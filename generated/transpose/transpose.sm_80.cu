// transpose: made by tdsl from transpose.tdsl for cuda:sm_80. Change the source, not this file.

extern "C" __global__ void __launch_bounds__(256) transpose(const float* __restrict__ A, float* __restrict__ B, int M, int N) {
  const int thread = threadIdx.x;
  const int group = blockIdx.x;
  const int m = group % M;
  const int n = group / M;

  // transpose.tdsl:8: B[n, m] = A[m, n]
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    const float a = 1024 * n + 4 * thread + dn < N ? A[(long long)m * N + 1024 * n + 4 * thread + dn] : 0.0f;
    if (1024 * n + 4 * thread + dn < N) { B[(long long)(1024 * n + 4 * thread + dn) * M + m] = a; }
  }
}
