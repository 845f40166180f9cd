// gather_chunks: made by tdsl from shadow_prefill.tdsl for cpu. Change the source, not this file.

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

export function gather_chunks(X, at, Y, J, B, H, C, D, T, gridX, gridY, gridZ) {
  const row0 = C * J;
  for (let outer = 0; outer < gridZ; outer++) {
    const t = outer % T;
    const rest = Math.floor(outer / T);
    const h = rest % H;
    const b = Math.floor(rest / H);
    const row1 = (b * H + h) * T + t;
    const row2 = (b * H + h) * row0;
    const row3 = ((b * H + h) * T + t) * J;
    for (let j = 0; j < gridY; j++) {
      const row4 = (row3 + j) * D;
      for (let d = 0; d < gridX; d++) {
        // shadow_prefill.tdsl:50: Y[b, h, t, j, d] = X[b, h, at[b, h, t]*J + j, d]
        const at2 = at[row1];
        const x = bf16_value[X[(row2 + j + at2 * J) * D + d]];
        Y[row4 + d] = bf16_bits(x);
      }
    }
  }
}
