// quantize_kv_D128_1, quantize_kv_D128_2: made by tdsl from kv4_attention.tdsl for cpu. Change the source, not this file.

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

export function quantize_kv_D128_1(X, Q_scale, Q_zero, B, S, H, gridX, gridY, gridZ) {
  for (let g1 = 0; g1 < gridZ; g1++) {
    const row0 = g1 * S;
    const row1 = g1 * H;
    for (let i2 = 0; i2 < gridY; i2++) {
      const row2 = (row1 + i2) * S;
      for (let j3 = 0; j3 < gridX; j3++) {
        // kv4_attention.tdsl:15: Q[b, h, s, d] = X[b, s, h, d]
        let Q_max = -3.4028234663852886e+38, Q_min = 3.4028234663852886e+38;
        const row3 = 128 * ((row0 + j3) * H + i2);
        for (let e_2_step = 0; e_2_step < 128; e_2_step++) {
          const x = f16_value[X[row3 + e_2_step]];
          Q_max = Math.max(Q_max, x);
          Q_min = Math.min(Q_min, x);
        }
        const q_scale = Math.fround(Math.max(Math.fround(Q_max - Q_min), 0.000009999999747378752) * 0.06666667014360428);
        Q_scale[row2 + j3] = f16_bits(q_scale);
        Q_zero[row2 + j3] = f16_bits(Q_min);
      }
    }
  }
}

export function quantize_kv_D128_2(X, Q_scale, Q_zero, Q_codes, B, S, H, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const d2 = outer % H;
    const c1 = Math.floor(outer / H);
    const row0 = c1 * S;
    const row1 = (c1 * H + d2) * S;
    for (let e3 = 0; e3 < gridY; e3++) {
      const row2 = 128 * ((row0 + e3) * H + d2);
      for (let f4 = 0; f4 < gridX; f4++) {
        // kv4_attention.tdsl:15: Q[b, h, s, d] = X[b, s, h, d]
        const x = f16_value[X[row2 + f4]];
        const q_zero = f16_value[Q_zero[row1 + e3]];
        const q_scale = f16_value[Q_scale[row1 + e3]];
        const q_codes = Math.min(Math.max(to_i32(round_even(cut_div(Math.fround(x - q_zero), q_scale))), 0), 15);
        Q_codes[(128 * (row1 + e3) + f4) >>> 1] = (Q_codes[(128 * (row1 + e3) + f4) >>> 1] & ~(15 << (4 * ((128 * (row1 + e3) + f4) & 1)))) | ((q_codes & 15) << (4 * ((128 * (row1 + e3) + f4) & 1)));
      }
    }
  }
}
