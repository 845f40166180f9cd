// kv4_decode_D128: made by tdsl from kv4_attention.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest f16, ties to even
function f16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0], sign = (bits >>> 16) & 0x8000, size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  if (size < 0x33000000) return sign;
  const shift = 126 - (size >>> 23), whole = (size & 0x7fffff) | 0x800000, down = whole >>> shift, rest = whole & ((1 << shift) - 1), half = 1 << (shift - 1);
  return sign | (rest > half || (rest === half && down & 1) ? down + 1 : down);
}

// the value of every f16 by its bits
const f16_value = Float32Array.from({ length: 65536 }, (_, bits) => {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction === 0 ? Infinity : NaN) : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
});

export function kv4_decode_D128(q, K_codes, K_scale, K_zero, V_codes, V_scale, V_zero, len, table, O, B, G, R, T, gridX, gridY, gridZ) {
  const O_sum_f = new Float32Array(512);
  const v_codes = new Int32Array(128);
  const row0 = G * R;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * row0;
    const row2 = b * G;
    for (let g = 0; g < gridY; g++) {
      const row3 = g * R;
      const row4 = (row2 + g) * T;
      for (let r = 0; r < gridX; r++) {
        // kv4_attention.tdsl:45: O[b, g*R + r, d] = sum(t) p[b, g, r, t] * V[b, g, t, d]
        let p_max0 = -3.4028234663852886e+38, p_max1 = -3.4028234663852886e+38, p_max2 = -3.4028234663852886e+38, p_max3 = -3.4028234663852886e+38;
        for (let r2 = 0; r2 < 512; r2++) {
          O_sum_f[r2] = 0;
        }
        let p_sum2_0 = 0, p_sum2_1 = 0, p_sum2_2 = 0, p_sum2_3 = 0;
        const inside0 = 4 * r < R;
        const inside1 = 4 * r + 1 < R;
        const inside2 = 4 * r + 2 < R;
        const inside3 = 4 * r + 3 < R;
        for (let t_3_step = 0; t_3_step < T; t_3_step++) {
          let p_sum0 = 0, p_sum1 = 0, p_sum2_ = 0, p_sum3 = 0;
          for (let d_step = 0; d_step < 128; d_step++) {
            const q2_0 = inside0 ? f16_value[q[128 * (row1 + row3 + 4 * r) + d_step]] : 0;
            const q2_1 = inside1 ? f16_value[q[128 * (row1 + row3 + 4 * r + 1) + d_step]] : 0;
            const q2_2 = inside2 ? f16_value[q[128 * (row1 + row3 + 4 * r + 2) + d_step]] : 0;
            const q2_3 = inside3 ? f16_value[q[128 * (row1 + row3 + 4 * r + 3) + d_step]] : 0;
            const k_codes = (K_codes[(128 * (row4 + t_3_step) + d_step) >>> 1] >> 4 * ((128 * (row4 + t_3_step) + d_step) & 1)) & 15;
            const k_scale = f16_value[K_scale[row4 + t_3_step]];
            const k_zero = f16_value[K_zero[row4 + t_3_step]];
            const table2 = table[64 * 2 * t_3_step + (d_step & 63)];
            const k_codes2 = (K_codes[(128 * (row4 + t_3_step) + (d_step & 63) + 64 - 64 * (d_step >> 6)) >>> 1] >> 4 * ((128 * (row4 + t_3_step) + (d_step & 63) + 64 - 64 * (d_step >> 6)) & 1)) & 15;
            const k_scale2 = f16_value[K_scale[row4 + t_3_step]];
            const k_zero2 = f16_value[K_zero[row4 + t_3_step]];
            const table3 = table[64 * (2 * t_3_step + 1) + (d_step & 63)];
            p_sum0 += q2_0 * ((k_codes * k_scale + k_zero) * table2 + (2 * (d_step >> 6) - 1) * (k_codes2 * k_scale2 + k_zero2) * table3);
            p_sum1 += q2_1 * ((k_codes * k_scale + k_zero) * table2 + (2 * (d_step >> 6) - 1) * (k_codes2 * k_scale2 + k_zero2) * table3);
            p_sum2_ += q2_2 * ((k_codes * k_scale + k_zero) * table2 + (2 * (d_step >> 6) - 1) * (k_codes2 * k_scale2 + k_zero2) * table3);
            p_sum3 += q2_3 * ((k_codes * k_scale + k_zero) * table2 + (2 * (d_step >> 6) - 1) * (k_codes2 * k_scale2 + k_zero2) * table3);
          }
          const len2 = len[b];
          const p_max_term_0 = p_sum0 * 0.0883883461356163;
          const p_max_new0 = Math.max(p_max0, t_3_step < len2 ? p_max_term_0 : -3.4028234663852886e+38);
          const O_sum_f_scale0 = Math.exp(p_max0 - p_max_new0);
          const p_max_term_1 = p_sum1 * 0.0883883461356163;
          const p_max_new1 = Math.max(p_max1, t_3_step < len2 ? p_max_term_1 : -3.4028234663852886e+38);
          const O_sum_f_scale1 = Math.exp(p_max1 - p_max_new1);
          const p_max_term_2 = p_sum2_ * 0.0883883461356163;
          const p_max_new2 = Math.max(p_max2, t_3_step < len2 ? p_max_term_2 : -3.4028234663852886e+38);
          const O_sum_f_scale2 = Math.exp(p_max2 - p_max_new2);
          const p_max_term_3 = p_sum3 * 0.0883883461356163;
          const p_max_new3 = Math.max(p_max3, t_3_step < len2 ? p_max_term_3 : -3.4028234663852886e+38);
          const O_sum_f_scale3 = Math.exp(p_max3 - p_max_new3);
          for (let dd = 0; dd < 64; dd++) {
            for (let v = 0; v < 2; v++) {
              v_codes[2 * dd + v] = (V_codes[(128 * (row4 + t_3_step) + 2 * dd + v) >>> 1] >> 4 * ((128 * (row4 + t_3_step) + 2 * dd + v) & 1)) & 15;
            }
          }
          const v_scale = f16_value[V_scale[row4 + t_3_step]];
          const v_zero = f16_value[V_zero[row4 + t_3_step]];
          const inside4 = t_3_step < len2;
          for (let dd = 0; dd < 128; dd++) {
            const O_sum_f_term = Math.exp(p_sum0 * 0.0883883461356163 - p_max_new0) * (v_codes[dd] * v_scale + v_zero);
            O_sum_f[dd] = O_sum_f[dd] * O_sum_f_scale0 + (inside4 ? O_sum_f_term : 0);
          }
          const inside5 = t_3_step < len2;
          for (let dd = 0; dd < 128; dd++) {
            const O_sum_f_term = Math.exp(p_sum1 * 0.0883883461356163 - p_max_new1) * (v_codes[dd] * v_scale + v_zero);
            O_sum_f[128 + dd] = O_sum_f[128 + dd] * O_sum_f_scale1 + (inside5 ? O_sum_f_term : 0);
          }
          const inside6 = t_3_step < len2;
          for (let dd = 0; dd < 128; dd++) {
            const O_sum_f_term = Math.exp(p_sum2_ * 0.0883883461356163 - p_max_new2) * (v_codes[dd] * v_scale + v_zero);
            O_sum_f[256 + dd] = O_sum_f[256 + dd] * O_sum_f_scale2 + (inside6 ? O_sum_f_term : 0);
          }
          const inside7 = t_3_step < len2;
          for (let dd = 0; dd < 128; dd++) {
            const O_sum_f_term = Math.exp(p_sum3 * 0.0883883461356163 - p_max_new3) * (v_codes[dd] * v_scale + v_zero);
            O_sum_f[384 + dd] = O_sum_f[384 + dd] * O_sum_f_scale3 + (inside7 ? O_sum_f_term : 0);
          }
          const p_sum2_term_0 = Math.exp(p_sum0 * 0.0883883461356163 - p_max_new0);
          p_sum2_0 = p_sum2_0 * O_sum_f_scale0 + (t_3_step < len2 ? p_sum2_term_0 : 0);
          p_max0 = p_max_new0;
          const p_sum2_term_1 = Math.exp(p_sum1 * 0.0883883461356163 - p_max_new1);
          p_sum2_1 = p_sum2_1 * O_sum_f_scale1 + (t_3_step < len2 ? p_sum2_term_1 : 0);
          p_max1 = p_max_new1;
          const p_sum2_term_2 = Math.exp(p_sum2_ * 0.0883883461356163 - p_max_new2);
          p_sum2_2 = p_sum2_2 * O_sum_f_scale2 + (t_3_step < len2 ? p_sum2_term_2 : 0);
          p_max2 = p_max_new2;
          const p_sum2_term_3 = Math.exp(p_sum3 * 0.0883883461356163 - p_max_new3);
          p_sum2_3 = p_sum2_3 * O_sum_f_scale3 + (t_3_step < len2 ? p_sum2_term_3 : 0);
          p_max3 = p_max_new3;
        }
        const inside8 = p_sum2_0 > 0;
        const inside9 = 4 * r < R;
        for (let dd = 0; dd < 128; dd++) {
          const o = O_sum_f[dd] * (inside8 ? 1 / p_sum2_0 : 0);
          if (inside9) { O[128 * (row1 + row3 + 4 * r) + dd] = f16_bits(o); }
        }
        const inside10 = p_sum2_1 > 0;
        const inside11 = 4 * r + 1 < R;
        for (let dd = 0; dd < 128; dd++) {
          const o = O_sum_f[128 + dd] * (inside10 ? 1 / p_sum2_1 : 0);
          if (inside11) { O[128 * (row1 + row3 + 4 * r + 1) + dd] = f16_bits(o); }
        }
        const inside12 = p_sum2_2 > 0;
        const inside13 = 4 * r + 2 < R;
        for (let dd = 0; dd < 128; dd++) {
          const o = O_sum_f[256 + dd] * (inside12 ? 1 / p_sum2_2 : 0);
          if (inside13) { O[128 * (row1 + row3 + 4 * r + 2) + dd] = f16_bits(o); }
        }
        const inside14 = p_sum2_3 > 0;
        const inside15 = 4 * r + 3 < R;
        for (let dd = 0; dd < 128; dd++) {
          const o = O_sum_f[384 + dd] * (inside14 ? 1 / p_sum2_3 : 0);
          if (inside15) { O[128 * (row1 + row3 + 4 * r + 3) + dd] = f16_bits(o); }
        }
      }
    }
  }
}
