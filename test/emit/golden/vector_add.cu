// vector_add: made by tdsl from test.tdsl for cuda:sm_80. Change the source, not this file.

// (device functions left out)

extern "C" __global__ void __launch_bounds__(64) vector_add(const float* __restrict__ x, const unsigned short* __restrict__ y, float* __restrict__ z, int N) {
  const int i = 256 * blockIdx.x + threadIdx.x;
  #pragma unroll
  for (int di = 0; di < 4; ++di) {
    const float a = i + 64 * di < N ? x[i + 64 * di] : 0.0f;
    const float b = i + 64 * di < N ? f32_from_f16(y[i + 64 * di]) : 0.0f;
    const float c = a + b;
    if (i + 64 * di < N) { z[i + 64 * di] = c; }
  }
}
