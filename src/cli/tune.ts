/** `tdsl tune`: searches schedules for the kernels of a file and writes the winners as blocks that `tdsl compile` reads. */
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.ts';
import { instantiate } from '../check/instantiate.ts';
import { similarNames } from '../check/suggest.ts';
import type { Kernel } from '../ir/tst.ts';
import type { Device } from '../runtime/device.ts';
import { explorerNames } from '../search/explorers.ts';
import { findTarget } from '../targets/targets.ts';
import { withBlock } from '../tune/source.ts';
import { checkedSource } from './checked.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { parseChoices, parseCount, parseSizes, parseTargets } from './options.ts';
import { done, exit, notes, type Outcome, stop } from './outcome.ts';
import { openRunDevice } from './run-device.ts';
import { readSource, specifier } from './sources.ts';
import { type KernelResult, time, tuneKernel } from './tune-kernel.ts';
import { flag, list, text } from './values.ts';
import { writeOutput } from './write.ts';

export async function tuneCommand(context: Context, [file = '']: readonly string[], values: OptionValues): Promise<Outcome> {
  if (list(values, 'target').some((t) => t.includes('#'))) return (await import('./tune-accelerator.ts')).tuneAccelerator(context, file, values);
  await notAnAccelerator(list(values, 'target'));
  const { path, name } = specifier(file), source = readSource(path);
  const targets = parseTargets(list(values, 'target')) ?? ['cpu'];
  const [explorer = 'q-learning'] = parseChoices('explorer', list(values, 'explorer'), explorerNames);
  const trials = parseCount('--trials', text(values, 'trials'), 200), seed = parseCount('--seed', text(values, 'seed'), 0);
  const sizes = parseSizes(list(values, 'size'));
  if (trials === 0) throw stop(exit.usage, 'TDSL0504', { option: '--trials', value: '0', form: 'at least 1' });
  const { checked, sources, diagnostics: found } = checkedSource(source), diagnostics: Diagnostic[] = [...found];
  if (hasErrors(diagnostics)) return done({ results: [] }, { exitCode: exit.diagnostics, diagnostics, sources });
  const kernels = chosen(checked.program.kernels, text(values, 'kernel') ?? name);
  for (const kernel of kernels) exampleSizes(kernel, sizes);

  let asked = false;
  const interrupt = (): void => { asked = true; };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const results: KernelResult[] = [];
  let current = source.text, device: Device | undefined;
  try {
    for (const targetName of targets) {
      device = flag(values, 'measure') ? await openRunDevice(targetName, text(values, 'device')) : undefined;
      for (const kernel of kernels) {
        if (asked) break;
        const { file: ast } = checkedSource({ path: source.path, text: current }), target = findTarget(targetName)!;
        const workload = { file: ast, kernel: instantiate(kernel, {}), target, sizes: exampleSizes(kernel, sizes), known: {} };
        const { result, diagnostics: own } = await tuneKernel(context, { program: { path: source.path, text: current, file: ast }, workload, trials, seed, explorer, device, isInterrupted: () => asked });
        results.push(result);
        diagnostics.push(...own);
        report(context, result);
        if (result.winner !== null) current = withBlock(current, ast, kernel.name, targetName, result.winner.block);
      }
      device?.close();
      device = undefined;
    }
  } finally {
    device?.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  const output = text(values, 'output');
  if (output !== undefined) {
    writeOutput(output, current);
    context.note(`${output} written\n`);
  }
  return done({ results, output: output ?? null }, { exitCode: asked ? exit.interrupted : exit.ok, diagnostics, sources });
}

/** An accelerator is named with the file that has it, or with `#` alone where that is this file or the library. */
async function notAnAccelerator(targets: readonly string[]): Promise<void> {
  const unknown = targets.filter((t) => findTarget(t) === undefined);
  if (unknown.length === 0) return;
  const { libraryHardware } = await import('../partition/library.ts'), known = libraryHardware().accelerators.map((a) => a.name);
  const meant = unknown.find((t) => known.includes(t));
  if (meant !== undefined) throw stop(exit.usage, 'TDSL0504', { option: '--target', value: meant, form: `'#${meant}'` });
}

export function chosen(kernels: readonly Kernel[], name: string | undefined): readonly Kernel[] {
  const known = kernels.map((k) => k.name);
  if (kernels.length === 0 || (name !== undefined && !known.includes(name))) throw stop(exit.usage, 'TDSL0502', { kernel: name ?? '', known, similar: similarNames(name ?? '', known) });
  return kernels.filter((k) => name === undefined || k.name === name);
}

/** Sizes given, those of the example, and the only or first value of pinned ones. */
function sizesOf(kernel: Kernel, given: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(kernel.sizes.flatMap((s) => { const n = given[s.name] ?? kernel.example[s.name] ?? s.pinned?.[0]; return n === undefined ? [] : [[s.name, n]]; }));
}
/** @throws Stop with 2 where a size has no value */
export function exampleSizes(kernel: Kernel, given: Readonly<Record<string, number>>): Record<string, number> {
  const known = sizesOf(kernel, given), missing = kernel.sizes.map((s) => s.name).filter((n) => known[n] === undefined);
  const line = kernel.sizes.map((s) => `${s.name}=${known[s.name] ?? 512}`).join(',');
  if (missing.length > 0) throw stop(exit.usage, 'TDSL0501', { kernel: kernel.name, sizes: missing }, notes(`type: --kernel ${kernel.name} --size ${line}`, `or write above the kernel: /// @example ${line.replaceAll(',', ', ')}`));
  return known;
}

function report(context: Context, r: KernelResult): void {
  const sizes = Object.entries(r.sizes).map(([n, x]) => `${n}=${x}`).join(' '), best = r.winner;
  const at = (predicted: number | null | undefined, measured: number | null | undefined): string => [...(typeof measured === 'number' ? [`${time(measured)} measured`] : []), ...(typeof predicted === 'number' ? [`${time(predicted)} predicted`] : [])].join(', ');
  const failed = Object.entries(r.failures).map(([code, n]) => `${n} ${code}`).join(', ');
  context.result([
    `${r.kernel} for ${r.target} at ${sizes}, ${r.device}: ${r.trials} schedules (${r.resumed} known before), ${r.legal} legal, ${r.measured} measured${failed === '' ? '' : `; not legal: ${failed}`}`,
    `  as it is  ${at(r.start.predictedUs, r.start.measuredUs)}`,
    best === null ? '  no schedule is faster by 2 %' : `  tuned     ${at(best.predictedUs, best.measuredUs)}: ${best.ratio.toFixed(2)} times as fast, numbers checked`,
    ...(best === null ? [] : best.block.split('\n').map((l) => `  ${l}`)),
    '',
  ].join('\n'));
}
