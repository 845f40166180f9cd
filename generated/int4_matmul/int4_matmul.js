// int4_matmul: made by tdsl from int4_matmul.tdsl for cpu. Change the source, not this file.

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

export function int4_matmul(X, W_codes, W_scale, Y, M, K, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = 4 * m * K;
    const inside0 = 4 * m < M;
    const row1 = (4 * m + 1) * K;
    const inside1 = 4 * m + 1 < M;
    const row2 = (4 * m + 2) * K;
    const inside2 = 4 * m + 2 < M;
    const row3 = (4 * m + 3) * K;
    const inside3 = 4 * m + 3 < M;
    const row4 = 4 * m * N;
    const row5 = (4 * m + 1) * N;
    const row6 = (4 * m + 2) * N;
    const row7 = (4 * m + 3) * N;
    for (let n = 0; n < gridX; n++) {
      // int4_matmul.tdsl:9: Y[m, n] = sum(k) X[m, k] * W[n, k]
      let Y_sum0 = 0, Y_sum1 = 0, Y_sum2 = 0, Y_sum3 = 0, Y_sum4 = 0, Y_sum5 = 0, Y_sum6 = 0, Y_sum7 = 0;
      let Y_sum8 = 0, Y_sum9 = 0, Y_sum10 = 0, Y_sum11 = 0, Y_sum12 = 0, Y_sum13 = 0, Y_sum14 = 0, Y_sum15 = 0;
      const row8 = 4 * n * K;
      const inside4 = 4 * n < N;
      const row9 = 4 * n * Math.floor((K + 127) / 128);
      const row10 = (4 * n + 1) * K;
      const inside5 = 4 * n + 1 < N;
      const row11 = (4 * n + 1) * Math.floor((K + 127) / 128);
      const row12 = (4 * n + 2) * K;
      const inside6 = 4 * n + 2 < N;
      const row13 = (4 * n + 2) * Math.floor((K + 127) / 128);
      const row14 = (4 * n + 3) * K;
      const inside7 = 4 * n + 3 < N;
      const row15 = (4 * n + 3) * Math.floor((K + 127) / 128);
      for (let k_step = 0; k_step < K; k_step++) {
        const x0 = inside0 ? f16_value[X[row0 + k_step]] : 0;
        const x1 = inside1 ? f16_value[X[row1 + k_step]] : 0;
        const x2 = inside2 ? f16_value[X[row2 + k_step]] : 0;
        const x3 = inside3 ? f16_value[X[row3 + k_step]] : 0;
        const w_codes0 = inside4 ? (W_codes[(row8 + k_step) >>> 1] << (28 - 4 * ((row8 + k_step) & 1))) >> 28 : 0;
        const w_scale0 = inside4 ? f16_value[W_scale[row9 + (k_step >> 7)]] : 0;
        const w_codes1 = inside5 ? (W_codes[(row10 + k_step) >>> 1] << (28 - 4 * ((row10 + k_step) & 1))) >> 28 : 0;
        const w_scale1 = inside5 ? f16_value[W_scale[row11 + (k_step >> 7)]] : 0;
        const w_codes2 = inside6 ? (W_codes[(row12 + k_step) >>> 1] << (28 - 4 * ((row12 + k_step) & 1))) >> 28 : 0;
        const w_scale2 = inside6 ? f16_value[W_scale[row13 + (k_step >> 7)]] : 0;
        const w_codes3 = inside7 ? (W_codes[(row14 + k_step) >>> 1] << (28 - 4 * ((row14 + k_step) & 1))) >> 28 : 0;
        const w_scale3 = inside7 ? f16_value[W_scale[row15 + (k_step >> 7)]] : 0;
        Y_sum0 += x0 * (w_codes0 * w_scale0);
        Y_sum1 += x0 * (w_codes1 * w_scale1);
        Y_sum2 += x0 * (w_codes2 * w_scale2);
        Y_sum3 += x0 * (w_codes3 * w_scale3);
        Y_sum4 += x1 * (w_codes0 * w_scale0);
        Y_sum5 += x1 * (w_codes1 * w_scale1);
        Y_sum6 += x1 * (w_codes2 * w_scale2);
        Y_sum7 += x1 * (w_codes3 * w_scale3);
        Y_sum8 += x2 * (w_codes0 * w_scale0);
        Y_sum9 += x2 * (w_codes1 * w_scale1);
        Y_sum10 += x2 * (w_codes2 * w_scale2);
        Y_sum11 += x2 * (w_codes3 * w_scale3);
        Y_sum12 += x3 * (w_codes0 * w_scale0);
        Y_sum13 += x3 * (w_codes1 * w_scale1);
        Y_sum14 += x3 * (w_codes2 * w_scale2);
        Y_sum15 += x3 * (w_codes3 * w_scale3);
      }
      if (inside0 && 4 * n < N) { Y[row4 + 4 * n] = f16_bits(Y_sum0); }
      if (inside0 && 4 * n + 1 < N) { Y[row4 + 4 * n + 1] = f16_bits(Y_sum1); }
      if (inside0 && 4 * n + 2 < N) { Y[row4 + 4 * n + 2] = f16_bits(Y_sum2); }
      if (inside0 && 4 * n + 3 < N) { Y[row4 + 4 * n + 3] = f16_bits(Y_sum3); }
      if (inside1 && 4 * n < N) { Y[row5 + 4 * n] = f16_bits(Y_sum4); }
      if (inside1 && 4 * n + 1 < N) { Y[row5 + 4 * n + 1] = f16_bits(Y_sum5); }
      if (inside1 && 4 * n + 2 < N) { Y[row5 + 4 * n + 2] = f16_bits(Y_sum6); }
      if (inside1 && 4 * n + 3 < N) { Y[row5 + 4 * n + 3] = f16_bits(Y_sum7); }
      if (inside2 && 4 * n < N) { Y[row6 + 4 * n] = f16_bits(Y_sum8); }
      if (inside2 && 4 * n + 1 < N) { Y[row6 + 4 * n + 1] = f16_bits(Y_sum9); }
      if (inside2 && 4 * n + 2 < N) { Y[row6 + 4 * n + 2] = f16_bits(Y_sum10); }
      if (inside2 && 4 * n + 3 < N) { Y[row6 + 4 * n + 3] = f16_bits(Y_sum11); }
      if (inside3 && 4 * n < N) { Y[row7 + 4 * n] = f16_bits(Y_sum12); }
      if (inside3 && 4 * n + 1 < N) { Y[row7 + 4 * n + 1] = f16_bits(Y_sum13); }
      if (inside3 && 4 * n + 2 < N) { Y[row7 + 4 * n + 2] = f16_bits(Y_sum14); }
      if (inside3 && 4 * n + 3 < N) { Y[row7 + 4 * n + 3] = f16_bits(Y_sum15); }
    }
  }
}
