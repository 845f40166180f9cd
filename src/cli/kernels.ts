/** A kernel or size asked for by name must be there. */
import { similarNames } from '../check/suggest.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import type { CompileResult } from '../driver-types.ts';
import { exit, stop } from './outcome.ts';

/** A file with errors is not asked: the kernel may be one of those that could not be read. */
export function checkKernel(result: CompileResult, kernel: string | undefined): void {
  if (kernel === undefined || hasErrors(result.diagnostics)) return;
  const known = [...result.program.kernels, ...result.launched.programs].map(({ name }) => name);
  if (!known.includes(kernel)) throw stop(exit.usage, 'TDSL0502', { kernel, known, similar: similarNames(kernel, known) });
}

/** A size that no kernel and no program of the files has is a slip. Files with errors are not asked. */
export function checkKnownSizes(results: readonly CompileResult[], sizes: Readonly<Record<string, number>>): void {
  if (results.some((r) => hasErrors(r.diagnostics))) return;
  const known = [...new Set(results.flatMap((r) => [...r.program.kernels, ...r.launched.programs].flatMap((k) => k.sizes.map(({ name }) => name))))];
  for (const name of Object.keys(sizes)) if (!known.includes(name)) throw stop(exit.usage, 'TDSL0503', { what: 'size', name, known, similar: similarNames(name, known) });
}
