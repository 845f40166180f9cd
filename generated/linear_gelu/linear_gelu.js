// linear_gelu: made by tdsl from linear_gelu.tdsl for cpu. Change the source, not this file.

// the error function: 1 - exp of a polynomial for large arguments, an odd polynomial for small ones (minimax, error about 1 ulp of f32)
function erf(x) {
  const a = Math.abs(x), s = x * x;
  if (a > 0.927734375) {
    const r = (-1.7285347e-5 * a + 3.83197126e-4) * s + (-3.88396438e-3 * a + 2.42546219e-2);
    return Math.sign(x) * (1 - Math.exp((((r * a - 1.06777877e-1) * a - 6.34846687e-1) * a - 1.28717512e-1) * a - a));
  }
  return (((((-5.96761703e-4 * s + 4.99119423e-3) * s - 2.67681349e-2) * s + 1.12819925e-1) * s - 3.76125336e-1) * s + 1.28379166e-1) * x + x;
}

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

export function linear_gelu(X, W, bias, Y, M, K, N, gridX, gridY, gridZ) {
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
      // linear_gelu.tdsl:10: Y[m, n] = gelu(pre[m, n])
      let pre_sum0 = 0, pre_sum1 = 0, pre_sum2 = 0, pre_sum3 = 0, pre_sum4 = 0, pre_sum5 = 0, pre_sum6 = 0, pre_sum7 = 0;
      let pre_sum8 = 0, pre_sum9 = 0, pre_sum10 = 0, pre_sum11 = 0, pre_sum12 = 0, pre_sum13 = 0, pre_sum14 = 0, pre_sum15 = 0;
      const row8 = 4 * n * K;
      const inside4 = 4 * n < N;
      const row9 = (4 * n + 1) * K;
      const inside5 = 4 * n + 1 < N;
      const row10 = (4 * n + 2) * K;
      const inside6 = 4 * n + 2 < N;
      const row11 = (4 * n + 3) * K;
      const inside7 = 4 * n + 3 < N;
      for (let k_step = 0; k_step < K; k_step++) {
        const x0 = inside0 ? f16_value[X[row0 + k_step]] : 0;
        const x1 = inside1 ? f16_value[X[row1 + k_step]] : 0;
        const x2 = inside2 ? f16_value[X[row2 + k_step]] : 0;
        const x3 = inside3 ? f16_value[X[row3 + k_step]] : 0;
        const w0 = inside4 ? f16_value[W[row8 + k_step]] : 0;
        const w1 = inside5 ? f16_value[W[row9 + k_step]] : 0;
        const w2 = inside6 ? f16_value[W[row10 + k_step]] : 0;
        const w3 = inside7 ? f16_value[W[row11 + k_step]] : 0;
        pre_sum0 += x0 * w0;
        pre_sum1 += x0 * w1;
        pre_sum2 += x0 * w2;
        pre_sum3 += x0 * w3;
        pre_sum4 += x1 * w0;
        pre_sum5 += x1 * w1;
        pre_sum6 += x1 * w2;
        pre_sum7 += x1 * w3;
        pre_sum8 += x2 * w0;
        pre_sum9 += x2 * w1;
        pre_sum10 += x2 * w2;
        pre_sum11 += x2 * w3;
        pre_sum12 += x3 * w0;
        pre_sum13 += x3 * w1;
        pre_sum14 += x3 * w2;
        pre_sum15 += x3 * w3;
      }
      const bias2_0 = 4 * n < N ? bias[4 * n] : 0;
      const bias2_1 = 4 * n + 1 < N ? bias[4 * n + 1] : 0;
      const bias2_2 = 4 * n + 2 < N ? bias[4 * n + 2] : 0;
      const bias2_3 = 4 * n + 3 < N ? bias[4 * n + 3] : 0;
      const y_0 = 0.5 * (pre_sum0 + bias2_0) * (1 + erf((pre_sum0 + bias2_0) * 0.7071067690849304));
      if (inside0 && 4 * n < N) { Y[row4 + 4 * n] = f16_bits(y_0); }
      const y_1 = 0.5 * (pre_sum1 + bias2_1) * (1 + erf((pre_sum1 + bias2_1) * 0.7071067690849304));
      if (inside0 && 4 * n + 1 < N) { Y[row4 + 4 * n + 1] = f16_bits(y_1); }
      const y_2 = 0.5 * (pre_sum2 + bias2_2) * (1 + erf((pre_sum2 + bias2_2) * 0.7071067690849304));
      if (inside0 && 4 * n + 2 < N) { Y[row4 + 4 * n + 2] = f16_bits(y_2); }
      const y_3 = 0.5 * (pre_sum3 + bias2_3) * (1 + erf((pre_sum3 + bias2_3) * 0.7071067690849304));
      if (inside0 && 4 * n + 3 < N) { Y[row4 + 4 * n + 3] = f16_bits(y_3); }
      const y_0_ = 0.5 * (pre_sum4 + bias2_0) * (1 + erf((pre_sum4 + bias2_0) * 0.7071067690849304));
      if (inside1 && 4 * n < N) { Y[row5 + 4 * n] = f16_bits(y_0_); }
      const y_1_ = 0.5 * (pre_sum5 + bias2_1) * (1 + erf((pre_sum5 + bias2_1) * 0.7071067690849304));
      if (inside1 && 4 * n + 1 < N) { Y[row5 + 4 * n + 1] = f16_bits(y_1_); }
      const y_2_ = 0.5 * (pre_sum6 + bias2_2) * (1 + erf((pre_sum6 + bias2_2) * 0.7071067690849304));
      if (inside1 && 4 * n + 2 < N) { Y[row5 + 4 * n + 2] = f16_bits(y_2_); }
      const y_3_ = 0.5 * (pre_sum7 + bias2_3) * (1 + erf((pre_sum7 + bias2_3) * 0.7071067690849304));
      if (inside1 && 4 * n + 3 < N) { Y[row5 + 4 * n + 3] = f16_bits(y_3_); }
      const y_0__ = 0.5 * (pre_sum8 + bias2_0) * (1 + erf((pre_sum8 + bias2_0) * 0.7071067690849304));
      if (inside2 && 4 * n < N) { Y[row6 + 4 * n] = f16_bits(y_0__); }
      const y_1__ = 0.5 * (pre_sum9 + bias2_1) * (1 + erf((pre_sum9 + bias2_1) * 0.7071067690849304));
      if (inside2 && 4 * n + 1 < N) { Y[row6 + 4 * n + 1] = f16_bits(y_1__); }
      const y_2__ = 0.5 * (pre_sum10 + bias2_2) * (1 + erf((pre_sum10 + bias2_2) * 0.7071067690849304));
      if (inside2 && 4 * n + 2 < N) { Y[row6 + 4 * n + 2] = f16_bits(y_2__); }
      const y_3__ = 0.5 * (pre_sum11 + bias2_3) * (1 + erf((pre_sum11 + bias2_3) * 0.7071067690849304));
      if (inside2 && 4 * n + 3 < N) { Y[row6 + 4 * n + 3] = f16_bits(y_3__); }
      const y_0___ = 0.5 * (pre_sum12 + bias2_0) * (1 + erf((pre_sum12 + bias2_0) * 0.7071067690849304));
      if (inside3 && 4 * n < N) { Y[row7 + 4 * n] = f16_bits(y_0___); }
      const y_1___ = 0.5 * (pre_sum13 + bias2_1) * (1 + erf((pre_sum13 + bias2_1) * 0.7071067690849304));
      if (inside3 && 4 * n + 1 < N) { Y[row7 + 4 * n + 1] = f16_bits(y_1___); }
      const y_2___ = 0.5 * (pre_sum14 + bias2_2) * (1 + erf((pre_sum14 + bias2_2) * 0.7071067690849304));
      if (inside3 && 4 * n + 2 < N) { Y[row7 + 4 * n + 2] = f16_bits(y_2___); }
      const y_3___ = 0.5 * (pre_sum15 + bias2_3) * (1 + erf((pre_sum15 + bias2_3) * 0.7071067690849304));
      if (inside3 && 4 * n + 3 < N) { Y[row7 + 4 * n + 3] = f16_bits(y_3___); }
    }
  }
}
