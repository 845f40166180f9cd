// conv_nhwc: made by tdsl from convolution.tdsl for cpu. Change the source, not this file.

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

export function conv_nhwc(X, F, Y, N, H, W, C, O, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const y = outer % H;
    const n = Math.floor(outer / H);
    const row0 = n * H;
    const row1 = (n * H + y) * W;
    for (let x = 0; x < gridY; x++) {
      const row2 = (row1 + 4 * x) * O;
      const row3 = (row1 + 4 * x + 1) * O;
      const row4 = (row1 + 4 * x + 2) * O;
      const row5 = (row1 + 4 * x + 3) * O;
      for (let o = 0; o < gridX; o++) {
        // convolution.tdsl:19: Y[n, y, x, o] = sum(r, s, c) (X[n, y + r - 1, x + s - 1, c] else 0) * F[o, r, s, c]
        let Y_sum0 = 0, Y_sum1 = 0, Y_sum2 = 0, Y_sum3 = 0, Y_sum4 = 0, Y_sum5 = 0, Y_sum6 = 0, Y_sum7 = 0;
        let Y_sum8 = 0, Y_sum9 = 0, Y_sum10 = 0, Y_sum11 = 0, Y_sum12 = 0, Y_sum13 = 0, Y_sum14 = 0, Y_sum15 = 0;
        const inside0 = 4 * o < O;
        const inside1 = 4 * o + 1 < O;
        const inside2 = 4 * o + 2 < O;
        const inside3 = 4 * o + 3 < O;
        for (let r_step = 0; r_step < 3; r_step++) {
          const row6 = (row0 + r_step + y - 1) * W;
          const inside4 = r_step + y > 0 && r_step + y <= H;
          for (let s_step = 0; s_step < 3; s_step++) {
            const row7 = (row6 + s_step + 4 * x - 1) * C;
            const inside5 = inside4 && s_step + 4 * x > 0 && s_step + 4 * x <= W;
            const row8 = (row6 + s_step + 4 * x + 1 - 1) * C;
            const inside6 = inside4 && s_step + 4 * x + 1 > 0 && s_step + 4 * x + 1 <= W;
            const row9 = (row6 + s_step + 4 * x + 2 - 1) * C;
            const inside7 = inside4 && s_step + 4 * x + 2 > 0 && s_step + 4 * x + 2 <= W;
            const row10 = (row6 + s_step + 4 * x + 3 - 1) * C;
            const inside8 = inside4 && s_step + 4 * x + 3 > 0 && s_step + 4 * x + 3 <= W;
            const row11 = (3 * (3 * (4 * o) + r_step) + s_step) * C;
            const row12 = (3 * (3 * (4 * o + 1) + r_step) + s_step) * C;
            const row13 = (3 * (3 * (4 * o + 2) + r_step) + s_step) * C;
            const row14 = (3 * (3 * (4 * o + 3) + r_step) + s_step) * C;
            for (let c_step = 0; c_step < C; c_step++) {
              const x2_0 = inside5 ? f16_value[X[row7 + c_step]] : 0;
              const x2_1 = inside6 ? f16_value[X[row8 + c_step]] : 0;
              const x2_2 = inside7 ? f16_value[X[row9 + c_step]] : 0;
              const x2_3 = inside8 ? f16_value[X[row10 + c_step]] : 0;
              const f0 = inside0 ? f16_value[F[row11 + c_step]] : 0;
              const f1 = inside1 ? f16_value[F[row12 + c_step]] : 0;
              const f2 = inside2 ? f16_value[F[row13 + c_step]] : 0;
              const f3 = inside3 ? f16_value[F[row14 + c_step]] : 0;
              Y_sum0 += x2_0 * f0;
              Y_sum1 += x2_0 * f1;
              Y_sum2 += x2_0 * f2;
              Y_sum3 += x2_0 * f3;
              Y_sum4 += x2_1 * f0;
              Y_sum5 += x2_1 * f1;
              Y_sum6 += x2_1 * f2;
              Y_sum7 += x2_1 * f3;
              Y_sum8 += x2_2 * f0;
              Y_sum9 += x2_2 * f1;
              Y_sum10 += x2_2 * f2;
              Y_sum11 += x2_2 * f3;
              Y_sum12 += x2_3 * f0;
              Y_sum13 += x2_3 * f1;
              Y_sum14 += x2_3 * f2;
              Y_sum15 += x2_3 * f3;
            }
          }
        }
        if (4 * x < W && 4 * o < O) { Y[row2 + 4 * o] = f16_bits(Y_sum0); }
        if (4 * x < W && 4 * o + 1 < O) { Y[row2 + 4 * o + 1] = f16_bits(Y_sum1); }
        if (4 * x < W && 4 * o + 2 < O) { Y[row2 + 4 * o + 2] = f16_bits(Y_sum2); }
        if (4 * x < W && 4 * o + 3 < O) { Y[row2 + 4 * o + 3] = f16_bits(Y_sum3); }
        if (4 * x + 1 < W && 4 * o < O) { Y[row3 + 4 * o] = f16_bits(Y_sum4); }
        if (4 * x + 1 < W && 4 * o + 1 < O) { Y[row3 + 4 * o + 1] = f16_bits(Y_sum5); }
        if (4 * x + 1 < W && 4 * o + 2 < O) { Y[row3 + 4 * o + 2] = f16_bits(Y_sum6); }
        if (4 * x + 1 < W && 4 * o + 3 < O) { Y[row3 + 4 * o + 3] = f16_bits(Y_sum7); }
        if (4 * x + 2 < W && 4 * o < O) { Y[row4 + 4 * o] = f16_bits(Y_sum8); }
        if (4 * x + 2 < W && 4 * o + 1 < O) { Y[row4 + 4 * o + 1] = f16_bits(Y_sum9); }
        if (4 * x + 2 < W && 4 * o + 2 < O) { Y[row4 + 4 * o + 2] = f16_bits(Y_sum10); }
        if (4 * x + 2 < W && 4 * o + 3 < O) { Y[row4 + 4 * o + 3] = f16_bits(Y_sum11); }
        if (4 * x + 3 < W && 4 * o < O) { Y[row5 + 4 * o] = f16_bits(Y_sum12); }
        if (4 * x + 3 < W && 4 * o + 1 < O) { Y[row5 + 4 * o + 1] = f16_bits(Y_sum13); }
        if (4 * x + 3 < W && 4 * o + 2 < O) { Y[row5 + 4 * o + 2] = f16_bits(Y_sum14); }
        if (4 * x + 3 < W && 4 * o + 3 < O) { Y[row5 + 4 * o + 3] = f16_bits(Y_sum15); }
      }
    }
  }
}
