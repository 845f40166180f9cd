// conv2d_batch: made by tdsl from conv2d.tdsl for cpu. Change the source, not this file.

export function conv2d_batch(A, B, O, N, C, X, R, Y, S, K, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const k = outer % Math.floor((K + 3) / 4);
    const n = Math.floor(outer / Math.floor((K + 3) / 4));
    const row0 = n * C;
    const row1 = 4 * k * C;
    const inside0 = 4 * k < K;
    const row2 = (4 * k + 1) * C;
    const inside1 = 4 * k + 1 < K;
    const row3 = (4 * k + 2) * C;
    const inside2 = 4 * k + 2 < K;
    const row4 = (4 * k + 3) * C;
    const inside3 = 4 * k + 3 < K;
    const row5 = (n * K + 4 * k) * X;
    const row6 = (n * K + 4 * k + 1) * X;
    const row7 = (n * K + 4 * k + 2) * X;
    const row8 = (n * K + 4 * k + 3) * X;
    for (let x = 0; x < gridY; x++) {
      const row9 = (row5 + x) * Y;
      const row10 = (row6 + x) * Y;
      const row11 = (row7 + x) * Y;
      const row12 = (row8 + x) * Y;
      for (let y = 0; y < gridX; y++) {
        // conv2d.tdsl:12: O[n, k, x, y] = sum(c, r, s) A[n, c, x + r, y + s] * B[k, c, r, s]
        let O_sum0 = 0, O_sum1 = 0, O_sum2 = 0, O_sum3 = 0, O_sum4 = 0, O_sum5 = 0, O_sum6 = 0, O_sum7 = 0;
        let O_sum8 = 0, O_sum9 = 0, O_sum10 = 0, O_sum11 = 0, O_sum12 = 0, O_sum13 = 0, O_sum14 = 0, O_sum15 = 0;
        const inside4 = 4 * y < Y;
        const inside5 = 4 * y + 1 < Y;
        const inside6 = 4 * y + 2 < Y;
        const inside7 = 4 * y + 3 < Y;
        for (let c_step = 0; c_step < C; c_step++) {
          const row13 = (row0 + c_step) * (R + X - 1);
          const row14 = (row1 + c_step) * R;
          const row15 = (row2 + c_step) * R;
          const row16 = (row3 + c_step) * R;
          const row17 = (row4 + c_step) * R;
          for (let r_step = 0; r_step < R; r_step++) {
            const row18 = (row13 + r_step + x) * (S + Y - 1);
            const row19 = (row14 + r_step) * S;
            const row20 = (row15 + r_step) * S;
            const row21 = (row16 + r_step) * S;
            const row22 = (row17 + r_step) * S;
            for (let s_step = 0; s_step < S; s_step++) {
              const a0 = inside4 ? A[row18 + s_step + 4 * y] : 0;
              const a1 = inside5 ? A[row18 + s_step + 4 * y + 1] : 0;
              const a2 = inside6 ? A[row18 + s_step + 4 * y + 2] : 0;
              const a3 = inside7 ? A[row18 + s_step + 4 * y + 3] : 0;
              const b0 = inside0 ? B[row19 + s_step] : 0;
              const b1 = inside1 ? B[row20 + s_step] : 0;
              const b2 = inside2 ? B[row21 + s_step] : 0;
              const b3 = inside3 ? B[row22 + s_step] : 0;
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
        if (inside0 && 4 * y < Y) { O[row9 + 4 * y] = O_sum0; }
        if (inside0 && 4 * y + 1 < Y) { O[row9 + 4 * y + 1] = O_sum1; }
        if (inside0 && 4 * y + 2 < Y) { O[row9 + 4 * y + 2] = O_sum2; }
        if (inside0 && 4 * y + 3 < Y) { O[row9 + 4 * y + 3] = O_sum3; }
        if (inside1 && 4 * y < Y) { O[row10 + 4 * y] = O_sum4; }
        if (inside1 && 4 * y + 1 < Y) { O[row10 + 4 * y + 1] = O_sum5; }
        if (inside1 && 4 * y + 2 < Y) { O[row10 + 4 * y + 2] = O_sum6; }
        if (inside1 && 4 * y + 3 < Y) { O[row10 + 4 * y + 3] = O_sum7; }
        if (inside2 && 4 * y < Y) { O[row11 + 4 * y] = O_sum8; }
        if (inside2 && 4 * y + 1 < Y) { O[row11 + 4 * y + 1] = O_sum9; }
        if (inside2 && 4 * y + 2 < Y) { O[row11 + 4 * y + 2] = O_sum10; }
        if (inside2 && 4 * y + 3 < Y) { O[row11 + 4 * y + 3] = O_sum11; }
        if (inside3 && 4 * y < Y) { O[row12 + 4 * y] = O_sum12; }
        if (inside3 && 4 * y + 1 < Y) { O[row12 + 4 * y + 1] = O_sum13; }
        if (inside3 && 4 * y + 2 < Y) { O[row12 + 4 * y + 2] = O_sum14; }
        if (inside3 && 4 * y + 3 < Y) { O[row12 + 4 * y + 3] = O_sum15; }
      }
    }
  }
}
