/**
 * `npm run bench:gpu [-- --table gemm]`: emits and compiles the kernels of a table, checks and times them on the GPU beside cuBLAS and Triton (through PyTorch) in one run, and
 * writes `docs/bench/TABLE.json`, `.md` and `.svg`. `--rows FILE` renders the rows of an earlier run. Ends with 1 where a result is wrong.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Row { readonly kernel: string; readonly variant?: string; readonly sizes: { readonly M: number; readonly N: number; readonly K: number }; readonly error: number; readonly us: number; readonly cublas: number; readonly triton: number | null; readonly ratio: number; readonly tflops: number; readonly floor: number }
interface Run { readonly pytorch: string; readonly gpu: string; readonly rows: readonly Row[] }

const option = (name: string): string | undefined => { const at = process.argv.indexOf(name); return at < 0 ? undefined : process.argv[at + 1]; };
const table = option('--table') ?? 'gemm';
if (table !== 'gemm') { console.error(`there is no table ${table}; there is gemm`); process.exit(2); }
const here = import.meta.dirname ?? 'test/bench', folder = join(here, '../../.bench', table), docs = join(here, '../../docs/bench');

function step(command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) { console.error(`${command} ${args[0]} ended with ${status}`); process.exit(1); }
}

function measured(): string {
  const out = join(folder, 'rows.json');
  step(process.execPath, '--import', 'tsx', join(here, 'gemm.ts'), folder);
  step('python3', join(here, 'gemm.py'), folder, '', out, '--triton');
  return out;
}

const run = JSON.parse(readFileSync(option('--rows') ?? measured(), 'utf8')) as Run;
const rows = run.rows.filter((r) => (r.variant ?? '') === '');
const mean = (list: readonly Row[]): number => Math.exp(list.reduce((s, r) => s + Math.log(r.ratio), 0) / Math.max(1, list.length));
const names: Readonly<Record<string, string>> = { linear: 'bf16', linear_gelu: 'bf16, bias and GELU', linear_int4: '4-bit weights, scales of 128' };

function markdown(): string {
  const parts = Object.entries(names).map(([kernel, title]) => {
    const own = rows.filter((r) => r.kernel === kernel);
    const lines = own.map((r) => `| ${r.sizes.M} | ${r.sizes.N} | ${r.sizes.K} | ${r.us.toFixed(1)} | ${r.tflops.toFixed(0)} | ${r.cublas.toFixed(1)} | ${r.ratio.toFixed(2)} | ${r.triton === null ? '' : (r.cublas / r.triton).toFixed(2)} | ${(100 * r.floor).toFixed(0)} % |`);
    return own.length === 0 ? '' : `## ${title}\n\nGeometric mean ${mean(own).toFixed(3)} × cuBLAS, lowest ${Math.min(...own.map((r) => r.ratio)).toFixed(2)}.\n\n| M | N | K | µs | TFLOP/s | cuBLAS bf16 µs | × cuBLAS | Triton × cuBLAS | of the floor |\n|---|---|---|---|---|---|---|---|---|\n${lines.join('\n')}\n`;
  });
  return `# Matrix products beside cuBLAS\n\n${run.gpu}, PyTorch ${run.pytorch}; CUDA graphs, weights rotated beyond the L2, random data, medians. Floor: bytes at 4.65 TB/s or operations at 880 TFLOP/s, whichever takes longer.\n\n${parts.filter((p) => p !== '').join('\n')}`;
}

/** One bar a shape: speed over cuBLAS, with the line at 1. */
function picture(): string {
  const bar = 14, left = 250, scale = 160, height = 30 + rows.length * (bar + 4);
  const bars = rows.map((r, n) => {
    const y = 24 + n * (bar + 4), label = `${names[r.kernel] ?? r.kernel}  ${r.sizes.M} × ${r.sizes.N} × ${r.sizes.K}`;
    return `<text x="${left - 6}" y="${y + 11}" text-anchor="end">${label}</text><rect x="${left}" y="${y}" width="${(r.ratio * scale).toFixed(1)}" height="${bar}" fill="${r.ratio >= 1 ? '#2a7' : r.ratio >= 0.9 ? '#59c' : '#c85'}"/><text x="${(left + r.ratio * scale + 4).toFixed(1)}" y="${y + 11}">${r.ratio.toFixed(2)}</text>`;
  });
  const width = left + scale * Math.max(1.2, ...rows.map((r) => r.ratio)) + 50;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height}" font-family="sans-serif" font-size="11"><text x="${left}" y="14">speed ÷ cuBLAS bf16, ${run.gpu}</text>${bars.join('')}<line x1="${left + scale}" y1="18" x2="${left + scale}" y2="${height}" stroke="#333" stroke-dasharray="3 2"/></svg>\n`;
}

mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, `${table}.json`), `${JSON.stringify(run, null, 1)}\n`);
writeFileSync(join(docs, `${table}.md`), markdown());
writeFileSync(join(docs, `${table}.svg`), picture());
const wrong = run.rows.filter((r) => !(r.error < 5e-3));
console.log(`${rows.length} rows in docs/bench/${table}.md; ${wrong.length} wrong`);
process.exit(wrong.length > 0 ? 1 : 0);
