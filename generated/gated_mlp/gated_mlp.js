// gated_mlp_1, gated_mlp_2: made by tdsl from gated_mlp.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function gated_mlp_1(X, G, U, H_mem, M, K, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = 4 * m * K;
    const inside0 = 4 * m < M;
    const row1 = (4 * m + 1) * K;
    const inside1 = 4 * m + 1 < M;
    const row2 = (4 * m + 2) * K;
    const inside2 = 4 * m + 2 < M;
    const row3 = (4 * m + 3) * K;
    const inside3 = 4 * m + 3 < M;
    const row4 = 4 * m * N;
    const row5 = (4 * m + 1) * N;
    const row6 = (4 * m + 2) * N;
    const row7 = (4 * m + 3) * N;
    for (let n = 0; n < gridX; n++) {
      // gated_mlp.tdsl:18: let H[m, n]: bf16 = silu(sum(k) X[m, k] * G[n, k]) * (sum(k) X[m, k] * U[n, k])
      let silu_x0 = 0, H_sum0 = 0, silu_x1 = 0, H_sum1 = 0, silu_x2 = 0, H_sum2 = 0, silu_x3 = 0, H_sum3 = 0;
      let silu_x4 = 0, H_sum4 = 0, silu_x5 = 0, H_sum5 = 0, silu_x6 = 0, H_sum6 = 0, silu_x7 = 0, H_sum7 = 0;
      let silu_x8 = 0, H_sum8 = 0, silu_x9 = 0, H_sum9 = 0, silu_x10 = 0, H_sum10 = 0, silu_x11 = 0, H_sum11 = 0;
      let silu_x12 = 0, H_sum12 = 0, silu_x13 = 0, H_sum13 = 0, silu_x14 = 0, H_sum14 = 0, silu_x15 = 0, H_sum15 = 0;
      const row8 = 4 * n * K;
      const inside4 = 4 * n < N;
      const row9 = (4 * n + 1) * K;
      const inside5 = 4 * n + 1 < N;
      const row10 = (4 * n + 2) * K;
      const inside6 = 4 * n + 2 < N;
      const row11 = (4 * n + 3) * K;
      const inside7 = 4 * n + 3 < N;
      for (let k_step = 0; k_step < K; k_step++) {
        const x0 = inside0 ? bf16_value[X[row0 + k_step]] : 0;
        const x1 = inside1 ? bf16_value[X[row1 + k_step]] : 0;
        const x2 = inside2 ? bf16_value[X[row2 + k_step]] : 0;
        const x3 = inside3 ? bf16_value[X[row3 + k_step]] : 0;
        const g0 = inside4 ? bf16_value[G[row8 + k_step]] : 0;
        const g1 = inside5 ? bf16_value[G[row9 + k_step]] : 0;
        const g2 = inside6 ? bf16_value[G[row10 + k_step]] : 0;
        const g3 = inside7 ? bf16_value[G[row11 + k_step]] : 0;
        silu_x0 += x0 * g0;
        silu_x1 += x0 * g1;
        silu_x2 += x0 * g2;
        silu_x3 += x0 * g3;
        silu_x4 += x1 * g0;
        silu_x5 += x1 * g1;
        silu_x6 += x1 * g2;
        silu_x7 += x1 * g3;
        silu_x8 += x2 * g0;
        silu_x9 += x2 * g1;
        silu_x10 += x2 * g2;
        silu_x11 += x2 * g3;
        silu_x12 += x3 * g0;
        silu_x13 += x3 * g1;
        silu_x14 += x3 * g2;
        silu_x15 += x3 * g3;
        const u0 = inside4 ? bf16_value[U[row8 + k_step]] : 0;
        const u1 = inside5 ? bf16_value[U[row9 + k_step]] : 0;
        const u2 = inside6 ? bf16_value[U[row10 + k_step]] : 0;
        const u3 = inside7 ? bf16_value[U[row11 + k_step]] : 0;
        H_sum0 += x0 * u0;
        H_sum1 += x0 * u1;
        H_sum2 += x0 * u2;
        H_sum3 += x0 * u3;
        H_sum4 += x1 * u0;
        H_sum5 += x1 * u1;
        H_sum6 += x1 * u2;
        H_sum7 += x1 * u3;
        H_sum8 += x2 * u0;
        H_sum9 += x2 * u1;
        H_sum10 += x2 * u2;
        H_sum11 += x2 * u3;
        H_sum12 += x3 * u0;
        H_sum13 += x3 * u1;
        H_sum14 += x3 * u2;
        H_sum15 += x3 * u3;
      }
      const h_mem_0 = bf16_value[bf16_bits(silu_x0 * (Math.exp(Math.min(silu_x0, 0)) / (1 + Math.exp(-Math.abs(silu_x0)))) * H_sum0)];
      if (inside0 && 4 * n < N) { H_mem[row4 + 4 * n] = bf16_bits(h_mem_0); }
      const h_mem_1 = bf16_value[bf16_bits(silu_x1 * (Math.exp(Math.min(silu_x1, 0)) / (1 + Math.exp(-Math.abs(silu_x1)))) * H_sum1)];
      if (inside0 && 4 * n + 1 < N) { H_mem[row4 + 4 * n + 1] = bf16_bits(h_mem_1); }
      const h_mem_2 = bf16_value[bf16_bits(silu_x2 * (Math.exp(Math.min(silu_x2, 0)) / (1 + Math.exp(-Math.abs(silu_x2)))) * H_sum2)];
      if (inside0 && 4 * n + 2 < N) { H_mem[row4 + 4 * n + 2] = bf16_bits(h_mem_2); }
      const h_mem_3 = bf16_value[bf16_bits(silu_x3 * (Math.exp(Math.min(silu_x3, 0)) / (1 + Math.exp(-Math.abs(silu_x3)))) * H_sum3)];
      if (inside0 && 4 * n + 3 < N) { H_mem[row4 + 4 * n + 3] = bf16_bits(h_mem_3); }
      const h_mem_0_ = bf16_value[bf16_bits(silu_x4 * (Math.exp(Math.min(silu_x4, 0)) / (1 + Math.exp(-Math.abs(silu_x4)))) * H_sum4)];
      if (inside1 && 4 * n < N) { H_mem[row5 + 4 * n] = bf16_bits(h_mem_0_); }
      const h_mem_1_ = bf16_value[bf16_bits(silu_x5 * (Math.exp(Math.min(silu_x5, 0)) / (1 + Math.exp(-Math.abs(silu_x5)))) * H_sum5)];
      if (inside1 && 4 * n + 1 < N) { H_mem[row5 + 4 * n + 1] = bf16_bits(h_mem_1_); }
      const h_mem_2_ = bf16_value[bf16_bits(silu_x6 * (Math.exp(Math.min(silu_x6, 0)) / (1 + Math.exp(-Math.abs(silu_x6)))) * H_sum6)];
      if (inside1 && 4 * n + 2 < N) { H_mem[row5 + 4 * n + 2] = bf16_bits(h_mem_2_); }
      const h_mem_3_ = bf16_value[bf16_bits(silu_x7 * (Math.exp(Math.min(silu_x7, 0)) / (1 + Math.exp(-Math.abs(silu_x7)))) * H_sum7)];
      if (inside1 && 4 * n + 3 < N) { H_mem[row5 + 4 * n + 3] = bf16_bits(h_mem_3_); }
      const h_mem_0__ = bf16_value[bf16_bits(silu_x8 * (Math.exp(Math.min(silu_x8, 0)) / (1 + Math.exp(-Math.abs(silu_x8)))) * H_sum8)];
      if (inside2 && 4 * n < N) { H_mem[row6 + 4 * n] = bf16_bits(h_mem_0__); }
      const h_mem_1__ = bf16_value[bf16_bits(silu_x9 * (Math.exp(Math.min(silu_x9, 0)) / (1 + Math.exp(-Math.abs(silu_x9)))) * H_sum9)];
      if (inside2 && 4 * n + 1 < N) { H_mem[row6 + 4 * n + 1] = bf16_bits(h_mem_1__); }
      const h_mem_2__ = bf16_value[bf16_bits(silu_x10 * (Math.exp(Math.min(silu_x10, 0)) / (1 + Math.exp(-Math.abs(silu_x10)))) * H_sum10)];
      if (inside2 && 4 * n + 2 < N) { H_mem[row6 + 4 * n + 2] = bf16_bits(h_mem_2__); }
      const h_mem_3__ = bf16_value[bf16_bits(silu_x11 * (Math.exp(Math.min(silu_x11, 0)) / (1 + Math.exp(-Math.abs(silu_x11)))) * H_sum11)];
      if (inside2 && 4 * n + 3 < N) { H_mem[row6 + 4 * n + 3] = bf16_bits(h_mem_3__); }
      const h_mem_0___ = bf16_value[bf16_bits(silu_x12 * (Math.exp(Math.min(silu_x12, 0)) / (1 + Math.exp(-Math.abs(silu_x12)))) * H_sum12)];
      if (inside3 && 4 * n < N) { H_mem[row7 + 4 * n] = bf16_bits(h_mem_0___); }
      const h_mem_1___ = bf16_value[bf16_bits(silu_x13 * (Math.exp(Math.min(silu_x13, 0)) / (1 + Math.exp(-Math.abs(silu_x13)))) * H_sum13)];
      if (inside3 && 4 * n + 1 < N) { H_mem[row7 + 4 * n + 1] = bf16_bits(h_mem_1___); }
      const h_mem_2___ = bf16_value[bf16_bits(silu_x14 * (Math.exp(Math.min(silu_x14, 0)) / (1 + Math.exp(-Math.abs(silu_x14)))) * H_sum14)];
      if (inside3 && 4 * n + 2 < N) { H_mem[row7 + 4 * n + 2] = bf16_bits(h_mem_2___); }
      const h_mem_3___ = bf16_value[bf16_bits(silu_x15 * (Math.exp(Math.min(silu_x15, 0)) / (1 + Math.exp(-Math.abs(silu_x15)))) * H_sum15)];
      if (inside3 && 4 * n + 3 < N) { H_mem[row7 + 4 * n + 3] = bf16_bits(h_mem_3___); }
    }
  }
}

