// attend_1, attend_2, attend_3, attend_4, attend_5: made by tdsl from shadow_decode.tdsl for cpu. Change the source, not this file.

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

export function attend_1(q, slots, at, p_max_piece2_mem, B, H, G, D, W, S, M, gridX, gridY, gridZ) {
  const row0 = G * H;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * row0;
    const row2 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row3 = h * G;
      const row4 = (row2 + h) * S;
      const row5 = (row2 + h) * G;
      for (let g = 0; g < gridX; g++) {
        // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
        let p_max_piece2_0 = -3.4028234663852886e+38, p_max_piece2_1 = -3.4028234663852886e+38, p_max_piece2_2 = -3.4028234663852886e+38, p_max_piece2_3 = -3.4028234663852886e+38;
        const row6 = (row1 + row3 + 4 * g) * D;
        const inside0 = 4 * g < G;
        const row7 = (row1 + row3 + 4 * g + 1) * D;
        const inside1 = 4 * g + 1 < G;
        const row8 = (row1 + row3 + 4 * g + 2) * D;
        const inside2 = 4 * g + 2 < G;
        const row9 = (row1 + row3 + 4 * g + 3) * D;
        const inside3 = 4 * g + 3 < G;
        for (let t_8_step = 0; t_8_step < S; t_8_step++) {
          let p_sum_piece2_0 = 0, p_sum_piece2_1 = 0, p_sum_piece2_2 = 0, p_sum_piece2_3 = 0;
          const row10 = (row4 + t_8_step) * D;
          for (let d_3_step = 0; d_3_step < D; d_3_step++) {
            const q2_0 = inside0 ? bf16_value[q[row6 + d_3_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row7 + d_3_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row8 + d_3_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row9 + d_3_step]] : 0;
            const slots2 = bf16_value[slots[row10 + d_3_step]];
            p_sum_piece2_0 += q2_0 * slots2;
            p_sum_piece2_1 += q2_1 * slots2;
            p_sum_piece2_2 += q2_2 * slots2;
            p_sum_piece2_3 += q2_3 * slots2;
          }
          const at2 = at[b];
          const p_max_piece2_term_0 = p_sum_piece2_0 * (1 / Math.sqrt(D));
          p_max_piece2_0 = Math.max(p_max_piece2_0, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_0 : -3.4028234663852886e+38);
          const p_max_piece2_term_1 = p_sum_piece2_1 * (1 / Math.sqrt(D));
          p_max_piece2_1 = Math.max(p_max_piece2_1, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_1 : -3.4028234663852886e+38);
          const p_max_piece2_term_2 = p_sum_piece2_2 * (1 / Math.sqrt(D));
          p_max_piece2_2 = Math.max(p_max_piece2_2, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_2 : -3.4028234663852886e+38);
          const p_max_piece2_term_3 = p_sum_piece2_3 * (1 / Math.sqrt(D));
          p_max_piece2_3 = Math.max(p_max_piece2_3, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_3 : -3.4028234663852886e+38);
        }
        if (4 * g < G) { p_max_piece2_mem[row5 + 4 * g] = p_max_piece2_0; }
        if (4 * g + 1 < G) { p_max_piece2_mem[row5 + 4 * g + 1] = p_max_piece2_1; }
        if (4 * g + 2 < G) { p_max_piece2_mem[row5 + 4 * g + 2] = p_max_piece2_2; }
        if (4 * g + 3 < G) { p_max_piece2_mem[row5 + 4 * g + 3] = p_max_piece2_3; }
      }
    }
  }
}

export function attend_2(q, generated, at, p_max_piece3_mem, B, H, G, D, W, S, M, gridX, gridY, gridZ) {
  const row0 = G * H;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * row0;
    const row2 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row3 = h * G;
      const row4 = (row2 + h) * M;
      const row5 = (row2 + h) * G;
      for (let g = 0; g < gridX; g++) {
        // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
        let p_max_piece3_0 = -3.4028234663852886e+38, p_max_piece3_1 = -3.4028234663852886e+38, p_max_piece3_2 = -3.4028234663852886e+38, p_max_piece3_3 = -3.4028234663852886e+38;
        const row6 = (row1 + row3 + 4 * g) * D;
        const inside0 = 4 * g < G;
        const row7 = (row1 + row3 + 4 * g + 1) * D;
        const inside1 = 4 * g + 1 < G;
        const row8 = (row1 + row3 + 4 * g + 2) * D;
        const inside2 = 4 * g + 2 < G;
        const row9 = (row1 + row3 + 4 * g + 3) * D;
        const inside3 = 4 * g + 3 < G;
        for (let t_9_step = 0; t_9_step < M; t_9_step++) {
          let p_sum_piece3_0 = 0, p_sum_piece3_1 = 0, p_sum_piece3_2 = 0, p_sum_piece3_3 = 0;
          const row10 = (row4 + t_9_step) * D;
          for (let d_4_step = 0; d_4_step < D; d_4_step++) {
            const q2_0 = inside0 ? bf16_value[q[row6 + d_4_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row7 + d_4_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row8 + d_4_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row9 + d_4_step]] : 0;
            const generated2 = bf16_value[generated[row10 + d_4_step]];
            p_sum_piece3_0 += q2_0 * generated2;
            p_sum_piece3_1 += q2_1 * generated2;
            p_sum_piece3_2 += q2_2 * generated2;
            p_sum_piece3_3 += q2_3 * generated2;
          }
          const at2 = at[b];
          const p_max_piece3_term_0 = p_sum_piece3_0 * (1 / Math.sqrt(D));
          p_max_piece3_0 = Math.max(p_max_piece3_0, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_0 : -3.4028234663852886e+38);
          const p_max_piece3_term_1 = p_sum_piece3_1 * (1 / Math.sqrt(D));
          p_max_piece3_1 = Math.max(p_max_piece3_1, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_1 : -3.4028234663852886e+38);
          const p_max_piece3_term_2 = p_sum_piece3_2 * (1 / Math.sqrt(D));
          p_max_piece3_2 = Math.max(p_max_piece3_2, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_2 : -3.4028234663852886e+38);
          const p_max_piece3_term_3 = p_sum_piece3_3 * (1 / Math.sqrt(D));
          p_max_piece3_3 = Math.max(p_max_piece3_3, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_3 : -3.4028234663852886e+38);
        }
        if (4 * g < G) { p_max_piece3_mem[row5 + 4 * g] = p_max_piece3_0; }
        if (4 * g + 1 < G) { p_max_piece3_mem[row5 + 4 * g + 1] = p_max_piece3_1; }
        if (4 * g + 2 < G) { p_max_piece3_mem[row5 + 4 * g + 2] = p_max_piece3_2; }
        if (4 * g + 3 < G) { p_max_piece3_mem[row5 + 4 * g + 3] = p_max_piece3_3; }
      }
    }
  }
}

