// conv: made by tdsl from convolution.tdsl for cpu. Change the source, not this file.

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

export function conv(X, F, bias, Y, st, pad, N, C, H, W, O, R, S, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const o = outer % Math.floor((O + 3) / 4);
    const n = Math.floor(outer / Math.floor((O + 3) / 4));
    const row0 = n * C;
    const row1 = 4 * o * C;
    const inside0 = 4 * o < O;
    const row2 = (4 * o + 1) * C;
    const inside1 = 4 * o + 1 < O;
    const row3 = (4 * o + 2) * C;
    const inside2 = 4 * o + 2 < O;
    const row4 = (4 * o + 3) * C;
    const inside3 = 4 * o + 3 < O;
    const row5 = (n * O + 4 * o) * (Math.floor((H + 2 * pad - R) / st) + 1);
    const row6 = (n * O + 4 * o + 1) * (Math.floor((H + 2 * pad - R) / st) + 1);
    const row7 = (n * O + 4 * o + 2) * (Math.floor((H + 2 * pad - R) / st) + 1);
    const row8 = (n * O + 4 * o + 3) * (Math.floor((H + 2 * pad - R) / st) + 1);
    for (let y = 0; y < gridY; y++) {
      const row9 = y * st;
      const row10 = (row5 + y) * (Math.floor((W + 2 * pad - S) / st) + 1);
      const row11 = (row6 + y) * (Math.floor((W + 2 * pad - S) / st) + 1);
      const row12 = (row7 + y) * (Math.floor((W + 2 * pad - S) / st) + 1);
      const row13 = (row8 + y) * (Math.floor((W + 2 * pad - S) / st) + 1);
      for (let x = 0; x < gridX; x++) {
        // convolution.tdsl:11: Y[n, o, y, x] = relu(acc[n, o, y, x] + bias[o])
        let acc0 = 0, acc1 = 0, acc2 = 0, acc3 = 0, acc4 = 0, acc5 = 0, acc6 = 0, acc7 = 0;
        let acc8 = 0, acc9 = 0, acc10 = 0, acc11 = 0, acc12 = 0, acc13 = 0, acc14 = 0, acc15 = 0;
        const row14 = 4 * x * st;
        for (let c_step = 0; c_step < C; c_step++) {
          const row15 = (row0 + c_step) * H;
          const row16 = (row1 + c_step) * R;
          const row17 = (row2 + c_step) * R;
          const row18 = (row3 + c_step) * R;
          const row19 = (row4 + c_step) * R;
          for (let r_step = 0; r_step < R; r_step++) {
            const row20 = (row15 + r_step + row9 - pad) * W;
            const inside4 = pad <= r_step + row9 && r_step + row9 < H + pad;
            const row21 = (row16 + r_step) * S;
            const row22 = (row17 + r_step) * S;
            const row23 = (row18 + r_step) * S;
            const row24 = (row19 + r_step) * S;
            for (let s_step = 0; s_step < S; s_step++) {
              const x2_0 = inside4 && pad <= s_step + row14 && s_step + row14 < W + pad ? f16_value[X[row20 + s_step + row14 - pad]] : 0;
              const x2_1 = inside4 && pad <= s_step + row14 + st && s_step + row14 + st < W + pad ? f16_value[X[row20 + s_step + row14 + st - pad]] : 0;
              const x2_2 = inside4 && pad <= s_step + row14 + 2 * st && s_step + row14 + 2 * st < W + pad ? f16_value[X[row20 + s_step + row14 + 2 * st - pad]] : 0;
              const x2_3 = inside4 && pad <= s_step + row14 + 3 * st && s_step + row14 + 3 * st < W + pad ? f16_value[X[row20 + s_step + row14 + 3 * st - pad]] : 0;
              const f0 = inside0 ? f16_value[F[row21 + s_step]] : 0;
              const f1 = inside1 ? f16_value[F[row22 + s_step]] : 0;
              const f2 = inside2 ? f16_value[F[row23 + s_step]] : 0;
              const f3 = inside3 ? f16_value[F[row24 + s_step]] : 0;
              acc0 += x2_0 * f0;
              acc1 += x2_1 * f0;
              acc2 += x2_2 * f0;
              acc3 += x2_3 * f0;
              acc4 += x2_0 * f1;
              acc5 += x2_1 * f1;
              acc6 += x2_2 * f1;
              acc7 += x2_3 * f1;
              acc8 += x2_0 * f2;
              acc9 += x2_1 * f2;
              acc10 += x2_2 * f2;
              acc11 += x2_3 * f2;
              acc12 += x2_0 * f3;
              acc13 += x2_1 * f3;
              acc14 += x2_2 * f3;
              acc15 += x2_3 * f3;
            }
          }
        }
        const bias2_0 = inside0 ? bias[4 * o] : 0;
        const bias2_1 = inside1 ? bias[4 * o + 1] : 0;
        const bias2_2 = inside2 ? bias[4 * o + 2] : 0;
        const bias2_3 = inside3 ? bias[4 * o + 3] : 0;
        const y2_0 = Math.max(acc0 + bias2_0, 0);
        if (inside0 && 4 * x <= Math.floor((W + 2 * pad - S) / st)) { Y[row10 + 4 * x] = f16_bits(y2_0); }
        const y2_1 = Math.max(acc1 + bias2_0, 0);
        if (inside0 && 4 * x + 1 <= Math.floor((W + 2 * pad - S) / st)) { Y[row10 + 4 * x + 1] = f16_bits(y2_1); }
        const y2_2 = Math.max(acc2 + bias2_0, 0);
        if (inside0 && 4 * x + 2 <= Math.floor((W + 2 * pad - S) / st)) { Y[row10 + 4 * x + 2] = f16_bits(y2_2); }
        const y2_3 = Math.max(acc3 + bias2_0, 0);
        if (inside0 && 4 * x + 3 <= Math.floor((W + 2 * pad - S) / st)) { Y[row10 + 4 * x + 3] = f16_bits(y2_3); }
        const y2_0_ = Math.max(acc4 + bias2_1, 0);
        if (inside1 && 4 * x <= Math.floor((W + 2 * pad - S) / st)) { Y[row11 + 4 * x] = f16_bits(y2_0_); }
        const y2_1_ = Math.max(acc5 + bias2_1, 0);
        if (inside1 && 4 * x + 1 <= Math.floor((W + 2 * pad - S) / st)) { Y[row11 + 4 * x + 1] = f16_bits(y2_1_); }
        const y2_2_ = Math.max(acc6 + bias2_1, 0);
        if (inside1 && 4 * x + 2 <= Math.floor((W + 2 * pad - S) / st)) { Y[row11 + 4 * x + 2] = f16_bits(y2_2_); }
        const y2_3_ = Math.max(acc7 + bias2_1, 0);
        if (inside1 && 4 * x + 3 <= Math.floor((W + 2 * pad - S) / st)) { Y[row11 + 4 * x + 3] = f16_bits(y2_3_); }
        const y2_0__ = Math.max(acc8 + bias2_2, 0);
        if (inside2 && 4 * x <= Math.floor((W + 2 * pad - S) / st)) { Y[row12 + 4 * x] = f16_bits(y2_0__); }
        const y2_1__ = Math.max(acc9 + bias2_2, 0);
        if (inside2 && 4 * x + 1 <= Math.floor((W + 2 * pad - S) / st)) { Y[row12 + 4 * x + 1] = f16_bits(y2_1__); }
        const y2_2__ = Math.max(acc10 + bias2_2, 0);
        if (inside2 && 4 * x + 2 <= Math.floor((W + 2 * pad - S) / st)) { Y[row12 + 4 * x + 2] = f16_bits(y2_2__); }
        const y2_3__ = Math.max(acc11 + bias2_2, 0);
        if (inside2 && 4 * x + 3 <= Math.floor((W + 2 * pad - S) / st)) { Y[row12 + 4 * x + 3] = f16_bits(y2_3__); }
        const y2_0___ = Math.max(acc12 + bias2_3, 0);
        if (inside3 && 4 * x <= Math.floor((W + 2 * pad - S) / st)) { Y[row13 + 4 * x] = f16_bits(y2_0___); }
        const y2_1___ = Math.max(acc13 + bias2_3, 0);
        if (inside3 && 4 * x + 1 <= Math.floor((W + 2 * pad - S) / st)) { Y[row13 + 4 * x + 1] = f16_bits(y2_1___); }
        const y2_2___ = Math.max(acc14 + bias2_3, 0);
        if (inside3 && 4 * x + 2 <= Math.floor((W + 2 * pad - S) / st)) { Y[row13 + 4 * x + 2] = f16_bits(y2_2___); }
        const y2_3___ = Math.max(acc15 + bias2_3, 0);
        if (inside3 && 4 * x + 3 <= Math.floor((W + 2 * pad - S) / st)) { Y[row13 + 4 * x + 3] = f16_bits(y2_3___); }
      }
    }
  }
}
