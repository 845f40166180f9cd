/** `tdsl fmt`: the one layout of a source file. */
import { format } from '../../grammar/format.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import { Sources } from '../diagnostics/span.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { done, exit, type ExitCode, type Outcome } from './outcome.ts';
import { readSources } from './sources.ts';
import { flag } from './values.ts';
import { writeOutput } from './write.ts';

export async function fmtCommand(context: Context, paths: readonly string[], values: OptionValues): Promise<Outcome> {
  const checking = flag(values, 'check');
  const sources = new Sources();
  const diagnostics: Diagnostic[] = [];
  const files: { path: string; changed: boolean }[] = [];
  for (const source of await readSources(paths, context)) {
    sources.add(source.path, source.text);
    const formatted = await format(source.text, source.path);
    diagnostics.push(...formatted.diagnostics);
    if (formatted.text === undefined) continue;
    const changed = formatted.text !== source.text;
    files.push({ path: source.path, changed });
    if (checking) {
      if (changed) diagnostics.push(diagnostic('TDSL0512', { path: source.path }));
    } else if (source.path === '<stdin>') {
      context.result(formatted.text);
    } else if (changed) {
      writeOutput(source.path, formatted.text);
      context.result(`${source.path}\n`);
    }
  }
  return done({ files }, { exitCode: exitCode(diagnostics), diagnostics, sources });
}

/** A file that cannot be read is worse than one that is not formatted. */
function exitCode(diagnostics: readonly Diagnostic[]): ExitCode {
  if (!hasErrors(diagnostics)) return exit.ok;
  return diagnostics.every(({ code, severity }) => severity !== 'error' || code === 'TDSL0512') ? exit.verification : exit.diagnostics;
}
