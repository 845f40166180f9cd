// gate_quantize_1, gate_quantize_2, gate_quantize_3, gate_quantize_4: made by tdsl from rmsnorm_quantize.tdsl for cpu. Change the source, not this file.

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

export function gate_quantize_1(gate, up, Xn_scale, M, K, gridX, gridY, gridZ) {
  for (let g1 = 0; g1 < gridY; g1++) {
    const row0 = g1 * K;
    const row1 = g1 * (Math.floor((K + 127) / 128) - 1);
    for (let i2 = 0; i2 < gridX; i2++) {
      // rmsnorm_quantize.tdsl:36: Xn[m, k] = silu(gate[m, k]) * up[m, k]
      let Xn_scale_max = -3.4028234663852886e+38;
      for (let e_step = 0; e_step < Math.min(K - 128 * i2 - 128, 128); e_step++) {
        const gate2 = f16_value[gate[row0 + e_step + 128 * i2]];
        const up2 = f16_value[up[row0 + e_step + 128 * i2]];
        Xn_scale_max = Math.max(Xn_scale_max, Math.abs(gate2 * (Math.exp(Math.min(gate2, 0)) / (1 + Math.exp(-Math.abs(gate2)))) * up2));
      }
      const xn_scale = Math.fround(Math.max(Xn_scale_max, 0.000009999999747378752) * 0.12857143580913544);
      Xn_scale[row1 + i2] = f16_bits(xn_scale);
    }
  }
}

export function gate_quantize_2(gate, up, Xn_scale, Xn_codes, M, K, gridX, gridY, gridZ) {
  for (let c1 = 0; c1 < gridY; c1++) {
    const row0 = c1 * K;
    const row1 = c1 * (Math.floor((K + 127) / 128) - 1);
    const row2 = c1 * (K - 128);
    for (let d2 = 0; d2 < gridX; d2++) {
      // rmsnorm_quantize.tdsl:36: Xn[m, k] = silu(gate[m, k]) * up[m, k]
      const gate2 = f16_value[gate[row0 + d2]];
      const up2 = f16_value[up[row0 + d2]];
      const xn_scale = f16_value[Xn_scale[row1 + (d2 >> 7)]];
      const xn_codes = Math.min(Math.max(to_i32(round_even(cut_div(gate2 * (Math.exp(Math.min(gate2, 0)) / (1 + Math.exp(-Math.abs(gate2)))) * up2, xn_scale))), -8), 7);
      Xn_codes[(row2 + d2) >>> 1] = (Xn_codes[(row2 + d2) >>> 1] & ~(15 << (4 * ((row2 + d2) & 1)))) | ((xn_codes & 15) << (4 * ((row2 + d2) & 1)));
    }
  }
}

export function gate_quantize_3(gate, up, Xo_scale, M, K, gridX, gridY, gridZ) {
  for (let g1 = 0; g1 < gridX; g1++) {
    // rmsnorm_quantize.tdsl:37: Xo[m, o] = silu(gate[m, K - 128 + o]) * up[m, K - 128 + o]
    let Xo_scale_max = -3.4028234663852886e+38;
    const row0 = g1 * K;
    for (let e_2_step = 0; e_2_step < 128; e_2_step++) {
      const gate2 = f16_value[gate[row0 + e_2_step + K - 128]];
      const up2 = f16_value[up[row0 + e_2_step + K - 128]];
      Xo_scale_max = Math.max(Xo_scale_max, Math.abs(gate2 * (Math.exp(Math.min(gate2, 0)) / (1 + Math.exp(-Math.abs(gate2)))) * up2));
    }
    const xo_scale = Math.fround(Math.max(Xo_scale_max, 0.000009999999747378752) * 0.007874015718698502);
    Xo_scale[g1] = f16_bits(xo_scale);
  }
}

export function gate_quantize_4(gate, up, Xo_scale, Xo_codes, M, K, gridX, gridY, gridZ) {
  for (let c1 = 0; c1 < gridY; c1++) {
    const row0 = c1 * K;
    for (let d2 = 0; d2 < gridX; d2++) {
      // rmsnorm_quantize.tdsl:37: Xo[m, o] = silu(gate[m, K - 128 + o]) * up[m, K - 128 + o]
      const gate2 = f16_value[gate[row0 + d2 + K - 128]];
      const up2 = f16_value[up[row0 + d2 + K - 128]];
      const xo_scale = f16_value[Xo_scale[c1]];
      const xo_codes = Math.min(Math.max(to_i32(round_even(cut_div(gate2 * (Math.exp(Math.min(gate2, 0)) / (1 + Math.exp(-Math.abs(gate2)))) * up2, xo_scale))), -128), 127);
      Xo_codes[128 * c1 + d2] = xo_codes;
    }
  }
}
