/**
 * Sobol sequences with the direction numbers of S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci.
 * Comput. 30 (2008), and a random digital shift, which keeps how even they are. Dimensions beyond the table are plain random numbers.
 */
import { Random, seedOf } from '../search/random.ts';

/** Degree, coefficients and first direction numbers of the primitive polynomials, from the second dimension on. */
const table: readonly (readonly [number, number, ...number[]])[] = [
  [1, 0, 1], [2, 1, 1, 3], [3, 1, 1, 3, 1], [3, 2, 1, 1, 1], [4, 1, 1, 1, 3, 3], [4, 4, 1, 3, 5, 13], [5, 2, 1, 1, 5, 5, 17], [5, 4, 1, 1, 5, 5, 5],
  [5, 7, 1, 1, 7, 11, 19], [5, 11, 1, 1, 5, 1, 1], [5, 13, 1, 1, 1, 3, 11], [5, 14, 1, 3, 5, 5, 31], [6, 1, 1, 3, 3, 9, 7, 49], [6, 13, 1, 1, 1, 15, 21, 21],
  [6, 16, 1, 3, 1, 13, 27, 49], [6, 19, 1, 1, 1, 15, 7, 5], [6, 22, 1, 3, 1, 15, 13, 25], [6, 25, 1, 1, 5, 5, 19, 61], [7, 1, 1, 3, 7, 11, 23, 15, 103],
  [7, 4, 1, 3, 7, 13, 13, 15, 69],
];
const bits = 30;

/** `v[i]` for bit i, as multiples of 2^-30. */
function directions(dimension: number): number[] | undefined {
  if (dimension === 0) return Array.from({ length: bits }, (_, i) => 2 ** (bits - 1 - i));
  const row = table[dimension - 1];
  if (row === undefined) return undefined;
  const [degree, coefficients, ...first] = row, m = [...first];
  for (let i = degree; i < bits; i++) {
    let next = m[i - degree]! ^ (m[i - degree]! * 2 ** degree);
    for (let k = 1; k < degree; k++) if ((coefficients >> (degree - 1 - k)) & 1) next ^= m[i - k]! * 2 ** k;
    m.push(next);
  }
  return m.map((x, i) => x * 2 ** (bits - 1 - i));
}

/** `count` points of the unit cube. */
export function sobol(count: number, dimensions: number, seed: number): number[][] {
  const random = new Random(seedOf('sobol', seed));
  const columns = Array.from({ length: dimensions }, (_, d) => {
    const v = directions(d), shift = random.below(2 ** bits);
    let x = shift;
    return Array.from({ length: count }, (_, n) => {
      if (v === undefined) return random.next();
      // In Gray code one bit changes from a point to the next: that of the lowest zero of n - 1.
      if (n > 0) { let bit = 0; while (((n - 1) >> bit) & 1) bit++; x ^= v[bit]!; }
      return x / 2 ** bits;
    });
  });
  return Array.from({ length: count }, (_, n) => columns.map((c) => c[n]!));
}
