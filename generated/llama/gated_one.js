// gated_one: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

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

export function gated_one(y, W, z, C, F, gridX, gridY, gridZ) {
  for (let f = 0; f < gridX; f++) {
    // llama.tdsl:84: z[i, f] = silu(gate[f]) * up[f]
    let gate = 0, up = 0;
    const row0 = f * C;
    const row1 = (f + F) * C;
    for (let c_step = 0; c_step < C; c_step++) {
      const y2 = bf16_value[y[c_step]];
      const w = bf16_value[W[row0 + c_step]];
      gate += y2 * w;
      const w2 = bf16_value[W[row1 + c_step]];
      up += y2 * w2;
    }
    const z2 = gate / (1 + Math.exp(-gate)) * up;
    z[f] = bf16_bits(z2);
  }
}
