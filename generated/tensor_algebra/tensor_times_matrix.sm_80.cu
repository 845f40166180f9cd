// tensor_times_matrix: made by tdsl from tensor_algebra.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// reads N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void load_vector(T* to, const T* from) {
  const Vector<T, N> v = *reinterpret_cast<const Vector<T, N>*>(from);
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = v.at[n];
}

// shared memory as the 32-bit address that instructions take
__device__ __forceinline__ unsigned shared_address(const void* pointer) { return (unsigned)__cvta_generic_to_shared(pointer); }

// starts a copy of BYTES (4, 8, 16) from device to shared memory; zeros where it is not inside
template <int BYTES> __device__ __forceinline__ void cp_async(void* to, const void* from, bool inside) {
  static_assert(BYTES == 4 || BYTES == 8 || BYTES == 16, "cp.async moves 4, 8 or 16 bytes");
  const int read = inside ? BYTES : 0;
  if constexpr (BYTES == 16)
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" :: "r"(shared_address(to)), "l"(from), "r"(read) : "memory");
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" :: "r"(shared_address(to)), "l"(from), "n"(BYTES), "r"(read) : "memory");
}

// closes a group of the copies started by this thread
__device__ __forceinline__ void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// waits until at most N of this thread's newest groups are in flight
template <int N> __device__ __forceinline__ void cp_async_wait() { asm volatile("cp.async.wait_group %0;" :: "n"(N) : "memory"); }
#endif

extern "C" __global__ void __launch_bounds__(256) tensor_times_matrix(const float* __restrict__ X, const float* __restrict__ U, float* __restrict__ Y, int I, int J, int K, int R) {
  __shared__ __align__(128) float u[1088];
  __shared__ __align__(128) float x[1088];
  const int thread = threadIdx.x;
  const int tr = thread >> 2;
  const int lane = thread & 31;
  const int tj = 4 * (lane & 3);
  const int tj2 = (thread >> 5) >> 1;
  const int tk = thread & 63;
  const int tr2 = 4 * (thread >> 4);
  const int tk2 = 4 * (lane & 15);
  const int group = blockIdx.x;
  const int r_count = (R + 63) / 64;
  const int k_count = (K + 63) / 64;
  const int in_plane = group % (r_count * k_count);
  const int panel_groups = 8 * k_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, r_count - first_row);
  const int in_panel = in_plane % panel_groups;
  const int r = first_row + in_panel % panel_rows;
  const int k = in_panel / panel_rows;
  const int i = group / (r_count * k_count);
  const int r2 = 64 * r + tr;
  const int k2 = 64 * k + tk;
  const int r3 = 64 * r + tr2;
  const int k3 = 64 * k + tk2;

  // tensor_algebra.tdsl:8: Y[i, r, k] = sum(j) X[i, j, k] * U[r, j]
  float Y_sum[16] = {};
  for (int j_step = 0; j_step < (J + 15) / 16; ++j_step) {
    const int j = 16 * j_step + tj;
    const int j2 = 16 * j_step + tj2;
    __syncthreads();
    #pragma unroll
    for (int dj = 0; dj < 4; ++dj) {
      const float u2 = r2 < R && j + dj < J ? U[(long long)r2 * J + j + dj] : 0.0f;
      u[68 * (tj + dj) + tr] = u2;
    }
    #pragma unroll
    for (int dj = 0; dj < 4; ++dj) {
      cp_async<4>(&x[68 * (tj2 + 4 * dj) + tk], &X[((long long)i * J + j2 + 4 * dj) * K + k2], j2 + 4 * dj < J && k2 < K);
    }
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();
    #pragma unroll
    for (int dj = 0; dj < 16; ++dj) {
      float u_reg[4];
      load_vector<4>(u_reg, &u[68 * dj + tr2]);
      float x_reg[4];
      load_vector<4>(x_reg, &x[68 * dj + tk2]);
      #pragma unroll
      for (int dr = 0; dr < 4; ++dr) {
        #pragma unroll
        for (int dk = 0; dk < 4; ++dk) {
          Y_sum[4 * dr + dk] += u_reg[dr] * x_reg[dk];
        }
      }
    }
  }
  #pragma unroll
  for (int dr = 0; dr < 4; ++dr) {
    #pragma unroll
    for (int dk = 0; dk < 4; ++dk) {
      if (r3 + dr < R && k3 + dk < K) { Y[((long long)i * R + r3 + dr) * K + k3 + dk] = Y_sum[4 * dr + dk]; }
    }
  }
}
