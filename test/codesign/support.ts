import { budgetOf, Evaluations } from '../../src/codesign/evaluate.ts';
import { inlinePool } from '../../src/codesign/pool.ts';
import { defaults, prepare, type Prepared, type Setup } from '../../src/codesign/setup.ts';
import { Reporter } from '../../src/diagnostics/report.ts';

export const setupOf = (text: string, options: Partial<Setup> = {}): Setup => ({ files: [{ path: 'test.tdsl', text }], workload: undefined, ...defaults, ...options });
export function prepared(text: string, options: Partial<Setup> = {}): Prepared {
  const reporter = new Reporter(), p = prepare(setupOf(text, options), reporter);
  if (p === undefined) throw new Error(reporter.diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n'));
  return p;
}
export function messages(text: string, options: Partial<Setup> = {}): string[] {
  const reporter = new Reporter();
  prepare(setupOf(text, options), reporter);
  return reporter.diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`);
}
export const evaluationsOf = (p: Prepared, seed = 0, trials = 100): Evaluations => new Evaluations(p, inlinePool(p), budgetOf(trials), seed);

export const product = `/// @example M=64, N=48, K=80
kernel gemm(A: i8[M, K], B: i8[K, N]) -> C: i32[M, N] {
  C[i, j] = sum(k) A[i, k] * B[k, j]
}
`;
/** An array with 2 x 2 x 3 x 2 = 24 designs. */
export const array = `accelerator small {
  intrinsic C[i: x, j: y] += sum(k: 1) A[i, k] * B[k, j]
  space { x in {4, 8}; y = x; scratchpad in {4, 8} KiB; local = 4 KiB; banks in 1..3; dataflow in {weight_stationary, output_stationary}; bus = 64 bit; burst = 64 B }
}
`;
