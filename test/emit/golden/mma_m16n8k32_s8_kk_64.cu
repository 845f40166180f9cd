// mma_m16n8k32_s8_kk_64: made by tdsl from test.tdsl for cuda:sm_80. Change the source, not this file.

// (device functions left out)

extern "C" __global__ void __launch_bounds__(128) mma_m16n8k32_s8_kk_64(const signed char* __restrict__ A, const signed char* __restrict__ B, int* __restrict__ C, int M, int N, int K) {
  __shared__ __align__(128) signed char sa[2048];
  __shared__ __align__(128) signed char sb[4096];
  const int thread = threadIdx.x;
  const int warp = thread >> 5;
  const int ti = warp >> 1;
  const int tk = thread & 63;
  const int tk2 = warp >> 1;
  const int i_warp = 16 * (warp & 1);
  const int lane = thread & 31;
  const int matrix_row = lane & 15;
  const int matrix_column = 16 * (lane >> 4);
  const int j_warp = 8 * (warp >> 1);
  const int matrix_column2 = 16 * ((lane >> 3) & 1);
  const int matrix_row2 = 16 * (lane >> 4) + (lane & 7);
  const int tj = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int panel_groups = 2 * ((N + 63) / 64);
  const int first_row = group / panel_groups * 2;
  const int panel_rows = min(2, (M + 31) / 32 - first_row);
  const int in_panel = group % panel_groups;
  const int bm = first_row + in_panel % panel_rows;
  const int bn = in_panel / panel_rows;
  const int i = 32 * bm + ti;
  const int j = 64 * bn + tk;
  const int i2 = 32 * bm + 16 * (warp & 1) + (lane >> 2);
  const int j2 = 64 * bn + tj;
  int acc[16] = {};
  for (int c = 0; c < (K + 63) / 64; ++c) {
    const int k = 64 * c + tk;
    const int k2 = 64 * c + tk2;
    int a[16];
    #pragma unroll
    for (int di = 0; di < 16; ++di) {
      a[di] = i + 2 * di < M && k < K ? A[(long long)(i + 2 * di) * K + k] : 0;
    }
    int b[32];
    #pragma unroll
    for (int dk = 0; dk < 32; ++dk) {
      b[dk] = k2 + 2 * dk < K && j < N ? B[(long long)(k2 + 2 * dk) * N + j] : 0;
    }
    __syncthreads();
    #pragma unroll
    for (int di = 0; di < 16; ++di) {
      sa[swizzle64_b8(64 * (ti + 2 * di) + tk)] = a[di];
    }
    #pragma unroll
    for (int dk = 0; dk < 32; ++dk) {
      sb[swizzle64_b8(64 * tk + tk2 + 2 * dk)] = b[dk];
    }
    __syncthreads();
    #pragma unroll
    for (int k_step = 0; k_step < 2; ++k_step) {
      unsigned sa_frag[4];
      ldmatrix_x4(sa_frag, &sa[swizzle64_b8(64 * (i_warp + matrix_row) + matrix_column + 32 * k_step)]);
      unsigned sb_frag[8];
      #pragma unroll
      for (int dj = 0; dj < 2; ++dj) {
        ldmatrix_x4(&sb_frag[4 * dj], &sb[swizzle64_b8(64 * (j_warp + matrix_row2 + 32 * dj) + matrix_column2 + 32 * k_step)]);
      }
      #pragma unroll
      for (int dj = 0; dj < 4; ++dj) {
        mma_m16n8k32_s8(&acc[4 * dj], sa_frag, &sb_frag[2 * dj]);
      }
    }
  }
  #pragma unroll
  for (int dj = 0; dj < 4; ++dj) {
    #pragma unroll
    for (int di = 0; di < 2; ++di) {
      #pragma unroll
      for (int dj2 = 0; dj2 < 2; ++dj2) {
        if (i2 + 8 * di < M && j2 + 16 * dj + dj2 < N) { C[(long long)(i2 + 8 * di) * N + j2 + 16 * dj + dj2] = acc[4 * dj + 2 * di + dj2]; }
      }
    }
  }
}
