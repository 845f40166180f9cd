/** `compile --tuned`: schedules that `tdsl tune` found on this machine, for kernels and targets that have none in the source. */
import { parse } from '../../grammar/parse.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import { collectSchedules } from '../schedule/apply-file.ts';
import { targetNames } from '../targets/targets.ts';
import { withBlock } from '../tune/source.ts';
import { checkedSource } from './checked.ts';
import type { Source } from './sources.ts';
import { instantiate } from '../check/instantiate.ts';
import { readTunings } from './tune-state.ts';

export interface TunedSource { readonly text: string; readonly notes: readonly Diagnostic[]; /** `matmul for cuda:sm_80 (NVIDIA H200 at M=512 …)` */ readonly used: readonly string[] }

/** The last tuning of a kernel and target wins, measured ones before predicted ones. */
export function withTuned(source: Source, targets: readonly string[] = targetNames): TunedSource {
  const { file, checked, diagnostics } = checkedSource(source);
  if (hasErrors(diagnostics)) return { text: source.text, notes: [], used: [] };
  const schedules = collectSchedules(file, new Reporter()), notes: Diagnostic[] = [], used: string[] = [];
  let text = source.text;
  for (const kernel of checked.program.kernels) for (const target of targets) {
    if (schedules.blockFor(kernel.name, target) !== undefined) continue;
    const { tunings, notes: own } = readTunings(instantiate(kernel, {}), target);
    notes.push(...own);
    const winners = tunings.filter((t) => t.winner !== undefined), best = winners.find((t) => t.device !== 'model') ?? winners[0];
    if (best?.winner === undefined) continue;
    text = withBlock(text, parse(text, source.path).ast, kernel.name, target, best.winner);
    used.push(`${kernel.name} for ${target} (${best.device} at ${Object.entries(best.sizes).map(([n, x]) => `${n}=${x}`).join(' ')})`);
  }
  return { text, notes, used };
}
