// embed: made by tdsl from llama.tdsl for cuda:sm_80. Change the source, not this file.

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }

extern "C" __global__ void __launch_bounds__(256) embed(const int* __restrict__ words, const unsigned short* __restrict__ E, float* __restrict__ x, int S, int V, int C) {
  const int thread = threadIdx.x;
  const int sc = blockIdx.x;

  // llama.tdsl:35: x[s, c] = f32(E[words[s], c])
  const int words2 = (thread + 256 * sc) / C < S ? words[(thread + 256 * sc) / C] : 0;
  const float e = (thread + 256 * sc) / C < S ? f32_from_bf16(E[(long long)words2 * C + (thread + 256 * sc) % C]) : 0.0f;
  if ((thread + 256 * sc) / C < S) { x[(long long)((thread + 256 * sc) / C) * C + (thread + 256 * sc) % C] = e; }
}
