// depthwise: made by tdsl from depthwise.tdsl for cuda:sm_80. Change the source, not this file.

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

extern "C" __global__ void __launch_bounds__(256) depthwise(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ O, int C, int X, int R, int Y, int S) {
  const int thread = threadIdx.x;
  const int cxy = blockIdx.x;
  const int c = (thread + 256 * cxy) / (X * Y);
  const int x = (thread + 256 * cxy) / Y % X;
  const int y = (thread + 256 * cxy) % Y;

  // depthwise.tdsl:5: O[c, x, y] = sum(r, s) A[c, x + r, y + s] * B[c, r, s]
  int O_sum = 0;
  for (int r_step = 0; r_step < R; ++r_step) {
    for (int s_step = 0; s_step < S; ++s_step) {
      const int a = c < C ? A[((long long)c * (R + X - 1) + r_step + x) * (S + Y - 1) + s_step + y] : 0;
      const int b = c < C ? B[((long long)c * R + r_step) * S + s_step] : 0;
      O_sum = wrap_add(O_sum, a * b);
    }
  }
  if (c < C) { O[((long long)c * X + x) * Y + y] = O_sum; }
}
