// rope_table: made by tdsl from rope.tdsl for cuda:sm_80. Change the source, not this file.

extern "C" __global__ void __launch_bounds__(256) rope_table(const float* __restrict__ frequency, float* __restrict__ table, int T, int E) {
  const int thread = threadIdx.x;
  const int tce = blockIdx.x;
  const int e = (thread + 256 * tce) % E;
  const int t = (thread + 256 * tce) / (2 * E);

  // rope.tdsl:16: table[t, c, e] = if c == 0 then cos(t * frequency[e]) else sin(t * frequency[e])
  const float frequency2 = frequency[e];
  const float table2 = (((thread + 256 * tce) / E) & 1) == 0 ? cosf((float)t * frequency2) : sinf((float)t * frequency2);
  if (t < T) { table[(2 * (long long)t + (((thread + 256 * tce) / E) & 1)) * E + e] = table2; }
}
