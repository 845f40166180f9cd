// embed: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) embed(const int* __restrict__ words, const unsigned short* __restrict__ E, float* __restrict__ x, int S, int V, int C) {
  const int thread = threadIdx.x;
  const int sc = blockIdx.x;
  const int s = (thread + 256 * sc) / C;
  const int c = (thread + 256 * sc) % C;

  // llama.tdsl:35: x[s, c] = f32(E[words[s], c])
  const int words2 = s < S ? words[s] : 0;
  const float e = s < S ? f32_from_bf16(E[(long long)words2 * C + c]) : 0.0f;
  if (s < S) { x[(long long)s * C + c] = e; }
}
