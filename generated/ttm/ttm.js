// ttm: made by tdsl from ttm.tdsl for cpu. Change the source, not this file.

export function ttm(A, B, C, I, J, L, K, gridX, gridY, gridZ) {
  for (let i = 0; i < gridZ; i++) {
    const row0 = i * J;
    for (let j = 0; j < gridY; j++) {
      const row1 = (row0 + 4 * j) * L;
      const inside0 = 4 * j < J;
      const row2 = (row0 + 4 * j + 1) * L;
      const inside1 = 4 * j + 1 < J;
      const row3 = (row0 + 4 * j + 2) * L;
      const inside2 = 4 * j + 2 < J;
      const row4 = (row0 + 4 * j + 3) * L;
      const inside3 = 4 * j + 3 < J;
      const row5 = (row0 + 4 * j) * K;
      const row6 = (row0 + 4 * j + 1) * K;
      const row7 = (row0 + 4 * j + 2) * K;
      const row8 = (row0 + 4 * j + 3) * K;
      for (let k = 0; k < gridX; k++) {
        // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
        let C_sum0 = 0, C_sum1 = 0, C_sum2 = 0, C_sum3 = 0, C_sum4 = 0, C_sum5 = 0, C_sum6 = 0, C_sum7 = 0;
        let C_sum8 = 0, C_sum9 = 0, C_sum10 = 0, C_sum11 = 0, C_sum12 = 0, C_sum13 = 0, C_sum14 = 0, C_sum15 = 0;
        const inside4 = 4 * k < K;
        const inside5 = 4 * k + 1 < K;
        const inside6 = 4 * k + 2 < K;
        const inside7 = 4 * k + 3 < K;
        for (let l_step = 0; l_step < L; l_step++) {
          const a0 = inside0 ? A[row1 + l_step] : 0;
          const a1 = inside1 ? A[row2 + l_step] : 0;
          const a2 = inside2 ? A[row3 + l_step] : 0;
          const a3 = inside3 ? A[row4 + l_step] : 0;
          const b0 = inside4 ? B[l_step * K + 4 * k] : 0;
          const b1 = inside5 ? B[l_step * K + 4 * k + 1] : 0;
          const b2 = inside6 ? B[l_step * K + 4 * k + 2] : 0;
          const b3 = inside7 ? B[l_step * K + 4 * k + 3] : 0;
          C_sum0 = C_sum0 + Math.imul(a0, b0) | 0;
          C_sum1 = C_sum1 + Math.imul(a0, b1) | 0;
          C_sum2 = C_sum2 + Math.imul(a0, b2) | 0;
          C_sum3 = C_sum3 + Math.imul(a0, b3) | 0;
          C_sum4 = C_sum4 + Math.imul(a1, b0) | 0;
          C_sum5 = C_sum5 + Math.imul(a1, b1) | 0;
          C_sum6 = C_sum6 + Math.imul(a1, b2) | 0;
          C_sum7 = C_sum7 + Math.imul(a1, b3) | 0;
          C_sum8 = C_sum8 + Math.imul(a2, b0) | 0;
          C_sum9 = C_sum9 + Math.imul(a2, b1) | 0;
          C_sum10 = C_sum10 + Math.imul(a2, b2) | 0;
          C_sum11 = C_sum11 + Math.imul(a2, b3) | 0;
          C_sum12 = C_sum12 + Math.imul(a3, b0) | 0;
          C_sum13 = C_sum13 + Math.imul(a3, b1) | 0;
          C_sum14 = C_sum14 + Math.imul(a3, b2) | 0;
          C_sum15 = C_sum15 + Math.imul(a3, b3) | 0;
        }
        if (inside0 && 4 * k < K) { C[row5 + 4 * k] = C_sum0; }
        if (inside0 && 4 * k + 1 < K) { C[row5 + 4 * k + 1] = C_sum1; }
        if (inside0 && 4 * k + 2 < K) { C[row5 + 4 * k + 2] = C_sum2; }
        if (inside0 && 4 * k + 3 < K) { C[row5 + 4 * k + 3] = C_sum3; }
        if (inside1 && 4 * k < K) { C[row6 + 4 * k] = C_sum4; }
        if (inside1 && 4 * k + 1 < K) { C[row6 + 4 * k + 1] = C_sum5; }
        if (inside1 && 4 * k + 2 < K) { C[row6 + 4 * k + 2] = C_sum6; }
        if (inside1 && 4 * k + 3 < K) { C[row6 + 4 * k + 3] = C_sum7; }
        if (inside2 && 4 * k < K) { C[row7 + 4 * k] = C_sum8; }
        if (inside2 && 4 * k + 1 < K) { C[row7 + 4 * k + 1] = C_sum9; }
        if (inside2 && 4 * k + 2 < K) { C[row7 + 4 * k + 2] = C_sum10; }
        if (inside2 && 4 * k + 3 < K) { C[row7 + 4 * k + 3] = C_sum11; }
        if (inside3 && 4 * k < K) { C[row8 + 4 * k] = C_sum12; }
        if (inside3 && 4 * k + 1 < K) { C[row8 + 4 * k + 1] = C_sum13; }
        if (inside3 && 4 * k + 2 < K) { C[row8 + 4 * k + 2] = C_sum14; }
        if (inside3 && 4 * k + 3 < K) { C[row8 + 4 * k + 3] = C_sum15; }
      }
    }
  }
}
