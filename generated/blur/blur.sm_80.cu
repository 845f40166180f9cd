// blur_1, blur_2: made by tdsl from blur.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to i32 toward zero; out of range gives the nearest i32, NaN gives 0
__device__ __forceinline__ int i32_from_f32(float value) { int result; asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(result) : "f"(value)); return result; }
#endif

extern "C" __global__ void __launch_bounds__(256) blur_1(const unsigned char* __restrict__ image, float* __restrict__ across_mem, int H, int W, int C) {
  const int thread = threadIdx.x;
  const int yxc = blockIdx.x;
  const int y = (thread + 256 * yxc) / (C * W);
  const int x = (thread + 256 * yxc) / C % W;
  const int c = (thread + 256 * yxc) % C;

  // blur.tdsl:10: let across[y, x, c] = sum(i: 5) tap(i) * (image[y, x + i - 2, c] else clamp)
  float across = 0.0f;
  #pragma unroll
  for (int i_step = 0; i_step < 5; ++i_step) {
    const int image2 = image[((long long)max(0, min(y, H - 1)) * W + max(0, min(i_step + x - 2, W - 1))) * C + c];
    across += (i_step == 2 ? 0.375f : i_step == 1 || i_step == 3 ? 0.25f : 0.0625f) * (float)image2;
  }
  if (y < H) { across_mem[((long long)y * W + x) * C + c] = across; }
}

extern "C" __global__ void __launch_bounds__(256) blur_2(const float* __restrict__ across_mem, unsigned char* __restrict__ out, int H, int W, int C) {
  const int thread = threadIdx.x;
  const int yxc = blockIdx.x;
  const int y = (thread + 256 * yxc) / (C * W);
  const int x = (thread + 256 * yxc) / C % W;
  const int c = (thread + 256 * yxc) % C;

  // blur.tdsl:11: out[y, x, c] = u8(round(sum(j: 5) tap(j) * (across[y + j - 2, x, c] else clamp)))
  float out_sum = 0.0f;
  #pragma unroll
  for (int j_step = 0; j_step < 5; ++j_step) {
    const float across_mem2 = across_mem[((long long)max(0, min(j_step + y - 2, H - 1)) * W + x) * C + c];
    out_sum += (j_step == 2 ? 0.375f : j_step == 1 || j_step == 3 ? 0.25f : 0.0625f) * across_mem2;
  }
  const int out2 = min(max(i32_from_f32(rintf(out_sum)), 0), 255);
  if (y < H) { out[((long long)y * W + x) * C + c] = out2; }
}
