// normed: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

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

export function normed(x, g, eps, y, S, C, gridX, gridY, gridZ) {
  for (let s = 0; s < gridX; s++) {
    // llama.tdsl:42: y[s, c] = x[s, c] * scale[s] * g[c]
    let scale_sum = 0;
    const row0 = s * C;
    for (let c_step = 0; c_step < C; c_step++) {
      const x2 = x[row0 + c_step];
      scale_sum += x2 * x2;
    }
    const row1 = s * C;
    for (let c_2_step = 0; c_2_step < C; c_2_step++) {
      const x2 = x[row1 + c_2_step];
      const eps2 = eps[0];
      const g2 = bf16_value[g[c_2_step]];
      const y2 = x2 * (1 / Math.sqrt(scale_sum / C + eps2)) * g2;
      y[row1 + c_2_step] = bf16_bits(y2);
    }
  }
}
