/** `tdsl check`: everything that `compile` would complain about, and nothing written. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import { Sources } from '../diagnostics/span.ts';
import { parse } from '../../grammar/parse.ts';
import { checkCodesigns } from '../codesign/declaration.ts';
import { compileSource } from '../driver.ts';
import type { Kernel } from '../ir/tst.ts';
import { readHardware } from '../partition/declare.ts';
import { withLibrary } from '../partition/library.ts';
import { collectSchedules } from '../schedule/apply-file.ts';
import { allTargetNames, targetNames } from '../targets/targets.ts';
import { checkAcceleratorSchedules } from '../tune/accelerator-check.ts';
import type { Context } from './context.ts';
import { done, exit, type Outcome } from './outcome.ts';
import { readImported, readSources } from './sources.ts';
import { validates } from './bundled.ts';

/** Up to this many characters a check compiles for every target, to find what only a target refuses; thousands of kernels would take minutes. */
const COMPILED = 2 ** 19;

/** Accelerators, co-designs and schedules for accelerators of the file. A workload of another file is for `tdsl codesign` to find. */
function hardwareDiagnostics(text: string, path: string, kernels: readonly Kernel[]): readonly Diagnostic[] {
  const { ast, diagnostics } = parse(text, path);
  if (hasErrors(diagnostics)) return [];
  const own = readHardware(ast), alone = kernels.length === 0 && !ast.declarations.some((d) => d.kind === 'kernel');
  return [...own.diagnostics, ...checkCodesigns(ast, kernels, withLibrary(own)).filter((d) => !alone || d.code !== 'TDSL0610'), ...checkAcceleratorSchedules(ast, kernels, withLibrary(own))];
}

/** The usual targets, and others for which the file has schedules: a block is a demand wherever it holds. */
function targetsFor(text: string, path: string): readonly string[] {
  if (!/\bschedule\b/.test(text)) return targetNames;
  const { ast } = parse(text, path), schedules = collectSchedules(ast, new Reporter());
  const kernels = ast.declarations.flatMap((d) => (d.kind === 'kernel' ? [d.name.name] : []));
  return allTargetNames.filter((t) => targetNames.includes(t) || kernels.some((k) => schedules.blockFor(k, t) !== undefined));
}

export async function checkCommand(context: Context, paths: readonly string[]): Promise<Outcome> {
  const sources = new Sources();
  const diagnostics: Diagnostic[] = [];
  const files = await readSources(paths, context);
  for (const { path, text } of files) {
    sources.add(path, text);
    const large = text.length > COMPILED;
    if (large) context.note(`${path} is large: its mistakes are reported, but what only a target could refuse is not\n`);
    const result = compileSource(text, path, { validate: validates(), read: readImported, targets: large ? [] : targetsFor(text, path) });
    sources.addAll(result.sources);
    const own = /\b(?:accelerator|codesign|intrinsic|schedule)\b/.test(text) ? hardwareDiagnostics(text, path, result.program.kernels) : [];
    // What two files import is reported once.
    diagnostics.push(...[...result.diagnostics, ...own].filter((d) => !diagnostics.some((e) => e.code === d.code && e.message === d.message && e.span?.file === d.span?.file && e.span?.start === d.span?.start)));
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  context.note(`${files.length} ${files.length === 1 ? 'file' : 'files'} checked, ${errors} ${errors === 1 ? 'error' : 'errors'}\n`);
  return done({ files: files.map(({ path }) => path) }, { exitCode: hasErrors(diagnostics) ? exit.diagnostics : exit.ok, diagnostics, sources });
}
