// copy_slots: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.

extern "C" __global__ void __launch_bounds__(256) copy_slots(const int* __restrict__ slot, int* __restrict__ next, int C, int B, int H, int T) {
  const int thread = threadIdx.x;
  const int bht = blockIdx.x;

  // shadow_decode.tdsl:98: next[b, h, t] = slot[b, h, t]
  const int slot2 = (thread + 256 * bht) / (H * T) < B ? slot[((long long)((thread + 256 * bht) / (H * T)) * H + (thread + 256 * bht) / T % H) * T + (thread + 256 * bht) % T] : 0;
  if ((thread + 256 * bht) / (H * T) < B) {
    next[((long long)((thread + 256 * bht) / (H * T)) * H + (thread + 256 * bht) / T % H) * T + (thread + 256 * bht) % T] = slot2;
  }
}
