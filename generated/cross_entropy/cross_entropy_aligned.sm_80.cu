// cross_entropy_aligned: made by tdsl from cross_entropy.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on V % 8 == 0, B % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// 2^x in one instruction
__device__ __forceinline__ float fast_exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
// larger of two f32; NaN if one is
__device__ __forceinline__ float max_f32(float a, float b) { float y; asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }
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
// e^x in two instructions: 2 + 1.2 |x| units in the last place
__device__ __forceinline__ float fast_exp(float x) { return fast_exp2(1.442695f * x); }

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

extern "C" __global__ void __launch_bounds__(256) cross_entropy_aligned(const unsigned short* __restrict__ logits, const int* __restrict__ label, float* __restrict__ loss, int B, int V) {
  __shared__ __align__(128) float partials_0[256];
  __shared__ __align__(128) float partials_1[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int b = blockIdx.x;

  // cross_entropy.tdsl:8: loss[b] = logsumexp(v) logits[b, v] - logits[b, label[b]]
  float logsumexp_max = -3.4028234663852886e38f;
  float loss_sum = 0.0f;
  for (int v_step = 0; v_step < (V + 2040) / 2048; ++v_step) {
    float logsumexp_max_part = -3.4028234663852886e38f;
    float logits2[8];
    load_bf16_or<8>(logits2, &logits[(long long)b * V + 2048 * v_step + 8 * thread], 2048 * v_step + 8 * thread < V, 0.0f);
    #pragma unroll
    for (int v = 0; v < 8; ++v) {
      const float logsumexp_max_term = 2048 * v_step + 8 * thread + v < V ? logits2[v] : -3.4028234663852886e38f;
      logsumexp_max_part = max_f32(logsumexp_max_part, logsumexp_max_term);
    }
    const float logsumexp_max_new = max_f32(logsumexp_max, logsumexp_max_part);
    const float loss_sum_scale = fast_exp(logsumexp_max - logsumexp_max_new);
    float loss_sum_part = 0.0f;
    #pragma unroll
    for (int dv = 0; dv < 8; ++dv) {
      const float loss_sum_term = fast_exp(logits2[dv] - logsumexp_max_new);
      const float loss_sum_term2 = 2048 * v_step + 8 * thread + dv < V ? loss_sum_term : 0.0f;
      loss_sum_part += loss_sum_term2;
    }
    loss_sum = loss_sum * loss_sum_scale + loss_sum_part;
    logsumexp_max = logsumexp_max_new;
  }
  float logsumexp_max_part = logsumexp_max;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    logsumexp_max_part = max_f32(logsumexp_max_part, warp_xor(logsumexp_max_part, 1 << step));
  }
  partials_0[thread] = logsumexp_max_part;
  __syncthreads();
  logsumexp_max_part = partials_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    logsumexp_max_part = max_f32(logsumexp_max_part, partials_0[leader + 32 * (other + 1)]);
  }
  const float loss_sum_term = loss_sum * fast_exp(logsumexp_max - logsumexp_max_part);
  float loss_sum_part = loss_sum_term;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    loss_sum_part += warp_xor(loss_sum_part, 1 << step);
  }
  partials_1[thread] = loss_sum_part;
  __syncthreads();
  loss_sum_part = partials_1[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    loss_sum_part += partials_1[leader + 32 * (other + 1)];
  }
  const int label2 = label[b];
  const float logits2 = f32_from_bf16(logits[(long long)b * V + label2]);
  const float loss2 = logsumexp_max_part + logf(loss_sum_part) - logits2;
  if (thread == 0) { loss[b] = loss2; }
}
