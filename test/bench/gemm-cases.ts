/** What the GEMM table measures: layers of language models at several numbers of rows, with and without an epilogue, and other plans of the same kernels. */
export interface GemmCase { readonly file: string; readonly kernel: string; readonly sizes: Record<string, number>; readonly variant?: string; readonly schedule?: string }

/** Outputs and inputs of each layer. */
const layers = [[4096, 4096], [28672, 4096], [4096, 14336], [8192, 8192]] as const;
const rows = [1, 16, 64, 128, 512, 2048, 8192];
const file = 'gemm.tdsl';

export function gemmCases(): GemmCase[] {
  return [
    ...layers.flatMap(([N, K]) => rows.map((M): GemmCase => ({ file, kernel: 'linear', sizes: { M, N, K } }))),
    ...([[2048, 4096], [8192, 4096], [8192, 28672]] as const).map(([M, N]): GemmCase => ({ file, kernel: 'linear_gelu', sizes: { M, N, K: 4096 } })),
    // Two products of half as many columns each, beside one of all.
    ...[16, 2048, 8192].map((M): GemmCase => ({ file, kernel: 'linear_gated', sizes: { M, N: 14336, K: 4096 } })),
    ...layers.slice(1).flatMap(([N, K]) => [1, 16].map((M): GemmCase => ({ file, kernel: 'linear_int4', sizes: { M, N, K } }))),
  ];
}

/** Rows of weights on the side of the instruction's 64 rows, `n` of them a tile, beside all of the few rows; the sum in `parts`. */
const thin = (M: number, n: number, parts: number): string => [
  ...(parts > 1 ? [`split k by ${parts}`] : []), `tile n by ${n}, m by ${M}`, `tensorize wgmma_m64n${M}k16_bf16(n, m, k)`, 'pipeline 8', `specialize load 1, math ${n / 64}`, 'persistent',
].join('\n');
const wide = (m: number, n: number, stages: number, panels: number, parts = 1): string => [
  ...(parts > 1 ? [`split k by ${parts}`] : []), `tile m by ${m}, n by ${n}`, `tensorize wgmma_m64n${n}k16_bf16(m, n, k)`, `pipeline ${stages}`, `order grid by panels of ${panels}`, 'specialize load 1, math 2', 'persistent',
].join('\n');

/** One row of X: `warps` warps a group, each with `rows` rows of weights, of which it reads `pieces` times 512 bytes at once. */
const single = (warps: number, rows: number, pieces: number): string => `tile k by ${256 * pieces} by role 256 by atom 8, n by ${warps * rows} by role ${warps} by atom 1`;

/** Other plans of the same kernels, to be measured beside the compiler's own choice. */
export function gemmVariants(): GemmCase[] {
  const linear = (M: number, [N, K]: readonly [number, number], variant: string, schedule: string): GemmCase => ({ file, kernel: 'linear', sizes: { M, N, K }, variant, schedule });
  const int4 = (M: number, [N, K]: readonly [number, number], parts: number): GemmCase => ({ file, kernel: 'linear_int4', sizes: { M, N, K }, variant: `s${parts}`, schedule: `split k by ${parts}` });
  const [small, wideLayer, deep, square] = layers;
  return [
    linear(64, small, 'n128s4', thin(64, 128, 4)), linear(16, square, 'n128s2', thin(16, 128, 2)), linear(512, wideLayer, 'n192', wide(128, 192, 4, 8)), ...([[128, wideLayer], [512, wideLayer], [8192, square]] as const).map(([M, layer]) => linear(M, layer, 'n256', wide(128, 256, 4, 8))),
    ...layers.flatMap((layer) => ([[4, 1, 1], [2, 1, 1], [8, 2, 1], [4, 2, 1], [8, 1, 2], [4, 1, 4], [4, 1, 2]] as const).map(([w, r, p]) => linear(1, layer, `w${w}r${r}p${p}`, single(w, r, p)))),
    ...[1, 16].flatMap((M) => [int4(M, wideLayer, 2), int4(M, deep, 4), int4(M, square, 2), int4(M, square, 8)]),
  ];
}
