// choose_aligned_1, choose_aligned_2, choose_aligned_3: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on V % 4 == 0, N % 4 == 0.

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

// a + b, modulo 2^32
__device__ __forceinline__ int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

// reads N consecutive elements where `inside` holds, else fills the registers
template <int N, class T> __device__ __forceinline__ void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}

extern "C" __global__ void __launch_bounds__(256) choose_aligned_1(const float* __restrict__ logits, int* __restrict__ word, int V, int N) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) int partials_int_2[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;

  // llama.tdsl:151: word[i] = clamp(argmax(v) logits[i, v], 0, V - 1)
  float word_argmax = -3.4028234663852886e38f;
  int word_argmax_at = 2147483647;
  for (int v_step = 0; v_step < (V + 1020) / 1024; ++v_step) {
    float word_argmax_part0 = -3.4028234663852886e38f;
    int word_argmax_part1 = 2147483647;
    float logits2[4];
    load_vector_or<4>(logits2, &logits[1024 * v_step + 4 * thread], 1024 * v_step + 4 * thread < V, 0.0f);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      const float word_argmax_term = 1024 * v_step + 4 * thread + v < V ? logits2[v] : -3.4028234663852886e38f;
      const int word_argmax_pos = 1024 * v_step + 4 * thread + v < V ? 1024 * v_step + 4 * thread + v : 2147483647;
      const float word_argmax_part0_new = word_argmax_term < word_argmax_part0 || (word_argmax_part0 == word_argmax_term && word_argmax_part1 < word_argmax_pos) ? word_argmax_part0 : word_argmax_term;
      const int word_argmax_part1_new = word_argmax_term < word_argmax_part0 || (word_argmax_part0 == word_argmax_term && word_argmax_part1 < word_argmax_pos) ? word_argmax_part1 : word_argmax_pos;
      word_argmax_part0 = word_argmax_part0_new;
      word_argmax_part1 = word_argmax_part1_new;
    }
    const float word_argmax_next0 = word_argmax_part0 < word_argmax || (word_argmax == word_argmax_part0 && word_argmax_at < word_argmax_part1) ? word_argmax : word_argmax_part0;
    const int word_argmax_next1 = word_argmax_part0 < word_argmax || (word_argmax == word_argmax_part0 && word_argmax_at < word_argmax_part1) ? word_argmax_at : word_argmax_part1;
    word_argmax = word_argmax_next0;
    word_argmax_at = word_argmax_next1;
  }
  float word_argmax_all0 = word_argmax;
  int word_argmax_all1 = word_argmax_at;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    const float word_argmax_all0_other = warp_xor(word_argmax_all0, 1 << step);
    const int word_argmax_all1_other = warp_xor(word_argmax_all1, 1 << step);
    const float word_argmax_all0_new = word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other) ? word_argmax_all0 : word_argmax_all0_other;
    const int word_argmax_all1_new = word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other) ? word_argmax_all1 : word_argmax_all1_other;
    word_argmax_all0 = word_argmax_all0_new;
    word_argmax_all1 = word_argmax_all1_new;
  }
  partials_0[thread] = word_argmax_all0;
  partials_int_2[thread] = word_argmax_all1;
  __syncthreads();
  word_argmax_all0 = partials_0[leader];
  word_argmax_all1 = partials_int_2[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    const float word_argmax_all0_other = partials_0[leader + 32 * (other + 1)];
    const int word_argmax_all1_other = partials_int_2[leader + 32 * (other + 1)];
    const float word_argmax_all0_new = word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other) ? word_argmax_all0 : word_argmax_all0_other;
    const int word_argmax_all1_new = word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other) ? word_argmax_all1 : word_argmax_all1_other;
    word_argmax_all0 = word_argmax_all0_new;
    word_argmax_all1 = word_argmax_all1_new;
  }
  const int word2 = min(max(word_argmax_all1 == 2147483647 ? -1 : word_argmax_all1, 0), V - 1);
  if (thread == 0) { word[0] = word2; }
}

extern "C" __global__ void __launch_bounds__(32) choose_aligned_2(int* __restrict__ position, int V, int N) {
  const int thread = threadIdx.x;

  // llama.tdsl:152: position[i] = min(position[i] + 1, N - 1)
  const int position3 = position[0];
  const int position2 = min(wrap_add(position3, 1), N - 1);
  if (thread == 0) { position[0] = position2; }
}

extern "C" __global__ void __launch_bounds__(32) choose_aligned_3(const int* __restrict__ word, const int* __restrict__ position, int* __restrict__ words, int V, int N) {
  const int thread = threadIdx.x;

  // llama.tdsl:153: words[position[i]] = word[i]
  const int word2 = word[0];
  const int position2 = position[0];
  if (thread == 0) { words[position2] = word2; }
}
