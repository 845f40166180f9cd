// copy_hits: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.

extern "C" __global__ void __launch_bounds__(256) copy_hits(const int* __restrict__ found, int* __restrict__ hits, int B, int H) {
  const int thread = threadIdx.x;
  const int bh = blockIdx.x;

  // shadow_decode.tdsl:106: hits[b, h] = found[b, h]
  const int found2 = (thread + 256 * bh) / H < B ? found[(long long)((thread + 256 * bh) / H) * H + (thread + 256 * bh) % H] : 0;
  if ((thread + 256 * bh) / H < B) { hits[(long long)((thread + 256 * bh) / H) * H + (thread + 256 * bh) % H] = found2; }
}
