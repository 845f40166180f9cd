// xception_classifier: made by tdsl from xception.tdsl for cpu. Change the source, not this file.

export function xception_classifier(A, B, O, C, K, gridX, gridY, gridZ) {
  for (let k = 0; k < gridX; k++) {
    // xception.tdsl:106: O[k] = sum(c) A[c] * B[k, c]
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
