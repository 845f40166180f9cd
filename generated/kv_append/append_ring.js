// append_ring: made by tdsl from kv_append.tdsl for cpu. Change the source, not this file.

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

// with the sign of b; 0 where b is 0
const floor_mod = (a, b) => (b === 0 ? 0 : a - b * Math.floor(a / b));

export function append_ring(k, position, K, B, G, W, D, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * G;
    for (let g = 0; g < gridY; g++) {
      const row1 = (row0 + g) * D;
      const row2 = (row0 + g) * W;
      for (let d = 0; d < gridX; d++) {
        // kv_append.tdsl:23: K[b, g, position[b] % W, d] = k[b, g, d]
        const k2 = bf16_value[k[row1 + d]];
        const position2 = position[b];
        K[(row2 + floor_mod(position2, W)) * D + d] = bf16_bits(k2);
      }
    }
  }
}
