// depthwise: made by tdsl from depthwise.tdsl for cpu. Change the source, not this file.

export function depthwise(A, B, O, C, X, R, Y, S, gridX, gridY, gridZ) {
  for (let c = 0; c < gridZ; c++) {
    const row0 = c * (R + X - 1);
    const row1 = c * R;
    const row2 = c * X;
    for (let x = 0; x < gridY; x++) {
      const row3 = (row2 + x) * Y;
      for (let y = 0; y < gridX; y++) {
        // depthwise.tdsl:5: O[c, x, y] = sum(r, s) A[c, x + r, y + s] * B[c, r, s]
        let O_sum = 0;
        for (let r_step = 0; r_step < R; r_step++) {
          const row4 = (row0 + r_step + x) * (S + Y - 1);
          const row5 = (row1 + r_step) * S;
          for (let s_step = 0; s_step < S; s_step++) {
            const a = A[row4 + s_step + y];
            const b = B[row5 + s_step];
            O_sum = O_sum + Math.imul(a, b) | 0;
          }
        }
        O[row3 + y] = O_sum;
      }
    }
  }
}
