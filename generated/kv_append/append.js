// append_1, append_2: made by tdsl from kv_append.tdsl for cpu. Change the source, not this file.

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

export function append_1(k, len, K, B, G, N, S, D, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const g = outer % G;
    const b = Math.floor(outer / G);
    const row0 = b * S;
    const row1 = (b * G + g) * (N + S);
    for (let s = 0; s < gridY; s++) {
      const row2 = ((row0 + s) * G + g) * D;
      for (let d = 0; d < gridX; d++) {
        // kv_append.tdsl:14: K[b, g, len[b] + s, d] = k[b, s, g, d]
        const k2 = bf16_value[k[row2 + d]];
        const len2 = len[b];
        K[(row1 + s + len2) * D + d] = bf16_bits(k2);
      }
    }
  }
}

export function append_2(v, len, V, B, G, N, S, D, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const g = outer % G;
    const b = Math.floor(outer / G);
    const row0 = b * S;
    const row1 = (b * G + g) * (N + S);
    for (let s = 0; s < gridY; s++) {
      const row2 = ((row0 + s) * G + g) * D;
      for (let d = 0; d < gridX; d++) {
        // kv_append.tdsl:15: V[b, g, len[b] + s, d] = v[b, s, g, d]
        const v2 = bf16_value[v[row2 + d]];
        const len2 = len[b];
        V[(row1 + s + len2) * D + d] = bf16_bits(v2);
      }
    }
  }
}
