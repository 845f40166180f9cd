// quantize_weights_1, quantize_weights_2, quantize_weights_3, quantize_weights_4: made by tdsl from atom_linear.tdsl for cpu. Change the source, not this file.

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

export function quantize_weights_1(W, order, Wn_scale, N, K, gridX, gridY, gridZ) {
  for (let g1 = 0; g1 < gridY; g1++) {
    const row0 = g1 * (Math.floor((K + 127) / 128) - 1);
    for (let i2 = 0; i2 < gridX; i2++) {
      // atom_linear.tdsl:43: Wn[n, k] = W[n, order[k]]
      let Wn_scale_max = -3.4028234663852886e+38;
      for (let e_step = 0; e_step < Math.min(N - 2 * g1, 2); e_step++) {
        const row1 = (e_step + 2 * g1) * K;
        for (let e_2_step = 0; e_2_step < Math.min(K - 128 * i2 - 128, 128); e_2_step++) {
          const order2 = order[e_2_step + 128 * i2];
          const w = f16_value[W[row1 + Math.max(0, Math.min(order2, K - 1))]];
          Wn_scale_max = Math.max(Wn_scale_max, Math.abs(w));
        }
      }
      const wn_scale = Math.fround(Math.max(Wn_scale_max, 0.000009999999747378752) * 0.12142857164144516);
      Wn_scale[row0 + i2] = f16_bits(wn_scale);
    }
  }
}

export function quantize_weights_2(W, order, Wn_scale, Wn_codes, N, K, gridX, gridY, gridZ) {
  for (let c1 = 0; c1 < gridY; c1++) {
    const row0 = c1 * K;
    const row1 = (c1 >> 1) * (Math.floor((K + 127) / 128) - 1);
    const row2 = c1 * (K - 128);
    for (let d2 = 0; d2 < gridX; d2++) {
      // atom_linear.tdsl:43: Wn[n, k] = W[n, order[k]]
      const order2 = order[d2];
      const w = f16_value[W[row0 + order2]];
      const wn_scale = f16_value[Wn_scale[row1 + (d2 >> 7)]];
      const wn_codes = Math.min(Math.max(to_i32(round_even(cut_div(w, wn_scale))), -8), 7);
      Wn_codes[(row2 + d2) >>> 1] = (Wn_codes[(row2 + d2) >>> 1] & ~(15 << (4 * ((row2 + d2) & 1)))) | ((wn_codes & 15) << (4 * ((row2 + d2) & 1)));
    }
  }
}

export function quantize_weights_3(W, order, Wo_scale, N, K, gridX, gridY, gridZ) {
  for (let g1 = 0; g1 < gridX; g1++) {
    // atom_linear.tdsl:44: Wo[n, o] = W[n, order[K - 128 + o]]
    let Wo_scale_max = -3.4028234663852886e+38;
    const row0 = g1 * K;
    for (let e_3_step = 0; e_3_step < 128; e_3_step++) {
      const order2 = order[e_3_step + K - 128];
      const w = f16_value[W[row0 + order2]];
      Wo_scale_max = Math.max(Wo_scale_max, Math.abs(w));
    }
    const wo_scale = Math.fround(Math.max(Wo_scale_max, 0.000009999999747378752) * 0.007874015718698502);
    Wo_scale[g1] = f16_bits(wo_scale);
  }
}

export function quantize_weights_4(W, order, Wo_scale, Wo_codes, N, K, gridX, gridY, gridZ) {
  for (let c1 = 0; c1 < gridY; c1++) {
    const row0 = c1 * K;
    for (let d2 = 0; d2 < gridX; d2++) {
      // atom_linear.tdsl:44: Wo[n, o] = W[n, order[K - 128 + o]]
      const order2 = order[d2 + K - 128];
      const w = f16_value[W[row0 + order2]];
      const wo_scale = f16_value[Wo_scale[c1]];
      const wo_codes = Math.min(Math.max(to_i32(round_even(cut_div(w, wo_scale))), -128), 127);
      Wo_codes[128 * c1 + d2] = wo_codes;
    }
  }
}
