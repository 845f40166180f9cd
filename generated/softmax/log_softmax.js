// log_softmax: made by tdsl from softmax.tdsl for cpu. Change the source, not this file.

export function log_softmax(X, Y, M, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridX; m++) {
    // softmax.tdsl:13: Y[m, n] = X[m, n] - total[m]
    let logsumexp_max = -3.4028234663852886e+38, total_sum = 0;
    const row0 = m * N;
    for (let n_step = 0; n_step < N; n_step++) {
      const x = X[row0 + n_step];
      const logsumexp_max_new = Math.max(logsumexp_max, x);
      const total_sum_scale = Math.exp(logsumexp_max - logsumexp_max_new);
      total_sum = total_sum * total_sum_scale + Math.exp(x - logsumexp_max_new);
      logsumexp_max = logsumexp_max_new;
    }
    const row1 = m * N;
    for (let n_2_step = 0; n_2_step < N; n_2_step++) {
      const x = X[row1 + n_2_step];
      const y = x - (logsumexp_max + Math.log(total_sum));
      Y[row1 + n_2_step] = y;
    }
  }
}
