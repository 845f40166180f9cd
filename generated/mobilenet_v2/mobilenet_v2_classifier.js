// mobilenet_v2_classifier: made by tdsl from mobilenet_v2.tdsl for cpu. Change the source, not this file.

export function mobilenet_v2_classifier(A, B, O, C, K, gridX, gridY, gridZ) {
  for (let k = 0; k < gridX; k++) {
    // mobilenet_v2.tdsl:80: O[k] = sum(c) A[c] * B[k, c]
    let O_sum = 0;
    const row0 = k * C;
    for (let c_step = 0; c_step < C; c_step++) {
      const a = A[c_step];
      const b = B[row0 + c_step];
      O_sum = O_sum + Math.imul(a, b) | 0;
    }
    O[k] = O_sum;
  }
}
