// tensor_times_matrix: made by tdsl from tensor_algebra.tdsl for cpu. Change the source, not this file.

export function tensor_times_matrix(X, U, Y, I, J, K, R, gridX, gridY, gridZ) {
  for (let i = 0; i < gridZ; i++) {
    const row0 = i * J;
    const row1 = i * R;
    for (let r = 0; r < gridY; r++) {
      const row2 = 4 * r * J;
      const inside0 = 4 * r < R;
      const row3 = (4 * r + 1) * J;
      const inside1 = 4 * r + 1 < R;
      const row4 = (4 * r + 2) * J;
      const inside2 = 4 * r + 2 < R;
      const row5 = (4 * r + 3) * J;
      const inside3 = 4 * r + 3 < R;
      const row6 = (row1 + 4 * r) * K;
      const row7 = (row1 + 4 * r + 1) * K;
      const row8 = (row1 + 4 * r + 2) * K;
      const row9 = (row1 + 4 * r + 3) * K;
      for (let k = 0; k < gridX; k++) {
        // tensor_algebra.tdsl:8: Y[i, r, k] = sum(j) X[i, j, k] * U[r, j]
        let Y_sum0 = 0, Y_sum1 = 0, Y_sum2 = 0, Y_sum3 = 0, Y_sum4 = 0, Y_sum5 = 0, Y_sum6 = 0, Y_sum7 = 0;
        let Y_sum8 = 0, Y_sum9 = 0, Y_sum10 = 0, Y_sum11 = 0, Y_sum12 = 0, Y_sum13 = 0, Y_sum14 = 0, Y_sum15 = 0;
        const inside4 = 4 * k < K;
        const inside5 = 4 * k + 1 < K;
        const inside6 = 4 * k + 2 < K;
        const inside7 = 4 * k + 3 < K;
        for (let j_step = 0; j_step < J; j_step++) {
          const x0 = inside4 ? X[(row0 + j_step) * K + 4 * k] : 0;
          const x1 = inside5 ? X[(row0 + j_step) * K + 4 * k + 1] : 0;
          const x2 = inside6 ? X[(row0 + j_step) * K + 4 * k + 2] : 0;
          const x3 = inside7 ? X[(row0 + j_step) * K + 4 * k + 3] : 0;
          const u0 = inside0 ? U[row2 + j_step] : 0;
          const u1 = inside1 ? U[row3 + j_step] : 0;
          const u2 = inside2 ? U[row4 + j_step] : 0;
          const u3 = inside3 ? U[row5 + j_step] : 0;
          Y_sum0 += x0 * u0;
          Y_sum1 += x1 * u0;
          Y_sum2 += x2 * u0;
          Y_sum3 += x3 * u0;
          Y_sum4 += x0 * u1;
          Y_sum5 += x1 * u1;
          Y_sum6 += x2 * u1;
          Y_sum7 += x3 * u1;
          Y_sum8 += x0 * u2;
          Y_sum9 += x1 * u2;
          Y_sum10 += x2 * u2;
          Y_sum11 += x3 * u2;
          Y_sum12 += x0 * u3;
          Y_sum13 += x1 * u3;
          Y_sum14 += x2 * u3;
          Y_sum15 += x3 * u3;
        }
        if (inside0 && 4 * k < K) { Y[row6 + 4 * k] = Y_sum0; }
        if (inside0 && 4 * k + 1 < K) { Y[row6 + 4 * k + 1] = Y_sum1; }
        if (inside0 && 4 * k + 2 < K) { Y[row6 + 4 * k + 2] = Y_sum2; }
        if (inside0 && 4 * k + 3 < K) { Y[row6 + 4 * k + 3] = Y_sum3; }
        if (inside1 && 4 * k < K) { Y[row7 + 4 * k] = Y_sum4; }
        if (inside1 && 4 * k + 1 < K) { Y[row7 + 4 * k + 1] = Y_sum5; }
        if (inside1 && 4 * k + 2 < K) { Y[row7 + 4 * k + 2] = Y_sum6; }
        if (inside1 && 4 * k + 3 < K) { Y[row7 + 4 * k + 3] = Y_sum7; }
        if (inside2 && 4 * k < K) { Y[row8 + 4 * k] = Y_sum8; }
        if (inside2 && 4 * k + 1 < K) { Y[row8 + 4 * k + 1] = Y_sum9; }
        if (inside2 && 4 * k + 2 < K) { Y[row8 + 4 * k + 2] = Y_sum10; }
        if (inside2 && 4 * k + 3 < K) { Y[row8 + 4 * k + 3] = Y_sum11; }
        if (inside3 && 4 * k < K) { Y[row9 + 4 * k] = Y_sum12; }
        if (inside3 && 4 * k + 1 < K) { Y[row9 + 4 * k + 1] = Y_sum13; }
        if (inside3 && 4 * k + 2 < K) { Y[row9 + 4 * k + 2] = Y_sum14; }
        if (inside3 && 4 * k + 3 < K) { Y[row9 + 4 * k + 3] = Y_sum15; }
      }
    }
  }
}
