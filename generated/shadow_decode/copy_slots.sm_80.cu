// copy_slots: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.

extern "C" __global__ void __launch_bounds__(256) copy_slots(const int* __restrict__ slot, int* __restrict__ next, int C, int B, int H, int T) {
  const int thread = threadIdx.x;
  const int bht = blockIdx.x;
  const int b = (thread + 256 * bht) / (H * T);
  const int h = (thread + 256 * bht) / T % H;
  const int t = (thread + 256 * bht) % T;

  // shadow_decode.tdsl:98: next[b, h, t] = slot[b, h, t]
  const int slot2 = b < B ? slot[((long long)b * H + h) * T + t] : 0;
  if (b < B) { next[((long long)b * H + h) * T + t] = slot2; }
}
