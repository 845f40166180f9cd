// dequantize_int4: made by tdsl from quantize.tdsl for cpu. Change the source, not this file.

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

export function dequantize_int4(Q_codes, Q_scale, Y, M, K, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = m * K;
    const row1 = m * Math.floor((K + 31) / 32);
    for (let k = 0; k < gridX; k++) {
      // quantize.tdsl:35: Y[m, k] = Q[m, k]
      const q_codes = (Q_codes[(row0 + k) >>> 1] << (28 - 4 * ((row0 + k) & 1))) >> 28;
      const q_scale = f16_value[Q_scale[row1 + (k >> 5)]];
      const y = q_codes * q_scale;
      Y[row0 + k] = f16_bits(y);
    }
  }
}
