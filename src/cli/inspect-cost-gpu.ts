/**
 * `tdsl inspect FILE --cost gpu [--target cuda:sm_90a] [--size M=4096,…]`: where the gpu model thinks the time of each launch goes, term by term, with the
 * schedules of the source.
 */
import { instantiate } from '../check/instantiate.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { similarNames } from '../check/suggest.ts';
import { profileFor } from '../cost/gpu-profile.ts';
import type { Term } from '../cost/model.ts';
import { findTarget, targetNames } from '../targets/targets.ts';
import { blockOf, compileCandidate } from '../tune/candidate.ts';
import { predict } from '../tune/search.ts';
import { checkedSource } from './checked.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { parseSizes, parseTargets } from './options.ts';
import { done, exit, type Outcome, stop } from './outcome.ts';
import { readSource, specifier } from './sources.ts';
import { list, text } from './values.ts';
import { exampleSizes } from './tune.ts';

export async function inspectGpuCost(context: Context, file: string, values: OptionValues): Promise<Outcome> {
  if (file === '') throw stop(exit.usage, 'TDSL0500', { text: 'the gpu model needs a file with a kernel' });
  const { path, name } = specifier(file), source = readSource(path), { file: linked, checked, diagnostics, sources } = checkedSource(source);
  if (hasErrors(diagnostics)) return done({}, { exitCode: exit.diagnostics, diagnostics, sources });
  const wanted = text(values, 'kernel') ?? name, known = checked.program.kernels.map((k) => k.name), given = parseSizes(list(values, 'size'));
  if (wanted !== undefined && !known.includes(wanted)) throw stop(exit.usage, 'TDSL0502', { kernel: wanted, known, similar: similarNames(wanted, known) });
  const costs = checked.program.kernels.filter((k) => wanted === undefined || k.name === wanted).flatMap((kernel) => (parseTargets(list(values, 'target')) ?? targetNames).map((targetName) => {
    const target = findTarget(targetName)!, sizes = exampleSizes(kernel, given), w = { file: linked, kernel: instantiate(kernel, {}), target, sizes, known: {} };
    const compiled = compileCandidate(w, blockOf(w)), profile = profileFor(targetName);
    const head = `${kernel.name} for ${targetName} at ${Object.entries(sizes).map(([n, x]) => `${n}=${x}`).join(' ')}, machine ${profile.name} (${profile.source})`;
    if (!compiled.ok) { context.result(`${head}: ${compiled.reason}\n`); return { kernel: kernel.name, target: targetName, sizes, problem: compiled.reason }; }
    const { seconds, launches } = predict(w, profile, compiled.kernels);
    context.result(`${head}: ${(seconds * 1e6).toFixed(2)} us\n`);
    launches.forEach((l, i) => context.result(`${launches.length > 1 ? `  launch ${i + 1}: ${compiled.kernels[i]!.name}\n` : ''}${termsText(l.terms)}`));
    return { kernel: kernel.name, target: targetName, machine: profile.name, sizes, microseconds: seconds * 1e6, launches };
  }));
  return done({ cost: costs }, { diagnostics, sources });
}
const termsText = (terms: readonly Term[]): string => terms.map((t) => `  ${t.name.padEnd(46)}${shown(t.value).padStart(14)} ${t.unit.padEnd(7)} ${t.how}`.trimEnd()).join('\n') + '\n';
const shown = (v: number): string => (v !== 0 && (Math.abs(v) < 1e-2 || Math.abs(v) >= 1e9) ? v.toExponential(3) : String(Number(v.toPrecision(6))));
