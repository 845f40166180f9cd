// matmul_bf16: made by tdsl from matmul.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function matmul_bf16(A, B, C, M, K, N, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = 4 * m * K;
    const inside0 = 4 * m < M;
    const row1 = (4 * m + 1) * K;
    const inside1 = 4 * m + 1 < M;
    const row2 = (4 * m + 2) * K;
    const inside2 = 4 * m + 2 < M;
    const row3 = (4 * m + 3) * K;
    const inside3 = 4 * m + 3 < M;
    const row4 = 4 * m * N;
    const row5 = (4 * m + 1) * N;
    const row6 = (4 * m + 2) * N;
    const row7 = (4 * m + 3) * N;
    for (let n = 0; n < gridX; n++) {
      // matmul.tdsl:21: C[m, n] = sum(k) A[m, k] * B[k, n]
      let C_sum0 = 0, C_sum1 = 0, C_sum2 = 0, C_sum3 = 0, C_sum4 = 0, C_sum5 = 0, C_sum6 = 0, C_sum7 = 0;
      let C_sum8 = 0, C_sum9 = 0, C_sum10 = 0, C_sum11 = 0, C_sum12 = 0, C_sum13 = 0, C_sum14 = 0, C_sum15 = 0;
      const inside4 = 4 * n < N;
      const inside5 = 4 * n + 1 < N;
      const inside6 = 4 * n + 2 < N;
      const inside7 = 4 * n + 3 < N;
      for (let k_step = 0; k_step < K; k_step++) {
        const a0 = inside0 ? bf16_value[A[row0 + k_step]] : 0;
        const a1 = inside1 ? bf16_value[A[row1 + k_step]] : 0;
        const a2 = inside2 ? bf16_value[A[row2 + k_step]] : 0;
        const a3 = inside3 ? bf16_value[A[row3 + k_step]] : 0;
        const b0 = inside4 ? bf16_value[B[k_step * N + 4 * n]] : 0;
        const b1 = inside5 ? bf16_value[B[k_step * N + 4 * n + 1]] : 0;
        const b2 = inside6 ? bf16_value[B[k_step * N + 4 * n + 2]] : 0;
        const b3 = inside7 ? bf16_value[B[k_step * N + 4 * n + 3]] : 0;
        C_sum0 += a0 * b0;
        C_sum1 += a0 * b1;
        C_sum2 += a0 * b2;
        C_sum3 += a0 * b3;
        C_sum4 += a1 * b0;
        C_sum5 += a1 * b1;
        C_sum6 += a1 * b2;
        C_sum7 += a1 * b3;
        C_sum8 += a2 * b0;
        C_sum9 += a2 * b1;
        C_sum10 += a2 * b2;
        C_sum11 += a2 * b3;
        C_sum12 += a3 * b0;
        C_sum13 += a3 * b1;
        C_sum14 += a3 * b2;
        C_sum15 += a3 * b3;
      }
      if (inside0 && 4 * n < N) { C[row4 + 4 * n] = bf16_bits(C_sum0); }
      if (inside0 && 4 * n + 1 < N) { C[row4 + 4 * n + 1] = bf16_bits(C_sum1); }
      if (inside0 && 4 * n + 2 < N) { C[row4 + 4 * n + 2] = bf16_bits(C_sum2); }
      if (inside0 && 4 * n + 3 < N) { C[row4 + 4 * n + 3] = bf16_bits(C_sum3); }
      if (inside1 && 4 * n < N) { C[row5 + 4 * n] = bf16_bits(C_sum4); }
      if (inside1 && 4 * n + 1 < N) { C[row5 + 4 * n + 1] = bf16_bits(C_sum5); }
      if (inside1 && 4 * n + 2 < N) { C[row5 + 4 * n + 2] = bf16_bits(C_sum6); }
      if (inside1 && 4 * n + 3 < N) { C[row5 + 4 * n + 3] = bf16_bits(C_sum7); }
      if (inside2 && 4 * n < N) { C[row6 + 4 * n] = bf16_bits(C_sum8); }
      if (inside2 && 4 * n + 1 < N) { C[row6 + 4 * n + 1] = bf16_bits(C_sum9); }
      if (inside2 && 4 * n + 2 < N) { C[row6 + 4 * n + 2] = bf16_bits(C_sum10); }
      if (inside2 && 4 * n + 3 < N) { C[row6 + 4 * n + 3] = bf16_bits(C_sum11); }
      if (inside3 && 4 * n < N) { C[row7 + 4 * n] = bf16_bits(C_sum12); }
      if (inside3 && 4 * n + 1 < N) { C[row7 + 4 * n + 1] = bf16_bits(C_sum13); }
      if (inside3 && 4 * n + 2 < N) { C[row7 + 4 * n + 2] = bf16_bits(C_sum14); }
      if (inside3 && 4 * n + 3 < N) { C[row7 + 4 * n + 3] = bf16_bits(C_sum15); }
    }
  }
}
