/**
 * Emits the kernels of the GEMM table, each compiled for its sizes, and those that are checked at many sizes, below the folder given, with machine code where nvcc is:
 *
 *     tsx test/bench/gemm.ts .bench/gemm [cuda:sm_90a] [FILTER] [--variants] [--table]      --variants: other plans beside the compiler's own; --table: not those checked at many sizes
 *     python3 test/bench/gemm.py .bench/gemm                checks and times the table beside cuBLAS in one run
 *     python3 test/bench/gemm-check.py .bench/gemm          checks every size from 1 to a tile and one more, and random shapes
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compileSource } from '../../src/driver.ts';
import { addCubins } from './cubins.ts';
import { gemmCases, gemmVariants } from './gemm-cases.ts';

const [out = '.bench/gemm', target = 'cuda:sm_90a', only = ''] = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const cases = process.argv.includes('--variants') ? [...gemmCases(), ...gemmVariants()] : gemmCases();
const here = import.meta.dirname ?? 'test/bench';
const files: string[] = [];

/** Compiles one kernel of a file of this folder, with a schedule where one is given, into a folder of its own. */
function emit(file: string, name: string, kernel: string, sizes: Record<string, number>, schedule = ''): string | undefined {
  const text = `${readFileSync(join(here, file), 'utf8')}\n${schedule === '' ? '' : `schedule ${kernel} for ${target.replace(':', '(')}) {\n${schedule}\n}\n`}`;
  const result = compileSource(text, file, { kernel, sizes, targets: [target] });
  for (const d of result.diagnostics) console.error(`${name}: ${d.message}`);
  for (const f of result.files) {
    const path = join(out, name, f.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, f.text);
    files.push(path);
  }
  if (result.files.length === 0) return undefined;
  writeFileSync(join(out, name, 'manifest.json'), JSON.stringify(result.manifest));
  return result.kernels[0]?.variants.map((v) => v.launches.map((l) => l.plan).join('; ')).join(' || ');
}

const index = cases.flatMap(({ file, kernel, sizes, variant, schedule }) => {
  const name = [kernel, ...Object.values(sizes), ...(variant === undefined ? [] : [variant])].join('_');
  if (!name.includes(only)) return [];
  const plan = emit(file, name, kernel, sizes, schedule);
  return plan === undefined ? [] : [{ name, kernel, target, sizes, variant, plan }];
});
const known: readonly { readonly kernel: string; readonly sizes: Record<string, number> }[] = [
  ...['nt', 'nn', 'tn', 'tt', 'batched', 'epilogue', 'gated'].map((kernel) => ({ kernel, sizes: {} })), ...[1, 7, 16].map((M) => ({ kernel: 'narrow', sizes: { M } })),
];
const checked = !'check'.includes(only) || process.argv.includes('--table') ? [] : known.flatMap(({ kernel, sizes }) => {
  const name = ['check', kernel, ...Object.values(sizes)].join('_');
  return emit('gemm-check.tdsl', name, kernel, sizes) === undefined ? [] : [{ name, kernel, sizes }];
});
writeFileSync(join(out, 'index.json'), JSON.stringify({ target, cases: index, checked }));
await addCubins(files);
console.log(`${index.length} kernels of the table, ${checked.length} to check, for ${target}`);