export function attend_3(q, slots, at, p_sum2_piece2_mem, B, H, G, D, W, S, M, gridX, gridY, gridZ) {
  const row0 = G * H;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * row0;
    const row2 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row3 = h * G;
      const row4 = (row2 + h) * S;
      const row5 = (row2 + h) * G;
      for (let g = 0; g < gridX; g++) {
        // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
        let p_max_piece2_0 = -3.4028234663852886e+38, p_sum2_piece2_0 = 0, p_max_piece2_1 = -3.4028234663852886e+38, p_sum2_piece2_1 = 0, p_max_piece2_2 = -3.4028234663852886e+38, p_sum2_piece2_2 = 0, p_max_piece2_3 = -3.4028234663852886e+38, p_sum2_piece2_3 = 0;
        const row6 = (row1 + row3 + 4 * g) * D;
        const inside0 = 4 * g < G;
        const row7 = (row1 + row3 + 4 * g + 1) * D;
        const inside1 = 4 * g + 1 < G;
        const row8 = (row1 + row3 + 4 * g + 2) * D;
        const inside2 = 4 * g + 2 < G;
        const row9 = (row1 + row3 + 4 * g + 3) * D;
        const inside3 = 4 * g + 3 < G;
        for (let t_8_step = 0; t_8_step < S; t_8_step++) {
          let p_sum_piece2_0 = 0, p_sum_piece2_1 = 0, p_sum_piece2_2 = 0, p_sum_piece2_3 = 0;
          const row10 = (row4 + t_8_step) * D;
          for (let d_3_step = 0; d_3_step < D; d_3_step++) {
            const q2_0 = inside0 ? bf16_value[q[row6 + d_3_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row7 + d_3_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row8 + d_3_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row9 + d_3_step]] : 0;
            const slots2 = bf16_value[slots[row10 + d_3_step]];
            p_sum_piece2_0 += q2_0 * slots2;
            p_sum_piece2_1 += q2_1 * slots2;
            p_sum_piece2_2 += q2_2 * slots2;
            p_sum_piece2_3 += q2_3 * slots2;
          }
          const at2 = at[b];
          const p_max_piece2_term_0 = p_sum_piece2_0 * (1 / Math.sqrt(D));
          const p_max_piece2_new_0 = Math.max(p_max_piece2_0, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_0 : -3.4028234663852886e+38);
          const p_sum2_piece2_scale_0 = Math.exp(p_max_piece2_0 - p_max_piece2_new_0);
          const p_sum2_piece2_term_0 = Math.exp(p_sum_piece2_0 * (1 / Math.sqrt(D)) - p_max_piece2_new_0);
          p_sum2_piece2_0 = p_sum2_piece2_0 * p_sum2_piece2_scale_0 + (t_8_step + W <= (S + W + at2 | 0) ? p_sum2_piece2_term_0 : 0);
          p_max_piece2_0 = p_max_piece2_new_0;
          const p_max_piece2_term_1 = p_sum_piece2_1 * (1 / Math.sqrt(D));
          const p_max_piece2_new_1 = Math.max(p_max_piece2_1, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_1 : -3.4028234663852886e+38);
          const p_sum2_piece2_scale_1 = Math.exp(p_max_piece2_1 - p_max_piece2_new_1);
          const p_sum2_piece2_term_1 = Math.exp(p_sum_piece2_1 * (1 / Math.sqrt(D)) - p_max_piece2_new_1);
          p_sum2_piece2_1 = p_sum2_piece2_1 * p_sum2_piece2_scale_1 + (t_8_step + W <= (S + W + at2 | 0) ? p_sum2_piece2_term_1 : 0);
          p_max_piece2_1 = p_max_piece2_new_1;
          const p_max_piece2_term_2 = p_sum_piece2_2 * (1 / Math.sqrt(D));
          const p_max_piece2_new_2 = Math.max(p_max_piece2_2, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_2 : -3.4028234663852886e+38);
          const p_sum2_piece2_scale_2 = Math.exp(p_max_piece2_2 - p_max_piece2_new_2);
          const p_sum2_piece2_term_2 = Math.exp(p_sum_piece2_2 * (1 / Math.sqrt(D)) - p_max_piece2_new_2);
          p_sum2_piece2_2 = p_sum2_piece2_2 * p_sum2_piece2_scale_2 + (t_8_step + W <= (S + W + at2 | 0) ? p_sum2_piece2_term_2 : 0);
          p_max_piece2_2 = p_max_piece2_new_2;
          const p_max_piece2_term_3 = p_sum_piece2_3 * (1 / Math.sqrt(D));
          const p_max_piece2_new_3 = Math.max(p_max_piece2_3, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_3 : -3.4028234663852886e+38);
          const p_sum2_piece2_scale_3 = Math.exp(p_max_piece2_3 - p_max_piece2_new_3);
          const p_sum2_piece2_term_3 = Math.exp(p_sum_piece2_3 * (1 / Math.sqrt(D)) - p_max_piece2_new_3);
          p_sum2_piece2_3 = p_sum2_piece2_3 * p_sum2_piece2_scale_3 + (t_8_step + W <= (S + W + at2 | 0) ? p_sum2_piece2_term_3 : 0);
          p_max_piece2_3 = p_max_piece2_new_3;
        }
        if (4 * g < G) { p_sum2_piece2_mem[row5 + 4 * g] = p_sum2_piece2_0; }
        if (4 * g + 1 < G) { p_sum2_piece2_mem[row5 + 4 * g + 1] = p_sum2_piece2_1; }
        if (4 * g + 2 < G) { p_sum2_piece2_mem[row5 + 4 * g + 2] = p_sum2_piece2_2; }
        if (4 * g + 3 < G) { p_sum2_piece2_mem[row5 + 4 * g + 3] = p_sum2_piece2_3; }
      }
    }
  }
}

export function attend_4(q, generated, at, p_sum2_piece3_mem, B, H, G, D, W, S, M, gridX, gridY, gridZ) {
  const row0 = G * H;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * row0;
    const row2 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row3 = h * G;
      const row4 = (row2 + h) * M;
      const row5 = (row2 + h) * G;
      for (let g = 0; g < gridX; g++) {
        // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
        let p_max_piece3_0 = -3.4028234663852886e+38, p_sum2_piece3_0 = 0, p_max_piece3_1 = -3.4028234663852886e+38, p_sum2_piece3_1 = 0, p_max_piece3_2 = -3.4028234663852886e+38, p_sum2_piece3_2 = 0, p_max_piece3_3 = -3.4028234663852886e+38, p_sum2_piece3_3 = 0;
        const row6 = (row1 + row3 + 4 * g) * D;
        const inside0 = 4 * g < G;
        const row7 = (row1 + row3 + 4 * g + 1) * D;
        const inside1 = 4 * g + 1 < G;
        const row8 = (row1 + row3 + 4 * g + 2) * D;
        const inside2 = 4 * g + 2 < G;
        const row9 = (row1 + row3 + 4 * g + 3) * D;
        const inside3 = 4 * g + 3 < G;
        for (let t_9_step = 0; t_9_step < M; t_9_step++) {
          let p_sum_piece3_0 = 0, p_sum_piece3_1 = 0, p_sum_piece3_2 = 0, p_sum_piece3_3 = 0;
          const row10 = (row4 + t_9_step) * D;
          for (let d_4_step = 0; d_4_step < D; d_4_step++) {
            const q2_0 = inside0 ? bf16_value[q[row6 + d_4_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row7 + d_4_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row8 + d_4_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row9 + d_4_step]] : 0;
            const generated2 = bf16_value[generated[row10 + d_4_step]];
            p_sum_piece3_0 += q2_0 * generated2;
            p_sum_piece3_1 += q2_1 * generated2;
            p_sum_piece3_2 += q2_2 * generated2;
            p_sum_piece3_3 += q2_3 * generated2;
          }
          const at2 = at[b];
          const p_max_piece3_term_0 = p_sum_piece3_0 * (1 / Math.sqrt(D));
          const p_max_piece3_new_0 = Math.max(p_max_piece3_0, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_0 : -3.4028234663852886e+38);
          const p_sum2_piece3_scale_0 = Math.exp(p_max_piece3_0 - p_max_piece3_new_0);
          const p_sum2_piece3_term_0 = Math.exp(p_sum_piece3_0 * (1 / Math.sqrt(D)) - p_max_piece3_new_0);
          p_sum2_piece3_0 = p_sum2_piece3_0 * p_sum2_piece3_scale_0 + (t_9_step + S + W <= (S + W + at2 | 0) ? p_sum2_piece3_term_0 : 0);
          p_max_piece3_0 = p_max_piece3_new_0;
          const p_max_piece3_term_1 = p_sum_piece3_1 * (1 / Math.sqrt(D));
          const p_max_piece3_new_1 = Math.max(p_max_piece3_1, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_1 : -3.4028234663852886e+38);
          const p_sum2_piece3_scale_1 = Math.exp(p_max_piece3_1 - p_max_piece3_new_1);
          const p_sum2_piece3_term_1 = Math.exp(p_sum_piece3_1 * (1 / Math.sqrt(D)) - p_max_piece3_new_1);
          p_sum2_piece3_1 = p_sum2_piece3_1 * p_sum2_piece3_scale_1 + (t_9_step + S + W <= (S + W + at2 | 0) ? p_sum2_piece3_term_1 : 0);
          p_max_piece3_1 = p_max_piece3_new_1;
          const p_max_piece3_term_2 = p_sum_piece3_2 * (1 / Math.sqrt(D));
          const p_max_piece3_new_2 = Math.max(p_max_piece3_2, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_2 : -3.4028234663852886e+38);
          const p_sum2_piece3_scale_2 = Math.exp(p_max_piece3_2 - p_max_piece3_new_2);
          const p_sum2_piece3_term_2 = Math.exp(p_sum_piece3_2 * (1 / Math.sqrt(D)) - p_max_piece3_new_2);
          p_sum2_piece3_2 = p_sum2_piece3_2 * p_sum2_piece3_scale_2 + (t_9_step + S + W <= (S + W + at2 | 0) ? p_sum2_piece3_term_2 : 0);
          p_max_piece3_2 = p_max_piece3_new_2;
          const p_max_piece3_term_3 = p_sum_piece3_3 * (1 / Math.sqrt(D));
          const p_max_piece3_new_3 = Math.max(p_max_piece3_3, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_3 : -3.4028234663852886e+38);
          const p_sum2_piece3_scale_3 = Math.exp(p_max_piece3_3 - p_max_piece3_new_3);
          const p_sum2_piece3_term_3 = Math.exp(p_sum_piece3_3 * (1 / Math.sqrt(D)) - p_max_piece3_new_3);
          p_sum2_piece3_3 = p_sum2_piece3_3 * p_sum2_piece3_scale_3 + (t_9_step + S + W <= (S + W + at2 | 0) ? p_sum2_piece3_term_3 : 0);
          p_max_piece3_3 = p_max_piece3_new_3;
        }
        if (4 * g < G) { p_sum2_piece3_mem[row5 + 4 * g] = p_sum2_piece3_0; }
        if (4 * g + 1 < G) { p_sum2_piece3_mem[row5 + 4 * g + 1] = p_sum2_piece3_1; }
        if (4 * g + 2 < G) { p_sum2_piece3_mem[row5 + 4 * g + 2] = p_sum2_piece3_2; }
        if (4 * g + 3 < G) { p_sum2_piece3_mem[row5 + 4 * g + 3] = p_sum2_piece3_3; }
      }
    }
  }
}

