/** `tdsl partition`: which loops of each reduction an intrinsic can take, what rejected every other choice, and what came nearest. */
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { allIntrinsics, type Intrinsic } from '../partition/declare.ts';
import { checkMatches, type MatchCheck } from '../partition/check-matches.ts';
import { partitionHtml } from '../partition/html.ts';
import { chooseIntrinsics, partitionKernel, unmatched } from '../partition/partition.ts';
import { partitionReport, partitionText } from '../partition/report.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { chooseKernels, readHardwareSource } from './hardware.ts';
import { parseSizes } from './options.ts';
import { done, exit, type Outcome } from './outcome.ts';
import { specifier } from './sources.ts';
import { flag, list, text } from './values.ts';

export async function partitionCommand(context: Context, [file = '']: readonly string[], values: OptionValues): Promise<Outcome> {
  const source = readHardwareSource(file);
  const kernels = chooseKernels(source, text(values, 'kernel') ?? source.name, parseSizes(list(values, 'size')));
  const chosen = intrinsicsOf(source, text(values, 'intrinsic'));
  const diagnostics = [...source.diagnostics, ...chosen.diagnostics];
  if (hasErrors(diagnostics)) return done({}, { exitCode: exit.diagnostics, diagnostics, sources: source.sources });
  const start = performance.now();
  const partitions = kernels.map((k) => partitionKernel(k, chosen.intrinsics));
  const milliseconds = performance.now() - start;
  const report = partitionReport(partitions);
  const warnings = text(values, 'intrinsic') === undefined ? [] : unmatched(partitions, chosen.intrinsics);
  const checks: MatchCheck[] = flag(values, 'check') || flag(values, 'source') ? partitions.flatMap((p) => checkMatches(p, (f) => context.progress(`${f}\n`))) : [];
  if (flag(values, 'html')) context.result(partitionHtml(`Partition of ${source.path}`, report));
  else if (flag(values, 'source')) for (const c of checks) context.result(`${c.text}\n`);
  else context.result(partitionText(report, flag(values, 'all')));
  const wrong = checks.filter((c) => !c.ok);
  if (flag(values, 'check')) {
    for (const c of wrong) context.result(`${c.kernel}, ${c.statement} on ${c.intrinsic}: ${c.map} is wrong: ${c.problem ?? ''}\n`);
    context.note(`${checks.length} matches run on the functional model, ${wrong.length} wrong\n`);
  }
  context.note(`partitioned in ${milliseconds.toFixed(1)} ms\n`);
  const fields = { ...report, milliseconds, ...(checks.length > 0 ? { checks: checks.map(({ text: _, ...rest }) => rest) } : {}) };
  return done(fields, { exitCode: wrong.length > 0 ? exit.verification : exit.ok, diagnostics: [...diagnostics, ...warnings], sources: source.sources });
}

/** `--intrinsic NAME`, or `FILE#NAME` for one of another file. */
function intrinsicsOf(source: ReturnType<typeof readHardwareSource>, asked: string | undefined): { readonly intrinsics: readonly Intrinsic[]; readonly diagnostics: typeof source.diagnostics } {
  if (asked === undefined || !asked.includes('#')) return chooseIntrinsics(source.hardware, asked);
  const { name } = specifier(asked);
  const other = readHardwareSource(asked);
  source.sources.add(other.path, other.text);
  const found = chooseIntrinsics({ ...other.own, intrinsics: allIntrinsics(other.own), accelerators: [] }, name);
  return { intrinsics: found.intrinsics, diagnostics: [...other.own.diagnostics, ...found.diagnostics] };
}
