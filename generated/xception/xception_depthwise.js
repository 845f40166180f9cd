// xception_depthwise: made by tdsl from xception.tdsl for cpu. Change the source, not this file.

export function xception_depthwise(A, B, O, C, H, W, gridX, gridY, gridZ) {
  for (let c = 0; c < gridZ; c++) {
    const row0 = c * H;
    for (let x = 0; x < gridY; x++) {
      const row1 = (row0 + x) * W;
      for (let y = 0; y < gridX; y++) {
        // xception.tdsl:100: O[c, x, y] = sum(r, s) (A[c, x + r - 1, y + s - 1] else 0) * B[c, r, s]
        let O_sum = 0;
        for (let r_step = 0; r_step < 3; r_step++) {
          const row2 = (row0 + r_step + x - 1) * W;
          const inside0 = r_step + x > 0 && r_step + x <= H;
          for (let s_step = 0; s_step < 3; s_step++) {
            const a = inside0 && s_step + y > 0 && s_step + y <= W ? A[row2 + s_step + y - 1] : 0;
            const b = B[3 * (3 * c + r_step) + s_step];
            O_sum = O_sum + Math.imul(a, b) | 0;
          }
        }
        O[row1 + y] = O_sum;
      }
    }
  }
}
