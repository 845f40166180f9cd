// decode_contiguous: made by tdsl from decode_attention.tdsl for cpu. Change the source, not this file.

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

export function decode_contiguous(q, K, V, len, O, B, G, R, D, T, gridX, gridY, gridZ) {
  const row0 = G * R;
  for (let outer = 0; outer < gridZ; outer++) {
    const g = outer % G;
    const b = Math.floor(outer / G);
    const row1 = b * row0;
    const row2 = g * R;
    const row3 = (b * G + g) * T;
    for (let r = 0; r < gridY; r++) {
      const row4 = (row1 + row2 + 4 * r) * D;
      const inside0 = 4 * r < R;
      const row5 = (row1 + row2 + 4 * r + 1) * D;
      const inside1 = 4 * r + 1 < R;
      const row6 = (row1 + row2 + 4 * r + 2) * D;
      const inside2 = 4 * r + 2 < R;
      const row7 = (row1 + row2 + 4 * r + 3) * D;
      const inside3 = 4 * r + 3 < R;
      for (let d = 0; d < gridX; d++) {
        // decode_attention.tdsl:11: O[b, g*R + r, d] = sum(t) p[b, g, r, t] * V[b, g, t, d]
        let p_max0 = -3.4028234663852886e+38, p_max1 = -3.4028234663852886e+38, p_max2 = -3.4028234663852886e+38, p_max3 = -3.4028234663852886e+38, O_sum_f0 = 0, O_sum_f1 = 0, O_sum_f2 = 0, O_sum_f3 = 0;
        let O_sum_f4 = 0, O_sum_f5 = 0, O_sum_f6 = 0, O_sum_f7 = 0, O_sum_f8 = 0, O_sum_f9 = 0, O_sum_f10 = 0, O_sum_f11 = 0;
        let O_sum_f12 = 0, O_sum_f13 = 0, O_sum_f14 = 0, O_sum_f15 = 0, p_sum2_0 = 0, p_sum2_1 = 0, p_sum2_2 = 0, p_sum2_3 = 0;
        for (let t_3_step = 0; t_3_step < T; t_3_step++) {
          let p_sum0 = 0, p_sum1 = 0, p_sum2_ = 0, p_sum3 = 0;
          const row8 = (row3 + t_3_step) * D;
          for (let d_step = 0; d_step < D; d_step++) {
            const q2_0 = inside0 ? bf16_value[q[row4 + d_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row5 + d_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row6 + d_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row7 + d_step]] : 0;
            const k = bf16_value[K[row8 + d_step]];
            p_sum0 += q2_0 * k;
            p_sum1 += q2_1 * k;
            p_sum2_ += q2_2 * k;
            p_sum3 += q2_3 * k;
          }
          const len2 = len[b];
          const p_max_term_0 = p_sum0 * (1 / Math.sqrt(D));
          const p_max_new0 = Math.max(p_max0, t_3_step < len2 ? p_max_term_0 : -3.4028234663852886e+38);
          const O_sum_f_scale0 = Math.exp(p_max0 - p_max_new0);
          const p_max_term_1 = p_sum1 * (1 / Math.sqrt(D));
          const p_max_new1 = Math.max(p_max1, t_3_step < len2 ? p_max_term_1 : -3.4028234663852886e+38);
          const O_sum_f_scale1 = Math.exp(p_max1 - p_max_new1);
          const p_max_term_2 = p_sum2_ * (1 / Math.sqrt(D));
          const p_max_new2 = Math.max(p_max2, t_3_step < len2 ? p_max_term_2 : -3.4028234663852886e+38);
          const O_sum_f_scale2 = Math.exp(p_max2 - p_max_new2);
          const p_max_term_3 = p_sum3 * (1 / Math.sqrt(D));
          const p_max_new3 = Math.max(p_max3, t_3_step < len2 ? p_max_term_3 : -3.4028234663852886e+38);
          const O_sum_f_scale3 = Math.exp(p_max3 - p_max_new3);
          const v0 = 4 * d < D ? bf16_value[V[(row3 + t_3_step) * D + 4 * d]] : 0;
          const v1 = 4 * d + 1 < D ? bf16_value[V[(row3 + t_3_step) * D + 4 * d + 1]] : 0;
          const v2 = 4 * d + 2 < D ? bf16_value[V[(row3 + t_3_step) * D + 4 * d + 2]] : 0;
          const v3 = 4 * d + 3 < D ? bf16_value[V[(row3 + t_3_step) * D + 4 * d + 3]] : 0;
          const O_sum_f_term_0 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0) * v0;
          O_sum_f0 = O_sum_f0 * O_sum_f_scale0 + (t_3_step < len2 ? O_sum_f_term_0 : 0);
          const O_sum_f_term_1 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0) * v1;
          O_sum_f1 = O_sum_f1 * O_sum_f_scale0 + (t_3_step < len2 ? O_sum_f_term_1 : 0);
          const O_sum_f_term_2 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0) * v2;
          O_sum_f2 = O_sum_f2 * O_sum_f_scale0 + (t_3_step < len2 ? O_sum_f_term_2 : 0);
          const O_sum_f_term_3 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0) * v3;
          O_sum_f3 = O_sum_f3 * O_sum_f_scale0 + (t_3_step < len2 ? O_sum_f_term_3 : 0);
          const O_sum_f_term_0_ = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1) * v0;
          O_sum_f4 = O_sum_f4 * O_sum_f_scale1 + (t_3_step < len2 ? O_sum_f_term_0_ : 0);
          const O_sum_f_term_1_ = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1) * v1;
          O_sum_f5 = O_sum_f5 * O_sum_f_scale1 + (t_3_step < len2 ? O_sum_f_term_1_ : 0);
          const O_sum_f_term_2_ = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1) * v2;
          O_sum_f6 = O_sum_f6 * O_sum_f_scale1 + (t_3_step < len2 ? O_sum_f_term_2_ : 0);
          const O_sum_f_term_3_ = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1) * v3;
          O_sum_f7 = O_sum_f7 * O_sum_f_scale1 + (t_3_step < len2 ? O_sum_f_term_3_ : 0);
          const O_sum_f_term_0__ = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2) * v0;
          O_sum_f8 = O_sum_f8 * O_sum_f_scale2 + (t_3_step < len2 ? O_sum_f_term_0__ : 0);
          const O_sum_f_term_1__ = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2) * v1;
          O_sum_f9 = O_sum_f9 * O_sum_f_scale2 + (t_3_step < len2 ? O_sum_f_term_1__ : 0);
          const O_sum_f_term_2__ = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2) * v2;
          O_sum_f10 = O_sum_f10 * O_sum_f_scale2 + (t_3_step < len2 ? O_sum_f_term_2__ : 0);
          const O_sum_f_term_3__ = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2) * v3;
          O_sum_f11 = O_sum_f11 * O_sum_f_scale2 + (t_3_step < len2 ? O_sum_f_term_3__ : 0);
          const O_sum_f_term_0___ = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3) * v0;
          O_sum_f12 = O_sum_f12 * O_sum_f_scale3 + (t_3_step < len2 ? O_sum_f_term_0___ : 0);
          const O_sum_f_term_1___ = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3) * v1;
          O_sum_f13 = O_sum_f13 * O_sum_f_scale3 + (t_3_step < len2 ? O_sum_f_term_1___ : 0);
          const O_sum_f_term_2___ = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3) * v2;
          O_sum_f14 = O_sum_f14 * O_sum_f_scale3 + (t_3_step < len2 ? O_sum_f_term_2___ : 0);
          const O_sum_f_term_3___ = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3) * v3;
          O_sum_f15 = O_sum_f15 * O_sum_f_scale3 + (t_3_step < len2 ? O_sum_f_term_3___ : 0);
          const p_sum2_term_0 = Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new0);
          p_sum2_0 = p_sum2_0 * O_sum_f_scale0 + (t_3_step < len2 ? p_sum2_term_0 : 0);
          p_max0 = p_max_new0;
          const p_sum2_term_1 = Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new1);
          p_sum2_1 = p_sum2_1 * O_sum_f_scale1 + (t_3_step < len2 ? p_sum2_term_1 : 0);
          p_max1 = p_max_new1;
          const p_sum2_term_2 = Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new2);
          p_sum2_2 = p_sum2_2 * O_sum_f_scale2 + (t_3_step < len2 ? p_sum2_term_2 : 0);
          p_max2 = p_max_new2;
          const p_sum2_term_3 = Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new3);
          p_sum2_3 = p_sum2_3 * O_sum_f_scale3 + (t_3_step < len2 ? p_sum2_term_3 : 0);
          p_max3 = p_max_new3;
        }
        const o_0 = O_sum_f0 * (p_sum2_0 > 0 ? 1 / p_sum2_0 : 0);
        if (inside0 && 4 * d < D) { O[row4 + 4 * d] = bf16_bits(o_0); }
        const o_1 = O_sum_f1 * (p_sum2_0 > 0 ? 1 / p_sum2_0 : 0);
        if (inside0 && 4 * d + 1 < D) { O[row4 + 4 * d + 1] = bf16_bits(o_1); }
        const o_2 = O_sum_f2 * (p_sum2_0 > 0 ? 1 / p_sum2_0 : 0);
        if (inside0 && 4 * d + 2 < D) { O[row4 + 4 * d + 2] = bf16_bits(o_2); }
        const o_3 = O_sum_f3 * (p_sum2_0 > 0 ? 1 / p_sum2_0 : 0);
        if (inside0 && 4 * d + 3 < D) { O[row4 + 4 * d + 3] = bf16_bits(o_3); }
        const o_0_ = O_sum_f4 * (p_sum2_1 > 0 ? 1 / p_sum2_1 : 0);
        if (inside1 && 4 * d < D) { O[row5 + 4 * d] = bf16_bits(o_0_); }
        const o_1_ = O_sum_f5 * (p_sum2_1 > 0 ? 1 / p_sum2_1 : 0);
        if (inside1 && 4 * d + 1 < D) { O[row5 + 4 * d + 1] = bf16_bits(o_1_); }
        const o_2_ = O_sum_f6 * (p_sum2_1 > 0 ? 1 / p_sum2_1 : 0);
        if (inside1 && 4 * d + 2 < D) { O[row5 + 4 * d + 2] = bf16_bits(o_2_); }
        const o_3_ = O_sum_f7 * (p_sum2_1 > 0 ? 1 / p_sum2_1 : 0);
        if (inside1 && 4 * d + 3 < D) { O[row5 + 4 * d + 3] = bf16_bits(o_3_); }
        const o_0__ = O_sum_f8 * (p_sum2_2 > 0 ? 1 / p_sum2_2 : 0);
        if (inside2 && 4 * d < D) { O[row6 + 4 * d] = bf16_bits(o_0__); }
        const o_1__ = O_sum_f9 * (p_sum2_2 > 0 ? 1 / p_sum2_2 : 0);
        if (inside2 && 4 * d + 1 < D) { O[row6 + 4 * d + 1] = bf16_bits(o_1__); }
        const o_2__ = O_sum_f10 * (p_sum2_2 > 0 ? 1 / p_sum2_2 : 0);
        if (inside2 && 4 * d + 2 < D) { O[row6 + 4 * d + 2] = bf16_bits(o_2__); }
        const o_3__ = O_sum_f11 * (p_sum2_2 > 0 ? 1 / p_sum2_2 : 0);
        if (inside2 && 4 * d + 3 < D) { O[row6 + 4 * d + 3] = bf16_bits(o_3__); }
        const o_0___ = O_sum_f12 * (p_sum2_3 > 0 ? 1 / p_sum2_3 : 0);
        if (inside3 && 4 * d < D) { O[row7 + 4 * d] = bf16_bits(o_0___); }
        const o_1___ = O_sum_f13 * (p_sum2_3 > 0 ? 1 / p_sum2_3 : 0);
        if (inside3 && 4 * d + 1 < D) { O[row7 + 4 * d + 1] = bf16_bits(o_1___); }
        const o_2___ = O_sum_f14 * (p_sum2_3 > 0 ? 1 / p_sum2_3 : 0);
        if (inside3 && 4 * d + 2 < D) { O[row7 + 4 * d + 2] = bf16_bits(o_2___); }
        const o_3___ = O_sum_f15 * (p_sum2_3 > 0 ? 1 / p_sum2_3 : 0);
        if (inside3 && 4 * d + 3 < D) { O[row7 + 4 * d + 3] = bf16_bits(o_3___); }
      }
    }
  }
}
