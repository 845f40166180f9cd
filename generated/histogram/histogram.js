// histogram_1, histogram_2: made by tdsl from histogram.tdsl for cpu. Change the source, not this file.

export function histogram_1(count, B, N, gridX, gridY, gridZ) {
  for (let b = 0; b < gridX; b++) {
    // histogram.tdsl:8: count[b] = 0
    const count2 = 0;
    count[b] = count2;
  }
}

export function histogram_2(x, count, B, N, gridX, gridY, gridZ) {
  for (let at = 0; at < gridX; at++) {
    // histogram.tdsl:9: count[x[n]] += 1
    let count_sum = 0;
    for (let n_step = 0; n_step < N; n_step++) {
      const x2 = x[n_step];
      count_sum = count_sum + (x2 === at ? 1 : 0) | 0;
    }
    const count3 = count[at];
    const count2 = count3 + count_sum | 0;
    count[at] = count2;
  }
}
