// normed_last_1, normed_last_2: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

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

export function normed_last_1(x, scale_sum_mem, Q, C, gridX, gridY, gridZ) {
  // llama.tdsl:48: let scale = rsqrt(mean(c) x[Q, c] * x[Q, c] + eps)
  let scale_sum = 0;
  const row0 = Q * C;
  for (let c_step = 0; c_step < C; c_step++) {
    const x2 = x[row0 + c_step];
    scale_sum += x2 * x2;
  }
  scale_sum_mem[0] = scale_sum;
}

export function normed_last_2(x, g, eps, scale_sum_mem, y, Q, C, gridX, gridY, gridZ) {
  const row0 = Q * C;
  for (let c = 0; c < gridX; c++) {
    // llama.tdsl:49: y[i, c] = x[Q + i, c] * scale * g[c]
    const x2 = x[row0 + c];
    const scale_sum_mem2 = scale_sum_mem[0];
    const eps2 = eps[0];
    const g2 = bf16_value[g[c]];
    const y2 = x2 * (1 / Math.sqrt(scale_sum_mem2 / C + eps2)) * g2;
    y[c] = bf16_bits(y2);
  }
}