export function attend_5(q, exact, slots, generated, at, p_max_piece2_mem, p_max_piece3_mem, p_sum2_piece2_mem, p_sum2_piece3_mem, y, B, H, G, D, W, S, M, gridX, gridY, gridZ) {
  const row0 = G * H;
  const row1 = 1 * B;
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row2 = b * row0;
    const row3 = h * G;
    const row4 = (b * H + h) * W;
    const row5 = (b * H + h) * G;
    const row6 = ((row1 + b) * H + h) * W;
    const row7 = (b * H + h) * S;
    const row8 = ((row1 + b) * H + h) * S;
    const row9 = (b * H + h) * M;
    const row10 = ((row1 + b) * H + h) * M;
    for (let g = 0; g < gridY; g++) {
      const row11 = (row2 + row3 + 4 * g) * D;
      const inside0 = 4 * g < G;
      const row12 = (row2 + row3 + 4 * g + 1) * D;
      const inside1 = 4 * g + 1 < G;
      const row13 = (row2 + row3 + 4 * g + 2) * D;
      const inside2 = 4 * g + 2 < G;
      const row14 = (row2 + row3 + 4 * g + 3) * D;
      const inside3 = 4 * g + 3 < G;
      for (let d = 0; d < gridX; d++) {
        // shadow_decode.tdsl:90: y[b, h*G + g, d] = sum(t) p[b, h, g, t] * KV[1, b, h, t, d]
        let p_max_piece0 = -3.4028234663852886e+38, p_max_piece1 = -3.4028234663852886e+38, p_max_piece2_ = -3.4028234663852886e+38, p_max_piece3_ = -3.4028234663852886e+38, y_sum_piece_f0 = 0, y_sum_piece_f1 = 0, y_sum_piece_f2 = 0, y_sum_piece_f3 = 0;
        let y_sum_piece_f4 = 0, y_sum_piece_f5 = 0, y_sum_piece_f6 = 0, y_sum_piece_f7 = 0, y_sum_piece_f8 = 0, y_sum_piece_f9 = 0, y_sum_piece_f10 = 0, y_sum_piece_f11 = 0;
        let y_sum_piece_f12 = 0, y_sum_piece_f13 = 0, y_sum_piece_f14 = 0, y_sum_piece_f15 = 0, p_sum2_piece0 = 0, p_sum2_piece1 = 0, p_sum2_piece2_ = 0, p_sum2_piece3_ = 0;
        for (let t_7_step = 0; t_7_step < W; t_7_step++) {
          let p_sum_piece0 = 0, p_sum_piece1 = 0, p_sum_piece2_ = 0, p_sum_piece3_ = 0;
          const row15 = (row4 + t_7_step) * D;
          for (let d_2_step = 0; d_2_step < D; d_2_step++) {
            const q2_0 = inside0 ? bf16_value[q[row11 + d_2_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row12 + d_2_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row13 + d_2_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row14 + d_2_step]] : 0;
            const exact2 = bf16_value[exact[row15 + d_2_step]];
            p_sum_piece0 += q2_0 * exact2;
            p_sum_piece1 += q2_1 * exact2;
            p_sum_piece2_ += q2_2 * exact2;
            p_sum_piece3_ += q2_3 * exact2;
          }
          const at2 = at[b];
          const p_max_piece_term_0 = p_sum_piece0 * (1 / Math.sqrt(D));
          const p_max_piece_new0 = Math.max(p_max_piece0, t_7_step <= (S + W + at2 | 0) ? p_max_piece_term_0 : -3.4028234663852886e+38);
          const p_max_piece2_mem2_0 = inside0 ? p_max_piece2_mem[row5 + 4 * g] : 0;
          const p_max_piece3_mem2_0 = inside0 ? p_max_piece3_mem[row5 + 4 * g] : 0;
          const y_sum_piece_f_scale0 = Math.exp(Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0) - Math.max(Math.max(p_max_piece_new0, p_max_piece2_mem2_0), p_max_piece3_mem2_0));
          const p_max_piece_term_1 = p_sum_piece1 * (1 / Math.sqrt(D));
          const p_max_piece_new1 = Math.max(p_max_piece1, t_7_step <= (S + W + at2 | 0) ? p_max_piece_term_1 : -3.4028234663852886e+38);
          const p_max_piece2_mem2_1 = inside1 ? p_max_piece2_mem[row5 + 4 * g + 1] : 0;
          const p_max_piece3_mem2_1 = inside1 ? p_max_piece3_mem[row5 + 4 * g + 1] : 0;
          const y_sum_piece_f_scale1 = Math.exp(Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1) - Math.max(Math.max(p_max_piece_new1, p_max_piece2_mem2_1), p_max_piece3_mem2_1));
          const p_max_piece_term_2 = p_sum_piece2_ * (1 / Math.sqrt(D));
          const p_max_piece_new2 = Math.max(p_max_piece2_, t_7_step <= (S + W + at2 | 0) ? p_max_piece_term_2 : -3.4028234663852886e+38);
          const p_max_piece2_mem2_2 = inside2 ? p_max_piece2_mem[row5 + 4 * g + 2] : 0;
          const p_max_piece3_mem2_2 = inside2 ? p_max_piece3_mem[row5 + 4 * g + 2] : 0;
          const y_sum_piece_f_scale2 = Math.exp(Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2) - Math.max(Math.max(p_max_piece_new2, p_max_piece2_mem2_2), p_max_piece3_mem2_2));
          const p_max_piece_term_3 = p_sum_piece3_ * (1 / Math.sqrt(D));
          const p_max_piece_new3 = Math.max(p_max_piece3_, t_7_step <= (S + W + at2 | 0) ? p_max_piece_term_3 : -3.4028234663852886e+38);
          const p_max_piece2_mem2_3 = inside3 ? p_max_piece2_mem[row5 + 4 * g + 3] : 0;
          const p_max_piece3_mem2_3 = inside3 ? p_max_piece3_mem[row5 + 4 * g + 3] : 0;
          const y_sum_piece_f_scale3 = Math.exp(Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3) - Math.max(Math.max(p_max_piece_new3, p_max_piece2_mem2_3), p_max_piece3_mem2_3));
          const exact2_0 = 4 * d < D ? bf16_value[exact[(row6 + t_7_step) * D + 4 * d]] : 0;
          const exact2_1 = 4 * d + 1 < D ? bf16_value[exact[(row6 + t_7_step) * D + 4 * d + 1]] : 0;
          const exact2_2 = 4 * d + 2 < D ? bf16_value[exact[(row6 + t_7_step) * D + 4 * d + 2]] : 0;
          const exact2_3 = 4 * d + 3 < D ? bf16_value[exact[(row6 + t_7_step) * D + 4 * d + 3]] : 0;
          const y_sum_piece_f_term_0 = Math.exp(p_sum_piece0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) * exact2_0;
          y_sum_piece_f0 = y_sum_piece_f0 * y_sum_piece_f_scale0 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_0 : 0);
          const y_sum_piece_f_term_1 = Math.exp(p_sum_piece0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) * exact2_1;
          y_sum_piece_f1 = y_sum_piece_f1 * y_sum_piece_f_scale0 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_1 : 0);
          const y_sum_piece_f_term_2 = Math.exp(p_sum_piece0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) * exact2_2;
          y_sum_piece_f2 = y_sum_piece_f2 * y_sum_piece_f_scale0 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_2 : 0);
          const y_sum_piece_f_term_3 = Math.exp(p_sum_piece0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) * exact2_3;
          y_sum_piece_f3 = y_sum_piece_f3 * y_sum_piece_f_scale0 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_3 : 0);
          const y_sum_piece_f_term_0_ = Math.exp(p_sum_piece1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) * exact2_0;
          y_sum_piece_f4 = y_sum_piece_f4 * y_sum_piece_f_scale1 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_0_ : 0);
          const y_sum_piece_f_term_1_ = Math.exp(p_sum_piece1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) * exact2_1;
          y_sum_piece_f5 = y_sum_piece_f5 * y_sum_piece_f_scale1 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_1_ : 0);
          const y_sum_piece_f_term_2_ = Math.exp(p_sum_piece1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) * exact2_2;
          y_sum_piece_f6 = y_sum_piece_f6 * y_sum_piece_f_scale1 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_2_ : 0);
          const y_sum_piece_f_term_3_ = Math.exp(p_sum_piece1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) * exact2_3;
          y_sum_piece_f7 = y_sum_piece_f7 * y_sum_piece_f_scale1 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_3_ : 0);
          const y_sum_piece_f_term_0__ = Math.exp(p_sum_piece2_ * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new2, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) * exact2_0;
          y_sum_piece_f8 = y_sum_piece_f8 * y_sum_piece_f_scale2 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_0__ : 0);
          const y_sum_piece_f_term_1__ = Math.exp(p_sum_piece2_ * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new2, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) * exact2_1;
          y_sum_piece_f9 = y_sum_piece_f9 * y_sum_piece_f_scale2 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_1__ : 0);
          const y_sum_piece_f_term_2__ = Math.exp(p_sum_piece2_ * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new2, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) * exact2_2;
          y_sum_piece_f10 = y_sum_piece_f10 * y_sum_piece_f_scale2 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_2__ : 0);
          const y_sum_piece_f_term_3__ = Math.exp(p_sum_piece2_ * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new2, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) * exact2_3;
          y_sum_piece_f11 = y_sum_piece_f11 * y_sum_piece_f_scale2 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_3__ : 0);
          const y_sum_piece_f_term_0___ = Math.exp(p_sum_piece3_ * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new3, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) * exact2_0;
          y_sum_piece_f12 = y_sum_piece_f12 * y_sum_piece_f_scale3 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_0___ : 0);
          const y_sum_piece_f_term_1___ = Math.exp(p_sum_piece3_ * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new3, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) * exact2_1;
          y_sum_piece_f13 = y_sum_piece_f13 * y_sum_piece_f_scale3 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_1___ : 0);
          const y_sum_piece_f_term_2___ = Math.exp(p_sum_piece3_ * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new3, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) * exact2_2;
          y_sum_piece_f14 = y_sum_piece_f14 * y_sum_piece_f_scale3 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_2___ : 0);
          const y_sum_piece_f_term_3___ = Math.exp(p_sum_piece3_ * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece_new3, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) * exact2_3;
          y_sum_piece_f15 = y_sum_piece_f15 * y_sum_piece_f_scale3 + (t_7_step <= (S + W + at2 | 0) ? y_sum_piece_f_term_3___ : 0);
          const p_sum2_piece_scale_0 = Math.exp(p_max_piece0 - p_max_piece_new0);
          const p_sum2_piece_term_0 = Math.exp(p_sum_piece0 * (1 / Math.sqrt(D)) - p_max_piece_new0);
          p_sum2_piece0 = p_sum2_piece0 * p_sum2_piece_scale_0 + (t_7_step <= (S + W + at2 | 0) ? p_sum2_piece_term_0 : 0);
          p_max_piece0 = p_max_piece_new0;
          const p_sum2_piece_scale_1 = Math.exp(p_max_piece1 - p_max_piece_new1);
          const p_sum2_piece_term_1 = Math.exp(p_sum_piece1 * (1 / Math.sqrt(D)) - p_max_piece_new1);
          p_sum2_piece1 = p_sum2_piece1 * p_sum2_piece_scale_1 + (t_7_step <= (S + W + at2 | 0) ? p_sum2_piece_term_1 : 0);
          p_max_piece1 = p_max_piece_new1;
          const p_sum2_piece_scale_2 = Math.exp(p_max_piece2_ - p_max_piece_new2);
          const p_sum2_piece_term_2 = Math.exp(p_sum_piece2_ * (1 / Math.sqrt(D)) - p_max_piece_new2);
          p_sum2_piece2_ = p_sum2_piece2_ * p_sum2_piece_scale_2 + (t_7_step <= (S + W + at2 | 0) ? p_sum2_piece_term_2 : 0);
          p_max_piece2_ = p_max_piece_new2;
          const p_sum2_piece_scale_3 = Math.exp(p_max_piece3_ - p_max_piece_new3);
          const p_sum2_piece_term_3 = Math.exp(p_sum_piece3_ * (1 / Math.sqrt(D)) - p_max_piece_new3);
          p_sum2_piece3_ = p_sum2_piece3_ * p_sum2_piece_scale_3 + (t_7_step <= (S + W + at2 | 0) ? p_sum2_piece_term_3 : 0);
          p_max_piece3_ = p_max_piece_new3;
        }
        let p_max_piece2_0 = -3.4028234663852886e+38, p_max_piece2_1 = -3.4028234663852886e+38, p_max_piece2_2 = -3.4028234663852886e+38, p_max_piece2_3 = -3.4028234663852886e+38, y_sum_piece2_f0 = 0, y_sum_piece2_f1 = 0, y_sum_piece2_f2 = 0, y_sum_piece2_f3 = 0;
        let y_sum_piece2_f4 = 0, y_sum_piece2_f5 = 0, y_sum_piece2_f6 = 0, y_sum_piece2_f7 = 0, y_sum_piece2_f8 = 0, y_sum_piece2_f9 = 0, y_sum_piece2_f10 = 0, y_sum_piece2_f11 = 0;
        let y_sum_piece2_f12 = 0, y_sum_piece2_f13 = 0, y_sum_piece2_f14 = 0, y_sum_piece2_f15 = 0, p_sum2_piece2_0 = 0, p_sum2_piece2_1 = 0, p_sum2_piece2_2 = 0, p_sum2_piece2_3 = 0;
        for (let t_8_step = 0; t_8_step < S; t_8_step++) {
          let p_sum_piece2_0 = 0, p_sum_piece2_1 = 0, p_sum_piece2_2 = 0, p_sum_piece2_3 = 0;
          const row16 = (row7 + t_8_step) * D;
          for (let d_3_step = 0; d_3_step < D; d_3_step++) {
            const q2_0 = inside0 ? bf16_value[q[row11 + d_3_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row12 + d_3_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row13 + d_3_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row14 + d_3_step]] : 0;
            const slots2 = bf16_value[slots[row16 + d_3_step]];
            p_sum_piece2_0 += q2_0 * slots2;
            p_sum_piece2_1 += q2_1 * slots2;
            p_sum_piece2_2 += q2_2 * slots2;
            p_sum_piece2_3 += q2_3 * slots2;
          }
          const at2 = at[b];
          const p_max_piece2_term_0 = p_sum_piece2_0 * (1 / Math.sqrt(D));
          const p_max_piece2_new0 = Math.max(p_max_piece2_0, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_0 : -3.4028234663852886e+38);
          const p_max_piece3_mem2_0 = inside0 ? p_max_piece3_mem[row5 + 4 * g] : 0;
          const y_sum_piece2_f_scale0 = Math.exp(Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0) - Math.max(Math.max(p_max_piece0, p_max_piece2_new0), p_max_piece3_mem2_0));
          const p_max_piece2_term_1 = p_sum_piece2_1 * (1 / Math.sqrt(D));
          const p_max_piece2_new1 = Math.max(p_max_piece2_1, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_1 : -3.4028234663852886e+38);
          const p_max_piece3_mem2_1 = inside1 ? p_max_piece3_mem[row5 + 4 * g + 1] : 0;
          const y_sum_piece2_f_scale1 = Math.exp(Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1) - Math.max(Math.max(p_max_piece1, p_max_piece2_new1), p_max_piece3_mem2_1));
          const p_max_piece2_term_2 = p_sum_piece2_2 * (1 / Math.sqrt(D));
          const p_max_piece2_new2 = Math.max(p_max_piece2_2, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_2 : -3.4028234663852886e+38);
          const p_max_piece3_mem2_2 = inside2 ? p_max_piece3_mem[row5 + 4 * g + 2] : 0;
          const y_sum_piece2_f_scale2 = Math.exp(Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2) - Math.max(Math.max(p_max_piece2_, p_max_piece2_new2), p_max_piece3_mem2_2));
          const p_max_piece2_term_3 = p_sum_piece2_3 * (1 / Math.sqrt(D));
          const p_max_piece2_new3 = Math.max(p_max_piece2_3, t_8_step + W <= (S + W + at2 | 0) ? p_max_piece2_term_3 : -3.4028234663852886e+38);
          const p_max_piece3_mem2_3 = inside3 ? p_max_piece3_mem[row5 + 4 * g + 3] : 0;
          const y_sum_piece2_f_scale3 = Math.exp(Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3) - Math.max(Math.max(p_max_piece3_, p_max_piece2_new3), p_max_piece3_mem2_3));
          const slots2_0 = 4 * d < D ? bf16_value[slots[(row8 + t_8_step) * D + 4 * d]] : 0;
          const slots2_1 = 4 * d + 1 < D ? bf16_value[slots[(row8 + t_8_step) * D + 4 * d + 1]] : 0;
          const slots2_2 = 4 * d + 2 < D ? bf16_value[slots[(row8 + t_8_step) * D + 4 * d + 2]] : 0;
          const slots2_3 = 4 * d + 3 < D ? bf16_value[slots[(row8 + t_8_step) * D + 4 * d + 3]] : 0;
          const y_sum_piece2_f_term_0 = Math.exp(p_sum_piece2_0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece0, p_max_piece2_new0), p_max_piece3_mem2_0)) * slots2_0;
          y_sum_piece2_f0 = y_sum_piece2_f0 * y_sum_piece2_f_scale0 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_0 : 0);
          const y_sum_piece2_f_term_1 = Math.exp(p_sum_piece2_0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece0, p_max_piece2_new0), p_max_piece3_mem2_0)) * slots2_1;
          y_sum_piece2_f1 = y_sum_piece2_f1 * y_sum_piece2_f_scale0 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_1 : 0);
          const y_sum_piece2_f_term_2 = Math.exp(p_sum_piece2_0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece0, p_max_piece2_new0), p_max_piece3_mem2_0)) * slots2_2;
          y_sum_piece2_f2 = y_sum_piece2_f2 * y_sum_piece2_f_scale0 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_2 : 0);
          const y_sum_piece2_f_term_3 = Math.exp(p_sum_piece2_0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece0, p_max_piece2_new0), p_max_piece3_mem2_0)) * slots2_3;
          y_sum_piece2_f3 = y_sum_piece2_f3 * y_sum_piece2_f_scale0 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_3 : 0);
          const y_sum_piece2_f_term_0_ = Math.exp(p_sum_piece2_1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece1, p_max_piece2_new1), p_max_piece3_mem2_1)) * slots2_0;
          y_sum_piece2_f4 = y_sum_piece2_f4 * y_sum_piece2_f_scale1 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_0_ : 0);
          const y_sum_piece2_f_term_1_ = Math.exp(p_sum_piece2_1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece1, p_max_piece2_new1), p_max_piece3_mem2_1)) * slots2_1;
          y_sum_piece2_f5 = y_sum_piece2_f5 * y_sum_piece2_f_scale1 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_1_ : 0);
          const y_sum_piece2_f_term_2_ = Math.exp(p_sum_piece2_1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece1, p_max_piece2_new1), p_max_piece3_mem2_1)) * slots2_2;
          y_sum_piece2_f6 = y_sum_piece2_f6 * y_sum_piece2_f_scale1 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_2_ : 0);
          const y_sum_piece2_f_term_3_ = Math.exp(p_sum_piece2_1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece1, p_max_piece2_new1), p_max_piece3_mem2_1)) * slots2_3;
          y_sum_piece2_f7 = y_sum_piece2_f7 * y_sum_piece2_f_scale1 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_3_ : 0);
          const y_sum_piece2_f_term_0__ = Math.exp(p_sum_piece2_2 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece2_, p_max_piece2_new2), p_max_piece3_mem2_2)) * slots2_0;
          y_sum_piece2_f8 = y_sum_piece2_f8 * y_sum_piece2_f_scale2 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_0__ : 0);
          const y_sum_piece2_f_term_1__ = Math.exp(p_sum_piece2_2 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece2_, p_max_piece2_new2), p_max_piece3_mem2_2)) * slots2_1;
          y_sum_piece2_f9 = y_sum_piece2_f9 * y_sum_piece2_f_scale2 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_1__ : 0);
          const y_sum_piece2_f_term_2__ = Math.exp(p_sum_piece2_2 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece2_, p_max_piece2_new2), p_max_piece3_mem2_2)) * slots2_2;
          y_sum_piece2_f10 = y_sum_piece2_f10 * y_sum_piece2_f_scale2 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_2__ : 0);
          const y_sum_piece2_f_term_3__ = Math.exp(p_sum_piece2_2 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece2_, p_max_piece2_new2), p_max_piece3_mem2_2)) * slots2_3;
          y_sum_piece2_f11 = y_sum_piece2_f11 * y_sum_piece2_f_scale2 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_3__ : 0);
          const y_sum_piece2_f_term_0___ = Math.exp(p_sum_piece2_3 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece3_, p_max_piece2_new3), p_max_piece3_mem2_3)) * slots2_0;
          y_sum_piece2_f12 = y_sum_piece2_f12 * y_sum_piece2_f_scale3 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_0___ : 0);
          const y_sum_piece2_f_term_1___ = Math.exp(p_sum_piece2_3 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece3_, p_max_piece2_new3), p_max_piece3_mem2_3)) * slots2_1;
          y_sum_piece2_f13 = y_sum_piece2_f13 * y_sum_piece2_f_scale3 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_1___ : 0);
          const y_sum_piece2_f_term_2___ = Math.exp(p_sum_piece2_3 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece3_, p_max_piece2_new3), p_max_piece3_mem2_3)) * slots2_2;
          y_sum_piece2_f14 = y_sum_piece2_f14 * y_sum_piece2_f_scale3 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_2___ : 0);
          const y_sum_piece2_f_term_3___ = Math.exp(p_sum_piece2_3 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece3_, p_max_piece2_new3), p_max_piece3_mem2_3)) * slots2_3;
          y_sum_piece2_f15 = y_sum_piece2_f15 * y_sum_piece2_f_scale3 + (t_8_step + W <= (S + W + at2 | 0) ? y_sum_piece2_f_term_3___ : 0);
          const p_sum2_piece2_scale_0 = Math.exp(p_max_piece2_0 - p_max_piece2_new0);
          const p_sum2_piece2_term_0 = Math.exp(p_sum_piece2_0 * (1 / Math.sqrt(D)) - p_max_piece2_new0);
          p_sum2_piece2_0 = p_sum2_piece2_0 * p_sum2_piece2_scale_0 + (t_8_step + W <= (S + W + at2 | 0) ? p_sum2_piece2_term_0 : 0);
          p_max_piece2_0 = p_max_piece2_new0;
          const p_sum2_piece2_scale_1 = Math.exp(p_max_piece2_1 - p_max_piece2_new1);
          const p_sum2_piece2_term_1 = Math.exp(p_sum_piece2_1 * (1 / Math.sqrt(D)) - p_max_piece2_new1);
          p_sum2_piece2_1 = p_sum2_piece2_1 * p_sum2_piece2_scale_1 + (t_8_step + W <= (S + W + at2 | 0) ? p_sum2_piece2_term_1 : 0);
          p_max_piece2_1 = p_max_piece2_new1;
          const p_sum2_piece2_scale_2 = Math.exp(p_max_piece2_2 - p_max_piece2_new2);
          const p_sum2_piece2_term_2 = Math.exp(p_sum_piece2_2 * (1 / Math.sqrt(D)) - p_max_piece2_new2);
          p_sum2_piece2_2 = p_sum2_piece2_2 * p_sum2_piece2_scale_2 + (t_8_step + W <= (S + W + at2 | 0) ? p_sum2_piece2_term_2 : 0);
          p_max_piece2_2 = p_max_piece2_new2;
          const p_sum2_piece2_scale_3 = Math.exp(p_max_piece2_3 - p_max_piece2_new3);
          const p_sum2_piece2_term_3 = Math.exp(p_sum_piece2_3 * (1 / Math.sqrt(D)) - p_max_piece2_new3);
          p_sum2_piece2_3 = p_sum2_piece2_3 * p_sum2_piece2_scale_3 + (t_8_step + W <= (S + W + at2 | 0) ? p_sum2_piece2_term_3 : 0);
          p_max_piece2_3 = p_max_piece2_new3;
        }
        let p_max_piece3_0 = -3.4028234663852886e+38, p_max_piece3_1 = -3.4028234663852886e+38, p_max_piece3_2 = -3.4028234663852886e+38, p_max_piece3_3 = -3.4028234663852886e+38, y_sum_piece3_f0 = 0, y_sum_piece3_f1 = 0, y_sum_piece3_f2 = 0, y_sum_piece3_f3 = 0;
        let y_sum_piece3_f4 = 0, y_sum_piece3_f5 = 0, y_sum_piece3_f6 = 0, y_sum_piece3_f7 = 0, y_sum_piece3_f8 = 0, y_sum_piece3_f9 = 0, y_sum_piece3_f10 = 0, y_sum_piece3_f11 = 0;
        let y_sum_piece3_f12 = 0, y_sum_piece3_f13 = 0, y_sum_piece3_f14 = 0, y_sum_piece3_f15 = 0, p_sum2_piece3_0 = 0, p_sum2_piece3_1 = 0, p_sum2_piece3_2 = 0, p_sum2_piece3_3 = 0;
        for (let t_9_step = 0; t_9_step < M; t_9_step++) {
          let p_sum_piece3_0 = 0, p_sum_piece3_1 = 0, p_sum_piece3_2 = 0, p_sum_piece3_3 = 0;
          const row17 = (row9 + t_9_step) * D;
          for (let d_4_step = 0; d_4_step < D; d_4_step++) {
            const q2_0 = inside0 ? bf16_value[q[row11 + d_4_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row12 + d_4_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row13 + d_4_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row14 + d_4_step]] : 0;
            const generated2 = bf16_value[generated[row17 + d_4_step]];
            p_sum_piece3_0 += q2_0 * generated2;
            p_sum_piece3_1 += q2_1 * generated2;
            p_sum_piece3_2 += q2_2 * generated2;
            p_sum_piece3_3 += q2_3 * generated2;
          }
          const at2 = at[b];
          const p_max_piece3_term_0 = p_sum_piece3_0 * (1 / Math.sqrt(D));
          const p_max_piece3_new0 = Math.max(p_max_piece3_0, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_0 : -3.4028234663852886e+38);
          const y_sum_piece3_f_scale0 = Math.exp(Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0) - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_new0));
          const p_max_piece3_term_1 = p_sum_piece3_1 * (1 / Math.sqrt(D));
          const p_max_piece3_new1 = Math.max(p_max_piece3_1, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_1 : -3.4028234663852886e+38);
          const y_sum_piece3_f_scale1 = Math.exp(Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1) - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_new1));
          const p_max_piece3_term_2 = p_sum_piece3_2 * (1 / Math.sqrt(D));
          const p_max_piece3_new2 = Math.max(p_max_piece3_2, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_2 : -3.4028234663852886e+38);
          const y_sum_piece3_f_scale2 = Math.exp(Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2) - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_new2));
          const p_max_piece3_term_3 = p_sum_piece3_3 * (1 / Math.sqrt(D));
          const p_max_piece3_new3 = Math.max(p_max_piece3_3, t_9_step + S + W <= (S + W + at2 | 0) ? p_max_piece3_term_3 : -3.4028234663852886e+38);
          const y_sum_piece3_f_scale3 = Math.exp(Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3) - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_new3));
          const generated2_0 = 4 * d < D ? bf16_value[generated[(row10 + t_9_step) * D + 4 * d]] : 0;
          const generated2_1 = 4 * d + 1 < D ? bf16_value[generated[(row10 + t_9_step) * D + 4 * d + 1]] : 0;
          const generated2_2 = 4 * d + 2 < D ? bf16_value[generated[(row10 + t_9_step) * D + 4 * d + 2]] : 0;
          const generated2_3 = 4 * d + 3 < D ? bf16_value[generated[(row10 + t_9_step) * D + 4 * d + 3]] : 0;
          const y_sum_piece3_f_term_0 = Math.exp(p_sum_piece3_0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_new0)) * generated2_0;
          y_sum_piece3_f0 = y_sum_piece3_f0 * y_sum_piece3_f_scale0 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_0 : 0);
          const y_sum_piece3_f_term_1 = Math.exp(p_sum_piece3_0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_new0)) * generated2_1;
          y_sum_piece3_f1 = y_sum_piece3_f1 * y_sum_piece3_f_scale0 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_1 : 0);
          const y_sum_piece3_f_term_2 = Math.exp(p_sum_piece3_0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_new0)) * generated2_2;
          y_sum_piece3_f2 = y_sum_piece3_f2 * y_sum_piece3_f_scale0 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_2 : 0);
          const y_sum_piece3_f_term_3 = Math.exp(p_sum_piece3_0 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_new0)) * generated2_3;
          y_sum_piece3_f3 = y_sum_piece3_f3 * y_sum_piece3_f_scale0 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_3 : 0);
          const y_sum_piece3_f_term_0_ = Math.exp(p_sum_piece3_1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_new1)) * generated2_0;
          y_sum_piece3_f4 = y_sum_piece3_f4 * y_sum_piece3_f_scale1 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_0_ : 0);
          const y_sum_piece3_f_term_1_ = Math.exp(p_sum_piece3_1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_new1)) * generated2_1;
          y_sum_piece3_f5 = y_sum_piece3_f5 * y_sum_piece3_f_scale1 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_1_ : 0);
          const y_sum_piece3_f_term_2_ = Math.exp(p_sum_piece3_1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_new1)) * generated2_2;
          y_sum_piece3_f6 = y_sum_piece3_f6 * y_sum_piece3_f_scale1 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_2_ : 0);
          const y_sum_piece3_f_term_3_ = Math.exp(p_sum_piece3_1 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_new1)) * generated2_3;
          y_sum_piece3_f7 = y_sum_piece3_f7 * y_sum_piece3_f_scale1 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_3_ : 0);
          const y_sum_piece3_f_term_0__ = Math.exp(p_sum_piece3_2 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_new2)) * generated2_0;
          y_sum_piece3_f8 = y_sum_piece3_f8 * y_sum_piece3_f_scale2 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_0__ : 0);
          const y_sum_piece3_f_term_1__ = Math.exp(p_sum_piece3_2 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_new2)) * generated2_1;
          y_sum_piece3_f9 = y_sum_piece3_f9 * y_sum_piece3_f_scale2 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_1__ : 0);
          const y_sum_piece3_f_term_2__ = Math.exp(p_sum_piece3_2 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_new2)) * generated2_2;
          y_sum_piece3_f10 = y_sum_piece3_f10 * y_sum_piece3_f_scale2 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_2__ : 0);
          const y_sum_piece3_f_term_3__ = Math.exp(p_sum_piece3_2 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_new2)) * generated2_3;
          y_sum_piece3_f11 = y_sum_piece3_f11 * y_sum_piece3_f_scale2 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_3__ : 0);
          const y_sum_piece3_f_term_0___ = Math.exp(p_sum_piece3_3 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_new3)) * generated2_0;
          y_sum_piece3_f12 = y_sum_piece3_f12 * y_sum_piece3_f_scale3 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_0___ : 0);
          const y_sum_piece3_f_term_1___ = Math.exp(p_sum_piece3_3 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_new3)) * generated2_1;
          y_sum_piece3_f13 = y_sum_piece3_f13 * y_sum_piece3_f_scale3 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_1___ : 0);
          const y_sum_piece3_f_term_2___ = Math.exp(p_sum_piece3_3 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_new3)) * generated2_2;
          y_sum_piece3_f14 = y_sum_piece3_f14 * y_sum_piece3_f_scale3 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_2___ : 0);
          const y_sum_piece3_f_term_3___ = Math.exp(p_sum_piece3_3 * (1 / Math.sqrt(D)) - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_new3)) * generated2_3;
          y_sum_piece3_f15 = y_sum_piece3_f15 * y_sum_piece3_f_scale3 + (t_9_step + S + W <= (S + W + at2 | 0) ? y_sum_piece3_f_term_3___ : 0);
          const p_sum2_piece3_scale_0 = Math.exp(p_max_piece3_0 - p_max_piece3_new0);
          const p_sum2_piece3_term_0 = Math.exp(p_sum_piece3_0 * (1 / Math.sqrt(D)) - p_max_piece3_new0);
          p_sum2_piece3_0 = p_sum2_piece3_0 * p_sum2_piece3_scale_0 + (t_9_step + S + W <= (S + W + at2 | 0) ? p_sum2_piece3_term_0 : 0);
          p_max_piece3_0 = p_max_piece3_new0;
          const p_sum2_piece3_scale_1 = Math.exp(p_max_piece3_1 - p_max_piece3_new1);
          const p_sum2_piece3_term_1 = Math.exp(p_sum_piece3_1 * (1 / Math.sqrt(D)) - p_max_piece3_new1);
          p_sum2_piece3_1 = p_sum2_piece3_1 * p_sum2_piece3_scale_1 + (t_9_step + S + W <= (S + W + at2 | 0) ? p_sum2_piece3_term_1 : 0);
          p_max_piece3_1 = p_max_piece3_new1;
          const p_sum2_piece3_scale_2 = Math.exp(p_max_piece3_2 - p_max_piece3_new2);
          const p_sum2_piece3_term_2 = Math.exp(p_sum_piece3_2 * (1 / Math.sqrt(D)) - p_max_piece3_new2);
          p_sum2_piece3_2 = p_sum2_piece3_2 * p_sum2_piece3_scale_2 + (t_9_step + S + W <= (S + W + at2 | 0) ? p_sum2_piece3_term_2 : 0);
          p_max_piece3_2 = p_max_piece3_new2;
          const p_sum2_piece3_scale_3 = Math.exp(p_max_piece3_3 - p_max_piece3_new3);
          const p_sum2_piece3_term_3 = Math.exp(p_sum_piece3_3 * (1 / Math.sqrt(D)) - p_max_piece3_new3);
          p_sum2_piece3_3 = p_sum2_piece3_3 * p_sum2_piece3_scale_3 + (t_9_step + S + W <= (S + W + at2 | 0) ? p_sum2_piece3_term_3 : 0);
          p_max_piece3_3 = p_max_piece3_new3;
        }
        const p_max_piece2_mem2_0 = inside0 ? p_max_piece2_mem[row5 + 4 * g] : 0;
        const p_max_piece3_mem2_0 = inside0 ? p_max_piece3_mem[row5 + 4 * g] : 0;
        const p_sum2_piece2_mem2_0 = inside0 ? p_sum2_piece2_mem[row5 + 4 * g] : 0;
        const p_sum2_piece3_mem2_0 = inside0 ? p_sum2_piece3_mem[row5 + 4 * g] : 0;
        const p_max_piece2_mem2_1 = inside1 ? p_max_piece2_mem[row5 + 4 * g + 1] : 0;
        const p_max_piece3_mem2_1 = inside1 ? p_max_piece3_mem[row5 + 4 * g + 1] : 0;
        const p_sum2_piece2_mem2_1 = inside1 ? p_sum2_piece2_mem[row5 + 4 * g + 1] : 0;
        const p_sum2_piece3_mem2_1 = inside1 ? p_sum2_piece3_mem[row5 + 4 * g + 1] : 0;
        const p_max_piece2_mem2_2 = inside2 ? p_max_piece2_mem[row5 + 4 * g + 2] : 0;
        const p_max_piece3_mem2_2 = inside2 ? p_max_piece3_mem[row5 + 4 * g + 2] : 0;
        const p_sum2_piece2_mem2_2 = inside2 ? p_sum2_piece2_mem[row5 + 4 * g + 2] : 0;
        const p_sum2_piece3_mem2_2 = inside2 ? p_sum2_piece3_mem[row5 + 4 * g + 2] : 0;
        const p_max_piece2_mem2_3 = inside3 ? p_max_piece2_mem[row5 + 4 * g + 3] : 0;
        const p_max_piece3_mem2_3 = inside3 ? p_max_piece3_mem[row5 + 4 * g + 3] : 0;
        const p_sum2_piece2_mem2_3 = inside3 ? p_sum2_piece2_mem[row5 + 4 * g + 3] : 0;
        const p_sum2_piece3_mem2_3 = inside3 ? p_sum2_piece3_mem[row5 + 4 * g + 3] : 0;
        const y2_0 = y_sum_piece_f0 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_mem2_0 * Math.exp(p_max_piece2_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_mem2_0 * Math.exp(p_max_piece2_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0))) : 0) + y_sum_piece2_f0 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0))) : 0) + y_sum_piece3_f0 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece3_0 * Math.exp(p_max_piece3_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece3_0 * Math.exp(p_max_piece3_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0))) : 0);
        if (inside0 && 4 * d < D) { y[row11 + 4 * d] = bf16_bits(y2_0); }
        const y2_1 = y_sum_piece_f1 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_mem2_0 * Math.exp(p_max_piece2_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_mem2_0 * Math.exp(p_max_piece2_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0))) : 0) + y_sum_piece2_f1 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0))) : 0) + y_sum_piece3_f1 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece3_0 * Math.exp(p_max_piece3_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece3_0 * Math.exp(p_max_piece3_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0))) : 0);
        if (inside0 && 4 * d + 1 < D) { y[row11 + 4 * d + 1] = bf16_bits(y2_1); }
        const y2_2 = y_sum_piece_f2 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_mem2_0 * Math.exp(p_max_piece2_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_mem2_0 * Math.exp(p_max_piece2_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0))) : 0) + y_sum_piece2_f2 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0))) : 0) + y_sum_piece3_f2 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece3_0 * Math.exp(p_max_piece3_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece3_0 * Math.exp(p_max_piece3_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0))) : 0);
        if (inside0 && 4 * d + 2 < D) { y[row11 + 4 * d + 2] = bf16_bits(y2_2); }
        const y2_3 = y_sum_piece_f3 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_mem2_0 * Math.exp(p_max_piece2_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_mem2_0 * Math.exp(p_max_piece2_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_mem2_0), p_max_piece3_mem2_0))) : 0) + y_sum_piece2_f3 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0)) + p_sum2_piece3_mem2_0 * Math.exp(p_max_piece3_mem2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_mem2_0))) : 0) + y_sum_piece3_f3 * (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece3_0 * Math.exp(p_max_piece3_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) > 0 ? 1 / (p_sum2_piece0 * Math.exp(p_max_piece0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece2_0 * Math.exp(p_max_piece2_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0)) + p_sum2_piece3_0 * Math.exp(p_max_piece3_0 - Math.max(Math.max(p_max_piece0, p_max_piece2_0), p_max_piece3_0))) : 0);
        if (inside0 && 4 * d + 3 < D) { y[row11 + 4 * d + 3] = bf16_bits(y2_3); }
        const y2_0_ = y_sum_piece_f4 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_mem2_1 * Math.exp(p_max_piece2_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_mem2_1 * Math.exp(p_max_piece2_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1))) : 0) + y_sum_piece2_f4 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1))) : 0) + y_sum_piece3_f4 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece3_1 * Math.exp(p_max_piece3_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece3_1 * Math.exp(p_max_piece3_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1))) : 0);
        if (inside1 && 4 * d < D) { y[row12 + 4 * d] = bf16_bits(y2_0_); }
        const y2_1_ = y_sum_piece_f5 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_mem2_1 * Math.exp(p_max_piece2_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_mem2_1 * Math.exp(p_max_piece2_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1))) : 0) + y_sum_piece2_f5 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1))) : 0) + y_sum_piece3_f5 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece3_1 * Math.exp(p_max_piece3_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece3_1 * Math.exp(p_max_piece3_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1))) : 0);
        if (inside1 && 4 * d + 1 < D) { y[row12 + 4 * d + 1] = bf16_bits(y2_1_); }
        const y2_2_ = y_sum_piece_f6 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_mem2_1 * Math.exp(p_max_piece2_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_mem2_1 * Math.exp(p_max_piece2_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1))) : 0) + y_sum_piece2_f6 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1))) : 0) + y_sum_piece3_f6 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece3_1 * Math.exp(p_max_piece3_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece3_1 * Math.exp(p_max_piece3_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1))) : 0);
        if (inside1 && 4 * d + 2 < D) { y[row12 + 4 * d + 2] = bf16_bits(y2_2_); }
        const y2_3_ = y_sum_piece_f7 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_mem2_1 * Math.exp(p_max_piece2_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_mem2_1 * Math.exp(p_max_piece2_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_mem2_1), p_max_piece3_mem2_1))) : 0) + y_sum_piece2_f7 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1)) + p_sum2_piece3_mem2_1 * Math.exp(p_max_piece3_mem2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_mem2_1))) : 0) + y_sum_piece3_f7 * (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece3_1 * Math.exp(p_max_piece3_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) > 0 ? 1 / (p_sum2_piece1 * Math.exp(p_max_piece1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece2_1 * Math.exp(p_max_piece2_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1)) + p_sum2_piece3_1 * Math.exp(p_max_piece3_1 - Math.max(Math.max(p_max_piece1, p_max_piece2_1), p_max_piece3_1))) : 0);
        if (inside1 && 4 * d + 3 < D) { y[row12 + 4 * d + 3] = bf16_bits(y2_3_); }
        const y2_0__ = y_sum_piece_f8 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_mem2_2 * Math.exp(p_max_piece2_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_mem2_2 * Math.exp(p_max_piece2_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2))) : 0) + y_sum_piece2_f8 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2))) : 0) + y_sum_piece3_f8 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece3_2 * Math.exp(p_max_piece3_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece3_2 * Math.exp(p_max_piece3_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2))) : 0);
        if (inside2 && 4 * d < D) { y[row13 + 4 * d] = bf16_bits(y2_0__); }
        const y2_1__ = y_sum_piece_f9 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_mem2_2 * Math.exp(p_max_piece2_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_mem2_2 * Math.exp(p_max_piece2_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2))) : 0) + y_sum_piece2_f9 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2))) : 0) + y_sum_piece3_f9 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece3_2 * Math.exp(p_max_piece3_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece3_2 * Math.exp(p_max_piece3_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2))) : 0);
        if (inside2 && 4 * d + 1 < D) { y[row13 + 4 * d + 1] = bf16_bits(y2_1__); }
        const y2_2__ = y_sum_piece_f10 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_mem2_2 * Math.exp(p_max_piece2_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_mem2_2 * Math.exp(p_max_piece2_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2))) : 0) + y_sum_piece2_f10 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2))) : 0) + y_sum_piece3_f10 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece3_2 * Math.exp(p_max_piece3_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece3_2 * Math.exp(p_max_piece3_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2))) : 0);
        if (inside2 && 4 * d + 2 < D) { y[row13 + 4 * d + 2] = bf16_bits(y2_2__); }
        const y2_3__ = y_sum_piece_f11 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_mem2_2 * Math.exp(p_max_piece2_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_mem2_2 * Math.exp(p_max_piece2_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_mem2_2), p_max_piece3_mem2_2))) : 0) + y_sum_piece2_f11 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2)) + p_sum2_piece3_mem2_2 * Math.exp(p_max_piece3_mem2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_mem2_2))) : 0) + y_sum_piece3_f11 * (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece3_2 * Math.exp(p_max_piece3_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) > 0 ? 1 / (p_sum2_piece2_ * Math.exp(p_max_piece2_ - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece2_2 * Math.exp(p_max_piece2_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2)) + p_sum2_piece3_2 * Math.exp(p_max_piece3_2 - Math.max(Math.max(p_max_piece2_, p_max_piece2_2), p_max_piece3_2))) : 0);
        if (inside2 && 4 * d + 3 < D) { y[row13 + 4 * d + 3] = bf16_bits(y2_3__); }
        const y2_0___ = y_sum_piece_f12 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_mem2_3 * Math.exp(p_max_piece2_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_mem2_3 * Math.exp(p_max_piece2_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3))) : 0) + y_sum_piece2_f12 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3))) : 0) + y_sum_piece3_f12 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece3_3 * Math.exp(p_max_piece3_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece3_3 * Math.exp(p_max_piece3_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3))) : 0);
        if (inside3 && 4 * d < D) { y[row14 + 4 * d] = bf16_bits(y2_0___); }
        const y2_1___ = y_sum_piece_f13 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_mem2_3 * Math.exp(p_max_piece2_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_mem2_3 * Math.exp(p_max_piece2_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3))) : 0) + y_sum_piece2_f13 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3))) : 0) + y_sum_piece3_f13 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece3_3 * Math.exp(p_max_piece3_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece3_3 * Math.exp(p_max_piece3_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3))) : 0);
        if (inside3 && 4 * d + 1 < D) { y[row14 + 4 * d + 1] = bf16_bits(y2_1___); }
        const y2_2___ = y_sum_piece_f14 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_mem2_3 * Math.exp(p_max_piece2_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_mem2_3 * Math.exp(p_max_piece2_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3))) : 0) + y_sum_piece2_f14 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3))) : 0) + y_sum_piece3_f14 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece3_3 * Math.exp(p_max_piece3_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece3_3 * Math.exp(p_max_piece3_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3))) : 0);
        if (inside3 && 4 * d + 2 < D) { y[row14 + 4 * d + 2] = bf16_bits(y2_2___); }
        const y2_3___ = y_sum_piece_f15 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_mem2_3 * Math.exp(p_max_piece2_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_mem2_3 * Math.exp(p_max_piece2_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_mem2_3), p_max_piece3_mem2_3))) : 0) + y_sum_piece2_f15 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3)) + p_sum2_piece3_mem2_3 * Math.exp(p_max_piece3_mem2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_mem2_3))) : 0) + y_sum_piece3_f15 * (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece3_3 * Math.exp(p_max_piece3_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) > 0 ? 1 / (p_sum2_piece3_ * Math.exp(p_max_piece3_ - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece2_3 * Math.exp(p_max_piece2_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3)) + p_sum2_piece3_3 * Math.exp(p_max_piece3_3 - Math.max(Math.max(p_max_piece3_, p_max_piece2_3), p_max_piece3_3))) : 0);
        if (inside3 && 4 * d + 3 < D) { y[row14 + 4 * d + 3] = bf16_bits(y2_3___); }
      }
    }
  }
}
