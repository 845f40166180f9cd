// transpose: made by tdsl from transpose.tdsl for cuda:sm_80. Change the source, not this file.

extern "C" __global__ void __launch_bounds__(256) transpose(const float* __restrict__ A, float* __restrict__ B, int M, int N) {
  const int thread = threadIdx.x;
  const int tm = thread >> 2;
  const int tn = thread & 3;
  const int group = blockIdx.x;
  const int m_count = (M + 63) / 64;
  const int m = group % m_count;
  const int n = group / m_count;

  // transpose.tdsl:8: B[n, m] = A[m, n]
  #pragma unroll
  for (int dn = 0; dn < 4; ++dn) {
    const float a = tm + 64 * m < M && 16 * n + 4 * tn + dn < N ? A[(long long)(tm + 64 * m) * N + 16 * n + 4 * tn + dn] : 0.0f;
    if (16 * n + 4 * tn + dn < N && tm + 64 * m < M) { B[(long long)(16 * n + 4 * tn + dn) * M + tm + 64 * m] = a; }
  }
}
