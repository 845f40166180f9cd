// gather: made by tdsl from test.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on N % 4 == 0.

// (device functions left out)

extern "C" __global__ void __launch_bounds__(64) gather(const int* __restrict__ index, const unsigned short* __restrict__ x, unsigned short* __restrict__ y, int M, int V, int N) {
  const int thread = threadIdx.x;
  const int group = blockIdx.x;
  const int h_count = (N + 31) / 32;
  const int i = 8 * (group / h_count) + (thread >> 3);
  const int j = 32 * (group % h_count) + 4 * (thread & 7);
  const int at = i < M ? index[i] : 0;
  float row[4];
  load_bf16_or<4>(row, &x[(long long)max(0, min(at, V - 1)) * N + j], i < M && j < N, 0.0f);
  if (i < M && j < N) { store_bf16<4>(&y[(long long)i * N + j], row); }
}
