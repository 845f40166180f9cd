// queries: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

export function queries(z, rope, q, P, G, R, S, E, X, gridX, gridY, gridZ) {
  const row0 = 2 * E * G * R + 4 * E * G;
  for (let outer = 0; outer < gridZ; outer++) {
    const s = outer % S;
    const h = Math.floor(outer / S);
    const row1 = s * row0;
    const row2 = 2 * h * E;
    const row3 = 2 * (s + P) * E;
    const row4 = (2 * (s + P) + 1) * E;
    const row5 = (h * S + s) * 2 * E;
    for (let i = 0; i < gridY; i++) {
      const inside0 = i === 0;
      const row6 = i * E;
      for (let e = 0; e < gridX; e++) {
        // llama.tdsl:94: q[h, s, i*E + e] = turn(z[s, h*2*E + e], z[s, h*2*E + E + e], rope[P + s, 0, e], rope[P + s, 1, e], i)
        const z2 = z[row1 + e + row2];
        const rope2 = rope[row3 + e];
        const z3 = z[row1 + e + E + row2];
        const rope3 = rope[row4 + e];
        const q2 = inside0 ? z2 * rope2 - z3 * rope3 : z3 * rope2 + z2 * rope3;
        q[row5 + e + row6] = bf16_bits(q2);
      }
    }
  }
}
