// keep: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

export function keep(z, rope, KV, P, R, S, G, E, X, gridX, gridY, gridZ) {
  const row0 = 2 * E * G * R + 4 * E * G;
  const row1 = 2 * E * G * R;
  const row2 = 2 * E * G;
  for (let outer = 0; outer < gridZ; outer++) {
    const s = outer % S;
    const rest = Math.floor(outer / S);
    const g = rest % G;
    const j = Math.floor(rest / G);
    const row3 = s * row0;
    const row4 = 2 * g * E;
    const row5 = 2 * (s + P) * E;
    const row6 = (2 * (s + P) + 1) * E;
    const inside0 = j === 0;
    const row7 = ((j * G + g) * (P + S + X) + s + P) * 2 * E;
    for (let i = 0; i < gridY; i++) {
      const row8 = i * E;
      const inside1 = i === 0;
      for (let e = 0; e < gridX; e++) {
        // llama.tdsl:100: KV[j, g, P + s, i*E + e] = if j
        const z2 = z[row3 + e + row1 + row4];
        const rope2 = rope[row5 + e];
        const z3 = z[row3 + e + E + row1 + row4];
        const rope3 = rope[row6 + e];
        const z4 = z[row3 + e + row1 + row4 + row2 + row8];
        const kv = inside0 ? (inside1 ? z2 * rope2 - z3 * rope3 : z3 * rope2 + z2 * rope3) : z4;
        KV[row7 + e + row8] = bf16_bits(kv);
      }
    }
  }
}
