/**
 * `tdsl`, the library: text in, text out. No disk, no device, no Node API, so it runs in a page and in an editor as well.
 *
 *     const { files, diagnostics } = await compile('kernel …', { file: 'matmul.tdsl' });
 */
import type { ReadSource } from './check/imports.ts';
import { similarNames } from './check/suggest.ts';
import { toJson, type JsonDiagnostic } from './diagnostics/json.ts';
import { renderAll } from './diagnostics/render.ts';
import { diagnostic } from './diagnostics/report.ts';
import { Sources } from './diagnostics/span.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { hasErrors } from './diagnostics/diagnostic.ts';
import { compileSource } from './driver.ts';
import { harnessFile, plainFiles, stemOf, type OutputFile } from './host/files.ts';
import type { Manifest } from './manifest.ts';
import { allTargetNames } from './targets/targets.ts';

export type { Diagnostic, Edit, Note, Severity } from './diagnostics/diagnostic.ts';
export type { JsonDiagnostic } from './diagnostics/json.ts';
export type { Span } from './diagnostics/span.ts';
export type { OutputFile } from './host/files.ts';
export type { Manifest, ManifestKernel, ManifestLaunch, ManifestTensor, ManifestVariant, PlanReport } from './manifest.ts';

export interface CheckOptions {
  /** Reads the files that imports name, by their paths relative to `file`'s; without it imports are errors. */
  readonly read?: ReadSource;
  /** Name of the source; its part before `.tdsl` names the emitted files. Default `input.tdsl`. */
  readonly file?: string;
}

export interface CompileOptions extends CheckOptions {
  /** `cpu`, `wgsl`, `cuda:sm_80`, `cuda:sm_90a`. Default: the first three. */
  readonly targets?: readonly string[];
  /** This kernel alone. */
  readonly kernel?: string;
  /** Sizes known at compile time. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Types for plain formats in place of those that the source names: `{ act: 'f32' }`. */
  readonly formats?: Readonly<Record<string, string>>;
  /** Whether to make the host harness, which loads ts-morph and prettier. Default true. */
  readonly harness?: boolean;
}

export interface Compiled {
  /** Whether there are no errors; otherwise there are no files. */
  readonly ok: boolean;
  /** Kernels, harness and manifest by their paths below an output folder. */
  readonly files: readonly OutputFile[];
  readonly manifest: Manifest;
  readonly diagnostics: readonly Diagnostic[];
  /** Files that the source imports, as diagnostics name them. */
  readonly sources: readonly Imported[];
}

export interface Imported { readonly file: string; readonly text: string }

export interface Checked {
  readonly ok: boolean;
  readonly sources: readonly Imported[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface Formatted {
  /** The text in its one layout; missing where it has syntax errors. */
  readonly text?: string;
  readonly diagnostics: readonly Diagnostic[];
}

const DEFAULT_FILE = 'input.tdsl';

/** Compiles one source. A mistake in it is never thrown: it is in `diagnostics`. */
export async function compile(text: string, options: CompileOptions = {}): Promise<Compiled> {
  const { file = DEFAULT_FILE, targets, kernel, sizes, formats, read, harness = true } = options;
  const unknown = (targets ?? []).filter((name) => !allTargetNames.includes(name));
  const result = compileSource(text, file, {
    ...(targets === undefined ? {} : { targets }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(sizes === undefined ? {} : { sizes }),
    ...(formats === undefined ? {} : { formats }),
    ...(read === undefined ? {} : { read }),
  });
  const { manifest, sources } = result;
  const known = [...result.program.kernels, ...result.launched.programs].map(({ name }) => name);
  const diagnostics = [
    ...result.diagnostics,
    ...unknown.map((name) => diagnostic('TDSL0503', { what: 'target', name, known: allTargetNames, similar: similarNames(name, allTargetNames) })),
    ...(kernel === undefined || known.includes(kernel) ? [] : [diagnostic('TDSL0502', { kernel, known, similar: similarNames(kernel, known) })]),
  ];
  if (hasErrors(diagnostics)) return { ok: false, files: [], manifest, diagnostics, sources };
  const stem = stemOf(file);
  const files = plainFiles(result, stem);
  return { ok: true, files: harness ? [...files, await harnessFile(manifest, stem)] : files, manifest, diagnostics, sources };
}

/** Everything that `compile` would complain about. */
export function check(text: string, { file = DEFAULT_FILE, read }: CheckOptions = {}): Checked {
  const { diagnostics, sources } = compileSource(text, file, read === undefined ? {} : { read });
  return { ok: !hasErrors(diagnostics), diagnostics, sources };
}

/** Lays a source out; doing it twice changes nothing more. */
export async function format(text: string, { file = DEFAULT_FILE }: CheckOptions = {}): Promise<Formatted> {
  const formatter = await import('../grammar/format.ts');
  return formatter.format(text, file);
}

/** Diagnostics as the command line prints them: place, message, excerpt, notes, proposed edits. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], text: string, { file = DEFAULT_FILE, sources = [] }: { readonly file?: string; readonly sources?: readonly Imported[] } = {}): string {
  return renderAll(diagnostics, Sources.of(file, text).addAll(sources));
}

/** Diagnostics with lines and columns, as `--json` prints them. */
export function jsonDiagnostics(diagnostics: readonly Diagnostic[], text: string, { file = DEFAULT_FILE, sources = [] }: { readonly file?: string; readonly sources?: readonly Imported[] } = {}): JsonDiagnostic[] {
  const all = Sources.of(file, text).addAll(sources);
  return diagnostics.map((d) => toJson(d, all));
}
