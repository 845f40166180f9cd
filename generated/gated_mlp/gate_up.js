// gate_up: made by tdsl from gated_mlp.tdsl for cpu. Change the source, not this file.

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

export function gate_up(X, G, U, H, M, K, N, gridX, gridY, gridZ) {
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
      // gated_mlp.tdsl:10: H[m, n] = silu(gate[m, n]) * up[m, n]
      let gate0 = 0, up0 = 0, gate1 = 0, up1 = 0, gate2 = 0, up2 = 0, gate3 = 0, up3 = 0;
      let gate4 = 0, up4 = 0, gate5 = 0, up5 = 0, gate6 = 0, up6 = 0, gate7 = 0, up7 = 0;
      let gate8 = 0, up8 = 0, gate9 = 0, up9 = 0, gate10 = 0, up10 = 0, gate11 = 0, up11 = 0;
      let gate12 = 0, up12 = 0, gate13 = 0, up13 = 0, gate14 = 0, up14 = 0, gate15 = 0, up15 = 0;
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
        gate0 += x0 * g0;
        gate1 += x0 * g1;
        gate2 += x0 * g2;
        gate3 += x0 * g3;
        gate4 += x1 * g0;
        gate5 += x1 * g1;
        gate6 += x1 * g2;
        gate7 += x1 * g3;
        gate8 += x2 * g0;
        gate9 += x2 * g1;
        gate10 += x2 * g2;
        gate11 += x2 * g3;
        gate12 += x3 * g0;
        gate13 += x3 * g1;
        gate14 += x3 * g2;
        gate15 += x3 * g3;
        const u0 = inside4 ? bf16_value[U[row8 + k_step]] : 0;
        const u1 = inside5 ? bf16_value[U[row9 + k_step]] : 0;
        const u2 = inside6 ? bf16_value[U[row10 + k_step]] : 0;
        const u3 = inside7 ? bf16_value[U[row11 + k_step]] : 0;
        up0 += x0 * u0;
        up1 += x0 * u1;
        up2 += x0 * u2;
        up3 += x0 * u3;
        up4 += x1 * u0;
        up5 += x1 * u1;
        up6 += x1 * u2;
        up7 += x1 * u3;
        up8 += x2 * u0;
        up9 += x2 * u1;
        up10 += x2 * u2;
        up11 += x2 * u3;
        up12 += x3 * u0;
        up13 += x3 * u1;
        up14 += x3 * u2;
        up15 += x3 * u3;
      }
      const h_0 = gate0 * (Math.exp(Math.min(gate0, 0)) / (1 + Math.exp(-Math.abs(gate0)))) * up0;
      if (inside0 && 4 * n < N) { H[row4 + 4 * n] = bf16_bits(h_0); }
      const h_1 = gate1 * (Math.exp(Math.min(gate1, 0)) / (1 + Math.exp(-Math.abs(gate1)))) * up1;
      if (inside0 && 4 * n + 1 < N) { H[row4 + 4 * n + 1] = bf16_bits(h_1); }
      const h_2 = gate2 * (Math.exp(Math.min(gate2, 0)) / (1 + Math.exp(-Math.abs(gate2)))) * up2;
      if (inside0 && 4 * n + 2 < N) { H[row4 + 4 * n + 2] = bf16_bits(h_2); }
      const h_3 = gate3 * (Math.exp(Math.min(gate3, 0)) / (1 + Math.exp(-Math.abs(gate3)))) * up3;
      if (inside0 && 4 * n + 3 < N) { H[row4 + 4 * n + 3] = bf16_bits(h_3); }
      const h_0_ = gate4 * (Math.exp(Math.min(gate4, 0)) / (1 + Math.exp(-Math.abs(gate4)))) * up4;
      if (inside1 && 4 * n < N) { H[row5 + 4 * n] = bf16_bits(h_0_); }
      const h_1_ = gate5 * (Math.exp(Math.min(gate5, 0)) / (1 + Math.exp(-Math.abs(gate5)))) * up5;
      if (inside1 && 4 * n + 1 < N) { H[row5 + 4 * n + 1] = bf16_bits(h_1_); }
      const h_2_ = gate6 * (Math.exp(Math.min(gate6, 0)) / (1 + Math.exp(-Math.abs(gate6)))) * up6;
      if (inside1 && 4 * n + 2 < N) { H[row5 + 4 * n + 2] = bf16_bits(h_2_); }
      const h_3_ = gate7 * (Math.exp(Math.min(gate7, 0)) / (1 + Math.exp(-Math.abs(gate7)))) * up7;
      if (inside1 && 4 * n + 3 < N) { H[row5 + 4 * n + 3] = bf16_bits(h_3_); }
      const h_0__ = gate8 * (Math.exp(Math.min(gate8, 0)) / (1 + Math.exp(-Math.abs(gate8)))) * up8;
      if (inside2 && 4 * n < N) { H[row6 + 4 * n] = bf16_bits(h_0__); }
      const h_1__ = gate9 * (Math.exp(Math.min(gate9, 0)) / (1 + Math.exp(-Math.abs(gate9)))) * up9;
      if (inside2 && 4 * n + 1 < N) { H[row6 + 4 * n + 1] = bf16_bits(h_1__); }
      const h_2__ = gate10 * (Math.exp(Math.min(gate10, 0)) / (1 + Math.exp(-Math.abs(gate10)))) * up10;
      if (inside2 && 4 * n + 2 < N) { H[row6 + 4 * n + 2] = bf16_bits(h_2__); }
      const h_3__ = gate11 * (Math.exp(Math.min(gate11, 0)) / (1 + Math.exp(-Math.abs(gate11)))) * up11;
      if (inside2 && 4 * n + 3 < N) { H[row6 + 4 * n + 3] = bf16_bits(h_3__); }
      const h_0___ = gate12 * (Math.exp(Math.min(gate12, 0)) / (1 + Math.exp(-Math.abs(gate12)))) * up12;
      if (inside3 && 4 * n < N) { H[row7 + 4 * n] = bf16_bits(h_0___); }
      const h_1___ = gate13 * (Math.exp(Math.min(gate13, 0)) / (1 + Math.exp(-Math.abs(gate13)))) * up13;
      if (inside3 && 4 * n + 1 < N) { H[row7 + 4 * n + 1] = bf16_bits(h_1___); }
      const h_2___ = gate14 * (Math.exp(Math.min(gate14, 0)) / (1 + Math.exp(-Math.abs(gate14)))) * up14;
      if (inside3 && 4 * n + 2 < N) { H[row7 + 4 * n + 2] = bf16_bits(h_2___); }
      const h_3___ = gate15 * (Math.exp(Math.min(gate15, 0)) / (1 + Math.exp(-Math.abs(gate15)))) * up15;
      if (inside3 && 4 * n + 3 < N) { H[row7 + 4 * n + 3] = bf16_bits(h_3___); }
    }
  }
}
