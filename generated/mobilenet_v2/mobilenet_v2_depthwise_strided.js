// mobilenet_v2_depthwise_strided: made by tdsl from mobilenet_v2.tdsl for cpu. Change the source, not this file.

export function mobilenet_v2_depthwise_strided(A, B, O, C, H, W, gridX, gridY, gridZ) {
  for (let c = 0; c < gridZ; c++) {
    const row0 = c * H;
    const row1 = c * Math.floor((H + 1) / 2);
    for (let x = 0; x < gridY; x++) {
      const row2 = (row1 + x) * Math.floor((W + 1) / 2);
      for (let y = 0; y < gridX; y++) {
        // mobilenet_v2.tdsl:74: O[c, x, y] = sum(r, s) (A[c, 2*x + r - 1, 2*y + s - 1] else 0) * B[c, r, s]
        let O_sum = 0;
        for (let r_step = 0; r_step < 3; r_step++) {
          const row3 = (row0 + r_step + 2 * x - 1) * W;
          const inside0 = r_step + 2 * x > 0 && r_step + 2 * x <= H;
          for (let s_step = 0; s_step < 3; s_step++) {
            const a = inside0 && s_step + 2 * y > 0 && s_step + 2 * y <= W ? A[row3 + s_step + 2 * y - 1] : 0;
            const b = B[3 * (3 * c + r_step) + s_step];
            O_sum = O_sum + Math.imul(a, b) | 0;
          }
        }
        O[row2 + y] = O_sum;
      }
    }
  }
}
