// int4_matvec: made by tdsl from test.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0.

// (device functions left out)

extern "C" __global__ void __launch_bounds__(128) int4_matvec(const unsigned char* __restrict__ w, const float* __restrict__ x, const unsigned short* __restrict__ scale, float* __restrict__ y, unsigned char* __restrict__ q, int N, int K) {
  const int thread = threadIdx.x;
  const int tk = 8 * (thread & 31);
  const int n = 4 * blockIdx.x + (thread >> 5);
  float acc = 0.0f;
  for (int c = 0; c < (K + 255) / 256; ++c) {
    const int k = 256 * c + tk;
    int w2[8];
    load_int4_or<8>(w2, &w[((long long)n * K + k) >> 1], n < N && k < K, 0);
    float x2[8];
    #pragma unroll
    for (int dk = 0; dk < 2; ++dk) {
      load_vector_or<4>(&x2[4 * dk], &x[k + 4 * dk], k + 4 * dk < K, 0.0f);
    }
    float part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      const float p = (float)w2[dk] * x2[dk];
      part += p;
    }
    #pragma unroll
    for (int step = 0; step < 5; ++step) {
      part += warp_xor(part, 1 << step);
    }
    acc += part;
    int q2[8];
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      q2[v] = min(-w2[v], 7);
    }
    if (n < N && k < K) { store_int4<8>(&q[((long long)n * K + k) >> 1], q2); }
  }
  const float scale2 = n < N ? f32_from_f16(scale[n]) : 0.0f;
  const float y2 = acc * scale2;
  if (n < N && (thread & 31) == 0) { y[n] = y2; }
}
