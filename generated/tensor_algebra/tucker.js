// tucker: made by tdsl from tensor_algebra.tdsl for cpu. Change the source, not this file.

export function tucker(G, A, B, C, X, P, Q, R, I, J, K, gridX, gridY, gridZ) {
  for (let i = 0; i < gridZ; i++) {
    const row0 = i * P;
    const row1 = i * J;
    for (let j = 0; j < gridY; j++) {
      const row2 = 4 * j * Q;
      const inside0 = 4 * j < J;
      const row3 = (4 * j + 1) * Q;
      const inside1 = 4 * j + 1 < J;
      const row4 = (4 * j + 2) * Q;
      const inside2 = 4 * j + 2 < J;
      const row5 = (4 * j + 3) * Q;
      const inside3 = 4 * j + 3 < J;
      const row6 = (row1 + 4 * j) * K;
      const row7 = (row1 + 4 * j + 1) * K;
      const row8 = (row1 + 4 * j + 2) * K;
      const row9 = (row1 + 4 * j + 3) * K;
      for (let k = 0; k < gridX; k++) {
        // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
        let X_sum0 = 0, X_sum1 = 0, X_sum2 = 0, X_sum3 = 0, X_sum4 = 0, X_sum5 = 0, X_sum6 = 0, X_sum7 = 0;
        let X_sum8 = 0, X_sum9 = 0, X_sum10 = 0, X_sum11 = 0, X_sum12 = 0, X_sum13 = 0, X_sum14 = 0, X_sum15 = 0;
        const row10 = 4 * k * R;
        const inside4 = 4 * k < K;
        const row11 = (4 * k + 1) * R;
        const inside5 = 4 * k + 1 < K;
        const row12 = (4 * k + 2) * R;
        const inside6 = 4 * k + 2 < K;
        const row13 = (4 * k + 3) * R;
        const inside7 = 4 * k + 3 < K;
        for (let p_step = 0; p_step < P; p_step++) {
          const row14 = p_step * Q;
          for (let q_step = 0; q_step < Q; q_step++) {
            const row15 = (row14 + q_step) * R;
            for (let r_step = 0; r_step < R; r_step++) {
              const g = G[row15 + r_step];
              const a = A[row0 + p_step];
              const b0 = inside0 ? B[row2 + q_step] : 0;
              const b1 = inside1 ? B[row3 + q_step] : 0;
              const b2 = inside2 ? B[row4 + q_step] : 0;
              const b3 = inside3 ? B[row5 + q_step] : 0;
              const c0 = inside4 ? C[row10 + r_step] : 0;
              const c1 = inside5 ? C[row11 + r_step] : 0;
              const c2 = inside6 ? C[row12 + r_step] : 0;
              const c3 = inside7 ? C[row13 + r_step] : 0;
              X_sum0 += g * a * b0 * c0;
              X_sum1 += g * a * b0 * c1;
              X_sum2 += g * a * b0 * c2;
              X_sum3 += g * a * b0 * c3;
              X_sum4 += g * a * b1 * c0;
              X_sum5 += g * a * b1 * c1;
              X_sum6 += g * a * b1 * c2;
              X_sum7 += g * a * b1 * c3;
              X_sum8 += g * a * b2 * c0;
              X_sum9 += g * a * b2 * c1;
              X_sum10 += g * a * b2 * c2;
              X_sum11 += g * a * b2 * c3;
              X_sum12 += g * a * b3 * c0;
              X_sum13 += g * a * b3 * c1;
              X_sum14 += g * a * b3 * c2;
              X_sum15 += g * a * b3 * c3;
            }
          }
        }
        if (inside0 && 4 * k < K) { X[row6 + 4 * k] = X_sum0; }
        if (inside0 && 4 * k + 1 < K) { X[row6 + 4 * k + 1] = X_sum1; }
        if (inside0 && 4 * k + 2 < K) { X[row6 + 4 * k + 2] = X_sum2; }
        if (inside0 && 4 * k + 3 < K) { X[row6 + 4 * k + 3] = X_sum3; }
        if (inside1 && 4 * k < K) { X[row7 + 4 * k] = X_sum4; }
        if (inside1 && 4 * k + 1 < K) { X[row7 + 4 * k + 1] = X_sum5; }
        if (inside1 && 4 * k + 2 < K) { X[row7 + 4 * k + 2] = X_sum6; }
        if (inside1 && 4 * k + 3 < K) { X[row7 + 4 * k + 3] = X_sum7; }
        if (inside2 && 4 * k < K) { X[row8 + 4 * k] = X_sum8; }
        if (inside2 && 4 * k + 1 < K) { X[row8 + 4 * k + 1] = X_sum9; }
        if (inside2 && 4 * k + 2 < K) { X[row8 + 4 * k + 2] = X_sum10; }
        if (inside2 && 4 * k + 3 < K) { X[row8 + 4 * k + 3] = X_sum11; }
        if (inside3 && 4 * k < K) { X[row9 + 4 * k] = X_sum12; }
        if (inside3 && 4 * k + 1 < K) { X[row9 + 4 * k + 1] = X_sum13; }
        if (inside3 && 4 * k + 2 < K) { X[row9 + 4 * k + 2] = X_sum14; }
        if (inside3 && 4 * k + 3 < K) { X[row9 + 4 * k + 3] = X_sum15; }
      }
    }
  }
}
