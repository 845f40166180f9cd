// copy_hits: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.

extern "C" __global__ void __launch_bounds__(256) copy_hits(const int* __restrict__ found, int* __restrict__ hits, int B, int H) {
  const int thread = threadIdx.x;
  const int bh = blockIdx.x;
  const int b = (thread + 256 * bh) / H;
  const int h = (thread + 256 * bh) % H;

  // shadow_decode.tdsl:106: hits[b, h] = found[b, h]
  const int found2 = b < B ? found[(long long)b * H + h] : 0;
  if (b < B) { hits[(long long)b * H + h] = found2; }
}
