// joined_linear: made by tdsl from concat.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function joined_linear(X, F, W, Y, M, K, J, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = 4 * m * K;
    const inside0 = 4 * m < M;
    const row1 = (4 * m + 1) * K;
    const inside1 = 4 * m + 1 < M;
    const row2 = (4 * m + 2) * K;
    const inside2 = 4 * m + 2 < M;
    const row3 = (4 * m + 3) * K;
    const inside3 = 4 * m + 3 < M;
    const row4 = 4 * m * J;
    const row5 = (4 * m + 1) * J;
    const row6 = (4 * m + 2) * J;
    const row7 = (4 * m + 3) * J;
    const row8 = 4 * m * N;
    const row9 = (4 * m + 1) * N;
    const row10 = (4 * m + 2) * N;
    const row11 = (4 * m + 3) * N;
    for (let n = 0; n < gridX; n++) {
      // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
      let Y_sum_piece0 = 0, Y_sum_piece1 = 0, Y_sum_piece2_ = 0, Y_sum_piece3 = 0, Y_sum_piece4 = 0, Y_sum_piece5 = 0, Y_sum_piece6 = 0, Y_sum_piece7 = 0;
      let Y_sum_piece8 = 0, Y_sum_piece9 = 0, Y_sum_piece10 = 0, Y_sum_piece11 = 0, Y_sum_piece12 = 0, Y_sum_piece13 = 0, Y_sum_piece14 = 0, Y_sum_piece15 = 0;
      const row12 = 4 * n * (J + K);
      const inside4 = 4 * n < N;
      const row13 = (4 * n + 1) * (J + K);
      const inside5 = 4 * n + 1 < N;
      const row14 = (4 * n + 2) * (J + K);
      const inside6 = 4 * n + 2 < N;
      const row15 = (4 * n + 3) * (J + K);
      const inside7 = 4 * n + 3 < N;
      for (let k_step = 0; k_step < K; k_step++) {
        const x0 = inside0 ? bf16_value[X[row0 + k_step]] : 0;
        const x1 = inside1 ? bf16_value[X[row1 + k_step]] : 0;
        const x2 = inside2 ? bf16_value[X[row2 + k_step]] : 0;
        const x3 = inside3 ? bf16_value[X[row3 + k_step]] : 0;
        const w0 = inside4 ? W[row12 + k_step] : 0;
        const w1 = inside5 ? W[row13 + k_step] : 0;
        const w2 = inside6 ? W[row14 + k_step] : 0;
        const w3 = inside7 ? W[row15 + k_step] : 0;
        Y_sum_piece0 += x0 * w0;
        Y_sum_piece1 += x0 * w1;
        Y_sum_piece2_ += x0 * w2;
        Y_sum_piece3 += x0 * w3;
        Y_sum_piece4 += x1 * w0;
        Y_sum_piece5 += x1 * w1;
        Y_sum_piece6 += x1 * w2;
        Y_sum_piece7 += x1 * w3;
        Y_sum_piece8 += x2 * w0;
        Y_sum_piece9 += x2 * w1;
        Y_sum_piece10 += x2 * w2;
        Y_sum_piece11 += x2 * w3;
        Y_sum_piece12 += x3 * w0;
        Y_sum_piece13 += x3 * w1;
        Y_sum_piece14 += x3 * w2;
        Y_sum_piece15 += x3 * w3;
      }
      let Y_sum_piece2_0 = 0, Y_sum_piece2_1 = 0, Y_sum_piece2_2 = 0, Y_sum_piece2_3 = 0, Y_sum_piece2_4 = 0, Y_sum_piece2_5 = 0, Y_sum_piece2_6 = 0, Y_sum_piece2_7 = 0;
      let Y_sum_piece2_8 = 0, Y_sum_piece2_9 = 0, Y_sum_piece2_10 = 0, Y_sum_piece2_11 = 0, Y_sum_piece2_12 = 0, Y_sum_piece2_13 = 0, Y_sum_piece2_14 = 0, Y_sum_piece2_15 = 0;
      const row16 = 4 * n * (J + K);
      const inside8 = 4 * n < N;
      const row17 = (4 * n + 1) * (J + K);
      const inside9 = 4 * n + 1 < N;
      const row18 = (4 * n + 2) * (J + K);
      const inside10 = 4 * n + 2 < N;
      const row19 = (4 * n + 3) * (J + K);
      const inside11 = 4 * n + 3 < N;
      for (let k_2_step = 0; k_2_step < J; k_2_step++) {
        const f0 = inside0 ? F[row4 + k_2_step] : 0;
        const f1 = inside1 ? F[row5 + k_2_step] : 0;
        const f2 = inside2 ? F[row6 + k_2_step] : 0;
        const f3 = inside3 ? F[row7 + k_2_step] : 0;
        const w0 = inside8 ? W[row16 + k_2_step + K] : 0;
        const w1 = inside9 ? W[row17 + k_2_step + K] : 0;
        const w2 = inside10 ? W[row18 + k_2_step + K] : 0;
        const w3 = inside11 ? W[row19 + k_2_step + K] : 0;
        Y_sum_piece2_0 += f0 * w0;
        Y_sum_piece2_1 += f0 * w1;
        Y_sum_piece2_2 += f0 * w2;
        Y_sum_piece2_3 += f0 * w3;
        Y_sum_piece2_4 += f1 * w0;
        Y_sum_piece2_5 += f1 * w1;
        Y_sum_piece2_6 += f1 * w2;
        Y_sum_piece2_7 += f1 * w3;
        Y_sum_piece2_8 += f2 * w0;
        Y_sum_piece2_9 += f2 * w1;
        Y_sum_piece2_10 += f2 * w2;
        Y_sum_piece2_11 += f2 * w3;
        Y_sum_piece2_12 += f3 * w0;
        Y_sum_piece2_13 += f3 * w1;
        Y_sum_piece2_14 += f3 * w2;
        Y_sum_piece2_15 += f3 * w3;
      }
      const y_0 = Y_sum_piece0 + Y_sum_piece2_0;
      if (inside0 && 4 * n < N) { Y[row8 + 4 * n] = y_0; }
      const y_1 = Y_sum_piece1 + Y_sum_piece2_1;
      if (inside0 && 4 * n + 1 < N) { Y[row8 + 4 * n + 1] = y_1; }
      const y_2 = Y_sum_piece2_ + Y_sum_piece2_2;
      if (inside0 && 4 * n + 2 < N) { Y[row8 + 4 * n + 2] = y_2; }
      const y_3 = Y_sum_piece3 + Y_sum_piece2_3;
      if (inside0 && 4 * n + 3 < N) { Y[row8 + 4 * n + 3] = y_3; }
      const y_0_ = Y_sum_piece4 + Y_sum_piece2_4;
      if (inside1 && 4 * n < N) { Y[row9 + 4 * n] = y_0_; }
      const y_1_ = Y_sum_piece5 + Y_sum_piece2_5;
      if (inside1 && 4 * n + 1 < N) { Y[row9 + 4 * n + 1] = y_1_; }
      const y_2_ = Y_sum_piece6 + Y_sum_piece2_6;
      if (inside1 && 4 * n + 2 < N) { Y[row9 + 4 * n + 2] = y_2_; }
      const y_3_ = Y_sum_piece7 + Y_sum_piece2_7;
      if (inside1 && 4 * n + 3 < N) { Y[row9 + 4 * n + 3] = y_3_; }
      const y_0__ = Y_sum_piece8 + Y_sum_piece2_8;
      if (inside2 && 4 * n < N) { Y[row10 + 4 * n] = y_0__; }
      const y_1__ = Y_sum_piece9 + Y_sum_piece2_9;
      if (inside2 && 4 * n + 1 < N) { Y[row10 + 4 * n + 1] = y_1__; }
      const y_2__ = Y_sum_piece10 + Y_sum_piece2_10;
      if (inside2 && 4 * n + 2 < N) { Y[row10 + 4 * n + 2] = y_2__; }
      const y_3__ = Y_sum_piece11 + Y_sum_piece2_11;
      if (inside2 && 4 * n + 3 < N) { Y[row10 + 4 * n + 3] = y_3__; }
      const y_0___ = Y_sum_piece12 + Y_sum_piece2_12;
      if (inside3 && 4 * n < N) { Y[row11 + 4 * n] = y_0___; }
      const y_1___ = Y_sum_piece13 + Y_sum_piece2_13;
      if (inside3 && 4 * n + 1 < N) { Y[row11 + 4 * n + 1] = y_1___; }
      const y_2___ = Y_sum_piece14 + Y_sum_piece2_14;
      if (inside3 && 4 * n + 2 < N) { Y[row11 + 4 * n + 2] = y_2___; }
      const y_3___ = Y_sum_piece15 + Y_sum_piece2_15;
      if (inside3 && 4 * n + 3 < N) { Y[row11 + 4 * n + 3] = y_3___; }
    }
  }
}
