// keep_landmarks: made by tdsl from shadow_prefill.tdsl for cpu. Change the source, not this file.

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

export function keep_landmarks(L, kept, Lk, B, H, C, D, N, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * N;
    const row1 = (b * H + h) * C;
    for (let n = 0; n < gridY; n++) {
      const row2 = (row0 + n) * D;
      for (let d = 0; d < gridX; d++) {
        // shadow_prefill.tdsl:34: Lk[b, h, n, d] = L[b, h, kept[b, h, n], d]
        const kept2 = kept[row0 + n];
        const l = bf16_value[L[(row1 + kept2) * D + d]];
        Lk[row2 + d] = bf16_bits(l);
      }
    }
  }
}
