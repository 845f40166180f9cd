// shared_weights: made by tdsl from batched_matmul.tdsl for cpu. Change the source, not this file.

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

export function shared_weights(X, W, Z, B, M, K, N, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * M;
    for (let m = 0; m < gridY; m++) {
      const row1 = (row0 + 4 * m) * K;
      const inside0 = 4 * m < M;
      const row2 = (row0 + 4 * m + 1) * K;
      const inside1 = 4 * m + 1 < M;
      const row3 = (row0 + 4 * m + 2) * K;
      const inside2 = 4 * m + 2 < M;
      const row4 = (row0 + 4 * m + 3) * K;
      const inside3 = 4 * m + 3 < M;
      const row5 = (row0 + 4 * m) * N;
      const row6 = (row0 + 4 * m + 1) * N;
      const row7 = (row0 + 4 * m + 2) * N;
      const row8 = (row0 + 4 * m + 3) * N;
      for (let n = 0; n < gridX; n++) {
        // batched_matmul.tdsl:16: Z[b, m, n] = sum(k) X[b, m, k] * W[n, k]
        let Z_sum0 = 0, Z_sum1 = 0, Z_sum2 = 0, Z_sum3 = 0, Z_sum4 = 0, Z_sum5 = 0, Z_sum6 = 0, Z_sum7 = 0;
        let Z_sum8 = 0, Z_sum9 = 0, Z_sum10 = 0, Z_sum11 = 0, Z_sum12 = 0, Z_sum13 = 0, Z_sum14 = 0, Z_sum15 = 0;
        const row9 = 4 * n * K;
        const inside4 = 4 * n < N;
        const row10 = (4 * n + 1) * K;
        const inside5 = 4 * n + 1 < N;
        const row11 = (4 * n + 2) * K;
        const inside6 = 4 * n + 2 < N;
        const row12 = (4 * n + 3) * K;
        const inside7 = 4 * n + 3 < N;
        for (let k_step = 0; k_step < K; k_step++) {
          const x0 = inside0 ? bf16_value[X[row1 + k_step]] : 0;
          const x1 = inside1 ? bf16_value[X[row2 + k_step]] : 0;
          const x2 = inside2 ? bf16_value[X[row3 + k_step]] : 0;
          const x3 = inside3 ? bf16_value[X[row4 + k_step]] : 0;
          const w0 = inside4 ? bf16_value[W[row9 + k_step]] : 0;
          const w1 = inside5 ? bf16_value[W[row10 + k_step]] : 0;
          const w2 = inside6 ? bf16_value[W[row11 + k_step]] : 0;
          const w3 = inside7 ? bf16_value[W[row12 + k_step]] : 0;
          Z_sum0 += x0 * w0;
          Z_sum1 += x0 * w1;
          Z_sum2 += x0 * w2;
          Z_sum3 += x0 * w3;
          Z_sum4 += x1 * w0;
          Z_sum5 += x1 * w1;
          Z_sum6 += x1 * w2;
          Z_sum7 += x1 * w3;
          Z_sum8 += x2 * w0;
          Z_sum9 += x2 * w1;
          Z_sum10 += x2 * w2;
          Z_sum11 += x2 * w3;
          Z_sum12 += x3 * w0;
          Z_sum13 += x3 * w1;
          Z_sum14 += x3 * w2;
          Z_sum15 += x3 * w3;
        }
        if (inside0 && 4 * n < N) { Z[row5 + 4 * n] = bf16_bits(Z_sum0); }
        if (inside0 && 4 * n + 1 < N) { Z[row5 + 4 * n + 1] = bf16_bits(Z_sum1); }
        if (inside0 && 4 * n + 2 < N) { Z[row5 + 4 * n + 2] = bf16_bits(Z_sum2); }
        if (inside0 && 4 * n + 3 < N) { Z[row5 + 4 * n + 3] = bf16_bits(Z_sum3); }
        if (inside1 && 4 * n < N) { Z[row6 + 4 * n] = bf16_bits(Z_sum4); }
        if (inside1 && 4 * n + 1 < N) { Z[row6 + 4 * n + 1] = bf16_bits(Z_sum5); }
        if (inside1 && 4 * n + 2 < N) { Z[row6 + 4 * n + 2] = bf16_bits(Z_sum6); }
        if (inside1 && 4 * n + 3 < N) { Z[row6 + 4 * n + 3] = bf16_bits(Z_sum7); }
        if (inside2 && 4 * n < N) { Z[row7 + 4 * n] = bf16_bits(Z_sum8); }
        if (inside2 && 4 * n + 1 < N) { Z[row7 + 4 * n + 1] = bf16_bits(Z_sum9); }
        if (inside2 && 4 * n + 2 < N) { Z[row7 + 4 * n + 2] = bf16_bits(Z_sum10); }
        if (inside2 && 4 * n + 3 < N) { Z[row7 + 4 * n + 3] = bf16_bits(Z_sum11); }
        if (inside3 && 4 * n < N) { Z[row8 + 4 * n] = bf16_bits(Z_sum12); }
        if (inside3 && 4 * n + 1 < N) { Z[row8 + 4 * n + 1] = bf16_bits(Z_sum13); }
        if (inside3 && 4 * n + 2 < N) { Z[row8 + 4 * n + 2] = bf16_bits(Z_sum14); }
        if (inside3 && 4 * n + 3 < N) { Z[row8 + 4 * n + 3] = bf16_bits(Z_sum15); }
      }
    }
  }
}
