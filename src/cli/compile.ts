/** `tdsl compile`: sources in, kernels, harness and manifest out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import { Sources } from '../diagnostics/span.ts';
import { compileSource } from '../driver.ts';
import type { CompileOptions } from '../driver-types.ts';
import { bundleFile, harnessFile, harnessPath, plainFiles, type OutputFile } from '../host/files.ts';
import { isIntact } from '../host/header.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { uninterrupted } from './interrupt.ts';
import { checkKernel, checkKnownSizes } from './kernels.ts';
import { parseFormats, parseSizes, parseTargets } from './options.ts';
import { done, exit, stop, type Outcome } from './outcome.ts';
import { readImported, readSource, sourcePaths, specifier, type Source } from './sources.ts';
import { isBundled, validates } from './bundled.ts';
import { flag, list, text } from './values.ts';
import { writeOutput } from './write.ts';

interface Request {
  readonly output: string;
  readonly options: CompileOptions;
  readonly frozen: boolean;
  /** Also the harness as one file for a page. */
  readonly bundle: boolean;
  readonly tuned: boolean;
}

export async function compileCommand(context: Context, paths: readonly string[], values: OptionValues): Promise<Outcome> {
  const specifiers = paths.map(specifier);
  const names = [...new Set([text(values, 'kernel'), ...specifiers.map(({ name }) => name)].filter((name) => name !== undefined))];
  if (names.length > 1) throw stop(exit.usage, 'TDSL0500', { text: `one kernel at a time can be chosen, not ${names.join(' and ')}` });
  const targets = parseTargets(list(values, 'target'));
  const sizes = parseSizes(list(values, 'size'));
  const request: Request = {
    output: text(values, 'output') ?? 'generated',
    options: { sizes, formats: parseFormats(list(values, 'format')), validate: validates(), ...(targets === undefined ? {} : { targets }), ...(names[0] === undefined ? {} : { kernel: names[0] }) },
    frozen: flag(values, 'frozen'),
    bundle: flag(values, 'bundle'),
    tuned: flag(values, 'tuned'),
  };
  const once = (): Promise<Outcome> => compileAll(context, specifiers.map(({ path }) => path), request);
  if (!flag(values, 'watch')) return once();
  const { watch } = await import('./watch.ts');
  return watch(context, specifiers.map(({ path }) => path), once);
}

async function compileAll(context: Context, paths: readonly string[], request: Request): Promise<Outcome> {
  const files = sourcePaths(paths).map(readSource);
  const stems = new Map<string, string>();
  for (const { stem, path } of files) {
    const other = stems.get(stem);
    if (other !== undefined) throw stop(exit.usage, 'TDSL0500', { text: `${other} and ${path} would be written to the same folder ${join(request.output, stem)}; compile them to different ones with -o` });
    stems.set(stem, path);
  }
  // Before anything is written: the front end alone, which is quick.
  if (Object.keys(request.options.sizes ?? {}).length > 0) {
    const { kernel, formats } = request.options;
    checkKnownSizes(files.map((file) => compileSource(file.text, file.path, { targets: [], read: readImported, ...(formats === undefined ? {} : { formats }), ...(kernel === undefined ? {} : { kernel }) })), request.options.sizes ?? {});
  }
  const sources = new Sources();
  const diagnostics: Diagnostic[] = [];
  const written: { path: string; bytes: number; changed: boolean }[] = [];
  for (const file of files) {
    const source = request.tuned ? await tunedSource(context, file, request, diagnostics) : file;
    sources.add(source.path, source.text);
    const result = compileSource(source.text, source.path, { ...request.options, read: readImported });
    sources.addAll(result.sources);
    checkKernel(result, request.options.kernel);
    diagnostics.push(...result.diagnostics);
    if (hasErrors(result.diagnostics)) continue;
    const plain = plainFiles(result, source.stem);
    const current = currentHarness(source, plain, request);
    const withHarness = [...plain, current ?? await harnessFile(result.manifest, source.stem)];
    const all = request.bundle ? [...withHarness, await bundleFile(result, source.stem)] : withHarness;
    if (!request.frozen) {
      written.push(...await writeAll(context, all, request.output));
      continue;
    }
    const differing = await compareAll(context, all, request.output);
    diagnostics.push(...differing.values());
    written.push(...all.map((file) => ({ path: join(request.output, file.path), bytes: Buffer.byteLength(file.text), changed: differing.has(join(request.output, file.path)) })));
  }
  const differing = diagnostics.some(({ code }) => code === 'TDSL0511');
  const exitCode = diagnostics.some(({ code, severity }) => severity === 'error' && code !== 'TDSL0511') ? exit.diagnostics : differing ? exit.verification : exit.ok;
  if (!request.frozen) summarize(context, written);
  return done({ files: written }, { exitCode, diagnostics, sources });
}

/** The source with schedules of this machine's tunings: the one way in which output depends on more than the source and the options. */
async function tunedSource(context: Context, source: Source, request: Request, diagnostics: Diagnostic[]): Promise<Source> {
  const { withTuned } = await import('./tuned.ts');
  const { text: tuned, notes, used } = withTuned(source, request.options.targets);
  diagnostics.push(...notes);
  for (const schedule of used) context.note(`tuned: ${schedule}\n`);
  return { ...source, text: tuned };
}

/**
 * The harness is made from the manifest. Where the manifest on disk, which also names the compiler's version, is the one that would be
 * written, and the harness below its checksum is unchanged, making it again would give the same text: that one is taken. A checkout always makes it.
 */
function currentHarness(source: Source, plain: readonly OutputFile[], request: Request): OutputFile | undefined {
  if (request.frozen || !isBundled()) return undefined;
  const manifest = plain.find(({ path }) => path === `${source.stem}/${source.stem}.json`);
  const path = harnessPath(source.stem), text = readText(join(request.output, path));
  return manifest !== undefined && text !== undefined && isIntact(text) && readText(join(request.output, manifest.path)) === manifest.text ? { path, text } : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function writeAll(context: Context, files: readonly OutputFile[], output: string): Promise<{ path: string; bytes: number; changed: boolean }[]> {
  return uninterrupted(() => files.map((file) => {
    const path = join(output, file.path);
    const changed = readText(path) !== file.text;
    if (changed) writeOutput(path, file.text);
    context.result(changed ? `${path}\n` : '');
    return { path, bytes: Buffer.byteLength(file.text), changed };
  }));
}

function summarize(context: Context, written: readonly { changed: boolean }[]): void {
  const changed = written.filter((file) => file.changed).length;
  if (written.length > 0) context.note(`${changed} written, ${written.length - changed} unchanged\n`);
}

/** Prints a unified diff for each file that differs or is missing, and gives its diagnostic by its path. */
async function compareAll(context: Context, files: readonly OutputFile[], output: string): Promise<ReadonlyMap<string, Diagnostic>> {
  const differing = files.map((file) => ({ ...file, path: join(output, file.path), found: readText(join(output, file.path)) })).filter(({ text: fresh, found }) => fresh !== found);
  if (differing.length === 0) return new Map();
  const { createTwoFilesPatch } = await import('diff');
  return new Map(differing.map(({ path, text: fresh, found }) => {
    const patch = createTwoFilesPatch(found === undefined ? '/dev/null' : path, path, found ?? '', fresh, 'on disk', 'compiled', { context: 3 });
    context.result(patch.replace(/^(?:Index: .*\n)?=+\n/, ''));
    return [path, diagnostic('TDSL0511', { path, missing: found === undefined })];
  }));
}
