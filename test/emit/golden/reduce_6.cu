// reduce_6: made by tdsl from test.tdsl for cuda:sm_80. Change the source, not this file.

// (device functions left out)

extern "C" __global__ void __launch_bounds__(64) reduce_6(const float* __restrict__ x, float* __restrict__ y, int M, int N) {
  __shared__ __align__(128) float partials_0[128];
  __shared__ __align__(128) float partials_1[128];
  __shared__ __align__(128) float partials_2[128];
  const int thread = threadIdx.x;
  const int tj = 2 * thread;
  const int leader = thread & 31;
  const int i = 2 * blockIdx.x;
  float acc[2] = {};
  for (int c = 0; c < (N + 127) / 128; ++c) {
    const int j = 128 * c + tj;
    float total[2];
    float top[2];
    float m[2];
    float e[2];
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      total[r] = 0.0f;
    }
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      top[r] = -3.4028234663852886e38f;
    }
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      m[r] = -3.4028234663852886e38f;
      e[r] = 0.0f;
    }
    #pragma unroll
    for (int di = 0; di < 2; ++di) {
      #pragma unroll
      for (int dj = 0; dj < 2; ++dj) {
        const float x2 = i + di < M && j + dj < N ? x[(long long)(i + di) * N + j + dj] : -3.4028234663852886e38f;
        const float x0 = i + di < M && j + dj < N ? x[(long long)(i + di) * N + j + dj] : 0.0f;
        const float ones = j + dj < N ? 1.0f : 0.0f;
        total[di] += x0;
        top[di] = max_f32(top[di], x2);
        const float m_new = max_f32(m[di], x2);
        const float e_new = e[di] * fast_exp(m[di] - max_f32(m[di], x2)) + ones * fast_exp(x2 - max_f32(m[di], x2));
        m[di] = m_new;
        e[di] = e_new;
      }
    }
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      #pragma unroll
      for (int step = 0; step < 5; ++step) {
        total[r] += warp_xor(total[r], 1 << step);
      }
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      partials_0[r * 64 + thread] = total[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      total[r] = partials_0[r * 64 + leader];
      total[r] += partials_0[r * 64 + leader + 32];
    }
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      #pragma unroll
      for (int step = 0; step < 5; ++step) {
        top[r] = max_f32(top[r], warp_xor(top[r], 1 << step));
      }
    }
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      partials_1[r * 64 + thread] = top[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      top[r] = partials_1[r * 64 + leader];
      top[r] = max_f32(top[r], partials_1[r * 64 + leader + 32]);
    }
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      #pragma unroll
      for (int step = 0; step < 5; ++step) {
        const float m_other = warp_xor(m[r], 1 << step);
        const float e_other = warp_xor(e[r], 1 << step);
        const float m_new = max_f32(m[r], m_other);
        const float e_new = e[r] * fast_exp(m[r] - max_f32(m[r], m_other)) + e_other * fast_exp(m_other - max_f32(m[r], m_other));
        m[r] = m_new;
        e[r] = e_new;
      }
    }
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      partials_0[r * 64 + thread] = m[r];
      partials_2[r * 64 + thread] = e[r];
    }
    __syncthreads();
    #pragma unroll
    for (int r = 0; r < 2; ++r) {
      m[r] = partials_0[r * 64 + leader];
      e[r] = partials_2[r * 64 + leader];
      const float m_other = partials_0[r * 64 + leader + 32];
      const float e_other = partials_2[r * 64 + leader + 32];
      const float m_new = max_f32(m[r], m_other);
      const float e_new = e[r] * fast_exp(m[r] - max_f32(m[r], m_other)) + e_other * fast_exp(m_other - max_f32(m[r], m_other));
      m[r] = m_new;
      e[r] = e_new;
    }
    #pragma unroll
    for (int di = 0; di < 2; ++di) {
      acc[di] += total[di] + (top[di] + e[di]);
    }
  }
  #pragma unroll
  for (int di = 0; di < 2; ++di) {
    if (i + di < M && thread == 0) { y[i + di] = acc[di]; }
  }
}
