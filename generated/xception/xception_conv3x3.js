// xception_conv3x3: made by tdsl from xception.tdsl for cpu. Change the source, not this file.

export function xception_conv3x3(A, B, O, C, H, W, K, gridX, gridY, gridZ) {
  for (let k = 0; k < gridZ; k++) {
    const row0 = 4 * k * C;
    const inside0 = 4 * k < K;
    const row1 = (4 * k + 1) * C;
    const inside1 = 4 * k + 1 < K;
    const row2 = (4 * k + 2) * C;
    const inside2 = 4 * k + 2 < K;
    const row3 = (4 * k + 3) * C;
    const inside3 = 4 * k + 3 < K;
    const row4 = 4 * k * (H - 2);
    const row5 = (4 * k + 1) * (H - 2);
    const row6 = (4 * k + 2) * (H - 2);
    const row7 = (4 * k + 3) * (H - 2);
    for (let x = 0; x < gridY; x++) {
      const row8 = (row4 + x) * (W - 2);
      const row9 = (row5 + x) * (W - 2);
      const row10 = (row6 + x) * (W - 2);
      const row11 = (row7 + x) * (W - 2);
      for (let y = 0; y < gridX; y++) {
        // xception.tdsl:13: O[k, x, y] = sum(c, r, s) A[c, x + r, y + s] * B[k, c, r, s]
        let O_sum0 = 0, O_sum1 = 0, O_sum2 = 0, O_sum3 = 0, O_sum4 = 0, O_sum5 = 0, O_sum6 = 0, O_sum7 = 0;
        let O_sum8 = 0, O_sum9 = 0, O_sum10 = 0, O_sum11 = 0, O_sum12 = 0, O_sum13 = 0, O_sum14 = 0, O_sum15 = 0;
        const inside4 = 4 * y + 3 <= W;
        const inside5 = 4 * y + 1 + 3 <= W;
        const inside6 = 4 * y + 2 + 3 <= W;
        const inside7 = 4 * y + 3 + 3 <= W;
        for (let c_step = 0; c_step < C; c_step++) {
          const row12 = c_step * H;
          for (let r_step = 0; r_step < 3; r_step++) {
            const row13 = (row12 + r_step + x) * W;
            for (let s_step = 0; s_step < 3; s_step++) {
              const a0 = inside4 ? A[row13 + s_step + 4 * y] : 0;
              const a1 = inside5 ? A[row13 + s_step + 4 * y + 1] : 0;
              const a2 = inside6 ? A[row13 + s_step + 4 * y + 2] : 0;
              const a3 = inside7 ? A[row13 + s_step + 4 * y + 3] : 0;
              const b0 = inside0 ? B[3 * (3 * (row0 + c_step) + r_step) + s_step] : 0;
              const b1 = inside1 ? B[3 * (3 * (row1 + c_step) + r_step) + s_step] : 0;
              const b2 = inside2 ? B[3 * (3 * (row2 + c_step) + r_step) + s_step] : 0;
              const b3 = inside3 ? B[3 * (3 * (row3 + c_step) + r_step) + s_step] : 0;
              O_sum0 = O_sum0 + Math.imul(a0, b0) | 0;
              O_sum1 = O_sum1 + Math.imul(a1, b0) | 0;
              O_sum2 = O_sum2 + Math.imul(a2, b0) | 0;
              O_sum3 = O_sum3 + Math.imul(a3, b0) | 0;
              O_sum4 = O_sum4 + Math.imul(a0, b1) | 0;
              O_sum5 = O_sum5 + Math.imul(a1, b1) | 0;
              O_sum6 = O_sum6 + Math.imul(a2, b1) | 0;
              O_sum7 = O_sum7 + Math.imul(a3, b1) | 0;
              O_sum8 = O_sum8 + Math.imul(a0, b2) | 0;
              O_sum9 = O_sum9 + Math.imul(a1, b2) | 0;
              O_sum10 = O_sum10 + Math.imul(a2, b2) | 0;
              O_sum11 = O_sum11 + Math.imul(a3, b2) | 0;
              O_sum12 = O_sum12 + Math.imul(a0, b3) | 0;
              O_sum13 = O_sum13 + Math.imul(a1, b3) | 0;
              O_sum14 = O_sum14 + Math.imul(a2, b3) | 0;
              O_sum15 = O_sum15 + Math.imul(a3, b3) | 0;
            }
          }
        }
        if (inside0 && 4 * y + 3 <= W) { O[row8 + 4 * y] = O_sum0; }
        if (inside0 && 4 * y + 1 + 3 <= W) { O[row8 + 4 * y + 1] = O_sum1; }
        if (inside0 && 4 * y + 2 + 3 <= W) { O[row8 + 4 * y + 2] = O_sum2; }
        if (inside0 && 4 * y + 3 + 3 <= W) { O[row8 + 4 * y + 3] = O_sum3; }
        if (inside1 && 4 * y + 3 <= W) { O[row9 + 4 * y] = O_sum4; }
        if (inside1 && 4 * y + 1 + 3 <= W) { O[row9 + 4 * y + 1] = O_sum5; }
        if (inside1 && 4 * y + 2 + 3 <= W) { O[row9 + 4 * y + 2] = O_sum6; }
        if (inside1 && 4 * y + 3 + 3 <= W) { O[row9 + 4 * y + 3] = O_sum7; }
        if (inside2 && 4 * y + 3 <= W) { O[row10 + 4 * y] = O_sum8; }
        if (inside2 && 4 * y + 1 + 3 <= W) { O[row10 + 4 * y + 1] = O_sum9; }
        if (inside2 && 4 * y + 2 + 3 <= W) { O[row10 + 4 * y + 2] = O_sum10; }
        if (inside2 && 4 * y + 3 + 3 <= W) { O[row10 + 4 * y + 3] = O_sum11; }
        if (inside3 && 4 * y + 3 <= W) { O[row11 + 4 * y] = O_sum12; }
        if (inside3 && 4 * y + 1 + 3 <= W) { O[row11 + 4 * y + 1] = O_sum13; }
        if (inside3 && 4 * y + 2 + 3 <= W) { O[row11 + 4 * y + 2] = O_sum14; }
        if (inside3 && 4 * y + 3 + 3 <= W) { O[row11 + 4 * y + 3] = O_sum15; }
      }
    }
  }
}
