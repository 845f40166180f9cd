/**
 * Emits the kernels of the GEMM table, each compiled for its sizes, below the folder given: `tsx test/bench/gemm.ts .bench/gemm [cuda:sm_90a]`.
 * `gemm.py` then builds, checks and times them beside cuBLAS in one run.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compileSource } from '../../src/driver.ts';

const [out = '.bench/gemm', target = 'cuda:sm_90a'] = process.argv.slice(2);
const layers = [[4096, 4096], [28672, 4096], [4096, 14336], [8192, 8192]] as const;
const rows = [1, 16, 64, 128, 512, 2048, 8192];
const text = readFileSync(join(import.meta.dirname ?? 'test/bench', 'gemm.tdsl'), 'utf8');
const index: unknown[] = [];
const emit = (kernel: string, sizes: Record<string, number>): void => {
  const name = `${kernel}_${Object.values(sizes).join('x')}`;
  const result = compileSource(text, 'gemm.tdsl', { kernel, sizes, targets: [target] });
  for (const d of result.diagnostics) console.error(d.message);
  for (const f of result.files) { const path = join(out, name, f.path); mkdirSync(dirname(path), { recursive: true }); writeFileSync(path, f.text); }
  writeFileSync(join(out, name, 'gemm', 'gemm.json'), JSON.stringify(result.manifest));
  index.push({ name, kernel, target, sizes, plan: result.kernels[0]?.variants[0]?.launches.map((l) => l.plan).join('; ') });
};
for (const [N, K] of layers) for (const M of rows) emit('linear', { M, N, K });
for (const M of [2048, 8192]) emit('linear_gelu', { M, N: 4096, K: 4096 });
writeFileSync(join(out, 'index.json'), JSON.stringify(index));
console.log(`${index.length} kernels for ${target}`);
