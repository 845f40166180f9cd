/**
 * `tdsl tune FILE --target FILE#accelerator`: schedules of each reduction on one design of an accelerator, by the calibrated model. `#name` takes an accelerator of the
 * file itself or of the library. Winners are checked on the functional model.
 */
import { HardwareSpace } from '../codesign/hardware-space.ts';
import { designText } from '../codesign/report.ts';
import { similarNames } from '../check/suggest.ts';
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import { parse } from '../../grammar/parse.ts';
import { computationsOf } from '../partition/computation.ts';
import { normalize } from '../passes/normalize.ts';
import { explorerNames } from '../search/explorers.ts';
import { type AcceleratorSchedule, tuneOnAccelerator } from '../tune/accelerator.ts';
import { acceleratorBlock, illegalSchedule } from '../tune/accelerator-block.ts';
import { withBlock } from '../tune/source.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { readHardwareSource } from './hardware.ts';
import { pairs, pointOf } from './inspect-cost.ts';
import { parseChoices, parseCount, parseSizes } from './options.ts';
import { done, exit, type Outcome, stop } from './outcome.ts';
import { specifier } from './sources.ts';
import { chosen, exampleSizes } from './tune.ts';
import { flag, list, text } from './values.ts';
import { writeOutput } from './write.ts';

export async function tuneAccelerator(context: Context, file: string, values: OptionValues): Promise<Outcome> {
  const [asked = '', ...more] = list(values, 'target');
  if (more.length > 0 || asked.includes(',')) throw stop(exit.usage, 'TDSL0504', { option: '--target', value: [asked, ...more].join(','), form: 'FILE#accelerator' });
  if (flag(values, 'measure')) throw stop(exit.usage, 'TDSL0500', { text: 'an accelerator is a model: leave --measure out' });
  const source = readHardwareSource(file), [, acceleratorName = ''] = asked.split('#'), from = asked.startsWith('#') ? source : readHardwareSource(specifier(asked).path);
  if (from !== source) source.sources.add(from.path, from.text);
  const diagnostics: Diagnostic[] = [...source.diagnostics, ...(from === source ? [] : from.own.diagnostics)];
  if (hasErrors(diagnostics)) return done({ results: [] }, { exitCode: exit.diagnostics, diagnostics, sources: source.sources });
  const known = from.hardware.accelerators, accelerator = known.find((a) => a.name === acceleratorName);
  if (accelerator === undefined) throw stop(exit.usage, 'TDSL0603', { name: acceleratorName, similar: similarNames(acceleratorName, known.map((a) => a.name)), known: known.map((a) => a.name) });
  const design = new HardwareSpace([accelerator]).design(pointOf(accelerator, pairs('--design', list(values, 'design'))));
  const [explorer = 'q-learning'] = parseChoices('explorer', list(values, 'explorer'), explorerNames), trials = parseCount('--trials', text(values, 'trials'), 800), seed = parseCount('--seed', text(values, 'seed'), 0);
  context.result(`${designText(accelerator, design)}\n`);
  const results: unknown[] = [];
  let current = source.text;
  for (const kernel of chosen(source.kernels, text(values, 'kernel') ?? source.name)) {
    const sizes = exampleSizes(kernel, parseSizes(list(values, 'size'))), normal = normalize(kernel), computations = computationsOf(normal);
    for (const computation of computations) {
      const block = acceleratorBlock(parse(current, source.path).ast, kernel.name, accelerator.name, computations);
      const found = tuneOnAccelerator({ accelerator, design, kernel: normal, computation, sizes, trials, seed, explorer, block }), name = `${kernel.name}${computations.length > 1 ? `.${computation.name}` : ''}`;
      if (found === undefined) { diagnostics.push(diagnostic('TDSL0611', { workload: kernel.name, statement: computation.name, accelerators: [accelerator.name] }, computation.statement.span)); continue; }
      if (found.kind === 'illegal') { diagnostics.push(illegalSchedule(found)); continue; }
      const { kind: _, ...numbers } = found, { winner, start } = found, ok = winner !== undefined && winner.problem === undefined;
      if (winner?.problem !== undefined) diagnostics.push(diagnostic('TDSL0631', { kernel: name, problem: winner.problem, block: winner.block }));
      results.push({ kernel: name, accelerator: accelerator.name, design, sizes, explorer, seed, ...numbers, winner: ok ? winner : null });
      context.result(`${name} at ${Object.entries(sizes).map(([n, x]) => `${n}=${x}`).join(' ')}: ${found.trials} of ${found.space} schedules\n  ${block === undefined ? 'two calls a tile ' : 'as it is         '} ${cycles(start)}\n  tuned             ${cycles(winner)}${ok && start !== undefined ? `: ${(start.cycles / winner.cycles).toFixed(2)} times as fast, numbers checked` : ''}\n${ok ? winner.block.split('\n').map((l) => `  ${l}\n`).join('') : ''}`);
      // A block names loops of one reduction.
      if (ok && computations.length === 1) current = withBlock(current, parse(current, source.path).ast, kernel.name, accelerator.name, winner.block);
    }
  }
  const output = text(values, 'output');
  if (output !== undefined) { writeOutput(output, current); context.note(`${output} written\n`); }
  return done({ results, output: output ?? null }, { exitCode: hasErrors(diagnostics) ? exit.diagnostics : exit.ok, diagnostics, sources: source.sources });
}
const cycles = (s: AcceleratorSchedule | undefined): string => (s === undefined ? 'does not fit' : `${s.cycles} cycles (${s.map})`);
