// row_softmax: made by tdsl from softmax.tdsl for cpu. Change the source, not this file.

export function row_softmax(X, Y, M, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridX; m++) {
    // softmax.tdsl:6: Y[m, n] = softmax(n) X[m, n]
    let Y_max = -3.4028234663852886e+38, Y_sum = 0;
    const row0 = m * N;
    for (let n_step = 0; n_step < N; n_step++) {
      const x = X[row0 + n_step];
      const Y_max_new = Math.max(Y_max, x);
      const Y_sum_scale = Math.exp(Y_max - Y_max_new);
      Y_sum = Y_sum * Y_sum_scale + Math.exp(x - Y_max_new);
      Y_max = Y_max_new;
    }
    const row1 = m * N;
    const inside0 = Y_sum > 0;
    for (let n_step = 0; n_step < N; n_step++) {
      const x = X[row1 + n_step];
      const y = Math.exp(x - Y_max) * (inside0 ? 1 / Y_sum : 0);
      Y[row1 + n_step] = y;
    }
  }
}
