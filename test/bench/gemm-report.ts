/** The GEMM table as it is published: Markdown and a chart. */

export interface Row {
  readonly kernel: string; readonly variant?: string; readonly sizes: { readonly M: number; readonly N: number; readonly K: number };
  /** Of all outputs, relative, root mean square. */
  readonly error: number;
  /** Microseconds of a launch: ours, cuBLAS, Triton, and the same product without its epilogue, all in one rotation. */
  readonly us: number; readonly cublas: number; readonly triton: number | null; readonly bare?: number | null;
  readonly ratio: number; readonly tflops: number; readonly floor: number;
}
export interface Run { readonly pytorch: string; readonly gpu: string; readonly driver?: string | null; /** What was measured. */ readonly commit?: string; readonly rows: readonly Row[]; readonly missing?: readonly string[] }

const titles: Readonly<Record<string, string>> = { linear: 'bf16', linear_gelu: 'bf16, bias and GELU', linear_gated: 'bf16, gated pair: silu(X·Gᵀ) · (X·Uᵀ), beside one product of 2 N columns', linear_int4: '4-bit weights, scales of 128' };
/** How the kernels are launched, where that is not the same on both sides. */
const notes: Readonly<Record<string, string>> = { linear_int4: 'Ours begin before the launch ahead of them has ended and wait for that end themselves (programmatic dependent launch, as their manifest says); cuBLAS is launched as PyTorch launches it. ' };
const own = (run: Run): readonly Row[] => {
  const at = ({ sizes: { M, N, K } }: Row): readonly number[] => [N * K === 8192 * 8192 ? 1 : 0, K, N, M];
  return run.rows.filter((r) => (r.variant ?? '') === '').sort((a, b) => at(a).map((x, n) => x - at(b)[n]!).find((d) => d !== 0) ?? 0);
};
const mean = (list: readonly Row[]): number => Math.exp(list.reduce((s, r) => s + Math.log(r.ratio), 0) / Math.max(1, list.length));
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export function markdown(run: Run): string {
  const parts = Object.entries(titles).map(([kernel, title]) => {
    const rows = own(run).filter((r) => r.kernel === kernel);
    if (rows.length === 0) return '';
    // Columns that no row fills are left out.
    const triton = rows.some((r) => r.triton !== null), bare = rows.some((r) => typeof r.bare === 'number');
    const head = ['M', 'N', 'K', 'µs', 'TFLOP/s', 'cuBLAS bf16 µs', '× cuBLAS', ...(triton ? ['Triton × cuBLAS'] : []), ...(bare ? ['without epilogue µs', 'over it'] : []), 'of the floor'];
    const lines = rows.map((r) => line([
      r.sizes.M, r.sizes.N, r.sizes.K, r.us.toFixed(1), r.tflops.toFixed(0), r.cublas.toFixed(1), r.ratio.toFixed(2), ...(triton ? [r.triton === null ? '' : (r.cublas / r.triton).toFixed(2)] : []),
      ...(bare ? [r.bare?.toFixed(1) ?? '', r.bare ? `${(100 * (r.us / r.bare - 1)).toFixed(1)} %` : ''] : []), `${(100 * r.floor).toFixed(0)} %`,
    ].map(String)));
    const note = notes[kernel] ?? '';
    return `## ${title}\n\n${note}Geometric mean ${mean(rows).toFixed(3)} × cuBLAS, lowest ${Math.min(...rows.map((r) => r.ratio)).toFixed(2)}.\n\n${[line(head), line(head.map(() => '---')), ...lines].join('\n')}\n`;
  });
  const driver = run.driver === undefined || run.driver === null ? '' : `, driver ${run.driver}`;
  return `# Matrix products beside cuBLAS\n\n${run.gpu}${driver}, PyTorch ${run.pytorch}${run.commit === undefined ? '' : `, commit ${run.commit}`}; CUDA graphs, weights rotated beyond the L2, random data, medians. Floor: bytes at 4.65 TB/s or operations at 880 TFLOP/s, whichever takes longer.\n\n${parts.filter((p) => p !== '').join('\n')}`;
}

/** One bar a shape: speed over cuBLAS, with the line at 1. */
export function chart(run: Run): string {
  const rows = own(run), bar = 14, left = 250, scale = 160, height = 30 + rows.length * (bar + 4);
  const bars = rows.map((r, n) => {
    const y = 24 + n * (bar + 4), label = `${titles[r.kernel] ?? r.kernel}  ${r.sizes.M} × ${r.sizes.N} × ${r.sizes.K}`;
    return `<text x="${left - 6}" y="${y + 11}" text-anchor="end">${label}</text><rect x="${left}" y="${y}" width="${(r.ratio * scale).toFixed(1)}" height="${bar}" fill="${r.ratio >= 1 ? '#2a7' : r.ratio >= 0.9 ? '#59c' : '#c85'}"/><text x="${(left + r.ratio * scale + 4).toFixed(1)}" y="${y + 11}">${r.ratio.toFixed(2)}</text>`;
  });
  const width = left + scale * Math.max(1.2, ...rows.map((r) => r.ratio)) + 50;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height}" font-family="sans-serif" font-size="11"><text x="${left}" y="14">speed ÷ cuBLAS bf16, ${run.gpu}</text>${bars.join('')}<line x1="${left + scale}" y1="18" x2="${left + scale}" y2="${height}" stroke="#333" stroke-dasharray="3 2"/></svg>\n`;
}
