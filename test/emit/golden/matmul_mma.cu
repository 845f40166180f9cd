// matmul_mma: made by tdsl from test.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0, N % 32 == 0.

// (device functions left out)

extern "C" __global__ void __launch_bounds__(128) matmul_mma(const unsigned short* __restrict__ A, const unsigned short* __restrict__ B, float* __restrict__ C, int M, int N, int K) {
  __shared__ __align__(128) unsigned short sa[3072];
  __shared__ __align__(128) unsigned short sb[3840];
  const int thread = threadIdx.x;
  const int ti = thread >> 2;
  const int lane = thread & 31;
  const int tk = 8 * (lane & 3);
  const int warp = thread >> 5;
  const int ti2 = 16 * (warp & 1) + (lane >> 2);
  const int tk2 = 2 * (lane & 3);
  const int tj = 8 * (warp >> 1) + (lane >> 2);
  const int tj2 = 8 * (warp >> 1) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int bn_count = (N + 31) / 32;
  const int bn = group % bn_count;
  const int bm = group / bn_count;
  const int i = 32 * bm + ti;
  const int j = 32 * bn + tk;
  const int i2 = 32 * bm + ti2;
  const int j2 = 32 * bn + tj2;
  float acc[8] = {};
  for (int c = 0; c < 2; ++c) {
    const int k = 32 * c + tk;
    const int k2 = 32 * c + ti;
    if (c < (K + 31) / 32) {
      cp_async<16>(&sa[1024 * (c % 3) + swizzle64_b16(32 * ti + tk)], &A[(long long)i * K + k], i < M && k < K);
      cp_async<16>(&sb[1280 * (c % 3) + 40 * ti + tk], &B[(long long)k2 * N + j], k2 < K);
    }
    cp_async_commit();
  }
  for (int c = 0; c < (K + 31) / 32; ++c) {
    cp_async_wait<1>();
    const int c2 = c + 2;
    const int k = 32 * c2 + tk;
    const int k2 = 32 * c2 + ti;
    __syncthreads();
    if (c2 < (K + 31) / 32) {
      cp_async<16>(&sa[1024 * (c2 % 3) + swizzle64_b16(32 * ti + tk)], &A[(long long)i * K + k], i < M && k < K);
      cp_async<16>(&sb[1280 * (c2 % 3) + 40 * ti + tk], &B[(long long)k2 * N + j], k2 < K);
    }
    cp_async_commit();
    unsigned a[8];
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      #pragma unroll
      for (int di = 0; di < 2; ++di) {
        load_vector<1>(&a[2 * dk + di], reinterpret_cast<const unsigned*>(&sa[1024 * (c % 3) + swizzle64_b16(32 * (ti2 + 8 * di) + tk2 + 8 * dk)]));
      }
    }
    unsigned b[8];
    #pragma unroll
    for (int dk = 0; dk < 2; ++dk) {
      #pragma unroll
      for (int dj = 0; dj < 2; ++dj) {
        #pragma unroll
        for (int dk2 = 0; dk2 < 2; ++dk2) {
          b[4 * dk + 2 * dj + dk2] = pack_16(sb[1280 * (c % 3) + 40 * (tk2 + 16 * dk + 8 * dk2) + tj + 16 * dj], sb[1280 * (c % 3) + 40 * (tk2 + 16 * dk + 8 * dk2 + 1) + tj + 16 * dj]);
        }
      }
    }
    #pragma unroll
    for (int k_step = 0; k_step < 2; ++k_step) {
      #pragma unroll
      for (int dj = 0; dj < 2; ++dj) {
        mma_m16n8k16_bf16(&acc[4 * dj], &a[4 * k_step], &b[4 * k_step + 2 * dj]);
      }
    }
  }
  #pragma unroll
  for (int dj = 0; dj < 2; ++dj) {
    #pragma unroll
    for (int di = 0; di < 2; ++di) {
      if (i2 + 8 * di < M) { store_vector<2>(&C[(long long)(i2 + 8 * di) * N + j2 + 16 * dj], &acc[4 * dj + 2 * di]); }
    }
  }
}
