// khatri_rao: made by tdsl from tensor_algebra.tdsl for cpu. Change the source, not this file.

export function khatri_rao(X, B, C, A, I, J, K, R, gridX, gridY, gridZ) {
  for (let i = 0; i < gridY; i++) {
    const row0 = 4 * i * J;
    const inside0 = 4 * i < I;
    const row1 = (4 * i + 1) * J;
    const inside1 = 4 * i + 1 < I;
    const row2 = (4 * i + 2) * J;
    const inside2 = 4 * i + 2 < I;
    const row3 = (4 * i + 3) * J;
    const inside3 = 4 * i + 3 < I;
    const row4 = 4 * i * R;
    const row5 = (4 * i + 1) * R;
    const row6 = (4 * i + 2) * R;
    const row7 = (4 * i + 3) * R;
    for (let r = 0; r < gridX; r++) {
      // tensor_algebra.tdsl:17: A[i, r] = sum(j, k) X[i, j, k] * B[j, r] * C[k, r]
      let A_sum0 = 0, A_sum1 = 0, A_sum2 = 0, A_sum3 = 0, A_sum4 = 0, A_sum5 = 0, A_sum6 = 0, A_sum7 = 0;
      let A_sum8 = 0, A_sum9 = 0, A_sum10 = 0, A_sum11 = 0, A_sum12 = 0, A_sum13 = 0, A_sum14 = 0, A_sum15 = 0;
      const inside4 = 4 * r < R;
      const inside5 = 4 * r + 1 < R;
      const inside6 = 4 * r + 2 < R;
      const inside7 = 4 * r + 3 < R;
      for (let j_step = 0; j_step < J; j_step++) {
        const row8 = (row0 + j_step) * K;
        const row9 = (row1 + j_step) * K;
        const row10 = (row2 + j_step) * K;
        const row11 = (row3 + j_step) * K;
        const row12 = j_step * R + 4 * r;
        const row13 = j_step * R + 4 * r + 1;
        const row14 = j_step * R + 4 * r + 2;
        const row15 = j_step * R + 4 * r + 3;
        for (let k_step = 0; k_step < K; k_step++) {
          const x0 = inside0 ? X[row8 + k_step] : 0;
          const x1 = inside1 ? X[row9 + k_step] : 0;
          const x2 = inside2 ? X[row10 + k_step] : 0;
          const x3 = inside3 ? X[row11 + k_step] : 0;
          const b0 = inside4 ? B[row12] : 0;
          const c0 = inside4 ? C[k_step * R + 4 * r] : 0;
          const b1 = inside5 ? B[row13] : 0;
          const c1 = inside5 ? C[k_step * R + 4 * r + 1] : 0;
          const b2 = inside6 ? B[row14] : 0;
          const c2 = inside6 ? C[k_step * R + 4 * r + 2] : 0;
          const b3 = inside7 ? B[row15] : 0;
          const c3 = inside7 ? C[k_step * R + 4 * r + 3] : 0;
          A_sum0 += x0 * b0 * c0;
          A_sum1 += x0 * b1 * c1;
          A_sum2 += x0 * b2 * c2;
          A_sum3 += x0 * b3 * c3;
          A_sum4 += x1 * b0 * c0;
          A_sum5 += x1 * b1 * c1;
          A_sum6 += x1 * b2 * c2;
          A_sum7 += x1 * b3 * c3;
          A_sum8 += x2 * b0 * c0;
          A_sum9 += x2 * b1 * c1;
          A_sum10 += x2 * b2 * c2;
          A_sum11 += x2 * b3 * c3;
          A_sum12 += x3 * b0 * c0;
          A_sum13 += x3 * b1 * c1;
          A_sum14 += x3 * b2 * c2;
          A_sum15 += x3 * b3 * c3;
        }
      }
      if (inside0 && 4 * r < R) { A[row4 + 4 * r] = A_sum0; }
      if (inside0 && 4 * r + 1 < R) { A[row4 + 4 * r + 1] = A_sum1; }
      if (inside0 && 4 * r + 2 < R) { A[row4 + 4 * r + 2] = A_sum2; }
      if (inside0 && 4 * r + 3 < R) { A[row4 + 4 * r + 3] = A_sum3; }
      if (inside1 && 4 * r < R) { A[row5 + 4 * r] = A_sum4; }
      if (inside1 && 4 * r + 1 < R) { A[row5 + 4 * r + 1] = A_sum5; }
      if (inside1 && 4 * r + 2 < R) { A[row5 + 4 * r + 2] = A_sum6; }
      if (inside1 && 4 * r + 3 < R) { A[row5 + 4 * r + 3] = A_sum7; }
      if (inside2 && 4 * r < R) { A[row6 + 4 * r] = A_sum8; }
      if (inside2 && 4 * r + 1 < R) { A[row6 + 4 * r + 1] = A_sum9; }
      if (inside2 && 4 * r + 2 < R) { A[row6 + 4 * r + 2] = A_sum10; }
      if (inside2 && 4 * r + 3 < R) { A[row6 + 4 * r + 3] = A_sum11; }
      if (inside3 && 4 * r < R) { A[row7 + 4 * r] = A_sum12; }
      if (inside3 && 4 * r + 1 < R) { A[row7 + 4 * r + 1] = A_sum13; }
      if (inside3 && 4 * r + 2 < R) { A[row7 + 4 * r + 2] = A_sum14; }
      if (inside3 && 4 * r + 3 < R) { A[row7 + 4 * r + 3] = A_sum15; }
    }
  }
}
