// apply_rope: made by tdsl from rope.tdsl for cpu. Change the source, not this file.

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

export function apply_rope(X, position, table, Y, B, S, H, D, T, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const s = outer % S;
    const b = Math.floor(outer / S);
    const row0 = (b * S + s) * H;
    const row1 = b * S + s;
    for (let h = 0; h < gridY; h++) {
      const row2 = (row0 + h) * D;
      for (let d = 0; d < gridX; d++) {
        // rope.tdsl:8: Y[b, s, h, d] = rope(X[b, s, h], table[position[b, s]])[d]
        const x = bf16_value[X[row2 + d]];
        const position2 = position[row1];
        const table2 = table[2 * position2 * Math.floor(D / 2) + d % Math.floor(D / 2)];
        const x2 = bf16_value[X[row2 + Math.floor(D / 2) + d % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor(d / Math.floor(D / 2))]];
        const table3 = table[(2 * position2 + 1) * Math.floor(D / 2) + d % Math.floor(D / 2)];
        const y = x * table2 + (2 * Math.floor(d / Math.floor(D / 2)) - 1) * x2 * table3;
        Y[row2 + d] = bf16_bits(y);
      }
    }
  }
}
