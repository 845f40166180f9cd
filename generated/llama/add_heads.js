// add_heads: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function add_heads(o, W, x, H, S, D, C, gridX, gridY, gridZ) {
  const row0 = D * H;
  for (let s = 0; s < gridY; s++) {
    const inside0 = 4 * s < S;
    const inside1 = 4 * s + 1 < S;
    const inside2 = 4 * s + 2 < S;
    const inside3 = 4 * s + 3 < S;
    const row1 = 4 * s * C;
    const row2 = (4 * s + 1) * C;
    const row3 = (4 * s + 2) * C;
    const row4 = (4 * s + 3) * C;
    for (let c = 0; c < gridX; c++) {
      // llama.tdsl:66: x[s, c] += sum(h, d) o[h, s, d] * W[c, h*D + d]
      let x_sum0 = 0, x_sum1 = 0, x_sum2 = 0, x_sum3 = 0, x_sum4 = 0, x_sum5 = 0, x_sum6 = 0, x_sum7 = 0;
      let x_sum8 = 0, x_sum9 = 0, x_sum10 = 0, x_sum11 = 0, x_sum12 = 0, x_sum13 = 0, x_sum14 = 0, x_sum15 = 0;
      const row5 = 4 * c * row0;
      const inside4 = 4 * c < C;
      const row6 = (4 * c + 1) * row0;
      const inside5 = 4 * c + 1 < C;
      const row7 = (4 * c + 2) * row0;
      const inside6 = 4 * c + 2 < C;
      const row8 = (4 * c + 3) * row0;
      const inside7 = 4 * c + 3 < C;
      for (let h_step = 0; h_step < H; h_step++) {
        const row9 = (h_step * S + 4 * s) * D;
        const row10 = (h_step * S + 4 * s + 1) * D;
        const row11 = (h_step * S + 4 * s + 2) * D;
        const row12 = (h_step * S + 4 * s + 3) * D;
        const row13 = h_step * D;
        for (let d_step = 0; d_step < D; d_step++) {
          const o2_0 = inside0 ? bf16_value[o[row9 + d_step]] : 0;
          const o2_1 = inside1 ? bf16_value[o[row10 + d_step]] : 0;
          const o2_2 = inside2 ? bf16_value[o[row11 + d_step]] : 0;
          const o2_3 = inside3 ? bf16_value[o[row12 + d_step]] : 0;
          const w0 = inside4 ? bf16_value[W[row5 + d_step + row13]] : 0;
          const w1 = inside5 ? bf16_value[W[row6 + d_step + row13]] : 0;
          const w2 = inside6 ? bf16_value[W[row7 + d_step + row13]] : 0;
          const w3 = inside7 ? bf16_value[W[row8 + d_step + row13]] : 0;
          x_sum0 += o2_0 * w0;
          x_sum1 += o2_0 * w1;
          x_sum2 += o2_0 * w2;
          x_sum3 += o2_0 * w3;
          x_sum4 += o2_1 * w0;
          x_sum5 += o2_1 * w1;
          x_sum6 += o2_1 * w2;
          x_sum7 += o2_1 * w3;
          x_sum8 += o2_2 * w0;
          x_sum9 += o2_2 * w1;
          x_sum10 += o2_2 * w2;
          x_sum11 += o2_2 * w3;
          x_sum12 += o2_3 * w0;
          x_sum13 += o2_3 * w1;
          x_sum14 += o2_3 * w2;
          x_sum15 += o2_3 * w3;
        }
      }
      const x3_0 = inside0 && 4 * c < C ? x[row1 + 4 * c] : 0;
      const x2_0 = x3_0 + x_sum0;
      const x3_1 = inside0 && 4 * c + 1 < C ? x[row1 + 4 * c + 1] : 0;
      const x2_1 = x3_1 + x_sum1;
      const x3_2 = inside0 && 4 * c + 2 < C ? x[row1 + 4 * c + 2] : 0;
      const x2_2 = x3_2 + x_sum2;
      const x3_3 = inside0 && 4 * c + 3 < C ? x[row1 + 4 * c + 3] : 0;
      const x2_3 = x3_3 + x_sum3;
      const x3_0_ = inside1 && 4 * c < C ? x[row2 + 4 * c] : 0;
      const x2_4 = x3_0_ + x_sum4;
      const x3_1_ = inside1 && 4 * c + 1 < C ? x[row2 + 4 * c + 1] : 0;
      const x2_5 = x3_1_ + x_sum5;
      const x3_2_ = inside1 && 4 * c + 2 < C ? x[row2 + 4 * c + 2] : 0;
      const x2_6 = x3_2_ + x_sum6;
      const x3_3_ = inside1 && 4 * c + 3 < C ? x[row2 + 4 * c + 3] : 0;
      const x2_7 = x3_3_ + x_sum7;
      const x3_0__ = inside2 && 4 * c < C ? x[row3 + 4 * c] : 0;
      const x2_8 = x3_0__ + x_sum8;
      const x3_1__ = inside2 && 4 * c + 1 < C ? x[row3 + 4 * c + 1] : 0;
      const x2_9 = x3_1__ + x_sum9;
      const x3_2__ = inside2 && 4 * c + 2 < C ? x[row3 + 4 * c + 2] : 0;
      const x2_10 = x3_2__ + x_sum10;
      const x3_3__ = inside2 && 4 * c + 3 < C ? x[row3 + 4 * c + 3] : 0;
      const x2_11 = x3_3__ + x_sum11;
      const x3_0___ = inside3 && 4 * c < C ? x[row4 + 4 * c] : 0;
      const x2_12 = x3_0___ + x_sum12;
      const x3_1___ = inside3 && 4 * c + 1 < C ? x[row4 + 4 * c + 1] : 0;
      const x2_13 = x3_1___ + x_sum13;
      const x3_2___ = inside3 && 4 * c + 2 < C ? x[row4 + 4 * c + 2] : 0;
      const x2_14 = x3_2___ + x_sum14;
      const x3_3___ = inside3 && 4 * c + 3 < C ? x[row4 + 4 * c + 3] : 0;
      const x2_15 = x3_3___ + x_sum15;
      if (inside0 && 4 * c < C) { x[row1 + 4 * c] = x2_0; }
      if (inside0 && 4 * c + 1 < C) { x[row1 + 4 * c + 1] = x2_1; }
      if (inside0 && 4 * c + 2 < C) { x[row1 + 4 * c + 2] = x2_2; }
      if (inside0 && 4 * c + 3 < C) { x[row1 + 4 * c + 3] = x2_3; }
      if (inside1 && 4 * c < C) { x[row2 + 4 * c] = x2_4; }
      if (inside1 && 4 * c + 1 < C) { x[row2 + 4 * c + 1] = x2_5; }
      if (inside1 && 4 * c + 2 < C) { x[row2 + 4 * c + 2] = x2_6; }
      if (inside1 && 4 * c + 3 < C) { x[row2 + 4 * c + 3] = x2_7; }
      if (inside2 && 4 * c < C) { x[row3 + 4 * c] = x2_8; }
      if (inside2 && 4 * c + 1 < C) { x[row3 + 4 * c + 1] = x2_9; }
      if (inside2 && 4 * c + 2 < C) { x[row3 + 4 * c + 2] = x2_10; }
      if (inside2 && 4 * c + 3 < C) { x[row3 + 4 * c + 3] = x2_11; }
      if (inside3 && 4 * c < C) { x[row4 + 4 * c] = x2_12; }
      if (inside3 && 4 * c + 1 < C) { x[row4 + 4 * c + 1] = x2_13; }
      if (inside3 && 4 * c + 2 < C) { x[row4 + 4 * c + 2] = x2_14; }
      if (inside3 && 4 * c + 3 < C) { x[row4 + 4 * c + 3] = x2_15; }
    }
  }
}
