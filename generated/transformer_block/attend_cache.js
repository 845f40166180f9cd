// attend_cache: made by tdsl from transformer_block.tdsl for cpu. Change the source, not this file.

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

export function attend_cache(q, position, table, K, V, Y, M, H, G, D, T, gridX, gridY, gridZ) {
  const row0 = D * G * H;
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const m = Math.floor(outer / H);
    const row1 = m * row0;
    const row2 = h * D * G;
    const row3 = h * T;
    for (let g = 0; g < gridY; g++) {
      const row4 = 4 * g * D;
      const inside0 = 4 * g < G;
      const inside1 = 4 * g + 1 < G;
      const inside2 = 4 * g + 2 < G;
      const inside3 = 4 * g + 3 < G;
      const row5 = row2 + 4 * g * D;
      for (let d = 0; d < gridX; d++) {
        // transformer_block.tdsl:52: Y[m, (h*G + g) * D + d] = sum(t) p[m, h, g, t] * V[h, t, d]
        let p_max0 = -3.4028234663852886e+38, p_max1 = -3.4028234663852886e+38, p_max2 = -3.4028234663852886e+38, p_max3 = -3.4028234663852886e+38, Y_sum_f0 = 0, Y_sum_f1 = 0, Y_sum_f2 = 0, Y_sum_f3 = 0;
        let Y_sum_f4 = 0, Y_sum_f5 = 0, Y_sum_f6 = 0, Y_sum_f7 = 0, Y_sum_f8 = 0, Y_sum_f9 = 0, Y_sum_f10 = 0, Y_sum_f11 = 0;
        let Y_sum_f12 = 0, Y_sum_f13 = 0, Y_sum_f14 = 0, Y_sum_f15 = 0, p_sum2_0 = 0, p_sum2_1 = 0, p_sum2_2 = 0, p_sum2_3 = 0;
        for (let t_3_step = 0; t_3_step < T; t_3_step++) {
          let p_sum0 = 0, p_sum1 = 0, p_sum2_ = 0, p_sum3 = 0;
          const row6 = (row3 + t_3_step) * D;
          for (let d_2_step = 0; d_2_step < D; d_2_step++) {
            const q2_0 = inside0 ? bf16_value[q[row1 + d_2_step + row2 + row4]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row1 + d_2_step + row2 + row4 + D]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row1 + d_2_step + row2 + row4 + 2 * D]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row1 + d_2_step + row2 + row4 + 3 * D]] : 0;
            const position2 = position[m];
            const table2 = table[2 * position2 * Math.floor(D / 2) + d_2_step % Math.floor(D / 2)];
            const q3_0 = inside0 ? bf16_value[q[row1 + Math.floor(D / 2) + d_2_step % Math.floor(D / 2) + row2 + row4 - Math.floor(D / 2) * Math.floor(d_2_step / Math.floor(D / 2))]] : 0;
            const q3_1 = inside1 ? bf16_value[q[row1 + Math.floor(D / 2) + d_2_step % Math.floor(D / 2) + row2 + row4 + D - Math.floor(D / 2) * Math.floor(d_2_step / Math.floor(D / 2))]] : 0;
            const q3_2 = inside2 ? bf16_value[q[row1 + Math.floor(D / 2) + d_2_step % Math.floor(D / 2) + row2 + row4 + 2 * D - Math.floor(D / 2) * Math.floor(d_2_step / Math.floor(D / 2))]] : 0;
            const q3_3 = inside3 ? bf16_value[q[row1 + Math.floor(D / 2) + d_2_step % Math.floor(D / 2) + row2 + row4 + 3 * D - Math.floor(D / 2) * Math.floor(d_2_step / Math.floor(D / 2))]] : 0;
            const table3 = table[(2 * position2 + 1) * Math.floor(D / 2) + d_2_step % Math.floor(D / 2)];
            const k = bf16_value[K[row6 + d_2_step]];
            p_sum0 += (q2_0 * table2 + (2 * Math.floor(d_2_step / Math.floor(D / 2)) - 1) * q3_0 * table3) * k;
            p_sum1 += (q2_1 * table2 + (2 * Math.floor(d_2_step / Math.floor(D / 2)) - 1) * q3_1 * table3) * k;
            p_sum2_ += (q2_2 * table2 + (2 * Math.floor(d_2_step / Math.floor(D / 2)) - 1) * q3_2 * table3) * k;
            p_sum3 += (q2_3 * table2 + (2 * Math.floor(d_2_step / Math.floor(D / 2)) - 1) * q3_3 * table3) * k;
          }
          const position2 = position[m];
          const p_max_term_0 = p_sum0 * (1 / Math.sqrt(D));
          const p_max_new0 = Math.max(p_max0, t_3_step <= position2 ? p_max_term_0 : -3.4028234663852886e+38);
          const Y_sum_f_scale0 = Math.exp(p_max0 - p_max_new0);
          const p_max_term_1 = p_sum1 * (1 / Math.sqrt(D));
          const p_max_new1 = Math.max(p_max1, t_3_step <= position2 ? p_max_term_1 : -3.4028234663852886e+38);
          const Y_sum_f_scale1 = Math.exp(p_max1 - p_max_new1);
          const p_max_term_2 = p_sum2_ * (1 / Math.sqrt(D));
          const p_max_new2 = Math.max(p_max2, t_3_step <= position2 ? p_max_term_2 : -3.4028234663852886e+38);
          const Y_sum_f_scale2 = Math.exp(p_max2 - p_max_new2);
          const p_max_term_3 = p_sum3 * (1 / Math.sqrt(D));
          const p_max_new3 = Math.max(p_max3, t_3_step <= position2 ? p_max_term_3 : -3.4028234663852886e+38);
          const Y_sum_f_scale3 = Math.exp(p_max3 - p_max_new3);
          const v0 = 4 * d < D ? bf16_value[V[(row3 + t_3_step) * D + 4 * d]] : 0;
          const v1 = 4 * d + 1 < D ? bf16_value[V[(row3 + t_3_step) * D + 4 * d + 1]] : 0;
          const v2 = 4 * d + 2 < D ? bf16_value[V[(row3 + t_3_step) * D + 4 * d + 2]] : 0;
          const v3 = 4 * d + 3 < D ? bf16_value[V[(row3 + t_3_step) * D + 4 * d + 3]] : 0;
          const Y_sum_f_term_0 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0) * v0;
          Y_sum_f0 = Y_sum_f0 * Y_sum_f_scale0 + (t_3_step <= position2 ? Y_sum_f_term_0 : 0);
          const Y_sum_f_term_1 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0) * v1;
          Y_sum_f1 = Y_sum_f1 * Y_sum_f_scale0 + (t_3_step <= position2 ? Y_sum_f_term_1 : 0);
          const Y_sum_f_term_2 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0) * v2;
          Y_sum_f2 = Y_sum_f2 * Y_sum_f_scale0 + (t_3_step <= position2 ? Y_sum_f_term_2 : 0);
          const Y_sum_f_term_3 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0) * v3;
          Y_sum_f3 = Y_sum_f3 * Y_sum_f_scale0 + (t_3_step <= position2 ? Y_sum_f_term_3 : 0);
          const Y_sum_f_term_0_ = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1) * v0;
          Y_sum_f4 = Y_sum_f4 * Y_sum_f_scale1 + (t_3_step <= position2 ? Y_sum_f_term_0_ : 0);
          const Y_sum_f_term_1_ = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1) * v1;
          Y_sum_f5 = Y_sum_f5 * Y_sum_f_scale1 + (t_3_step <= position2 ? Y_sum_f_term_1_ : 0);
          const Y_sum_f_term_2_ = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1) * v2;
          Y_sum_f6 = Y_sum_f6 * Y_sum_f_scale1 + (t_3_step <= position2 ? Y_sum_f_term_2_ : 0);
          const Y_sum_f_term_3_ = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1) * v3;
          Y_sum_f7 = Y_sum_f7 * Y_sum_f_scale1 + (t_3_step <= position2 ? Y_sum_f_term_3_ : 0);
          const Y_sum_f_term_0__ = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2) * v0;
          Y_sum_f8 = Y_sum_f8 * Y_sum_f_scale2 + (t_3_step <= position2 ? Y_sum_f_term_0__ : 0);
          const Y_sum_f_term_1__ = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2) * v1;
          Y_sum_f9 = Y_sum_f9 * Y_sum_f_scale2 + (t_3_step <= position2 ? Y_sum_f_term_1__ : 0);
          const Y_sum_f_term_2__ = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2) * v2;
          Y_sum_f10 = Y_sum_f10 * Y_sum_f_scale2 + (t_3_step <= position2 ? Y_sum_f_term_2__ : 0);
          const Y_sum_f_term_3__ = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2) * v3;
          Y_sum_f11 = Y_sum_f11 * Y_sum_f_scale2 + (t_3_step <= position2 ? Y_sum_f_term_3__ : 0);
          const Y_sum_f_term_0___ = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3) * v0;
          Y_sum_f12 = Y_sum_f12 * Y_sum_f_scale3 + (t_3_step <= position2 ? Y_sum_f_term_0___ : 0);
          const Y_sum_f_term_1___ = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3) * v1;
          Y_sum_f13 = Y_sum_f13 * Y_sum_f_scale3 + (t_3_step <= position2 ? Y_sum_f_term_1___ : 0);
          const Y_sum_f_term_2___ = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3) * v2;
          Y_sum_f14 = Y_sum_f14 * Y_sum_f_scale3 + (t_3_step <= position2 ? Y_sum_f_term_2___ : 0);
          const Y_sum_f_term_3___ = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3) * v3;
          Y_sum_f15 = Y_sum_f15 * Y_sum_f_scale3 + (t_3_step <= position2 ? Y_sum_f_term_3___ : 0);
          const p_sum2_term_0 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0);
          p_sum2_0 = p_sum2_0 * Y_sum_f_scale0 + (t_3_step <= position2 ? p_sum2_term_0 : 0);
          p_max0 = p_max_new0;
          const p_sum2_term_1 = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1);
          p_sum2_1 = p_sum2_1 * Y_sum_f_scale1 + (t_3_step <= position2 ? p_sum2_term_1 : 0);
          p_max1 = p_max_new1;
          const p_sum2_term_2 = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2);
          p_sum2_2 = p_sum2_2 * Y_sum_f_scale2 + (t_3_step <= position2 ? p_sum2_term_2 : 0);
          p_max2 = p_max_new2;
          const p_sum2_term_3 = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3);
          p_sum2_3 = p_sum2_3 * Y_sum_f_scale3 + (t_3_step <= position2 ? p_sum2_term_3 : 0);
          p_max3 = p_max_new3;
        }
        const y_0 = Y_sum_f0 * (p_sum2_0 > 0 ? 1 / p_sum2_0 : 0);
        if (inside0 && 4 * d < D) { Y[row1 + row5 + 4 * d] = bf16_bits(y_0); }
        const y_1 = Y_sum_f1 * (p_sum2_0 > 0 ? 1 / p_sum2_0 : 0);
        if (inside0 && 4 * d + 1 < D) { Y[row1 + row5 + 4 * d + 1] = bf16_bits(y_1); }
        const y_2 = Y_sum_f2 * (p_sum2_0 > 0 ? 1 / p_sum2_0 : 0);
        if (inside0 && 4 * d + 2 < D) { Y[row1 + row5 + 4 * d + 2] = bf16_bits(y_2); }
        const y_3 = Y_sum_f3 * (p_sum2_0 > 0 ? 1 / p_sum2_0 : 0);
        if (inside0 && 4 * d + 3 < D) { Y[row1 + row5 + 4 * d + 3] = bf16_bits(y_3); }
        const y_0_ = Y_sum_f4 * (p_sum2_1 > 0 ? 1 / p_sum2_1 : 0);
        if (inside1 && 4 * d < D) { Y[row1 + row5 + 4 * d + D] = bf16_bits(y_0_); }
        const y_1_ = Y_sum_f5 * (p_sum2_1 > 0 ? 1 / p_sum2_1 : 0);
        if (inside1 && 4 * d + 1 < D) { Y[row1 + row5 + 4 * d + D + 1] = bf16_bits(y_1_); }
        const y_2_ = Y_sum_f6 * (p_sum2_1 > 0 ? 1 / p_sum2_1 : 0);
        if (inside1 && 4 * d + 2 < D) { Y[row1 + row5 + 4 * d + D + 2] = bf16_bits(y_2_); }
        const y_3_ = Y_sum_f7 * (p_sum2_1 > 0 ? 1 / p_sum2_1 : 0);
        if (inside1 && 4 * d + 3 < D) { Y[row1 + row5 + 4 * d + D + 3] = bf16_bits(y_3_); }
        const y_0__ = Y_sum_f8 * (p_sum2_2 > 0 ? 1 / p_sum2_2 : 0);
        if (inside2 && 4 * d < D) { Y[row1 + row5 + 4 * d + 2 * D] = bf16_bits(y_0__); }
        const y_1__ = Y_sum_f9 * (p_sum2_2 > 0 ? 1 / p_sum2_2 : 0);
        if (inside2 && 4 * d + 1 < D) { Y[row1 + row5 + 4 * d + 2 * D + 1] = bf16_bits(y_1__); }
        const y_2__ = Y_sum_f10 * (p_sum2_2 > 0 ? 1 / p_sum2_2 : 0);
        if (inside2 && 4 * d + 2 < D) { Y[row1 + row5 + 4 * d + 2 * D + 2] = bf16_bits(y_2__); }
        const y_3__ = Y_sum_f11 * (p_sum2_2 > 0 ? 1 / p_sum2_2 : 0);
        if (inside2 && 4 * d + 3 < D) { Y[row1 + row5 + 4 * d + 2 * D + 3] = bf16_bits(y_3__); }
        const y_0___ = Y_sum_f12 * (p_sum2_3 > 0 ? 1 / p_sum2_3 : 0);
        if (inside3 && 4 * d < D) { Y[row1 + row5 + 4 * d + 3 * D] = bf16_bits(y_0___); }
        const y_1___ = Y_sum_f13 * (p_sum2_3 > 0 ? 1 / p_sum2_3 : 0);
        if (inside3 && 4 * d + 1 < D) { Y[row1 + row5 + 4 * d + 3 * D + 1] = bf16_bits(y_1___); }
        const y_2___ = Y_sum_f14 * (p_sum2_3 > 0 ? 1 / p_sum2_3 : 0);
        if (inside3 && 4 * d + 2 < D) { Y[row1 + row5 + 4 * d + 3 * D + 2] = bf16_bits(y_2___); }
        const y_3___ = Y_sum_f15 * (p_sum2_3 > 0 ? 1 / p_sum2_3 : 0);
        if (inside3 && 4 * d + 3 < D) { Y[row1 + row5 + 4 * d + 3 * D + 3] = bf16_bits(y_3___); }
      }
    }
  }
}
