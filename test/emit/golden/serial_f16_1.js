// serial_f16_1: made by tdsl from test.tdsl for cpu. Change the source, not this file.

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

export function serial_f16_1(A, B, C, M, N, K, gridX, gridY, gridZ) {
  for (let bm = 0; bm < gridY; bm++) {
    const i = 4 * bm;
    const row0 = i * K;
    const inside0 = i < M;
    const row1 = (i + 1) * K;
    const inside1 = i + 1 < M;
    const row2 = (i + 2) * K;
    const inside2 = i + 2 < M;
    const row3 = (i + 3) * K;
    const inside3 = i + 3 < M;
    const row4 = i * N;
    const row5 = (i + 1) * N;
    const row6 = (i + 2) * N;
    const row7 = (i + 3) * N;
    for (let bn = 0; bn < gridX; bn++) {
      const j = 4 * bn;
      let acc0 = 0, acc1 = 0, acc2 = 0, acc3 = 0, acc4 = 0, acc5 = 0, acc6 = 0, acc7 = 0;
      let acc8 = 0, acc9 = 0, acc10 = 0, acc11 = 0, acc12 = 0, acc13 = 0, acc14 = 0, acc15 = 0;
      const inside4 = j < N;
      const inside5 = j + 1 < N;
      const inside6 = j + 2 < N;
      const inside7 = j + 3 < N;
      for (let c = 0; c < K; c++) {
        const a0 = inside0 ? f16_value[A[row0 + c]] : 0;
        const a1 = inside1 ? f16_value[A[row1 + c]] : 0;
        const a2 = inside2 ? f16_value[A[row2 + c]] : 0;
        const a3 = inside3 ? f16_value[A[row3 + c]] : 0;
        const b0 = inside4 ? f16_value[B[c * N + j]] : 0;
        const b1 = inside5 ? f16_value[B[c * N + j + 1]] : 0;
        const b2 = inside6 ? f16_value[B[c * N + j + 2]] : 0;
        const b3 = inside7 ? f16_value[B[c * N + j + 3]] : 0;
        acc0 += a0 * b0;
        acc1 += a0 * b1;
        acc2 += a0 * b2;
        acc3 += a0 * b3;
        acc4 += a1 * b0;
        acc5 += a1 * b1;
        acc6 += a1 * b2;
        acc7 += a1 * b3;
        acc8 += a2 * b0;
        acc9 += a2 * b1;
        acc10 += a2 * b2;
        acc11 += a2 * b3;
        acc12 += a3 * b0;
        acc13 += a3 * b1;
        acc14 += a3 * b2;
        acc15 += a3 * b3;
      }
      if (inside0 && j < N) { C[row4 + j] = f16_bits(acc0); }
      if (inside0 && j + 1 < N) { C[row4 + j + 1] = f16_bits(acc1); }
      if (inside0 && j + 2 < N) { C[row4 + j + 2] = f16_bits(acc2); }
      if (inside0 && j + 3 < N) { C[row4 + j + 3] = f16_bits(acc3); }
      if (inside1 && j < N) { C[row5 + j] = f16_bits(acc4); }
      if (inside1 && j + 1 < N) { C[row5 + j + 1] = f16_bits(acc5); }
      if (inside1 && j + 2 < N) { C[row5 + j + 2] = f16_bits(acc6); }
      if (inside1 && j + 3 < N) { C[row5 + j + 3] = f16_bits(acc7); }
      if (inside2 && j < N) { C[row6 + j] = f16_bits(acc8); }
      if (inside2 && j + 1 < N) { C[row6 + j + 1] = f16_bits(acc9); }
      if (inside2 && j + 2 < N) { C[row6 + j + 2] = f16_bits(acc10); }
      if (inside2 && j + 3 < N) { C[row6 + j + 3] = f16_bits(acc11); }
      if (inside3 && j < N) { C[row7 + j] = f16_bits(acc12); }
      if (inside3 && j + 1 < N) { C[row7 + j + 1] = f16_bits(acc13); }
      if (inside3 && j + 2 < N) { C[row7 + j + 2] = f16_bits(acc14); }
      if (inside3 && j + 3 < N) { C[row7 + j + 3] = f16_bits(acc15); }
    }
  }
}
