// add_rmsnorm: made by tdsl from rmsnorm.tdsl for cpu. Change the source, not this file.

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

export function add_rmsnorm(X, residual, g, eps, R, Y, M, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridX; m++) {
    // rmsnorm.tdsl:19: R[m, n] = r[m, n]
    let ms_sum = 0;
    const row0 = m * N;
    for (let n_2_step = 0; n_2_step < N; n_2_step++) {
      const x = bf16_value[X[row0 + n_2_step]];
      const residual2 = bf16_value[residual[row0 + n_2_step]];
      ms_sum += bf16_value[bf16_bits(x + residual2)] * bf16_value[bf16_bits(x + residual2)];
    }

    // rmsnorm.tdsl:20: Y[m, n] = r[m, n] * rsqrt(ms[m] + eps) * g[n]
    const row1 = m * N;
    for (let n_3_step = 0; n_3_step < N; n_3_step++) {
      // rmsnorm.tdsl:19: R[m, n] = r[m, n]

      // rmsnorm.tdsl:20: Y[m, n] = r[m, n] * rsqrt(ms[m] + eps) * g[n]
      const x = bf16_value[X[row1 + n_3_step]];
      const residual2 = bf16_value[residual[row1 + n_3_step]];
      const r = bf16_value[bf16_bits(x + residual2)];
      R[row1 + n_3_step] = bf16_bits(r);
      const eps2 = eps[0];
      const g2 = bf16_value[g[n_3_step]];
      const y = bf16_value[bf16_bits(x + residual2)] * (1 / Math.sqrt(ms_sum / N + eps2)) * g2;
      Y[row1 + n_3_step] = bf16_bits(y);
    }
  }
}
