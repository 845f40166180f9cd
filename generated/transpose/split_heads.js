// split_heads: made by tdsl from transpose.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function split_heads(X, Y, H, B, T, D, gridX, gridY, gridZ) {
  const row0 = D * H;
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row1 = b * T;
    const row2 = h * D;
    const row3 = (b * H + h) * T;
    for (let t = 0; t < gridY; t++) {
      const row4 = (row1 + t) * row0;
      const row5 = (row3 + t) * D;
      for (let d = 0; d < gridX; d++) {
        // transpose.tdsl:16: Y[b, h, t, d] = X[b, t, h*D + d]
        const x = bf16_value[X[row4 + d + row2]];
        Y[row5 + d] = bf16_bits(x);
      }
    }
  }
}
