// histogram_aligned_1, histogram_aligned_2: made by tdsl from histogram.tdsl for cuda:sm_80. Change the source, not this file.
// Relies on N % 4 == 0, B % 4 == 0.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}

// writes N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void store_vector(T* to, const T* from) {
  Vector<T, N> v;
#pragma unroll
  for (int n = 0; n < N; n++) v.at[n] = from[n];
  *reinterpret_cast<Vector<T, N>*>(to) = v;
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

extern "C" __global__ void __launch_bounds__(256) histogram_aligned_1(int* __restrict__ count, int B, int N) {
  const int thread = threadIdx.x;
  const int b = blockIdx.x;

  // histogram.tdsl:8: count[b] = 0
  int count2[4] = {};
  if (1024 * b + 4 * thread < B) { store_vector<4>(&count[1024 * b + 4 * thread], count2); }
}

extern "C" __global__ void __launch_bounds__(256) histogram_aligned_2(const int* __restrict__ x, int* __restrict__ count, int B, int N) {
  __shared__ __align__(128) int partials_int_0[256];
  const int thread = threadIdx.x;
  const int leader = thread & 31;
  const int at = blockIdx.x;

  // histogram.tdsl:9: count[x[n]] += 1
  int count_sum = 0;
  for (int n_step = 0; n_step < (N + 1020) / 1024; ++n_step) {
    int count_sum_part = 0;
    int x2[4];
    load_vector_or<4>(x2, &x[1024 * n_step + 4 * thread], 1024 * n_step + 4 * thread < N, 0);
    #pragma unroll
    for (int v = 0; v < 4; ++v) {
      const int count_sum_term = 1024 * n_step + 4 * thread + v < N && x2[v] == at ? 1 : 0;
      count_sum_part = wrap_add(count_sum_part, count_sum_term);
    }
    count_sum = wrap_add(count_sum, count_sum_part);
  }
  int count_sum_part = count_sum;
  #pragma unroll
  for (int step = 0; step < 5; ++step) {
    count_sum_part = wrap_add(count_sum_part, warp_xor(count_sum_part, 1 << step));
  }
  partials_int_0[thread] = count_sum_part;
  __syncthreads();
  count_sum_part = partials_int_0[leader];
  #pragma unroll
  for (int other = 0; other < 7; ++other) {
    count_sum_part = wrap_add(count_sum_part, partials_int_0[leader + 32 * (other + 1)]);
  }
  const int count3 = count[at];
  const int count2 = wrap_add(count3, count_sum_part);
  if (thread == 0) { count[at] = count2; }
}
