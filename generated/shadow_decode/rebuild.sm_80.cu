// rebuild_1, rebuild_2: made by tdsl from shadow_decode.tdsl for cuda:sm_80. Change the source, not this file.

#ifndef TDSL_CPU // where the CPU shim has functions of these names
// two f32 to a word of bf16, the first in the low half
__device__ __forceinline__ unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }
// N elements that move as one access of 4, 8 or 16 bytes
template <class T, int N> struct __align__(sizeof(T) * N) Vector { T at[N]; };

// writes N consecutive elements; the address is a multiple of their size
template <int N, class T> __device__ __forceinline__ void store_vector(T* to, const T* from) {
  Vector<T, N> v;
#pragma unroll
  for (int n = 0; n < N; n++) v.at[n] = from[n];
  *reinterpret_cast<Vector<T, N>*>(to) = v;
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

// reads 4 8x8 matrices of 16-bit elements; lane 8 * m + r gives row r of matrix m
__device__ __forceinline__ void ldmatrix_x4(unsigned* to, const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
    : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(shared_address(row)) : "memory");
}

// reads 4 8x8 matrices of 16-bit elements, transposed; lane 8 * m + r gives row r of matrix m
__device__ __forceinline__ void ldmatrix_x4_trans(unsigned* to, const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
    : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(shared_address(row)) : "memory");
}

// d += a * b: 16 x 16 times 16 x 8, bf16 with sums in f32
__device__ __forceinline__ void mma_m16n8k16_bf16(float* d, const unsigned* a, const unsigned* b) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
    : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// bf16 bits to f32, exact: they are the upper half
__device__ __forceinline__ float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
// low half of a word of bf16
__device__ __forceinline__ float bf16x2_low(unsigned word) { return __uint_as_float(word << 16); }
// high half of a word of bf16
__device__ __forceinline__ float bf16x2_high(unsigned word) { return __uint_as_float(word & 0xffff0000u); }

// reads two neighbouring bf16 as one word; zeros where they are not inside
__device__ __forceinline__ void load_bf16_pair_inside(float* to, const unsigned short* from, bool inside) {
  const unsigned word = inside ? *reinterpret_cast<const unsigned*>(from) : 0u;
  to[0] = bf16x2_low(word);
  to[1] = bf16x2_high(word);
}

// writes N consecutive bf16 as one access
template <int N> __device__ __forceinline__ void store_bf16(unsigned short* to, const float* from) {
  unsigned words[N / 2];
#pragma unroll
  for (int n = 0; n < N / 2; n++) words[n] = bf16x2_from_f32(from[2 * n], from[2 * n + 1]);
  store_vector<N / 2>(reinterpret_cast<unsigned*>(to), words);
}

// writes two neighbouring bf16 as one word
__device__ __forceinline__ void store_bf16_pair(unsigned short* to, const float* from) { *reinterpret_cast<unsigned*>(to) = bf16x2_from_f32(from[0], from[1]); }

// swizzled place of an element: pieces of 8 elements change places within eight rows, so that columns spread over all banks
__device__ __forceinline__ int swizzle128_b16(int at) { return at ^ (((at >> 6) & 7) << 3); }

