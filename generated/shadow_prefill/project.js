// project: made by tdsl from shadow_prefill.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function project(K, basis, U, B, H, S, D, R, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    const row1 = b * S;
    for (let s = 0; s < gridY; s++) {
      const inside0 = 4 * s < S;
      const inside1 = 4 * s + 1 < S;
      const inside2 = 4 * s + 2 < S;
      const inside3 = 4 * s + 3 < S;
      const row2 = (row1 + 4 * s) * R;
      const row3 = (row1 + 4 * s + 1) * R;
      const row4 = (row1 + 4 * s + 2) * R;
      const row5 = (row1 + 4 * s + 3) * R;
      for (let r = 0; r < gridX; r++) {
        // shadow_prefill.tdsl:42: U[b, s, r] = sum(h, d) K[b, h, s, d] * basis[b, h, d, r]
        let U_sum0 = 0, U_sum1 = 0, U_sum2 = 0, U_sum3 = 0, U_sum4 = 0, U_sum5 = 0, U_sum6 = 0, U_sum7 = 0;
        let U_sum8 = 0, U_sum9 = 0, U_sum10 = 0, U_sum11 = 0, U_sum12 = 0, U_sum13 = 0, U_sum14 = 0, U_sum15 = 0;
        const inside4 = 4 * r < R;
        const inside5 = 4 * r + 1 < R;
        const inside6 = 4 * r + 2 < R;
        const inside7 = 4 * r + 3 < R;
        for (let h_step = 0; h_step < H; h_step++) {
          const row6 = ((row0 + h_step) * S + 4 * s) * D;
          const row7 = ((row0 + h_step) * S + 4 * s + 1) * D;
          const row8 = ((row0 + h_step) * S + 4 * s + 2) * D;
          const row9 = ((row0 + h_step) * S + 4 * s + 3) * D;
          const row10 = (row0 + h_step) * D;
          for (let d_step = 0; d_step < D; d_step++) {
            const k0 = inside0 ? bf16_value[K[row6 + d_step]] : 0;
            const k1 = inside1 ? bf16_value[K[row7 + d_step]] : 0;
            const k2 = inside2 ? bf16_value[K[row8 + d_step]] : 0;
            const k3 = inside3 ? bf16_value[K[row9 + d_step]] : 0;
            const basis2_0 = inside4 ? bf16_value[basis[(row10 + d_step) * R + 4 * r]] : 0;
            const basis2_1 = inside5 ? bf16_value[basis[(row10 + d_step) * R + 4 * r + 1]] : 0;
            const basis2_2 = inside6 ? bf16_value[basis[(row10 + d_step) * R + 4 * r + 2]] : 0;
            const basis2_3 = inside7 ? bf16_value[basis[(row10 + d_step) * R + 4 * r + 3]] : 0;
            U_sum0 += k0 * basis2_0;
            U_sum1 += k0 * basis2_1;
            U_sum2 += k0 * basis2_2;
            U_sum3 += k0 * basis2_3;
            U_sum4 += k1 * basis2_0;
            U_sum5 += k1 * basis2_1;
            U_sum6 += k1 * basis2_2;
            U_sum7 += k1 * basis2_3;
            U_sum8 += k2 * basis2_0;
            U_sum9 += k2 * basis2_1;
            U_sum10 += k2 * basis2_2;
            U_sum11 += k2 * basis2_3;
            U_sum12 += k3 * basis2_0;
            U_sum13 += k3 * basis2_1;
            U_sum14 += k3 * basis2_2;
            U_sum15 += k3 * basis2_3;
          }
        }
        if (inside0 && 4 * r < R) { U[row2 + 4 * r] = bf16_bits(U_sum0); }
        if (inside0 && 4 * r + 1 < R) { U[row2 + 4 * r + 1] = bf16_bits(U_sum1); }
        if (inside0 && 4 * r + 2 < R) { U[row2 + 4 * r + 2] = bf16_bits(U_sum2); }
        if (inside0 && 4 * r + 3 < R) { U[row2 + 4 * r + 3] = bf16_bits(U_sum3); }
        if (inside1 && 4 * r < R) { U[row3 + 4 * r] = bf16_bits(U_sum4); }
        if (inside1 && 4 * r + 1 < R) { U[row3 + 4 * r + 1] = bf16_bits(U_sum5); }
        if (inside1 && 4 * r + 2 < R) { U[row3 + 4 * r + 2] = bf16_bits(U_sum6); }
        if (inside1 && 4 * r + 3 < R) { U[row3 + 4 * r + 3] = bf16_bits(U_sum7); }
        if (inside2 && 4 * r < R) { U[row4 + 4 * r] = bf16_bits(U_sum8); }
        if (inside2 && 4 * r + 1 < R) { U[row4 + 4 * r + 1] = bf16_bits(U_sum9); }
        if (inside2 && 4 * r + 2 < R) { U[row4 + 4 * r + 2] = bf16_bits(U_sum10); }
        if (inside2 && 4 * r + 3 < R) { U[row4 + 4 * r + 3] = bf16_bits(U_sum11); }
        if (inside3 && 4 * r < R) { U[row5 + 4 * r] = bf16_bits(U_sum12); }
        if (inside3 && 4 * r + 1 < R) { U[row5 + 4 * r + 1] = bf16_bits(U_sum13); }
        if (inside3 && 4 * r + 2 < R) { U[row5 + 4 * r + 2] = bf16_bits(U_sum14); }
        if (inside3 && 4 * r + 3 < R) { U[row5 + 4 * r + 3] = bf16_bits(U_sum15); }
      }
    }
  }
}
