// xception_depthwise: made by tdsl from xception.tdsl for cuda:sm_80. Change the source, not this file.

extern "C" __global__ void __launch_bounds__(256) xception_depthwise(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int H, int W) {
  const int thread = threadIdx.x;
  const int cxy = blockIdx.x;

  // xception.tdsl:100: O[c, x, y] = sum(r, s) (A[c, x + r - 1, y + s - 1] else 0) * B[c, r, s]
  int O_sum = 0;
  #pragma unroll
  for (int r_step = 0; r_step < 3; ++r_step) {
    #pragma unroll
    for (int s_step = 0; s_step < 3; ++s_step) {
      const int a = (thread + 256 * cxy) / (H * W) < C && r_step + (thread + 256 * cxy) / W % H > 0 && r_step + (thread + 256 * cxy) / W % H <= H && s_step + (thread + 256 * cxy) % W > 0 && s_step + (thread + 256 * cxy) % W <= W ? A[((long long)((thread + 256 * cxy) / (H * W)) * H + r_step + (thread + 256 * cxy) / W % H - 1) * W + s_step + (thread + 256 * cxy) % W - 1] : 0;
      const int b = (thread + 256 * cxy) / (H * W) < C ? B[3 * (3 * (long long)((thread + 256 * cxy) / (H * W)) + r_step) + s_step] : 0;
      O_sum += a * b;
    }
  }
  if ((thread + 256 * cxy) / (H * W) < C) {
    O[((long long)((thread + 256 * cxy) / (H * W)) * H + (thread + 256 * cxy) / W % H) * W + (thread + 256 * cxy) % W] = O_sum;
  }
}