extern "C" __global__ void __launch_bounds__(256) rebuild_1(const unsigned short* __restrict__ U, const unsigned short* __restrict__ SV, const int* __restrict__ slot, float* __restrict__ pre_mem, int J, int B, int C, int R, int H, int D, int T) {
  __shared__ __align__(128) unsigned short u[4096];
  __shared__ __align__(128) unsigned short sv[4096];
  const int thread = threadIdx.x;
  const int tj = thread >> 3;
  const int lane = thread & 31;
  const int tr = 8 * (lane & 7);
  const int warp = thread >> 5;
  const int td = 2 * lane;
  const int j_warp = 16 * (warp & 3);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int d_warp = 8 * (warp >> 2);
  const int matrix_column2 = 16 * (lane >> 4);
  const int td2 = 8 * (warp >> 2) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int j_count = (J + 63) / 64;
  const int d_count = (D + 62) / 64;
  const int in_plane = group % (j_count * d_count);
  const int panel_groups = 8 * d_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, j_count - first_row);
  const int in_panel = in_plane % panel_groups;
  const int j = first_row + in_panel % panel_rows;
  const int d = in_panel / panel_rows;
  const int outer = group / (j_count * d_count);
  const int t = outer % T;
  const int outer2 = outer / T;
  const int h = outer2 % H;
  const int b = outer2 / H;
  const int j2 = 64 * j + tj;
  const int d2 = 64 * d + td;
  const int j3 = 64 * j + 16 * (warp & 3) + (lane >> 2);
  const int d3 = 64 * d + td2;

  // shadow_decode.tdsl:47: let pre[b, h, t, j: J, d] = sum(r) U[b, slot[b, h, t]*J + j, r] * SV[b, h, r, d]
  float pre[16] = {};
  for (int r_step = 0; r_step < (R + 63) / 64; ++r_step) {
    const int r = 64 * r_step + tr;
    const int r2 = 64 * r_step + warp;
    __syncthreads();
    const int slot2 = slot[((long long)b * H + h) * T + t];
    #pragma unroll
    for (int dj = 0; dj < 2; ++dj) {
      float u_fill[8];
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        const float u2 = j2 + 32 * dj < J && r + v < R ? f32_from_bf16(U[((long long)b * C * J + j2 + slot2 * J + 32 * dj) * R + r + v]) : 0.0f;
        u_fill[v] = r + v < R ? u2 : 0.0f;
      }
      store_bf16<8>(&u[swizzle128_b16(64 * (tj + 32 * dj) + tr)], u_fill);
    }
    #pragma unroll
    for (int dr = 0; dr < 8; ++dr) {
      cp_async<4>(&sv[swizzle128_b16(64 * (warp + 8 * dr) + td)], &SV[(((long long)b * H + h) * R + r2 + 8 * dr) * D + d2], r2 + 8 * dr < R && d2 < D);
    }
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();
    #pragma unroll
    for (int r_step2 = 0; r_step2 < 4; ++r_step2) {
      unsigned u_frag[4];
      ldmatrix_x4(u_frag, &u[swizzle128_b16(64 * (j_warp + matrix_row) + matrix_column + 16 * r_step2)]);
      unsigned sv_frag[8];
      #pragma unroll
      for (int dd = 0; dd < 2; ++dd) {
        ldmatrix_x4_trans(&sv_frag[4 * dd], &sv[swizzle128_b16(64 * (matrix_row + 16 * r_step2) + d_warp + matrix_column2 + 32 * dd)]);
      }
      #pragma unroll
      for (int dd = 0; dd < 4; ++dd) {
        mma_m16n8k16_bf16(&pre[4 * dd], u_frag, &sv_frag[2 * dd]);
      }
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 4; ++dd) {
    #pragma unroll
    for (int dj = 0; dj < 2; ++dj) {
      if (j3 + 8 * dj < J && d3 + 16 * dd < D) {
        store_vector<2>(&pre_mem[((((long long)b * H + h) * T + t) * J + j3 + 8 * dj) * D + d3 + 16 * dd], &pre[4 * dd + 2 * dj]);
      }
    }
  }
}

