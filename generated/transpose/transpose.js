// transpose: made by tdsl from transpose.tdsl for cpu. Change the source, not this file.

export function transpose(A, B, M, N, gridX, gridY, gridZ) {
  for (let n = 0; n < gridY; n++) {
    const row0 = n * M;
    for (let m = 0; m < gridX; m++) {
      // transpose.tdsl:8: B[n, m] = A[m, n]
      const a = A[m * N + n];
      B[row0 + m] = a;
    }
  }
}
