// layernorm: made by tdsl from layernorm.tdsl for cpu. Change the source, not this file.

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

export function layernorm(X, gamma, beta, Y, M, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridX; m++) {
    // layernorm.tdsl:10: Y[m, n] = (X[m, n] - mu[m]) * rsqrt(variance[m] + 1e-5) * gamma[n] + beta[n]
    let mu_sum = 0;
    const row0 = m * N;
    for (let n_step = 0; n_step < N; n_step++) {
      const x = f16_value[X[row0 + n_step]];
      mu_sum += x;
    }
    let variance_sum = 0;
    const row1 = m * N;
    for (let n_2_step = 0; n_2_step < N; n_2_step++) {
      const x = f16_value[X[row1 + n_2_step]];
      variance_sum += (x - mu_sum / N) * (x - mu_sum / N);
    }
    const row2 = m * N;
    for (let n_3_step = 0; n_3_step < N; n_3_step++) {
      const x = f16_value[X[row2 + n_3_step]];
      const gamma2 = gamma[n_3_step];
      const beta2 = beta[n_3_step];
      const y = (x - mu_sum / N) * (1 / Math.sqrt(variance_sum / N + 0.000009999999747378752)) * gamma2 + beta2;
      Y[row2 + n_3_step] = f16_bits(y);
    }
  }
}
