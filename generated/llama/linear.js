// linear: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function linear_(y, W, z, S, C, M, gridX, gridY, gridZ) {
  for (let s = 0; s < gridY; s++) {
    const row0 = 4 * s * C;
    const inside0 = 4 * s < S;
    const row1 = (4 * s + 1) * C;
    const inside1 = 4 * s + 1 < S;
    const row2 = (4 * s + 2) * C;
    const inside2 = 4 * s + 2 < S;
    const row3 = (4 * s + 3) * C;
    const inside3 = 4 * s + 3 < S;
    const row4 = 4 * s * M;
    const row5 = (4 * s + 1) * M;
    const row6 = (4 * s + 2) * M;
    const row7 = (4 * s + 3) * M;
    for (let m = 0; m < gridX; m++) {
      // llama.tdsl:54: z[s, m] = sum(c) y[s, c] * W[m, c]
      let z_sum0 = 0, z_sum1 = 0, z_sum2 = 0, z_sum3 = 0, z_sum4 = 0, z_sum5 = 0, z_sum6 = 0, z_sum7 = 0;
      let z_sum8 = 0, z_sum9 = 0, z_sum10 = 0, z_sum11 = 0, z_sum12 = 0, z_sum13 = 0, z_sum14 = 0, z_sum15 = 0;
      const row8 = 4 * m * C;
      const inside4 = 4 * m < M;
      const row9 = (4 * m + 1) * C;
      const inside5 = 4 * m + 1 < M;
      const row10 = (4 * m + 2) * C;
      const inside6 = 4 * m + 2 < M;
      const row11 = (4 * m + 3) * C;
      const inside7 = 4 * m + 3 < M;
      for (let c_step = 0; c_step < C; c_step++) {
        const y2_0 = inside0 ? bf16_value[y[row0 + c_step]] : 0;
        const y2_1 = inside1 ? bf16_value[y[row1 + c_step]] : 0;
        const y2_2 = inside2 ? bf16_value[y[row2 + c_step]] : 0;
        const y2_3 = inside3 ? bf16_value[y[row3 + c_step]] : 0;
        const w0 = inside4 ? bf16_value[W[row8 + c_step]] : 0;
        const w1 = inside5 ? bf16_value[W[row9 + c_step]] : 0;
        const w2 = inside6 ? bf16_value[W[row10 + c_step]] : 0;
        const w3 = inside7 ? bf16_value[W[row11 + c_step]] : 0;
        z_sum0 += y2_0 * w0;
        z_sum1 += y2_0 * w1;
        z_sum2 += y2_0 * w2;
        z_sum3 += y2_0 * w3;
        z_sum4 += y2_1 * w0;
        z_sum5 += y2_1 * w1;
        z_sum6 += y2_1 * w2;
        z_sum7 += y2_1 * w3;
        z_sum8 += y2_2 * w0;
        z_sum9 += y2_2 * w1;
        z_sum10 += y2_2 * w2;
        z_sum11 += y2_2 * w3;
        z_sum12 += y2_3 * w0;
        z_sum13 += y2_3 * w1;
        z_sum14 += y2_3 * w2;
        z_sum15 += y2_3 * w3;
      }
      if (inside0 && 4 * m < M) { z[row4 + 4 * m] = z_sum0; }
      if (inside0 && 4 * m + 1 < M) { z[row4 + 4 * m + 1] = z_sum1; }
      if (inside0 && 4 * m + 2 < M) { z[row4 + 4 * m + 2] = z_sum2; }
      if (inside0 && 4 * m + 3 < M) { z[row4 + 4 * m + 3] = z_sum3; }
      if (inside1 && 4 * m < M) { z[row5 + 4 * m] = z_sum4; }
      if (inside1 && 4 * m + 1 < M) { z[row5 + 4 * m + 1] = z_sum5; }
      if (inside1 && 4 * m + 2 < M) { z[row5 + 4 * m + 2] = z_sum6; }
      if (inside1 && 4 * m + 3 < M) { z[row5 + 4 * m + 3] = z_sum7; }
      if (inside2 && 4 * m < M) { z[row6 + 4 * m] = z_sum8; }
      if (inside2 && 4 * m + 1 < M) { z[row6 + 4 * m + 1] = z_sum9; }
      if (inside2 && 4 * m + 2 < M) { z[row6 + 4 * m + 2] = z_sum10; }
      if (inside2 && 4 * m + 3 < M) { z[row6 + 4 * m + 3] = z_sum11; }
      if (inside3 && 4 * m < M) { z[row7 + 4 * m] = z_sum12; }
      if (inside3 && 4 * m + 1 < M) { z[row7 + 4 * m + 1] = z_sum13; }
      if (inside3 && 4 * m + 2 < M) { z[row7 + 4 * m + 2] = z_sum14; }
      if (inside3 && 4 * m + 3 < M) { z[row7 + 4 * m + 3] = z_sum15; }
    }
  }
}
