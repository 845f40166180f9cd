// argmax_allowed_aligned: made by tdsl from argmax.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on V % 16 == 0, B % 4 == 0.

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
// unsigned byte of a word
__device__ __forceinline__ int u8_at(unsigned word, int n) { return (int)((word >> (8 * n)) & 0xffu); }

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

// reads N consecutive bool as one access
template <int N> __device__ __forceinline__ void load_bool(bool* to, const unsigned char* from) {
  unsigned words[(N + 3) / 4];
  if constexpr (N % 4 == 0) load_vector<N / 4>(words, reinterpret_cast<const unsigned*>(from));
  else if constexpr (N == 2) words[0] = *reinterpret_cast<const unsigned short*>(from);
  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = u8_at(words[n / 4], n % 4) != 0;
}

// the same where `inside` holds, else fills the registers
template <int N> __device__ __forceinline__ void load_bool_or(bool* to, const unsigned char* from, bool inside, bool fill) {
  if (inside) {
    load_bool<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) argmax_allowed_aligned(const unsigned short* __restrict__ logits, const unsigned char* __restrict__ allowed, int* __restrict__ token, int B, int V) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) int partials_int_2[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int b = blockIdx.x;

  // argmax.tdsl:16: token[b] = argmax(v where allowed[b, v]) logits[b, v]
  float token_argmax = -3.4028234663852886e38f;
  int token_argmax_at = 2147483647;
  for (int v_step = 0; v_step < (V + 4080) / 4096; ++v_step) {
    float token_argmax_part0 = -3.4028234663852886e38f;
    int token_argmax_part1 = 2147483647;
    float logits2[16];
    bool allowed2[16];
    load_bool_or<16>(allowed2, &allowed[(long long)b * V + 4096 * v_step + 16 * thread], 4096 * v_step + 16 * thread < V, false);
    load_bf16_or<8>(logits2, &logits[(long long)b * V + 4096 * v_step + 16 * thread], 4096 * v_step + 16 * thread < V, 0.0f);
    load_bf16_or<8>(&logits2[8], &logits[(long long)b * V + 4096 * v_step + 16 * thread + 8], 4096 * v_step + 16 * thread + 9 <= V, 0.0f);
    #pragma unroll
    for (int v = 0; v < 16; ++v) {
      const float token_argmax_term = 4096 * v_step + 16 * thread + v < V && allowed2[v] ? logits2[v] : -3.4028234663852886e38f;
      const int token_argmax_pos = 4096 * v_step + 16 * thread + v < V && allowed2[v] ? 4096 * v_step + 16 * thread + v : 2147483647;
      const float token_argmax_part0_new = token_argmax_term < token_argmax_part0 || (token_argmax_part0 == token_argmax_term && token_argmax_part1 < token_argmax_pos) ? token_argmax_part0 : token_argmax_term;
      const int token_argmax_part1_new = token_argmax_term < token_argmax_part0 || (token_argmax_part0 == token_argmax_term && token_argmax_part1 < token_argmax_pos) ? token_argmax_part1 : token_argmax_pos;
      token_argmax_part0 = token_argmax_part0_new;
      token_argmax_part1 = token_argmax_part1_new;
    }
    const float token_argmax_next0 = token_argmax_part0 < token_argmax || (token_argmax == token_argmax_part0 && token_argmax_at < token_argmax_part1) ? token_argmax : token_argmax_part0;
    const int token_argmax_next1 = token_argmax_part0 < token_argmax || (token_argmax == token_argmax_part0 && token_argmax_at < token_argmax_part1) ? token_argmax_at : token_argmax_part1;
    token_argmax = token_argmax_next0;
    token_argmax_at = token_argmax_next1;
  }
  float token_argmax_all0 = token_argmax;
  int token_argmax_all1 = token_argmax_at;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    const float token_argmax_all0_other = warp_xor(token_argmax_all0, 1 << step);
    const int token_argmax_all1_other = warp_xor(token_argmax_all1, 1 << step);
    const float token_argmax_all0_new = token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other) ? token_argmax_all0 : token_argmax_all0_other;
    const int token_argmax_all1_new = token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other) ? token_argmax_all1 : token_argmax_all1_other;
    token_argmax_all0 = token_argmax_all0_new;
    token_argmax_all1 = token_argmax_all1_new;
  }
  partials_0[thread] = token_argmax_all0;
  partials_int_2[thread] = token_argmax_all1;
  __syncthreads();
  token_argmax_all0 = partials_0[leader];
  token_argmax_all1 = partials_int_2[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    const float token_argmax_all0_other = partials_0[leader + 32 * (other + 1)];
    const int token_argmax_all1_other = partials_int_2[leader + 32 * (other + 1)];
    const float token_argmax_all0_new = token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other) ? token_argmax_all0 : token_argmax_all0_other;
    const int token_argmax_all1_new = token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other) ? token_argmax_all1 : token_argmax_all1_other;
    token_argmax_all0 = token_argmax_all0_new;
    token_argmax_all1 = token_argmax_all1_new;
  }
  const int token2 = token_argmax_all1 == 2147483647 ? -1 : token_argmax_all1;
  if (thread == 0) { token[b] = token2; }
}
