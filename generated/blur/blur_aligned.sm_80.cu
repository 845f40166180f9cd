// blur_aligned_1, blur_aligned_2: made by tdsl from blur.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on C % 16 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// f32 to i32 toward zero; out of range gives the nearest i32, NaN gives 0
__device__ __forceinline__ int i32_from_f32(float value) { int result; asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(result) : "f"(value)); return result; }
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// writes N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void store_vector(T* to, const T* from) {
  Vector<T, N> v;
#pragma unroll
  for (int n = 0; n < N; n++) v.at[n] = from[n];
  *reinterpret_cast<Vector<T, N>*>(to) = v;
}
#endif

// the low bytes of four integers in one word
__device__ __forceinline__ unsigned pack_8(int a, int b, int c, int d) { return ((unsigned)a & 0xffu) | (((unsigned)b & 0xffu) << 8) | (((unsigned)c & 0xffu) << 16) | ((unsigned)d << 24); }

// writes N consecutive u8 as one access
template <int N> __device__ __forceinline__ void store_u8(unsigned char* to, const int* from) {
  if constexpr (N < 4) {
    unsigned word = 0;
#pragma unroll
    for (int n = 0; n < N; n++) word |= ((unsigned)min(max(from[n], 0), 255) & 255u) << (8 * n);
    if constexpr (N == 2) *reinterpret_cast<unsigned short*>(to) = (unsigned short)word;
    else *to = (unsigned char)word;
    return;
  } else {
  unsigned words[N / 4];
#pragma unroll
  for (int n = 0; n < N / 4; n++) words[n] = pack_8(min(max(from[4 * n], 0), 255), min(max(from[4 * n + 1], 0), 255), min(max(from[4 * n + 2], 0), 255), min(max(from[4 * n + 3], 0), 255));
  store_vector<N / 4>(reinterpret_cast<unsigned*>(to), words);
  }
}

extern "C" __global__ void __launch_bounds__(256) blur_aligned_1(const unsigned char* __restrict__ image, float* __restrict__ across_mem, int H, int W, int C) {
  const int thread = threadIdx.x;
  const int yxc = blockIdx.x;
  const int y = (thread + 256 * yxc) / (4 * W * (C / 16));
  const int x = (thread + 256 * yxc) / (4 * (C / 16)) % W;
  const int c = (thread + 256 * yxc) % (4 * (C / 16));

  // blur.tdsl:10: let across[y, x, c] = sum(i: 5) tap(i) * (image[y, x + i - 2, c] else clamp)
  float across[4] = {};
  #pragma unroll
  for (int i_step = 0; i_step < 5; ++i_step) {
    #pragma unroll
    for (int dc = 0; dc < 4; ++dc) {
      const int image2 = image[((long long)max(0, min(y, H - 1)) * W + max(0, min(i_step + x - 2, W - 1))) * C + 4 * c + dc];
      across[dc] += (i_step == 2 ? 0.375f : i_step == 1 || i_step == 3 ? 0.25f : 0.0625f) * (float)image2;
    }
  }
  if (y < H) { store_vector<4>(&across_mem[((long long)y * W + x) * C + 4 * c], across); }
}

extern "C" __global__ void __launch_bounds__(256) blur_aligned_2(const float* __restrict__ across_mem, unsigned char* __restrict__ out, int H, int W, int C) {
  const int thread = threadIdx.x;
  const int yxc = blockIdx.x;
  const int y = (thread + 256 * yxc) / (4 * W * (C / 16));
  const int x = (thread + 256 * yxc) / (4 * (C / 16)) % W;
  const int c = (thread + 256 * yxc) % (4 * (C / 16));

  // blur.tdsl:11: out[y, x, c] = u8(round(sum(j: 5) tap(j) * (across[y + j - 2, x, c] else clamp)))
  float out_sum[4] = {};
  #pragma unroll
  for (int j_step = 0; j_step < 5; ++j_step) {
    #pragma unroll
    for (int dc = 0; dc < 4; ++dc) {
      const float across_mem2 = across_mem[((long long)max(0, min(j_step + y - 2, H - 1)) * W + x) * C + 4 * c + dc];
      out_sum[dc] += (j_step == 2 ? 0.375f : j_step == 1 || j_step == 3 ? 0.25f : 0.0625f) * across_mem2;
    }
  }
  int out2[4];
  #pragma unroll
  for (int v = 0; v < 4; ++v) {
    out2[v] = min(max(i32_from_f32(rintf(out_sum[v])), 0), 255);
  }
  if (y < H) { store_u8<4>(&out[((long long)y * W + x) * C + 4 * c], out2); }
}
