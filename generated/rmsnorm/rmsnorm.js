// rmsnorm: made by tdsl from rmsnorm.tdsl for cpu. Change the source, not this file.

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

export function rmsnorm(X, g, eps, Y, M, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridX; m++) {
    // rmsnorm.tdsl:9: Y[m, n] = X[m, n] * rsqrt(ms[m] + eps) * g[n]
    let ms_sum = 0;
    const row0 = m * N;
    for (let n_step = 0; n_step < N; n_step++) {
      const x = bf16_value[X[row0 + n_step]];
      ms_sum += x * x;
    }
    const row1 = m * N;
    for (let n_2_step = 0; n_2_step < N; n_2_step++) {
      const x = bf16_value[X[row1 + n_2_step]];
      const eps2 = eps[0];
      const g2 = bf16_value[g[n_2_step]];
      const y = x * (1 / Math.sqrt(ms_sum / N + eps2)) * g2;
      Y[row1 + n_2_step] = bf16_bits(y);
    }
  }
}
