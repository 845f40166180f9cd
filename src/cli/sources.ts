/** From paths on the command line to source texts. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { reasonOf } from '../runtime/errors.ts';
import type { Context } from './context.ts';
import { exit, notes, stop } from './outcome.ts';

export interface Source {
  /** As the user wrote it; `-` becomes `<stdin>`. Diagnostics name it. */
  readonly path: string;
  /** File name without `.tdsl`. */
  readonly stem: string;
  readonly text: string;
}

/** A path with the declaration it names after `#`, if any. */
export interface Specifier { readonly path: string; readonly name: string | undefined }

const MOST_BYTES = 64 * 2 ** 20;
const skipped = new Set(['node_modules', 'dist']);

export function specifier(text: string): Specifier {
  const at = text.lastIndexOf('#');
  // A file whose own name has a `#` is taken as it stands.
  if (at < 0 || statSync(text, { throwIfNoEntry: false }) !== undefined) return { path: text, name: undefined };
  return { path: text.slice(0, at), name: text.slice(at + 1) };
}

/** Files as they are, folders as the `.tdsl` files in and below them, sorted. */
export function sourcePaths(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw stop(exit.usage, 'TDSL0505', { path });
    if (!stat.isDirectory()) return [path];
    const found = inFolder(path);
    if (found.length === 0) throw stop(exit.usage, 'TDSL0506', { path });
    return found;
  }))];
}

function inFolder(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.isDirectory()) return entry.name.startsWith('.') || skipped.has(entry.name) ? [] : inFolder(join(folder, entry.name));
    return entry.name.endsWith('.tdsl') ? [join(folder, entry.name)] : [];
  });
}

export function readSource(path: string): Source {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw stop(exit.usage, 'TDSL0505', { path });
  if (stat.isDirectory()) throw stop(exit.usage, 'TDSL0507', { path, reason: 'it is a folder' });
  if (stat.size > MOST_BYTES) throw stop(exit.diagnostics, 'TDSL0507', { path, reason: `it has ${stat.size} bytes, more than ${MOST_BYTES}` });
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw stop(exit.diagnostics, 'TDSL0507', { path, reason: reasonOf(cause) });
  }
  return { path, stem: basename(path).replace(/\.tdsl$/, ''), text: decode(path, bytes) };
}

/** A file that another one imports; undefined where there is none. */
export function readImported(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readSource(path).text : undefined;
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw stop(exit.diagnostics, 'TDSL0507', { path, reason: 'it is not UTF-8 text' }, notes('save the file with the encoding UTF-8'));
  }
}

/** Every source that the paths name; `-` is standard input. */
export async function readSources(paths: readonly string[], context: Context): Promise<Source[]> {
  const sources: Source[] = [];
  for (const path of paths) {
    if (path === '-') sources.push({ path: '<stdin>', stem: 'stdin', text: await context.stdin() });
    else sources.push(...sourcePaths([path]).map(readSource));
  }
  return sources;
}

/** The source that a command without a path means: the only one in the current folder. */
export function onlySource(): string {
  const found = readdirSync('.').filter((name) => name.endsWith('.tdsl')).sort();
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  throw stop(exit.usage, 'TDSL0500', { text: found.length === 0 ? 'name a file; this folder holds no .tdsl file' : `name a file; this folder holds ${found.join(', ')}` });
}
