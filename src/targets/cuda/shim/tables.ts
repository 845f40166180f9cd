/** C++ text made from the declared bit lists: for each matrix instruction, which element every register of every lane holds. */
import type { DType } from '../../../ir/dtype.ts';
import { coordinateOf, layout, registerCount, type Layout } from '../../../ir/layout.ts';
import { ldmatrixLayout } from '../fragment.ts';
import { mmaIntrinsics, type CudaMma } from '../intrinsics.ts';
import { accumulatorType } from '../wrappers/mma.ts';

/** `{{…}, …}`: a row a lane, an entry a register, of `place(coordinates)`. */
function table(l: Layout, place: (at: readonly number[]) => number): string {
  const rows = Array.from({ length: 32 }, (_, lane) => {
    const entries = Array.from({ length: registerCount(l) }, (_, register) =>
      place(l.dims.map((_, dim) => coordinateOf(l, dim, { lane, warp: 0, thread: lane }, register))));
    return `{${entries.join(',')}}`;
  });
  return `{${rows.join(',')}}`;
}

function mmaText(mma: CudaMma): string {
  const operand = (which: 'a' | 'b' | 'd', width: number): string => {
    const l = mma[which].layout;
    return `  static constexpr unsigned short ${which}[32][${registerCount(l)}] = ${table(l, ([row, column]) => row! * width + column!)};`;
  };
  const type = (dtype: DType): string => (mma.round !== undefined && dtype === 'f32' ? 'tf32' : dtype);
  return `struct ${mma.name}_table {
  static constexpr int m = ${mma.m}, n = ${mma.n}, k = ${mma.k};
  using A = shim::${type(mma.a.dtype)}; using B = shim::${type(mma.b.dtype)}; using D = shim::${mma.d.dtype};
${operand('a', mma.k)}
${operand('b', mma.n)}
${operand('d', mma.n)}
};
inline void ${mma.wrapper}(${accumulatorType(mma.d.dtype)}* d, const unsigned* a, const unsigned* b, int line = __builtin_LINE()) { shim::mma<${mma.name}_table>("${mma.wrapper}", d, a, b, line); }
`;
}

function ldmatrixText(count: 1 | 2 | 4, transposed: boolean): string {
  const [row, column, matrix] = (transposed ? ldmatrixLayout.transposed : ldmatrixLayout.plain).dims;
  const l = layout([row!, column!, { bits: matrix!.bits.slice(0, Math.log2(count)), repeat: 1 }]);
  const name = `ldmatrix_x${count}${transposed ? '_trans' : ''}`;
  return `struct ${name}_table {
  static constexpr int count = ${count};
  static constexpr unsigned char at[32][${2 * count}] = ${table(l, ([r, c, m]) => (m! * 8 + r!) * 8 + c!)};
};
inline void ${name}(unsigned* to, const void* row, int line = __builtin_LINE()) { shim::ldmatrix<${name}_table>("${name}", to, row, line); }
`;
}

export const tablesText = (): string => [
  ...([false, true] as const).flatMap((transposed) => ([1, 2, 4] as const).map((count) => ldmatrixText(count, transposed))),
  ...mmaIntrinsics.map(mmaText),
].join('');
