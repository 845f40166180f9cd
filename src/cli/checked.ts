/** A source with what it imports, checked: what commands read that compile nothing at once. */
import type * as ast from '../../grammar/ast.ts';
import { parse } from '../../grammar/parse.ts';
import { check } from '../check/check.ts';
import { linkImports } from '../check/imports.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Sources } from '../diagnostics/span.ts';
import { readImported, type Source } from './sources.ts';

export interface CheckedSource {
  /** The declarations that it imports, then its own. */
  readonly file: ast.File;
  readonly checked: ReturnType<typeof check>;
  readonly diagnostics: readonly Diagnostic[];
  readonly imports: readonly { readonly path: string; readonly text: string }[];
  /** Its text and those of the files that it imports. */
  readonly sources: Sources;
}

export function checkedSource({ path, text }: Pick<Source, 'path' | 'text'>): CheckedSource {
  const parsed = parse(text, path), linked = linkImports(parsed.ast, readImported), checked = check(linked.file);
  return { imports: linked.sources.map((s) => ({ path: s.file, text: s.text })), file: linked.file, checked, diagnostics: [...parsed.diagnostics, ...linked.diagnostics, ...checked.diagnostics], sources: Sources.of(path, text).addAll(linked.sources) };
}
