/** C++ text made from the declared bit lists: for each matrix instruction, which element every register of every lane holds. */
import { bitsOf, type DType } from '../../../ir/dtype.ts';
import { coordinateOf, layout, registerCount, type Layout } from '../../../ir/layout.ts';
import { ldmatrixLayout } from '../fragment.ts';
import { mmaIntrinsics, type CudaMma } from '../intrinsics.ts';
import { wgmmaIntrinsic, type Wgmma } from '../wgmma.ts';
import { wgmmaAccumulator } from '../wrappers/hopper-mma.ts';
import { accumulatorType } from '../wrappers/mma.ts';

/** `{{…}, …}`: a row a thread, an entry a register, of `place(coordinates)`. */
function table(l: Layout, place: (at: readonly number[]) => number, threads = 32): string {
  const rows = Array.from({ length: threads }, (_, thread) => {
    const entries = Array.from({ length: registerCount(l) }, (_, register) =>
      place(l.dims.map((_, dim) => coordinateOf(l, dim, { lane: thread % 32, warp: Math.floor(thread / 32), thread }, register))));
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
  'inline void stmatrix_x4(void* row, const unsigned* from, int line = __builtin_LINE()) { shim::stmatrix<ldmatrix_x4_table>("stmatrix_x4", row, from, line); }\n',
  ...mmaIntrinsics.map(mmaText),
].join('');

function wgmmaTable(mma: Wgmma): string {
  // Accumulators repeat every eight columns and four registers.
  const eight = layout(mma.d.layout.dims.map((d) => ({ bits: d.bits, repeat: 1 })));
  const inRegisters = mma.shared.a === 'registers';
  const type = mma.name.includes('tf32') ? 'tf32' : mma.a.dtype;
  const a = inRegisters ? `\n  static constexpr unsigned short a[128][${registerCount(mma.a.layout)}] = ${table(mma.a.layout, ([row, column]) => row! * mma.k + column!, 128)};` : '';
  const [parameters, operand] = inRegisters ? ['int B_W, int B_PANEL', bitsOf(mma.a.dtype) === 32 ? 'const float* a' : 'const unsigned* a'] : ['int A_W, int A_PANEL, int B_W, int B_PANEL', 'const void* a'];
  return `struct ${mma.name}_table {
  static constexpr int n = ${mma.n}, k = ${mma.k};
  static constexpr bool inRegisters = ${inRegisters}, anyMajor = ${mma.shared.bMajor.length > 1};
  using Element = shim::${type}; using Sum = shim::${mma.d.dtype};
  static constexpr unsigned short d[128][4] = ${table(eight, ([row, column]) => row! * 8 + column!, 128)};${a}
};
template <${parameters}> inline void ${mma.wrapper}(${wgmmaAccumulator(mma)}* d, ${operand}, const void* b, int add = 1, int line = __builtin_LINE()) {
  shim::wgmma<${mma.name}_table>("${mma.wrapper}", d, {a, ${inRegisters ? '0, 0' : 'A_W, A_PANEL'}}, {b, B_W, B_PANEL}, add, line);
}
`;
}

/** Bodies of the matrix products of sm_90a that a text names. */
export function wgmmaText(text: string): string {
  const names = [...new Set([...text.matchAll(/\bwgmma_m64n\w+/g)].map((match) => match[0]))].sort();
  return names.flatMap((name) => wgmmaIntrinsic(name) ?? []).map(wgmmaTable).join('');
}
