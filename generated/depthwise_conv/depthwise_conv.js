// depthwise_conv: made by tdsl from depthwise_conv.tdsl for cpu. Change the source, not this file.

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

export function depthwise_conv(X, F, bias, Y, N, C, H, W, R, S, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const c = outer % C;
    const n = Math.floor(outer / C);
    const row0 = (n * C + c) * H;
    const row1 = c * R;
    for (let y = 0; y < gridY; y++) {
      const row2 = (row0 + y) * W;
      for (let x = 0; x < gridX; x++) {
        // depthwise_conv.tdsl:7: Y[n, c, y, x] = sum(r, s) (X[n, c, y + r - (R - 1) / 2, x + s - (S - 1) / 2] else 0) * F[c, r, s] + bias[c]
        let Y_sum = 0;
        for (let r_step = 0; r_step < R; r_step++) {
          const row3 = (row0 + r_step + y + 1 - Math.floor((R + 1) / 2)) * W;
          const inside0 = Math.floor((R + 1) / 2) <= r_step + y + 1 && r_step + y + 2 <= H + Math.floor((R + 1) / 2);
          const row4 = (row1 + r_step) * S;
          for (let s_step = 0; s_step < S; s_step++) {
            const x2 = inside0 && Math.floor((S + 1) / 2) <= s_step + x + 1 && s_step + x + 2 <= W + Math.floor((S + 1) / 2) ? f16_value[X[row3 + s_step + x + 1 - Math.floor((S + 1) / 2)]] : 0;
            const f = f16_value[F[row4 + s_step]];
            Y_sum += x2 * f;
          }
        }
        const bias2 = bias[c];
        const y2 = Y_sum + bias2;
        Y[row2 + x] = f16_bits(y2);
      }
    }
  }
}
