/** A kernel asked for by name must be there. */
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
