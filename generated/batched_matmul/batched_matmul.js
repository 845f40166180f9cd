// batched_matmul: made by tdsl from batched_matmul.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest f16, ties to even
function f16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0], sign = (bits >>> 16) & 0x8000, size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  if (size < 0x33000000) return sign;
  const shift = 126 - (size >>> 23), whole = (size & 0x7fffff) | 0x800000, down = whole >>> shift, rest = whole & ((1 << shift) - 1), half = 1 << (shift - 1);
  return sign | (rest > half || (rest === half && down & 1) ? down + 1 : down);
}

// the value of every f16 by its bits
const f16_value = Float32Array.from({ length: 65536 }, (_, bits) => {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction === 0 ? Infinity : NaN) : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
});

export function batched_matmul(X, Y, Z, B, M, K, N, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * M;
    const row1 = b * K;
    for (let m = 0; m < gridY; m++) {
      const row2 = (row0 + 4 * m) * K;
      const inside0 = 4 * m < M;
      const row3 = (row0 + 4 * m + 1) * K;
      const inside1 = 4 * m + 1 < M;
      const row4 = (row0 + 4 * m + 2) * K;
      const inside2 = 4 * m + 2 < M;
      const row5 = (row0 + 4 * m + 3) * K;
      const inside3 = 4 * m + 3 < M;
      const row6 = (row0 + 4 * m) * N;
      const row7 = (row0 + 4 * m + 1) * N;
      const row8 = (row0 + 4 * m + 2) * N;
      const row9 = (row0 + 4 * m + 3) * N;
      for (let n = 0; n < gridX; n++) {
        // batched_matmul.tdsl:8: Z[b, m, n] = sum(k) X[b, m, k] * Y[b, k, n]
        let Z_sum0 = 0, Z_sum1 = 0, Z_sum2 = 0, Z_sum3 = 0, Z_sum4 = 0, Z_sum5 = 0, Z_sum6 = 0, Z_sum7 = 0;
        let Z_sum8 = 0, Z_sum9 = 0, Z_sum10 = 0, Z_sum11 = 0, Z_sum12 = 0, Z_sum13 = 0, Z_sum14 = 0, Z_sum15 = 0;
        const inside4 = 4 * n < N;
        const inside5 = 4 * n + 1 < N;
        const inside6 = 4 * n + 2 < N;
        const inside7 = 4 * n + 3 < N;
        for (let k_step = 0; k_step < K; k_step++) {
          const x0 = inside0 ? f16_value[X[row2 + k_step]] : 0;
          const x1 = inside1 ? f16_value[X[row3 + k_step]] : 0;
          const x2 = inside2 ? f16_value[X[row4 + k_step]] : 0;
          const x3 = inside3 ? f16_value[X[row5 + k_step]] : 0;
          const y0 = inside4 ? f16_value[Y[(row1 + k_step) * N + 4 * n]] : 0;
          const y1 = inside5 ? f16_value[Y[(row1 + k_step) * N + 4 * n + 1]] : 0;
          const y2 = inside6 ? f16_value[Y[(row1 + k_step) * N + 4 * n + 2]] : 0;
          const y3 = inside7 ? f16_value[Y[(row1 + k_step) * N + 4 * n + 3]] : 0;
          Z_sum0 += x0 * y0;
          Z_sum1 += x0 * y1;
          Z_sum2 += x0 * y2;
          Z_sum3 += x0 * y3;
          Z_sum4 += x1 * y0;
          Z_sum5 += x1 * y1;
          Z_sum6 += x1 * y2;
          Z_sum7 += x1 * y3;
          Z_sum8 += x2 * y0;
          Z_sum9 += x2 * y1;
          Z_sum10 += x2 * y2;
          Z_sum11 += x2 * y3;
          Z_sum12 += x3 * y0;
          Z_sum13 += x3 * y1;
          Z_sum14 += x3 * y2;
          Z_sum15 += x3 * y3;
        }
        if (inside0 && 4 * n < N) { Z[row6 + 4 * n] = f16_bits(Z_sum0); }
        if (inside0 && 4 * n + 1 < N) { Z[row6 + 4 * n + 1] = f16_bits(Z_sum1); }
        if (inside0 && 4 * n + 2 < N) { Z[row6 + 4 * n + 2] = f16_bits(Z_sum2); }
        if (inside0 && 4 * n + 3 < N) { Z[row6 + 4 * n + 3] = f16_bits(Z_sum3); }
        if (inside1 && 4 * n < N) { Z[row7 + 4 * n] = f16_bits(Z_sum4); }
        if (inside1 && 4 * n + 1 < N) { Z[row7 + 4 * n + 1] = f16_bits(Z_sum5); }
        if (inside1 && 4 * n + 2 < N) { Z[row7 + 4 * n + 2] = f16_bits(Z_sum6); }
        if (inside1 && 4 * n + 3 < N) { Z[row7 + 4 * n + 3] = f16_bits(Z_sum7); }
        if (inside2 && 4 * n < N) { Z[row8 + 4 * n] = f16_bits(Z_sum8); }
        if (inside2 && 4 * n + 1 < N) { Z[row8 + 4 * n + 1] = f16_bits(Z_sum9); }
        if (inside2 && 4 * n + 2 < N) { Z[row8 + 4 * n + 2] = f16_bits(Z_sum10); }
        if (inside2 && 4 * n + 3 < N) { Z[row8 + 4 * n + 3] = f16_bits(Z_sum11); }
        if (inside3 && 4 * n < N) { Z[row9 + 4 * n] = f16_bits(Z_sum12); }
        if (inside3 && 4 * n + 1 < N) { Z[row9 + 4 * n + 1] = f16_bits(Z_sum13); }
        if (inside3 && 4 * n + 2 < N) { Z[row9 + 4 * n + 2] = f16_bits(Z_sum14); }
        if (inside3 && 4 * n + 3 < N) { Z[row9 + 4 * n + 3] = f16_bits(Z_sum15); }
      }
    }
  }
}
