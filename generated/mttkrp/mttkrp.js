// mttkrp: made by tdsl from mttkrp.tdsl for cpu. Change the source, not this file.

export function mttkrp(A, B, C, D, I, K, L, J, gridX, gridY, gridZ) {
  for (let i = 0; i < gridY; i++) {
    const row0 = i * K;
    const row1 = i * J;
    for (let j = 0; j < gridX; j++) {
      // mttkrp.tdsl:9: D[i, j] = sum(k) T[i, k, j] * C[k, j]
      let D_sum0 = 0, D_sum1 = 0, D_sum2 = 0, D_sum3 = 0;
      const inside0 = 4 * j < J;
      const inside1 = 4 * j + 1 < J;
      const inside2 = 4 * j + 2 < J;
      const inside3 = 4 * j + 3 < J;
      for (let k_2_step = 0; k_2_step < K; k_2_step++) {
        let T0 = 0, T1 = 0, T2 = 0, T3 = 0;
        const row2 = (row0 + k_2_step) * L;
        for (let l_step = 0; l_step < L; l_step++) {
          const a = A[row2 + l_step];
          const b_0 = inside0 ? B[l_step * J + 4 * j] : 0;
          T0 = T0 + Math.imul(a, b_0) | 0;
          const b_1 = inside1 ? B[l_step * J + 4 * j + 1] : 0;
          T1 = T1 + Math.imul(a, b_1) | 0;
          const b_2 = inside2 ? B[l_step * J + 4 * j + 2] : 0;
          T2 = T2 + Math.imul(a, b_2) | 0;
          const b_3 = inside3 ? B[l_step * J + 4 * j + 3] : 0;
          T3 = T3 + Math.imul(a, b_3) | 0;
        }
        const c_0 = inside0 ? C[k_2_step * J + 4 * j] : 0;
        D_sum0 = D_sum0 + Math.imul(T0, c_0) | 0;
        const c_1 = inside1 ? C[k_2_step * J + 4 * j + 1] : 0;
        D_sum1 = D_sum1 + Math.imul(T1, c_1) | 0;
        const c_2 = inside2 ? C[k_2_step * J + 4 * j + 2] : 0;
        D_sum2 = D_sum2 + Math.imul(T2, c_2) | 0;
        const c_3 = inside3 ? C[k_2_step * J + 4 * j + 3] : 0;
        D_sum3 = D_sum3 + Math.imul(T3, c_3) | 0;
      }
      if (4 * j < J) { D[row1 + 4 * j] = D_sum0; }
      if (4 * j + 1 < J) { D[row1 + 4 * j + 1] = D_sum1; }
      if (4 * j + 2 < J) { D[row1 + 4 * j + 2] = D_sum2; }
      if (4 * j + 3 < J) { D[row1 + 4 * j + 3] = D_sum3; }
    }
  }
}
