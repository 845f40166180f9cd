// embed: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function embed(words, E, x, S, V, C, gridX, gridY, gridZ) {
  for (let s = 0; s < gridY; s++) {
    const row0 = s * C;
    for (let c = 0; c < gridX; c++) {
      // llama.tdsl:35: x[s, c] = f32(E[words[s], c])
      const words2 = words[s];
      const e = bf16_value[E[words2 * C + c]];
      x[row0 + c] = e;
    }
  }
}