extern "C" __global__ void __launch_bounds__(256) rebuild_2(const unsigned short* __restrict__ U, const unsigned short* __restrict__ SV, const int* __restrict__ slot, const unsigned char* __restrict__ fresh, const float* __restrict__ table, const float* __restrict__ pre_mem, unsigned short* __restrict__ S, int J, int B, int C, int R, int H, int D, int T) {
  __shared__ __align__(128) unsigned short u[4096];
  __shared__ __align__(128) unsigned short sv[4096];
  const int thread = threadIdx.x;
  const int tj = thread >> 3;
  const int lane = thread & 31;
  const int tr = 8 * (lane & 7);
  const int warp = thread >> 5;
  const int td = 2 * lane;
  const int j_warp = 16 * (warp & 3);
  const int matrix_row = lane & 15;
  const int matrix_column = 8 * (lane >> 4);
  const int d_warp = 8 * (warp >> 2);
  const int matrix_column2 = 16 * (lane >> 4);
  const int td2 = 8 * (warp >> 2) + 2 * (lane & 3);
  const int group = blockIdx.x;
  const int j_count = (J + 63) / 64;
  const int d_count = (D + 62) / 64;
  const int in_plane = group % (j_count * d_count);
  const int panel_groups = 8 * d_count;
  const int first_row = in_plane / panel_groups * 8;
  const int panel_rows = min(8, j_count - first_row);
  const int in_panel = in_plane % panel_groups;
  const int j = first_row + in_panel % panel_rows;
  const int d = in_panel / panel_rows;
  const int outer = group / (j_count * d_count);
  const int t = outer % T;
  const int outer2 = outer / T;
  const int h = outer2 % H;
  const int b = outer2 / H;
  const int j2 = 64 * j + tj;
  const int d2 = 64 * d + td;
  const int j3 = 64 * j + 16 * (warp & 3) + (lane >> 2);
  const int d3 = 64 * d + td2;

  // shadow_decode.tdsl:48: S[0, b, h, t*J + j, d] = if fresh[b, h, t]
  float pre[16] = {};
  for (int r_step = 0; r_step < (R + 63) / 64; ++r_step) {
    const int r = 64 * r_step + tr;
    const int r2 = 64 * r_step + warp;
    __syncthreads();
    const int slot2 = slot[((long long)b * H + h) * T + t];
    #pragma unroll
    for (int dj = 0; dj < 2; ++dj) {
      float u_fill[8];
      #pragma unroll
      for (int v = 0; v < 8; ++v) {
        const float u2 = j2 + 32 * dj < J && r + v < R ? f32_from_bf16(U[((long long)b * C * J + j2 + slot2 * J + 32 * dj) * R + r + v]) : 0.0f;
        u_fill[v] = r + v < R ? u2 : 0.0f;
      }
      store_bf16<8>(&u[swizzle128_b16(64 * (tj + 32 * dj) + tr)], u_fill);
    }
    #pragma unroll
    for (int dr = 0; dr < 8; ++dr) {
      cp_async<4>(&sv[swizzle128_b16(64 * (warp + 8 * dr) + td)], &SV[(((long long)b * H + h) * R + r2 + 8 * dr) * D + d2], r2 + 8 * dr < R && d2 < D);
    }
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();
    #pragma unroll
    for (int r_step2 = 0; r_step2 < 4; ++r_step2) {
      unsigned u_frag[4];
      ldmatrix_x4(u_frag, &u[swizzle128_b16(64 * (j_warp + matrix_row) + matrix_column + 16 * r_step2)]);
      unsigned sv_frag[8];
      #pragma unroll
      for (int dd = 0; dd < 2; ++dd) {
        ldmatrix_x4_trans(&sv_frag[4 * dd], &sv[swizzle128_b16(64 * (matrix_row + 16 * r_step2) + d_warp + matrix_column2 + 32 * dd)]);
      }
      #pragma unroll
      for (int dd = 0; dd < 4; ++dd) {
        mma_m16n8k16_bf16(&pre[4 * dd], u_frag, &sv_frag[2 * dd]);
      }
    }
  }
  const bool fresh2 = fresh[((long long)b * H + h) * T + t] != 0;
  const int slot2 = slot[((long long)b * H + h) * T + t];
  float s[16];
  #pragma unroll
  for (int dd = 0; dd < 4; ++dd) {
    #pragma unroll
    for (int dj = 0; dj < 2; ++dj) {
      float s2[2];
      load_bf16_pair_inside(s2, &S[(((long long)b * H + h) * J * T + j3 + t * J + 8 * dj) * D + d3 + 16 * dd], j3 + 8 * dj < J && d3 + 16 * dd < D);
      #pragma unroll
      for (int v = 0; v < 2; ++v) {
        const float table2 = j3 + 8 * dj < J && d3 + 16 * dd + v < D ? table[2 * (long long)(j3 + slot2 * J + 8 * dj) * (D / 2) + (d3 + 16 * dd + v) % (D / 2)] : 0.0f;
        const float pre_mem2 = j3 + 8 * dj < J && d3 + 16 * dd + v < D ? pre_mem[((((long long)b * H + h) * T + t) * J + j3 + 8 * dj) * D + D / 2 + (d3 + 16 * dd + v) % (D / 2) - D / 2 * ((d3 + 16 * dd + v) / (D / 2))] : 0.0f;
        const float table3 = j3 + 8 * dj < J && d3 + 16 * dd + v < D ? table[(2 * (long long)(j3 + slot2 * J + 8 * dj) + 1) * (D / 2) + (d3 + 16 * dd + v) % (D / 2)] : 0.0f;
        s[4 * dd + 2 * dj + v] = fresh2 ? pre[4 * dd + 2 * dj + v] * table2 + (float)(2 * ((d3 + 16 * dd + v) / (D / 2)) - 1) * pre_mem2 * table3 : s2[v];
      }
    }
  }
  #pragma unroll
  for (int dd = 0; dd < 4; ++dd) {
    #pragma unroll
    for (int dj = 0; dj < 2; ++dj) {
      if (j3 + 8 * dj < J && d3 + 16 * dd < D) {
        store_bf16_pair(&S[(((long long)b * H + h) * J * T + j3 + t * J + 8 * dj) * D + d3 + 16 * dd], &s[4 * dd + 2 * dj]);
      }
    }
  }
}
