// compact_1, compact_2, compact_3, compact_4, compact_5, compact_6, compact_7, compact_8: made by tdsl from prefix_sum.tdsl for cpu. Change the source, not this file.

export function compact_1(Y, N, gridX, gridY, gridZ) {
  for (let n = 0; n < gridX; n++) {
    // prefix_sum.tdsl:17: Y[n] = 0
    const y = 0;
    Y[n] = y;
  }
}

export function compact_2(keep, place_scan_of_mem, N, gridX, gridY, gridZ) {
  for (let n = 0; n < gridX; n++) {
    // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
    const keep2 = keep[n] !== 0;
    const place_scan_of_mem2 = keep2 ? 1 : 0;
    place_scan_of_mem[n] = place_scan_of_mem2;
  }
}

export function compact_3(place_scan_of_mem, place_scan_sums_mem, N, gridX, gridY, gridZ) {
  for (let piece = 0; piece < gridX; piece++) {
    // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
    let place_scan_sums = 0;
    for (let place_n_2_step = 0; place_n_2_step < Math.min(N - 128 * piece, 128); place_n_2_step++) {
      const place_scan_of_mem2 = place_scan_of_mem[place_n_2_step + 128 * piece];
      place_scan_sums = place_scan_sums + place_scan_of_mem2 | 0;
    }
    place_scan_sums_mem[piece] = place_scan_sums;
  }
}

export function compact_4(place_scan_sums_mem, place_scan_before_mem, N, gridX, gridY, gridZ) {
  for (let piece = 0; piece < gridX; piece++) {
    // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
    let place_scan_before = 0;
    for (let place_piece_4_step = 0; place_piece_4_step < piece; place_piece_4_step++) {
      const place_scan_sums_mem2 = place_scan_sums_mem[place_piece_4_step];
      place_scan_before = place_scan_before + place_scan_sums_mem2 | 0;
    }
    place_scan_before_mem[piece] = place_scan_before;
  }
}

export function compact_5(place_scan_before_mem, place_scan_of_mem, Y_outside, N, gridX, gridY, gridZ) {
  // prefix_sum.tdsl:18: Y[max(place[n], 0)] max= if keep[n] then X[n] else 0
  let Y_outside_min = 2147483647;
  for (let n_6_step = 0; n_6_step < N; n_6_step++) {
    let place_sum = 0;
    for (let place_n_3_step = 0; place_n_3_step < (n_6_step & 127) + 1; place_n_3_step++) {
      const place_scan_of_mem2 = place_scan_of_mem[Math.max(0, Math.min(place_n_3_step + 128 * (n_6_step >> 7), N - 1))];
      place_sum = place_sum + place_scan_of_mem2 | 0;
    }
    const place_scan_before_mem2 = place_scan_before_mem[n_6_step >> 7];
    Y_outside_min = Math.min(Y_outside_min, Math.max((place_scan_before_mem2 + place_sum | 0) - 1 | 0, 0) < 0 || N <= Math.max((place_scan_before_mem2 + place_sum | 0) - 1 | 0, 0) ? n_6_step : 2147483647);
  }
  Y_outside[0] = Y_outside_min;
}

export function compact_6(place_scan_of_mem, place_sum_mem, N, gridX, gridY, gridZ) {
  for (let n = 0; n < gridX; n++) {
    // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
    let place_sum = 0;
    for (let place_n_3_step = 0; place_n_3_step < (n & 127) + 1; place_n_3_step++) {
      const place_scan_of_mem2 = place_scan_of_mem[Math.max(0, Math.min(place_n_3_step + 128 * (n >> 7), N - 1))];
      place_sum = place_sum + place_scan_of_mem2 | 0;
    }
    place_sum_mem[n] = place_sum;
  }
}

export function compact_7(X, keep, place_scan_before_mem, place_sum_mem, Y, N, gridX, gridY, gridZ) {
  for (let at = 0; at < gridX; at++) {
    // prefix_sum.tdsl:18: Y[max(place[n], 0)] max= if keep[n] then X[n] else 0
    let Y_max = -2147483648;
    for (let n_3_step = 0; n_3_step < N; n_3_step++) {
      const place_scan_before_mem2 = place_scan_before_mem[n_3_step >> 7];
      const place_sum_mem2 = place_sum_mem[n_3_step];
      const keep2 = keep[n_3_step] !== 0;
      const x = X[n_3_step];
      const Y_max_term = keep2 ? x : 0;
      Y_max = Math.max(Y_max, Math.max(0, (place_scan_before_mem2 + place_sum_mem2 | 0) - 1 | 0) === at ? Y_max_term : -2147483648);
    }
    const y2 = Y[at];
    const y = Math.max(y2, Y_max);
    Y[at] = y;
  }
}

export function compact_8(keep, count, N, gridX, gridY, gridZ) {
  // prefix_sum.tdsl:19: count = sum(n) (if keep[n] then 1 else 0)
  let count_sum = 0;
  for (let n_4_step = 0; n_4_step < N; n_4_step++) {
    const keep2 = keep[n_4_step] !== 0;
    count_sum = count_sum + (keep2 ? 1 : 0) | 0;
  }
  count[0] = count_sum;
}