export function gated_mlp_2(D, H_mem, Y, M, K, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = 4 * m * N;
    const inside0 = 4 * m < M;
    const row1 = (4 * m + 1) * N;
    const inside1 = 4 * m + 1 < M;
    const row2 = (4 * m + 2) * N;
    const inside2 = 4 * m + 2 < M;
    const row3 = (4 * m + 3) * N;
    const inside3 = 4 * m + 3 < M;
    const row4 = 4 * m * K;
    const row5 = (4 * m + 1) * K;
    const row6 = (4 * m + 2) * K;
    const row7 = (4 * m + 3) * K;
    for (let k = 0; k < gridX; k++) {
      // gated_mlp.tdsl:19: Y[m, k] = sum(n) H[m, n] * D[k, n]
      let Y_sum0 = 0, Y_sum1 = 0, Y_sum2 = 0, Y_sum3 = 0, Y_sum4 = 0, Y_sum5 = 0, Y_sum6 = 0, Y_sum7 = 0;
      let Y_sum8 = 0, Y_sum9 = 0, Y_sum10 = 0, Y_sum11 = 0, Y_sum12 = 0, Y_sum13 = 0, Y_sum14 = 0, Y_sum15 = 0;
      const row8 = 4 * k * N;
      const inside4 = 4 * k < K;
      const row9 = (4 * k + 1) * N;
      const inside5 = 4 * k + 1 < K;
      const row10 = (4 * k + 2) * N;
      const inside6 = 4 * k + 2 < K;
      const row11 = (4 * k + 3) * N;
      const inside7 = 4 * k + 3 < K;
      for (let n_2_step = 0; n_2_step < N; n_2_step++) {
        const h_mem0 = inside0 ? bf16_value[H_mem[row0 + n_2_step]] : 0;
        const h_mem1 = inside1 ? bf16_value[H_mem[row1 + n_2_step]] : 0;
        const h_mem2 = inside2 ? bf16_value[H_mem[row2 + n_2_step]] : 0;
        const h_mem3 = inside3 ? bf16_value[H_mem[row3 + n_2_step]] : 0;
        const d0 = inside4 ? bf16_value[D[row8 + n_2_step]] : 0;
        const d1 = inside5 ? bf16_value[D[row9 + n_2_step]] : 0;
        const d2 = inside6 ? bf16_value[D[row10 + n_2_step]] : 0;
        const d3 = inside7 ? bf16_value[D[row11 + n_2_step]] : 0;
        Y_sum0 += h_mem0 * d0;
        Y_sum1 += h_mem0 * d1;
        Y_sum2 += h_mem0 * d2;
        Y_sum3 += h_mem0 * d3;
        Y_sum4 += h_mem1 * d0;
        Y_sum5 += h_mem1 * d1;
        Y_sum6 += h_mem1 * d2;
        Y_sum7 += h_mem1 * d3;
        Y_sum8 += h_mem2 * d0;
        Y_sum9 += h_mem2 * d1;
        Y_sum10 += h_mem2 * d2;
        Y_sum11 += h_mem2 * d3;
        Y_sum12 += h_mem3 * d0;
        Y_sum13 += h_mem3 * d1;
        Y_sum14 += h_mem3 * d2;
        Y_sum15 += h_mem3 * d3;
      }
      if (inside0 && 4 * k < K) { Y[row4 + 4 * k] = bf16_bits(Y_sum0); }
      if (inside0 && 4 * k + 1 < K) { Y[row4 + 4 * k + 1] = bf16_bits(Y_sum1); }
      if (inside0 && 4 * k + 2 < K) { Y[row4 + 4 * k + 2] = bf16_bits(Y_sum2); }
      if (inside0 && 4 * k + 3 < K) { Y[row4 + 4 * k + 3] = bf16_bits(Y_sum3); }
      if (inside1 && 4 * k < K) { Y[row5 + 4 * k] = bf16_bits(Y_sum4); }
      if (inside1 && 4 * k + 1 < K) { Y[row5 + 4 * k + 1] = bf16_bits(Y_sum5); }
      if (inside1 && 4 * k + 2 < K) { Y[row5 + 4 * k + 2] = bf16_bits(Y_sum6); }
      if (inside1 && 4 * k + 3 < K) { Y[row5 + 4 * k + 3] = bf16_bits(Y_sum7); }
      if (inside2 && 4 * k < K) { Y[row6 + 4 * k] = bf16_bits(Y_sum8); }
      if (inside2 && 4 * k + 1 < K) { Y[row6 + 4 * k + 1] = bf16_bits(Y_sum9); }
      if (inside2 && 4 * k + 2 < K) { Y[row6 + 4 * k + 2] = bf16_bits(Y_sum10); }
      if (inside2 && 4 * k + 3 < K) { Y[row6 + 4 * k + 3] = bf16_bits(Y_sum11); }
      if (inside3 && 4 * k < K) { Y[row7 + 4 * k] = bf16_bits(Y_sum12); }
      if (inside3 && 4 * k + 1 < K) { Y[row7 + 4 * k + 1] = bf16_bits(Y_sum13); }
      if (inside3 && 4 * k + 2 < K) { Y[row7 + 4 * k + 2] = bf16_bits(Y_sum14); }
      if (inside3 && 4 * k + 3 < K) { Y[row7 + 4 * k + 3] = bf16_bits(Y_sum15); }
    }
  }
}
