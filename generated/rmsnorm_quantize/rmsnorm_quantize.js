// rmsnorm_quantize_1, rmsnorm_quantize_2, rmsnorm_quantize_3, rmsnorm_quantize_4, rmsnorm_quantize_5: made by tdsl from rmsnorm_quantize.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// a / b cut to 12 bits, with a 13th for whether anything was cut off: rounded further, it is a / b rounded; 0 where b is 0
function cut_div(a, b) {
  const q = Math.abs(a) / Math.abs(b);
  if (b === 0 || !(q > 0)) return 0;
  float_view[0] = q;
  float_bits[0] &= 0xfffff000;
  if (float_view[0] > q) float_bits[0] -= 0x1000;
  if (float_view[0] !== q) float_bits[0] |= 0x800;
  return a < 0 !== b < 0 ? -float_view[0] : float_view[0];
}

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

// to the nearest integer, ties to even
function round_even(x) {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

// toward zero; beyond the range the nearest integer, 0 for NaN
const to_i32 = (x) => (x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x | 0);

export function rmsnorm_quantize_1(X, inverse_sum_mem, M, K, gridX, gridY, gridZ) {
  for (let m = 0; m < gridX; m++) {
    // rmsnorm_quantize.tdsl:17: let inverse[m] = rsqrt(mean(k) square(X[m, k]) + eps)
    let inverse_sum = 0;
    const row0 = m * K;
    for (let k_step = 0; k_step < K; k_step++) {
      const x = f16_value[X[row0 + k_step]];
      inverse_sum += x * x;
    }
    inverse_sum_mem[m] = inverse_sum;
  }
}

export function rmsnorm_quantize_2(X, g, order, eps, inverse_sum_mem, Xn_scale, M, K, gridX, gridY, gridZ) {
  for (let g1 = 0; g1 < gridY; g1++) {
    const row0 = g1 * K;
    const row1 = g1 * (Math.floor((K + 127) / 128) - 1);
    for (let i2 = 0; i2 < gridX; i2++) {
      // rmsnorm_quantize.tdsl:18: Xn[m, k] = X[m, order[k]] * inverse[m] * g[order[k]]
      let Xn_scale_max = -3.4028234663852886e+38;
      for (let e_step = 0; e_step < Math.min(K - 128 * i2 - 128, 128); e_step++) {
        const order2 = order[e_step + 128 * i2];
        const x = f16_value[X[row0 + Math.max(0, Math.min(order2, K - 1))]];
        const inverse_sum_mem2 = inverse_sum_mem[g1];
        const eps2 = eps[0];
        const g2 = f16_value[g[Math.max(0, Math.min(order2, K - 1))]];
        Xn_scale_max = Math.max(Xn_scale_max, Math.abs(x * (1 / Math.sqrt(inverse_sum_mem2 / K + eps2)) * g2));
      }
      const xn_scale = Math.fround(Math.max(Xn_scale_max, 0.000009999999747378752) * 0.12857143580913544);
      Xn_scale[row1 + i2] = f16_bits(xn_scale);
    }
  }
}

export function rmsnorm_quantize_3(X, g, order, eps, Xn_scale, Xn_codes, M, K, gridX, gridY, gridZ) {
  for (let c1 = 0; c1 < gridX; c1++) {
    // rmsnorm_quantize.tdsl:18: Xn[m, k] = X[m, order[k]] * inverse[m] * g[order[k]]
    let inverse_sum = 0;
    const row0 = c1 * K;
    for (let k_step = 0; k_step < K; k_step++) {
      const x = f16_value[X[row0 + k_step]];
      inverse_sum += x * x;
    }
    const row1 = c1 * K;
    const row2 = c1 * (Math.floor((K + 127) / 128) - 1);
    const row3 = c1 * (K - 128);
    for (let d2_step = 0; d2_step < K - 128; d2_step++) {
      const order2 = order[d2_step];
      const x = f16_value[X[row1 + order2]];
      const eps2 = eps[0];
      const g2 = f16_value[g[order2]];
      const xn_scale = f16_value[Xn_scale[row2 + (d2_step >> 7)]];
      const xn_codes = Math.min(Math.max(to_i32(round_even(cut_div(x * (1 / Math.sqrt(inverse_sum / K + eps2)) * g2, xn_scale))), -8), 7);
      Xn_codes[(row3 + d2_step) >>> 1] = (Xn_codes[(row3 + d2_step) >>> 1] & ~(15 << (4 * ((row3 + d2_step) & 1)))) | ((xn_codes & 15) << (4 * ((row3 + d2_step) & 1)));
    }
  }
}

export function rmsnorm_quantize_4(X, g, order, eps, Xo_scale, M, K, gridX, gridY, gridZ) {
  for (let g1 = 0; g1 < gridX; g1++) {
    // rmsnorm_quantize.tdsl:19: Xo[m, o] = X[m, order[K - 128 + o]] * inverse[m] * g[order[K - 128 + o]]
    let inverse_sum = 0;
    const row0 = g1 * K;
    for (let k_step = 0; k_step < K; k_step++) {
      const x = f16_value[X[row0 + k_step]];
      inverse_sum += x * x;
    }
    let Xo_scale_max = -3.4028234663852886e+38;
    const row1 = g1 * K;
    for (let e_2_step = 0; e_2_step < 128; e_2_step++) {
      const order2 = order[e_2_step + K - 128];
      const x = f16_value[X[row1 + order2]];
      const eps2 = eps[0];
      const g2 = f16_value[g[order2]];
      Xo_scale_max = Math.max(Xo_scale_max, Math.abs(x * (1 / Math.sqrt(inverse_sum / K + eps2)) * g2));
    }
    const xo_scale = Math.fround(Math.max(Xo_scale_max, 0.000009999999747378752) * 0.007874015718698502);
    Xo_scale[g1] = f16_bits(xo_scale);
  }
}

export function rmsnorm_quantize_5(X, g, order, eps, Xo_scale, Xo_codes, M, K, gridX, gridY, gridZ) {
  for (let c1 = 0; c1 < gridX; c1++) {
    // rmsnorm_quantize.tdsl:19: Xo[m, o] = X[m, order[K - 128 + o]] * inverse[m] * g[order[K - 128 + o]]
    let inverse_sum = 0;
    const row0 = c1 * K;
    for (let k_step = 0; k_step < K; k_step++) {
      const x = f16_value[X[row0 + k_step]];
      inverse_sum += x * x;
    }
    const row1 = c1 * K;
    for (let d2_2_step = 0; d2_2_step < 128; d2_2_step++) {
      const order2 = order[d2_2_step + K - 128];
      const x = f16_value[X[row1 + order2]];
      const eps2 = eps[0];
      const g2 = f16_value[g[order2]];
      const xo_scale = f16_value[Xo_scale[c1]];
      const xo_codes = Math.min(Math.max(to_i32(round_even(cut_div(x * (1 / Math.sqrt(inverse_sum / K + eps2)) * g2, xo_scale))), -128), 127);
      Xo_codes[128 * c1 + d2_2_step] = xo_codes;
    }
  }
}
