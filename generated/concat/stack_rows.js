// stack_rows: made by tdsl from concat.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function stack_rows(A, B, C, N, D, M, gridX, gridY, gridZ) {
  for (let n = 0; n < gridY; n++) {
    const row0 = Math.max(0, Math.min(n, N - 1)) * D;
    const row1 = Math.max(0, Math.min(n - N, M - 1)) * D;
    const inside0 = n < N;
    const row2 = n * D;
    for (let d = 0; d < gridX; d++) {
      // concat.tdsl:8: C[n, d] = concat(n) { A; B }
      const a = bf16_value[A[row0 + d]];
      const b = B[row1 + d];
      const c = inside0 ? a : b;
      C[row2 + d] = c;
    }
  }
}
