// joined_linear_thin_aligned: made by tdsl from concat.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on K % 8 == 0, J % 4 == 0, N % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}

// value of the lane whose number differs in the bits of mask
template <class T> __device__ __forceinline__ T warp_xor(T value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

// reads N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void load_bf16(float* to, const unsigned short* from) {
  unsigned words[(N + 1) / 2];
  if constexpr (N % 2 == 0) load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = f32_from_bf16((unsigned short)(words[n / 2] >> (16 * (n % 2))));
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_bf16_or(float* to, const unsigned short* from, bool inside, float fill) {
  if (inside) {
    load_bf16<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) joined_linear_thin_aligned(const unsigned short* __restrict__ X, const float* __restrict__ F, const float* __restrict__ W, float* __restrict__ Y, int M, int K, int J, int N) {
  const int thread = threadIdx.x;
  const int lane = thread & 31;
  const int warp = thread >> 5;
  const int group = blockIdx.x;
  const int n_count = (N + 4) / 8;
  const int n = group % n_count;
  const int m = group / n_count;

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  float Y_sum_piece = 0.0f;
  for (int k_step = 0; k_step < (K + 248) / 256; ++k_step) {
    float x[8];
    load_bf16_or<8>(x, &X[(long long)m * K + 256 * k_step + 8 * lane], 256 * k_step + 8 * lane < K, 0.0f);
    float Y_sum_piece_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 2; ++dk) {
      float w[4];
      load_vector_or<4>(w, &W[(long long)(warp + 8 * n) * (J + K) + 256 * k_step + 8 * lane + 4 * dk], warp + 8 * n < N && 256 * k_step + 8 * lane + 4 * dk < K, 0.0f);
      #pragma unroll
      for (int v = 0; v < 4; ++v) {
        const float Y_sum_piece_term = x[4 * dk + v] * w[v];
        const float Y_sum_piece_term2 = 256 * k_step + 8 * lane + 4 * dk + v < K ? Y_sum_piece_term : 0.0f;
        Y_sum_piece_part += Y_sum_piece_term2;
      }
    }
    Y_sum_piece += Y_sum_piece_part;
  }
  float Y_sum_piece_part = Y_sum_piece;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_piece_part += warp_xor(Y_sum_piece_part, 1 << step);
  }
  float Y_sum_piece2 = 0.0f;
  for (int k_2_step = 0; k_2_step < (J + 252) / 256; ++k_2_step) {
    float f[8];
    #pragma unroll
    for (int dk = 0; dk < 2; ++dk) {
      load_vector_or<4>(&f[4 * dk], &F[(long long)m * J + 256 * k_2_step + 8 * lane + 4 * dk], 256 * k_2_step + 8 * lane + 4 * dk < J, 0.0f);
    }
    float Y_sum_piece2_part = 0.0f;
    #pragma unroll
    for (int dk = 0; dk < 2; ++dk) {
      float w[4];
      load_vector_or<4>(w, &W[(long long)(warp + 8 * n) * (J + K) + K + 256 * k_2_step + 8 * lane + 4 * dk], warp + 8 * n < N && 256 * k_2_step + 8 * lane + 4 * dk < J, 0.0f);
      #pragma unroll
      for (int v = 0; v < 4; ++v) {
        const float Y_sum_piece2_term = f[4 * dk + v] * w[v];
        const float Y_sum_piece2_term2 = 256 * k_2_step + 8 * lane + 4 * dk + v < J ? Y_sum_piece2_term : 0.0f;
        Y_sum_piece2_part += Y_sum_piece2_term2;
      }
    }
    Y_sum_piece2 += Y_sum_piece2_part;
  }
  float Y_sum_piece2_part = Y_sum_piece2;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    Y_sum_piece2_part += warp_xor(Y_sum_piece2_part, 1 << step);
  }
  const float y = Y_sum_piece_part + Y_sum_piece2_part;
  if (warp + 8 * n < N && (thread & 31) == 0) { Y[(long long)m * N + warp + 8 * n] = y; }
}
