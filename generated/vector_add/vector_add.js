// vector_add: made by tdsl from vector_add.tdsl for cpu. Change the source, not this file.

export function vector_add(A, B, C, N, gridX, gridY, gridZ) {
  for (let i = 0; i < gridX; i++) {
    // vector_add.tdsl:11: C[i] = A[i] + B[i]
    const a = A[i];
    const b = B[i];
    const c = a + b;
    C[i] = c;
  }
}
