// project_add: made by tdsl from transformer_block.tdsl for cpu. Change the source, not this file.

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

export function project_add(X, W, residual, Y, M, K, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = 4 * m * K;
    const inside0 = 4 * m < M;
    const row1 = (4 * m + 1) * K;
    const inside1 = 4 * m + 1 < M;
    const row2 = (4 * m + 2) * K;
    const inside2 = 4 * m + 2 < M;
    const row3 = (4 * m + 3) * K;
    const inside3 = 4 * m + 3 < M;
    const row4 = 4 * m * N;
    const row5 = (4 * m + 1) * N;
    const row6 = (4 * m + 2) * N;
    const row7 = (4 * m + 3) * N;
    for (let n = 0; n < gridX; n++) {
      // transformer_block.tdsl:60: Y[m, n] = sum(k) X[m, k] * W[n, k] + residual[m, n]
      let Y_sum0 = 0, Y_sum1 = 0, Y_sum2 = 0, Y_sum3 = 0, Y_sum4 = 0, Y_sum5 = 0, Y_sum6 = 0, Y_sum7 = 0;
      let Y_sum8 = 0, Y_sum9 = 0, Y_sum10 = 0, Y_sum11 = 0, Y_sum12 = 0, Y_sum13 = 0, Y_sum14 = 0, Y_sum15 = 0;
      const row8 = 4 * n * K;
      const inside4 = 4 * n < N;
      const row9 = (4 * n + 1) * K;
      const inside5 = 4 * n + 1 < N;
      const row10 = (4 * n + 2) * K;
      const inside6 = 4 * n + 2 < N;
      const row11 = (4 * n + 3) * K;
      const inside7 = 4 * n + 3 < N;
      for (let k_step = 0; k_step < K; k_step++) {
        const x0 = inside0 ? bf16_value[X[row0 + k_step]] : 0;
        const x1 = inside1 ? bf16_value[X[row1 + k_step]] : 0;
        const x2 = inside2 ? bf16_value[X[row2 + k_step]] : 0;
        const x3 = inside3 ? bf16_value[X[row3 + k_step]] : 0;
        const w0 = inside4 ? bf16_value[W[row8 + k_step]] : 0;
        const w1 = inside5 ? bf16_value[W[row9 + k_step]] : 0;
        const w2 = inside6 ? bf16_value[W[row10 + k_step]] : 0;
        const w3 = inside7 ? bf16_value[W[row11 + k_step]] : 0;
        Y_sum0 += x0 * w0;
        Y_sum1 += x0 * w1;
        Y_sum2 += x0 * w2;
        Y_sum3 += x0 * w3;
        Y_sum4 += x1 * w0;
        Y_sum5 += x1 * w1;
        Y_sum6 += x1 * w2;
        Y_sum7 += x1 * w3;
        Y_sum8 += x2 * w0;
        Y_sum9 += x2 * w1;
        Y_sum10 += x2 * w2;
        Y_sum11 += x2 * w3;
        Y_sum12 += x3 * w0;
        Y_sum13 += x3 * w1;
        Y_sum14 += x3 * w2;
        Y_sum15 += x3 * w3;
      }
      const residual2_0 = inside0 && 4 * n < N ? bf16_value[residual[row4 + 4 * n]] : 0;
      const y_0 = Y_sum0 + residual2_0;
      if (inside0 && 4 * n < N) { Y[row4 + 4 * n] = bf16_bits(y_0); }
      const residual2_1 = inside0 && 4 * n + 1 < N ? bf16_value[residual[row4 + 4 * n + 1]] : 0;
      const y_1 = Y_sum1 + residual2_1;
      if (inside0 && 4 * n + 1 < N) { Y[row4 + 4 * n + 1] = bf16_bits(y_1); }
      const residual2_2 = inside0 && 4 * n + 2 < N ? bf16_value[residual[row4 + 4 * n + 2]] : 0;
      const y_2 = Y_sum2 + residual2_2;
      if (inside0 && 4 * n + 2 < N) { Y[row4 + 4 * n + 2] = bf16_bits(y_2); }
      const residual2_3 = inside0 && 4 * n + 3 < N ? bf16_value[residual[row4 + 4 * n + 3]] : 0;
      const y_3 = Y_sum3 + residual2_3;
      if (inside0 && 4 * n + 3 < N) { Y[row4 + 4 * n + 3] = bf16_bits(y_3); }
      const residual2_0_ = inside1 && 4 * n < N ? bf16_value[residual[row5 + 4 * n]] : 0;
      const y_0_ = Y_sum4 + residual2_0_;
      if (inside1 && 4 * n < N) { Y[row5 + 4 * n] = bf16_bits(y_0_); }
      const residual2_1_ = inside1 && 4 * n + 1 < N ? bf16_value[residual[row5 + 4 * n + 1]] : 0;
      const y_1_ = Y_sum5 + residual2_1_;
      if (inside1 && 4 * n + 1 < N) { Y[row5 + 4 * n + 1] = bf16_bits(y_1_); }
      const residual2_2_ = inside1 && 4 * n + 2 < N ? bf16_value[residual[row5 + 4 * n + 2]] : 0;
      const y_2_ = Y_sum6 + residual2_2_;
      if (inside1 && 4 * n + 2 < N) { Y[row5 + 4 * n + 2] = bf16_bits(y_2_); }
      const residual2_3_ = inside1 && 4 * n + 3 < N ? bf16_value[residual[row5 + 4 * n + 3]] : 0;
      const y_3_ = Y_sum7 + residual2_3_;
      if (inside1 && 4 * n + 3 < N) { Y[row5 + 4 * n + 3] = bf16_bits(y_3_); }
      const residual2_0__ = inside2 && 4 * n < N ? bf16_value[residual[row6 + 4 * n]] : 0;
      const y_0__ = Y_sum8 + residual2_0__;
      if (inside2 && 4 * n < N) { Y[row6 + 4 * n] = bf16_bits(y_0__); }
      const residual2_1__ = inside2 && 4 * n + 1 < N ? bf16_value[residual[row6 + 4 * n + 1]] : 0;
      const y_1__ = Y_sum9 + residual2_1__;
      if (inside2 && 4 * n + 1 < N) { Y[row6 + 4 * n + 1] = bf16_bits(y_1__); }
      const residual2_2__ = inside2 && 4 * n + 2 < N ? bf16_value[residual[row6 + 4 * n + 2]] : 0;
      const y_2__ = Y_sum10 + residual2_2__;
      if (inside2 && 4 * n + 2 < N) { Y[row6 + 4 * n + 2] = bf16_bits(y_2__); }
      const residual2_3__ = inside2 && 4 * n + 3 < N ? bf16_value[residual[row6 + 4 * n + 3]] : 0;
      const y_3__ = Y_sum11 + residual2_3__;
      if (inside2 && 4 * n + 3 < N) { Y[row6 + 4 * n + 3] = bf16_bits(y_3__); }
      const residual2_0___ = inside3 && 4 * n < N ? bf16_value[residual[row7 + 4 * n]] : 0;
      const y_0___ = Y_sum12 + residual2_0___;
      if (inside3 && 4 * n < N) { Y[row7 + 4 * n] = bf16_bits(y_0___); }
      const residual2_1___ = inside3 && 4 * n + 1 < N ? bf16_value[residual[row7 + 4 * n + 1]] : 0;
      const y_1___ = Y_sum13 + residual2_1___;
      if (inside3 && 4 * n + 1 < N) { Y[row7 + 4 * n + 1] = bf16_bits(y_1___); }
      const residual2_2___ = inside3 && 4 * n + 2 < N ? bf16_value[residual[row7 + 4 * n + 2]] : 0;
      const y_2___ = Y_sum14 + residual2_2___;
      if (inside3 && 4 * n + 2 < N) { Y[row7 + 4 * n + 2] = bf16_bits(y_2___); }
      const residual2_3___ = inside3 && 4 * n + 3 < N ? bf16_value[residual[row7 + 4 * n + 3]] : 0;
      const y_3___ = Y_sum15 + residual2_3___;
      if (inside3 && 4 * n + 3 < N) { Y[row7 + 4 * n + 3] = bf16_bits(y_3___); }
    }
  }
}
