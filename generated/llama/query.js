// query: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

export function query(z, rope, position, q, G, R, E, N, gridX, gridY, gridZ) {
  for (let h = 0; h < gridZ; h++) {
    const row0 = 2 * h * E;
    const row1 = h * 2 * E;
    for (let i = 0; i < gridY; i++) {
      const inside0 = i === 0;
      const row2 = i * E;
      for (let e = 0; e < gridX; e++) {
        // llama.tdsl:117: q[h, i*E + e] = turn(z[0, h*2*E + e], z[0, h*2*E + E + e], rope[position[0], 0, e], rope[position[0], 1, e], i)
        const z2 = z[e + row0];
        const position2 = position[0];
        const rope2 = rope[2 * position2 * E + e];
        const z3 = z[e + E + row0];
        const rope3 = rope[(2 * position2 + 1) * E + e];
        const q2 = inside0 ? z2 * rope2 - z3 * rope3 : z3 * rope2 + z2 * rope3;
        q[row1 + e + row2] = bf16_bits(q2);
      }
    }
  }
}
