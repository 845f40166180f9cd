// embedding: made by tdsl from embedding.tdsl for cpu. Change the source, not this file.

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

export function embedding(table, tokens, Y, V, D, B, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * T;
    for (let t = 0; t < gridY; t++) {
      const row1 = (row0 + t) * D;
      for (let d = 0; d < gridX; d++) {
        // embedding.tdsl:9: Y[b, t, d] = table[tokens[b, t], d]
        const tokens2 = tokens[row0 + t];
        const table2 = bf16_value[table[tokens2 * D + d]];
        Y[row1 + d] = bf16_bits(table2);
      }
    }
  }
}
