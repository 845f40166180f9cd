// append_generated_1, append_generated_2: made by tdsl from shadow_decode.tdsl for cpu. Change the source, not this file.

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

export function append_generated_1(k, at, S, B, H, D, M, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * D;
      const row2 = (row0 + h) * M;
      for (let d = 0; d < gridX; d++) {
        // shadow_decode.tdsl:72: S[0, b, h, at[b], d] = k[b, h, d]
        const k2 = bf16_value[k[row1 + d]];
        const at2 = at[b];
        S[(row2 + at2) * D + d] = bf16_bits(k2);
      }
    }
  }
}

export function append_generated_2(v, at, S, B, H, D, M, gridX, gridY, gridZ) {
  const row0 = 1 * B;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * H;
    const row2 = (row0 + b) * H;
    for (let h = 0; h < gridY; h++) {
      const row3 = (row1 + h) * D;
      const row4 = (row2 + h) * M;
      for (let d = 0; d < gridX; d++) {
        // shadow_decode.tdsl:73: S[1, b, h, at[b], d] = v[b, h, d]
        const v2 = bf16_value[v[row3 + d]];
        const at2 = at[b];
        S[(row4 + at2) * D + d] = bf16_bits(v2);
      }
    }
  }
}
