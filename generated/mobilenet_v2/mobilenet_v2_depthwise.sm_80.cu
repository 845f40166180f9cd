// mobilenet_v2_depthwise: made by tdsl from mobilenet_v2.tdsl for cuda:sm_80. Change the source, not this file.

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) mobilenet_v2_depthwise(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int H, int W) {
  const int thread = threadIdx.x;
  const int cxy = blockIdx.x;
  const int c = (thread + 256 * cxy) / (H * W);
  const int x = (thread + 256 * cxy) / W % H;
  const int y = (thread + 256 * cxy) % W;

  // mobilenet_v2.tdsl:65: O[c, x, y] = sum(r, s) (A[c, x + r - 1, y + s - 1] else 0) * B[c, r, s]
  int O_sum = 0;
  #pragma unroll
  for (int r_step = 0; r_step < 3; ++r_step) {
    #pragma unroll
    for (int s_step = 0; s_step < 3; ++s_step) {
      const int a = c < C && r_step + x > 0 && r_step + x <= H && s_step + y > 0 && s_step + y <= W ? A[((long long)c * H + r_step + x - 1) * W + s_step + y - 1] : 0;
      const int b = c < C ? B[3 * (3 * (long long)c + r_step) + s_step] : 0;
      O_sum = wrap_add(O_sum, a * b);
    }
  }
  if (c < C) { O[((long long)c * H + x) * W + y] = O_sum; }
}
