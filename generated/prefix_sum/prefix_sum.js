// prefix_sum_1, prefix_sum_2, prefix_sum_3: made by tdsl from prefix_sum.tdsl for cpu. Change the source, not this file.

export function prefix_sum_1(X, Y_scan_sums_mem, M, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = m * N;
    const row1 = m * Math.floor((N + 127) / 128);
    for (let piece = 0; piece < gridX; piece++) {
      // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
      let Y_scan_sums = 0;
      for (let Y_n_step = 0; Y_n_step < Math.min(N - 128 * piece, 128); Y_n_step++) {
        const x = X[row0 + Y_n_step + 128 * piece];
        Y_scan_sums += x;
      }
      Y_scan_sums_mem[row1 + piece] = Y_scan_sums;
    }
  }
}

export function prefix_sum_2(Y_scan_sums_mem, Y_scan_before_mem, M, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = m * Math.floor((N + 127) / 128);
    for (let piece = 0; piece < gridX; piece++) {
      // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
      let Y_scan_before = 0;
      for (let Y_piece_4_step = 0; Y_piece_4_step < piece; Y_piece_4_step++) {
        const y_scan_sums_mem = Y_scan_sums_mem[row0 + Y_piece_4_step];
        Y_scan_before += y_scan_sums_mem;
      }
      Y_scan_before_mem[row0 + piece] = Y_scan_before;
    }
  }
}

export function prefix_sum_3(X, Y_scan_before_mem, Y, M, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = m * N;
    const row1 = m * Math.floor((N + 127) / 128);
    for (let n = 0; n < gridX; n++) {
      // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
      let Y_sum = 0;
      for (let Y_n_2_step = 0; Y_n_2_step < (n & 127) + 1; Y_n_2_step++) {
        const x = X[row0 + Math.max(0, Math.min(Y_n_2_step + 128 * (n >> 7), N - 1))];
        Y_sum += x;
      }
      const y_scan_before_mem = Y_scan_before_mem[row1 + (n >> 7)];
      const y = y_scan_before_mem + Y_sum;
      Y[row0 + n] = y;
    }
  }
}
