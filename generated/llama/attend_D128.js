// attend_D128: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

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

export function attend_D128(q, KV, o, T, G, R, S, X, gridX, gridY, gridZ) {
  const o_sum_f = new Float32Array(512);
  const kv = new Float32Array(128);
  const row0 = 1 * G;
  for (let g = 0; g < gridZ; g++) {
    const row1 = g * R;
    const row2 = g * (T + X);
    const row3 = (row0 + g) * (T + X);
    for (let r = 0; r < gridY; r++) {
      const row4 = (r + row1) * S;
      for (let s = 0; s < gridX; s++) {
        // llama.tdsl:111: o[g*R + r, s, d] = sum(t: T) W[g, r, s, t] * KV[1, g, t, d]
        let W_max0 = -3.4028234663852886e+38, W_max1 = -3.4028234663852886e+38, W_max2 = -3.4028234663852886e+38, W_max3 = -3.4028234663852886e+38;
        for (let r2 = 0; r2 < 512; r2++) {
          o_sum_f[r2] = 0;
        }
        let W_sum0 = 0, W_sum1 = 0, W_sum2 = 0, W_sum3 = 0;
        const t_2_step_count = Math.min(Math.max(0, T + 4 * s + 4 - S), T);
        const inside0 = 4 * s < S;
        const inside1 = 4 * s + 1 < S;
        const inside2 = 4 * s + 2 < S;
        const inside3 = 4 * s + 3 < S;
        for (let t_2_step = 0; t_2_step < t_2_step_count; t_2_step++) {
          let P_sum0 = 0, P_sum1 = 0, P_sum2 = 0, P_sum3 = 0;
          for (let d_step = 0; d_step < 128; d_step++) {
            const q2_0 = inside0 ? bf16_value[q[128 * (row4 + 4 * s) + d_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[128 * (row4 + 4 * s + 1) + d_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[128 * (row4 + 4 * s + 2) + d_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[128 * (row4 + 4 * s + 3) + d_step]] : 0;
            const kv = bf16_value[KV[128 * (row2 + t_2_step) + d_step]];
            P_sum0 += q2_0 * kv;
            P_sum1 += q2_1 * kv;
            P_sum2 += q2_2 * kv;
            P_sum3 += q2_3 * kv;
          }
          const W_max_term_0 = P_sum0 * 0.0883883461356163;
          const W_max_new0 = Math.max(W_max0, t_2_step + S <= T + 4 * s ? W_max_term_0 : -3.4028234663852886e+38);
          const o_sum_f_scale0 = Math.exp(W_max0 - W_max_new0);
          const W_max_term_1 = P_sum1 * 0.0883883461356163;
          const W_max_new1 = Math.max(W_max1, t_2_step + S <= T + 4 * s + 1 ? W_max_term_1 : -3.4028234663852886e+38);
          const o_sum_f_scale1 = Math.exp(W_max1 - W_max_new1);
          const W_max_term_2 = P_sum2 * 0.0883883461356163;
          const W_max_new2 = Math.max(W_max2, t_2_step + S <= T + 4 * s + 2 ? W_max_term_2 : -3.4028234663852886e+38);
          const o_sum_f_scale2 = Math.exp(W_max2 - W_max_new2);
          const W_max_term_3 = P_sum3 * 0.0883883461356163;
          const W_max_new3 = Math.max(W_max3, t_2_step + S <= T + 4 * s + 3 ? W_max_term_3 : -3.4028234663852886e+38);
          const o_sum_f_scale3 = Math.exp(W_max3 - W_max_new3);
          for (let dd = 0; dd < 128; dd++) {
            kv[dd] = bf16_value[KV[128 * (row3 + t_2_step) + dd]];
          }
          const inside4 = t_2_step + S <= T + 4 * s;
          for (let dd = 0; dd < 128; dd++) {
            const o_sum_f_term = bf16_value[bf16_bits(Math.exp(P_sum0 * 0.0883883461356163 - W_max_new0))] * kv[dd];
            o_sum_f[dd] = o_sum_f[dd] * o_sum_f_scale0 + (inside4 ? o_sum_f_term : 0);
          }
          const inside5 = t_2_step + S <= T + 4 * s + 1;
          for (let dd = 0; dd < 128; dd++) {
            const o_sum_f_term = bf16_value[bf16_bits(Math.exp(P_sum1 * 0.0883883461356163 - W_max_new1))] * kv[dd];
            o_sum_f[128 + dd] = o_sum_f[128 + dd] * o_sum_f_scale1 + (inside5 ? o_sum_f_term : 0);
          }
          const inside6 = t_2_step + S <= T + 4 * s + 2;
          for (let dd = 0; dd < 128; dd++) {
            const o_sum_f_term = bf16_value[bf16_bits(Math.exp(P_sum2 * 0.0883883461356163 - W_max_new2))] * kv[dd];
            o_sum_f[256 + dd] = o_sum_f[256 + dd] * o_sum_f_scale2 + (inside6 ? o_sum_f_term : 0);
          }
          const inside7 = t_2_step + S <= T + 4 * s + 3;
          for (let dd = 0; dd < 128; dd++) {
            const o_sum_f_term = bf16_value[bf16_bits(Math.exp(P_sum3 * 0.0883883461356163 - W_max_new3))] * kv[dd];
            o_sum_f[384 + dd] = o_sum_f[384 + dd] * o_sum_f_scale3 + (inside7 ? o_sum_f_term : 0);
          }
          const W_sum_term_0 = Math.exp(P_sum0 * 0.0883883461356163 - W_max_new0);
          W_sum0 = W_sum0 * o_sum_f_scale0 + (t_2_step + S <= T + 4 * s ? W_sum_term_0 : 0);
          W_max0 = W_max_new0;
          const W_sum_term_1 = Math.exp(P_sum1 * 0.0883883461356163 - W_max_new1);
          W_sum1 = W_sum1 * o_sum_f_scale1 + (t_2_step + S <= T + 4 * s + 1 ? W_sum_term_1 : 0);
          W_max1 = W_max_new1;
          const W_sum_term_2 = Math.exp(P_sum2 * 0.0883883461356163 - W_max_new2);
          W_sum2 = W_sum2 * o_sum_f_scale2 + (t_2_step + S <= T + 4 * s + 2 ? W_sum_term_2 : 0);
          W_max2 = W_max_new2;
          const W_sum_term_3 = Math.exp(P_sum3 * 0.0883883461356163 - W_max_new3);
          W_sum3 = W_sum3 * o_sum_f_scale3 + (t_2_step + S <= T + 4 * s + 3 ? W_sum_term_3 : 0);
          W_max3 = W_max_new3;
        }
        const inside8 = W_sum0 > 0;
        const inside9 = 4 * s < S;
        for (let dd = 0; dd < 128; dd++) {
          const o2 = o_sum_f[dd] * (inside8 ? 1 / W_sum0 : 0);
          if (inside9) { o[128 * (row4 + 4 * s) + dd] = bf16_bits(o2); }
        }
        const inside10 = W_sum1 > 0;
        const inside11 = 4 * s + 1 < S;
        for (let dd = 0; dd < 128; dd++) {
          const o2 = o_sum_f[128 + dd] * (inside10 ? 1 / W_sum1 : 0);
          if (inside11) { o[128 * (row4 + 4 * s + 1) + dd] = bf16_bits(o2); }
        }
        const inside12 = W_sum2 > 0;
        const inside13 = 4 * s + 2 < S;
        for (let dd = 0; dd < 128; dd++) {
          const o2 = o_sum_f[256 + dd] * (inside12 ? 1 / W_sum2 : 0);
          if (inside13) { o[128 * (row4 + 4 * s + 2) + dd] = bf16_bits(o2); }
        }
        const inside14 = W_sum3 > 0;
        const inside15 = 4 * s + 3 < S;
        for (let dd = 0; dd < 128; dd++) {
          const o2 = o_sum_f[384 + dd] * (inside14 ? 1 / W_sum3 : 0);
          if (inside15) { o[128 * (row4 + 4 * s + 3) + dd] = bf16_bits(o2); }
        }
      }
    }
  }
}
