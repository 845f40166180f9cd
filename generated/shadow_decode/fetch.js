// fetch: made by tdsl from shadow_decode.tdsl for cpu. Change the source, not this file.

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

export function fetch(V, slot, fresh, S, J, B, H, C, D, T, gridX, gridY, gridZ) {
  const row0 = C * J;
  const row1 = 1 * B;
  const row2 = J * T;
  for (let outer = 0; outer < gridZ; outer++) {
    const t = outer % T;
    const rest = Math.floor(outer / T);
    const h = rest % H;
    const b = Math.floor(rest / H);
    const row3 = (b * H + h) * T + t;
    const row4 = (b * H + h) * row0;
    const row5 = ((row1 + b) * H + h) * row2;
    const row6 = t * J;
    for (let j = 0; j < gridY; j++) {
      const row7 = (row5 + j + row6) * D;
      for (let d = 0; d < gridX; d++) {
        // shadow_decode.tdsl:63: S[1, b, h, t*J + j, d] = if fresh[b, h, t] then V[b, h, slot[b, h, t]*J + j, d] else S[1, b, h, t*J + j, d]
        const fresh2 = fresh[row3] !== 0;
        const slot2 = slot[row3];
        const v = bf16_value[V[(row4 + j + slot2 * J) * D + d]];
        const s2 = bf16_value[S[row7 + d]];
        const s = fresh2 ? v : s2;
        S[row7 + d] = bf16_bits(s);
      }
    }
  }
}
