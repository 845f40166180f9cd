/** `tdsl check`: everything that `compile` would complain about, and nothing written. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { Sources } from '../diagnostics/span.ts';
import { compileSource } from '../driver.ts';
import type { Context } from './context.ts';
import { done, exit, type Outcome } from './outcome.ts';
import { readImported, readSources } from './sources.ts';
import { validates } from './bundled.ts';

/** Up to this many characters a check compiles for every target, to find what only a target refuses; thousands of kernels would take minutes. */
const COMPILED = 2 ** 19;

export async function checkCommand(context: Context, paths: readonly string[]): Promise<Outcome> {
  const sources = new Sources();
  const diagnostics: Diagnostic[] = [];
  const files = await readSources(paths, context);
  for (const { path, text } of files) {
    sources.add(path, text);
    const large = text.length > COMPILED;
    if (large) context.note(`${path} is large: its mistakes are reported, but what only a target could refuse is not\n`);
    const result = compileSource(text, path, { validate: validates(), read: readImported, ...(large ? { targets: [] } : {}) });
    sources.addAll(result.sources);
    // What two files import is reported once.
    diagnostics.push(...result.diagnostics.filter((d) => !diagnostics.some((e) => e.code === d.code && e.message === d.message && e.span?.file === d.span?.file && e.span?.start === d.span?.start)));
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  context.note(`${files.length} ${files.length === 1 ? 'file' : 'files'} checked, ${errors} ${errors === 1 ? 'error' : 'errors'}\n`);
  return done({ files: files.map(({ path }) => path) }, { exitCode: hasErrors(diagnostics) ? exit.diagnostics : exit.ok, diagnostics, sources });
}
