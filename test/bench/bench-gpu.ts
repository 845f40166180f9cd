/**
 * `npm run bench:gpu [-- --table gemm]` (`tsx test/bench/bench-gpu.ts`): emits and compiles the kernels of a table, checks and times them on the GPU beside cuBLAS and Triton
 * (through PyTorch) in one run, and writes `docs/bench/TABLE.json`, `.md` and `.svg`. `--sizes` checks kernels for all sizes at many of them as well; `--rows FILE` renders the
 * rows of an earlier run; `--commit C` names what was measured where the checkout has no history. Ends with 1 where a result is wrong or missing, 2 where the call is, 4 where a tool is missing.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNvcc } from '../../src/runtime/nvcc.ts';
import { type Run, chart, markdown } from './gemm-report.ts';
import { commit } from './hasco/table.ts';

const option = (name: string): string | undefined => { const at = process.argv.indexOf(name); return at < 0 ? undefined : process.argv[at + 1]; };
function leave(code: number, message: string): never { console.error(message); process.exit(code); }

const table = option('--table') ?? 'gemm';
if (table !== 'gemm') leave(2, `there is no table ${table}; there is gemm`);
const here = import.meta.dirname ?? 'test/bench', folder = join(here, '../../.bench', table), docs = join(here, '../../docs/bench');
const python = process.env['PYTHON'] ?? 'python3';

/** Runs a step, its output shown as it comes; how long it took is told. */
function step(what: string, command: string, args: readonly string[], allowed: readonly number[] = [0]): number {
  const begun = performance.now();
  const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error !== undefined) leave(4, `${what}: ${command} does not run: ${error.message}`);
  console.log(`${what}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  if (status === null || !allowed.includes(status)) leave(status === 4 ? 4 : 1, `${what}: ${command} ${args[0]} ended with ${status ?? signal}`);
  return status;
}

function measured(): string {
  const found = spawnSync(python, ['-c', 'import torch, sys; sys.exit(0 if torch.cuda.is_available() else 4)'], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (found.status !== 0) leave(4, found.status === 4 ? 'PyTorch finds no GPU' : `${python} has no PyTorch, which brings the baselines: ${(found.error?.message ?? found.stderr).trim().split('\n').at(-1) ?? ''}`);
  if (findNvcc() === undefined) leave(4, 'nvcc was not found: install the CUDA toolkit or put its bin folder into PATH');
  const out = join(folder, 'rows.json'), sizes = process.argv.includes('--sizes');
  rmSync(folder, { recursive: true, force: true });
  step('texts and machine code', process.execPath, [...process.execArgv, join(here, 'gemm.ts'), folder, ...(sizes ? [] : ['--table'])]);
  if (sizes) step('every size to a tile and one, and random ones', python, ['-u', join(here, 'gemm-check.py'), folder]);
  step('checks and times', python, ['-u', join(here, 'gemm.py'), folder, '', out, '--triton']);
  return out;
}

const earlier = option('--rows'), read = JSON.parse(readFileSync(earlier ?? measured(), 'utf8')) as Run;
// Rows of an earlier run may be of another commit than the checkout.
const made = option('--commit') ?? read.commit ?? (earlier === undefined ? commit() : undefined);
const run: Run = made === undefined ? read : { ...read, commit: made };
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, `${table}.json`), `${JSON.stringify(run, null, 1)}\n`);
writeFileSync(join(docs, `${table}.md`), markdown(run));
writeFileSync(join(docs, `${table}.svg`), chart(run));
const wrong = run.rows.filter((r) => !(r.error < 5e-3));
const missing = run.missing ?? [];
console.log(`${run.rows.length} rows in docs/bench/${table}.md; ${wrong.length} wrong${missing.length > 0 ? `; without a result: ${missing.join(', ')}` : ''}`);
process.exit(wrong.length + missing.length > 0 ? 1 : 0);
