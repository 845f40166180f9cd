// rmsnorm_rows: made by tdsl from transformer_block.tdsl for cpu. Change the source, not this file.

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

export function rmsnorm_rows(X, g, Y, M, K, gridX, gridY, gridZ) {
  for (let m = 0; m < gridX; m++) {
    // transformer_block.tdsl:8: Y[m, k] = X[m, k] * rsqrt(mean(j) square(X[m, j]) + 1e-5) * g[k]
    let Y_sum = 0;
    const row0 = m * K;
    for (let j_step = 0; j_step < K; j_step++) {
      const x = bf16_value[X[row0 + j_step]];
      Y_sum += x * x;
    }
    const row1 = m * K;
    for (let k_step = 0; k_step < K; k_step++) {
      const x = bf16_value[X[row1 + k_step]];
      const g2 = bf16_value[g[k_step]];
      const y = x * (1 / Math.sqrt(Y_sum / K + 0.000009999999747378752)) * g2;
      Y[row1 + k_step] = bf16_bits(y);
    }
  }
}
