// keep_one: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

export function keep_one(z, rope, position, KV, R, G, E, N, gridX, gridY, gridZ) {
  const row0 = 2 * E * G * R;
  const row1 = 2 * E * G;
  for (let outer = 0; outer < gridZ; outer++) {
    const g = outer % G;
    const j = Math.floor(outer / G);
    const row2 = 2 * g * E;
    const inside0 = j === 0;
    const row3 = (j * G + g) * N;
    for (let i = 0; i < gridY; i++) {
      const row4 = i * E;
      const inside1 = i === 0;
      for (let e = 0; e < gridX; e++) {
        // llama.tdsl:127: KV[j, g, position[0], i*E + e] = if j
        const z2 = z[e + row0 + row2];
        const position2 = position[0];
        const rope2 = rope[2 * position2 * E + e];
        const z3 = z[e + E + row0 + row2];
        const rope3 = rope[(2 * position2 + 1) * E + e];
        const z4 = z[e + row0 + row2 + row1 + row4];
        const kv = inside0 ? (inside1 ? z2 * rope2 - z3 * rope3 : z3 * rope2 + z2 * rope3) : z4;
        KV[(row3 + position2) * 2 * E + e + row4] = bf16_bits(kv);
      }
    }
  }
}
