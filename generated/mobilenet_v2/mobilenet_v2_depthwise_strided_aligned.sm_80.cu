// mobilenet_v2_depthwise_strided_aligned: made by tdsl from mobilenet_v2.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on W % 16 == 0.

extern "C" __global__ void __launch_bounds__(256) mobilenet_v2_depthwise_strided_aligned(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int H, int W) {
  const int thread = threadIdx.x;
  const int cxy = blockIdx.x;

  // mobilenet_v2.tdsl:74: O[c, x, y] = sum(r, s) (A[c, 2*x + r - 1, 2*y + s - 1] else 0) * B[c, r, s]
  int O_sum = 0;
  #pragma unroll
  for (int r_step = 0; r_step < 3; ++r_step) {
    #pragma unroll
    for (int s_step = 0; s_step < 3; ++s_step) {
      const int a = (thread + 256 * cxy) / (8 * ((H + 1) / 2) * (W / 16)) < C && r_step + 2 * ((thread + 256 * cxy) / (8 * (W / 16)) % ((H + 1) / 2)) > 0 && r_step + 2 * ((thread + 256 * cxy) / (8 * (W / 16)) % ((H + 1) / 2)) <= H && s_step + 2 * ((thread + 256 * cxy) % (8 * (W / 16))) > 0 ? A[((long long)((thread + 256 * cxy) / (8 * ((H + 1) / 2) * (W / 16))) * H + r_step + 2 * ((thread + 256 * cxy) / (8 * (W / 16)) % ((H + 1) / 2)) - 1) * W + s_step + 2 * ((thread + 256 * cxy) % (8 * (W / 16))) - 1] : 0;
      const int b = (thread + 256 * cxy) / (8 * ((H + 1) / 2) * (W / 16)) < C ? B[3 * (3 * (long long)((thread + 256 * cxy) / (8 * ((H + 1) / 2) * (W / 16))) + r_step) + s_step] : 0;
      O_sum += a * b;
    }
  }
  if ((thread + 256 * cxy) / (8 * ((H + 1) / 2) * (W / 16)) < C) {
    O[((long long)((thread + 256 * cxy) / (8 * ((H + 1) / 2) * (W / 16))) * ((H + 1) / 2) + (thread + 256 * cxy) / (8 * (W / 16)) % ((H + 1) / 2)) * ((W + 1) / 2) + (thread + 256 * cxy) % (8 * (W / 16))] = O_sum;
  }
}
