// matmul_int8: made by tdsl from matmul.tdsl for cpu. Change the source, not this file.

export function matmul_int8(A, B, C, M, K, N, gridX, gridY, gridZ) {
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
      // matmul.tdsl:38: C[m, n] = sum(k) A[m, k] * B[k, n]
      let C_sum0 = 0, C_sum1 = 0, C_sum2 = 0, C_sum3 = 0, C_sum4 = 0, C_sum5 = 0, C_sum6 = 0, C_sum7 = 0;
      let C_sum8 = 0, C_sum9 = 0, C_sum10 = 0, C_sum11 = 0, C_sum12 = 0, C_sum13 = 0, C_sum14 = 0, C_sum15 = 0;
      const inside4 = 4 * n < N;
      const inside5 = 4 * n + 1 < N;
      const inside6 = 4 * n + 2 < N;
      const inside7 = 4 * n + 3 < N;
      for (let k_step = 0; k_step < K; k_step++) {
        const a0 = inside0 ? A[row0 + k_step] : 0;
        const a1 = inside1 ? A[row1 + k_step] : 0;
        const a2 = inside2 ? A[row2 + k_step] : 0;
        const a3 = inside3 ? A[row3 + k_step] : 0;
        const b0 = inside4 ? B[k_step * N + 4 * n] : 0;
        const b1 = inside5 ? B[k_step * N + 4 * n + 1] : 0;
        const b2 = inside6 ? B[k_step * N + 4 * n + 2] : 0;
        const b3 = inside7 ? B[k_step * N + 4 * n + 3] : 0;
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
      if (inside0 && 4 * n < N) { C[row4 + 4 * n] = C_sum0; }
      if (inside0 && 4 * n + 1 < N) { C[row4 + 4 * n + 1] = C_sum1; }
      if (inside0 && 4 * n + 2 < N) { C[row4 + 4 * n + 2] = C_sum2; }
      if (inside0 && 4 * n + 3 < N) { C[row4 + 4 * n + 3] = C_sum3; }
      if (inside1 && 4 * n < N) { C[row5 + 4 * n] = C_sum4; }
      if (inside1 && 4 * n + 1 < N) { C[row5 + 4 * n + 1] = C_sum5; }
      if (inside1 && 4 * n + 2 < N) { C[row5 + 4 * n + 2] = C_sum6; }
      if (inside1 && 4 * n + 3 < N) { C[row5 + 4 * n + 3] = C_sum7; }
      if (inside2 && 4 * n < N) { C[row6 + 4 * n] = C_sum8; }
      if (inside2 && 4 * n + 1 < N) { C[row6 + 4 * n + 1] = C_sum9; }
      if (inside2 && 4 * n + 2 < N) { C[row6 + 4 * n + 2] = C_sum10; }
      if (inside2 && 4 * n + 3 < N) { C[row6 + 4 * n + 3] = C_sum11; }
      if (inside3 && 4 * n < N) { C[row7 + 4 * n] = C_sum12; }
      if (inside3 && 4 * n + 1 < N) { C[row7 + 4 * n + 1] = C_sum13; }
      if (inside3 && 4 * n + 2 < N) { C[row7 + 4 * n + 2] = C_sum14; }
      if (inside3 && 4 * n + 3 < N) { C[row7 + 4 * n + 3] = C_sum15; }
    }
  }
}
