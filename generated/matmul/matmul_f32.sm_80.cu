// matmul_f32: made by tdsl from matmul.tdsl for cuda:sm_80. Change the source, not this file.

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

extern "C" __global__ void __launch_bounds__(256) matmul_f32(const float* __restrict__ A, const float* __restrict__ B, float* __restrict__ C, int M, int K, int N) {
  __shared__ __align__(128) float a[2112];
  __shared__ __align__(128) float b[2112];
  const int thread = threadIdx.x;
  const int tm = thread >> 2;
  const int lane = thread & 31;
  const int tk = 4 * (lane & 3);
  const int tk2 = (thread >> 5) >> 2;
  const int tn = thread & 127;
  const int tm2 = 4 * (thread >> 4);
  const int tn2 = 4 * (lane & 15);
  const int group = blockIdx.x;
  const int panel_groups = 8 * ((N + 127) / 128);
  const int first_row = group / panel_groups * 8;
  const int panel_rows = min(8, (M + 127) / 128 - first_row);
  const int in_panel = group % panel_groups;
  const int m = first_row + in_panel % panel_rows;
  const int n = in_panel / panel_rows;
  const int m2 = 128 * m + tm;
  const int n2 = 128 * n + tn;
  const int m3 = 128 * m + tm2;
  const int n3 = 128 * n + tn2;

  // matmul.tdsl:15: C[m, n] = sum(k) A[m, k] * B[k, n]
  float C_sum[64] = {};
  for (int k_step = 0; k_step < (K + 15) / 16; ++k_step) {
    const int k = 16 * k_step + tk;
    const int k2 = 16 * k_step + tk2;
    __syncthreads();
    #pragma unroll
    for (int dm = 0; dm < 2; ++dm) {
      #pragma unroll
      for (int dk = 0; dk < 4; ++dk) {
        const float a2 = m2 + 64 * dm < M && k + dk < K ? A[(long long)(m2 + 64 * dm) * K + k + dk] : 0.0f;
        a[132 * (tk + dk) + tm + 64 * dm] = a2;
      }
    }
    #pragma unroll
    for (int dk = 0; dk < 8; ++dk) {
      cp_async<4>(&b[132 * (tk2 + 2 * dk) + tn], &B[(long long)(k2 + 2 * dk) * N + n2], k2 + 2 * dk < K && n2 < N);
    }
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();
    #pragma unroll
    for (int dk = 0; dk < 16; ++dk) {
      float a_reg[8];
      float b_reg[8];
      #pragma unroll
      for (int dm = 0; dm < 2; ++dm) {
        load_vector<4>(&a_reg[4 * dm], &a[132 * dk + tm2 + 64 * dm]);
      }
      #pragma unroll
      for (int dn = 0; dn < 2; ++dn) {
        load_vector<4>(&b_reg[4 * dn], &b[132 * dk + tn2 + 64 * dn]);
      }
      #pragma unroll
      for (int dm = 0; dm < 2; ++dm) {
        #pragma unroll
        for (int dn = 0; dn < 2; ++dn) {
          #pragma unroll
          for (int dm2 = 0; dm2 < 4; ++dm2) {
            #pragma unroll
            for (int dn2 = 0; dn2 < 4; ++dn2) {
              C_sum[32 * dm + 16 * dn + 4 * dm2 + dn2] += a_reg[4 * dm + dm2] * b_reg[4 * dn + dn2];
            }
          }
        }
      }
    }
  }
  #pragma unroll
  for (int dm = 0; dm < 2; ++dm) {
    #pragma unroll
    for (int dn = 0; dn < 2; ++dn) {
      #pragma unroll
      for (int dm2 = 0; dm2 < 4; ++dm2) {
        #pragma unroll
        for (int dn2 = 0; dn2 < 4; ++dn2) {
          if (m3 + 64 * dm + dm2 < M && n3 + 64 * dn + dn2 < N) {
            C[(long long)(m3 + 64 * dm + dm2) * N + n3 + 64 * dn + dn2] = C_sum[32 * dm + 16 * dn + 4 * dm2 + dn2];
          }
        }
      }
    }
  }
}
