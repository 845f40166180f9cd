// atom_linear: made by tdsl from atom_linear.tdsl for cpu. Change the source, not this file.

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

export function atom_linear(Xn_codes, Xn_scale, Xo_codes, Xo_scale, Wn_codes, Wn_scale, Wo_codes, Wo_scale, Y, M, K, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = 4 * m * (K - 128);
    const inside0 = 4 * m < M;
    const row1 = 4 * m * (Math.floor((K + 127) / 128) - 1);
    const row2 = (4 * m + 1) * (K - 128);
    const inside1 = 4 * m + 1 < M;
    const row3 = (4 * m + 1) * (Math.floor((K + 127) / 128) - 1);
    const row4 = (4 * m + 2) * (K - 128);
    const inside2 = 4 * m + 2 < M;
    const row5 = (4 * m + 2) * (Math.floor((K + 127) / 128) - 1);
    const row6 = (4 * m + 3) * (K - 128);
    const inside3 = 4 * m + 3 < M;
    const row7 = (4 * m + 3) * (Math.floor((K + 127) / 128) - 1);
    const row8 = 4 * m * N;
    const row9 = (4 * m + 1) * N;
    const row10 = (4 * m + 2) * N;
    const row11 = (4 * m + 3) * N;
    for (let n = 0; n < gridX; n++) {
      // atom_linear.tdsl:21: Y[m, n] = sum(k) Xn[m, k] * Wn[n, k] + sum(o) Xo[m, o] * Wo[n, o]
      let Y_sum0 = 0, Y_sum1 = 0, Y_sum2_ = 0, Y_sum3 = 0, Y_sum4 = 0, Y_sum5 = 0, Y_sum6 = 0, Y_sum7 = 0;
      let Y_sum8 = 0, Y_sum9 = 0, Y_sum10 = 0, Y_sum11 = 0, Y_sum12 = 0, Y_sum13 = 0, Y_sum14 = 0, Y_sum15 = 0;
      const row12 = 4 * n * (K - 128);
      const inside4 = 4 * n < N;
      const row13 = ((0 >> 1) + 2 * n) * (Math.floor((K + 127) / 128) - 1);
      const row14 = (4 * n + 1) * (K - 128);
      const inside5 = 4 * n + 1 < N;
      const row15 = ((1 >> 1) + 2 * n) * (Math.floor((K + 127) / 128) - 1);
      const row16 = (4 * n + 2) * (K - 128);
      const inside6 = 4 * n + 2 < N;
      const row17 = ((2 >> 1) + 2 * n) * (Math.floor((K + 127) / 128) - 1);
      const row18 = (4 * n + 3) * (K - 128);
      const inside7 = 4 * n + 3 < N;
      const row19 = ((3 >> 1) + 2 * n) * (Math.floor((K + 127) / 128) - 1);
      for (let k_step = 0; k_step < K - 128; k_step++) {
        const xn_codes0 = inside0 ? (Xn_codes[(row0 + k_step) >>> 1] << (28 - 4 * ((row0 + k_step) & 1))) >> 28 : 0;
        const xn_scale0 = inside0 ? f16_value[Xn_scale[row1 + (k_step >> 7)]] : 0;
        const xn_codes1 = inside1 ? (Xn_codes[(row2 + k_step) >>> 1] << (28 - 4 * ((row2 + k_step) & 1))) >> 28 : 0;
        const xn_scale1 = inside1 ? f16_value[Xn_scale[row3 + (k_step >> 7)]] : 0;
        const xn_codes2 = inside2 ? (Xn_codes[(row4 + k_step) >>> 1] << (28 - 4 * ((row4 + k_step) & 1))) >> 28 : 0;
        const xn_scale2 = inside2 ? f16_value[Xn_scale[row5 + (k_step >> 7)]] : 0;
        const xn_codes3 = inside3 ? (Xn_codes[(row6 + k_step) >>> 1] << (28 - 4 * ((row6 + k_step) & 1))) >> 28 : 0;
        const xn_scale3 = inside3 ? f16_value[Xn_scale[row7 + (k_step >> 7)]] : 0;
        const wn_codes0 = inside4 ? (Wn_codes[(row12 + k_step) >>> 1] << (28 - 4 * ((row12 + k_step) & 1))) >> 28 : 0;
        const wn_scale0 = inside4 ? f16_value[Wn_scale[row13 + (k_step >> 7)]] : 0;
        const wn_codes1 = inside5 ? (Wn_codes[(row14 + k_step) >>> 1] << (28 - 4 * ((row14 + k_step) & 1))) >> 28 : 0;
        const wn_scale1 = inside5 ? f16_value[Wn_scale[row15 + (k_step >> 7)]] : 0;
        const wn_codes2 = inside6 ? (Wn_codes[(row16 + k_step) >>> 1] << (28 - 4 * ((row16 + k_step) & 1))) >> 28 : 0;
        const wn_scale2 = inside6 ? f16_value[Wn_scale[row17 + (k_step >> 7)]] : 0;
        const wn_codes3 = inside7 ? (Wn_codes[(row18 + k_step) >>> 1] << (28 - 4 * ((row18 + k_step) & 1))) >> 28 : 0;
        const wn_scale3 = inside7 ? f16_value[Wn_scale[row19 + (k_step >> 7)]] : 0;
        Y_sum0 += xn_codes0 * xn_scale0 * (wn_codes0 * wn_scale0);
        Y_sum1 += xn_codes0 * xn_scale0 * (wn_codes1 * wn_scale1);
        Y_sum2_ += xn_codes0 * xn_scale0 * (wn_codes2 * wn_scale2);
        Y_sum3 += xn_codes0 * xn_scale0 * (wn_codes3 * wn_scale3);
        Y_sum4 += xn_codes1 * xn_scale1 * (wn_codes0 * wn_scale0);
        Y_sum5 += xn_codes1 * xn_scale1 * (wn_codes1 * wn_scale1);
        Y_sum6 += xn_codes1 * xn_scale1 * (wn_codes2 * wn_scale2);
        Y_sum7 += xn_codes1 * xn_scale1 * (wn_codes3 * wn_scale3);
        Y_sum8 += xn_codes2 * xn_scale2 * (wn_codes0 * wn_scale0);
        Y_sum9 += xn_codes2 * xn_scale2 * (wn_codes1 * wn_scale1);
        Y_sum10 += xn_codes2 * xn_scale2 * (wn_codes2 * wn_scale2);
        Y_sum11 += xn_codes2 * xn_scale2 * (wn_codes3 * wn_scale3);
        Y_sum12 += xn_codes3 * xn_scale3 * (wn_codes0 * wn_scale0);
        Y_sum13 += xn_codes3 * xn_scale3 * (wn_codes1 * wn_scale1);
        Y_sum14 += xn_codes3 * xn_scale3 * (wn_codes2 * wn_scale2);
        Y_sum15 += xn_codes3 * xn_scale3 * (wn_codes3 * wn_scale3);
      }
      let Y_sum2_0 = 0, Y_sum2_1 = 0, Y_sum2_2 = 0, Y_sum2_3 = 0, Y_sum2_4 = 0, Y_sum2_5 = 0, Y_sum2_6 = 0, Y_sum2_7 = 0;
      let Y_sum2_8 = 0, Y_sum2_9 = 0, Y_sum2_10 = 0, Y_sum2_11 = 0, Y_sum2_12 = 0, Y_sum2_13 = 0, Y_sum2_14 = 0, Y_sum2_15 = 0;
      const inside8 = 4 * n < N;
      const inside9 = 4 * n + 1 < N;
      const inside10 = 4 * n + 2 < N;
      const inside11 = 4 * n + 3 < N;
      for (let o_step = 0; o_step < 128; o_step++) {
        const xo_codes0 = inside0 ? Xo_codes[128 * (4 * m) + o_step] : 0;
        const xo_scale0 = inside0 ? f16_value[Xo_scale[4 * m]] : 0;
        const xo_codes1 = inside1 ? Xo_codes[128 * (4 * m + 1) + o_step] : 0;
        const xo_scale1 = inside1 ? f16_value[Xo_scale[4 * m + 1]] : 0;
        const xo_codes2 = inside2 ? Xo_codes[128 * (4 * m + 2) + o_step] : 0;
        const xo_scale2 = inside2 ? f16_value[Xo_scale[4 * m + 2]] : 0;
        const xo_codes3 = inside3 ? Xo_codes[128 * (4 * m + 3) + o_step] : 0;
        const xo_scale3 = inside3 ? f16_value[Xo_scale[4 * m + 3]] : 0;
        const wo_codes0 = inside8 ? Wo_codes[128 * (4 * n) + o_step] : 0;
        const wo_scale0 = inside8 ? f16_value[Wo_scale[4 * n]] : 0;
        const wo_codes1 = inside9 ? Wo_codes[128 * (4 * n + 1) + o_step] : 0;
        const wo_scale1 = inside9 ? f16_value[Wo_scale[4 * n + 1]] : 0;
        const wo_codes2 = inside10 ? Wo_codes[128 * (4 * n + 2) + o_step] : 0;
        const wo_scale2 = inside10 ? f16_value[Wo_scale[4 * n + 2]] : 0;
        const wo_codes3 = inside11 ? Wo_codes[128 * (4 * n + 3) + o_step] : 0;
        const wo_scale3 = inside11 ? f16_value[Wo_scale[4 * n + 3]] : 0;
        Y_sum2_0 += xo_codes0 * xo_scale0 * (wo_codes0 * wo_scale0);
        Y_sum2_1 += xo_codes0 * xo_scale0 * (wo_codes1 * wo_scale1);
        Y_sum2_2 += xo_codes0 * xo_scale0 * (wo_codes2 * wo_scale2);
        Y_sum2_3 += xo_codes0 * xo_scale0 * (wo_codes3 * wo_scale3);
        Y_sum2_4 += xo_codes1 * xo_scale1 * (wo_codes0 * wo_scale0);
        Y_sum2_5 += xo_codes1 * xo_scale1 * (wo_codes1 * wo_scale1);
        Y_sum2_6 += xo_codes1 * xo_scale1 * (wo_codes2 * wo_scale2);
        Y_sum2_7 += xo_codes1 * xo_scale1 * (wo_codes3 * wo_scale3);
        Y_sum2_8 += xo_codes2 * xo_scale2 * (wo_codes0 * wo_scale0);
        Y_sum2_9 += xo_codes2 * xo_scale2 * (wo_codes1 * wo_scale1);
        Y_sum2_10 += xo_codes2 * xo_scale2 * (wo_codes2 * wo_scale2);
        Y_sum2_11 += xo_codes2 * xo_scale2 * (wo_codes3 * wo_scale3);
        Y_sum2_12 += xo_codes3 * xo_scale3 * (wo_codes0 * wo_scale0);
        Y_sum2_13 += xo_codes3 * xo_scale3 * (wo_codes1 * wo_scale1);
        Y_sum2_14 += xo_codes3 * xo_scale3 * (wo_codes2 * wo_scale2);
        Y_sum2_15 += xo_codes3 * xo_scale3 * (wo_codes3 * wo_scale3);
      }
      const y_0 = Y_sum0 + Y_sum2_0;
      if (inside0 && 4 * n < N) { Y[row8 + 4 * n] = f16_bits(y_0); }
      const y_1 = Y_sum1 + Y_sum2_1;
      if (inside0 && 4 * n + 1 < N) { Y[row8 + 4 * n + 1] = f16_bits(y_1); }
      const y_2 = Y_sum2_ + Y_sum2_2;
      if (inside0 && 4 * n + 2 < N) { Y[row8 + 4 * n + 2] = f16_bits(y_2); }
      const y_3 = Y_sum3 + Y_sum2_3;
      if (inside0 && 4 * n + 3 < N) { Y[row8 + 4 * n + 3] = f16_bits(y_3); }
      const y_0_ = Y_sum4 + Y_sum2_4;
      if (inside1 && 4 * n < N) { Y[row9 + 4 * n] = f16_bits(y_0_); }
      const y_1_ = Y_sum5 + Y_sum2_5;
      if (inside1 && 4 * n + 1 < N) { Y[row9 + 4 * n + 1] = f16_bits(y_1_); }
      const y_2_ = Y_sum6 + Y_sum2_6;
      if (inside1 && 4 * n + 2 < N) { Y[row9 + 4 * n + 2] = f16_bits(y_2_); }
      const y_3_ = Y_sum7 + Y_sum2_7;
      if (inside1 && 4 * n + 3 < N) { Y[row9 + 4 * n + 3] = f16_bits(y_3_); }
      const y_0__ = Y_sum8 + Y_sum2_8;
      if (inside2 && 4 * n < N) { Y[row10 + 4 * n] = f16_bits(y_0__); }
      const y_1__ = Y_sum9 + Y_sum2_9;
      if (inside2 && 4 * n + 1 < N) { Y[row10 + 4 * n + 1] = f16_bits(y_1__); }
      const y_2__ = Y_sum10 + Y_sum2_10;
      if (inside2 && 4 * n + 2 < N) { Y[row10 + 4 * n + 2] = f16_bits(y_2__); }
      const y_3__ = Y_sum11 + Y_sum2_11;
      if (inside2 && 4 * n + 3 < N) { Y[row10 + 4 * n + 3] = f16_bits(y_3__); }
      const y_0___ = Y_sum12 + Y_sum2_12;
      if (inside3 && 4 * n < N) { Y[row11 + 4 * n] = f16_bits(y_0___); }
      const y_1___ = Y_sum13 + Y_sum2_13;
      if (inside3 && 4 * n + 1 < N) { Y[row11 + 4 * n + 1] = f16_bits(y_1___); }
      const y_2___ = Y_sum14 + Y_sum2_14;
      if (inside3 && 4 * n + 2 < N) { Y[row11 + 4 * n + 2] = f16_bits(y_2___); }
      const y_3___ = Y_sum15 + Y_sum2_15;
      if (inside3 && 4 * n + 3 < N) { Y[row11 + 4 * n + 3] = f16_bits(y_3___); }
    }
  }
}
