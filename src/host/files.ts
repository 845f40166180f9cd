/** The files of one compilation, as they are written below the output folder. */
import type { CompileResult } from '../driver-types.ts';
import type { Manifest } from '../manifest.ts';
import { describedFiles } from './described.ts';
import { jsonText } from './json.ts';

export interface OutputFile {
  /** Below the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

export function stemOf(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? file).replace(/\.tdsl$/, '');
}

export function manifestFile(manifest: Manifest, stem: string): OutputFile {
  return { path: `${stem}/${stem}.json`, text: jsonText(manifest) };
}

export function harnessPath(stem: string): string {
  return `${stem}/${stem}.ts`;
}

/** Loads ts-morph and prettier, which costs more than the rest of a compilation. */
export async function harnessFile(manifest: Manifest, stem: string): Promise<OutputFile> {
  const { harness } = await import('./harness.ts');
  return { path: harnessPath(stem), text: await harness(manifest, stem) };
}

/** The harness with its kernels for a page. Loads as much as `harnessFile`. */
export async function bundleFile(result: CompileResult, stem: string): Promise<OutputFile> {
  const { bundle } = await import('./harness.ts');
  return { path: `${stem}/${stem}.bundle.js`, text: await bundle(result.manifest, stem, new Map(result.files.map(({ path, text }) => [path, text]))) };
}

/** Kernels, manifest and the descriptions that a harness with programs reads, without the harness; sorted by path. */
export function plainFiles(result: CompileResult, stem: string): OutputFile[] {
  // A page downloads them, so that a line holds what a variant needs, and not a size of it.
  const described = [...describedFiles(result.manifest, stem)].map(([path, content]): OutputFile => ({ path, text: jsonText(content, 2000) }));
  return [...result.files, ...described, manifestFile(result.manifest, stem)].sort((a, b) => (a.path < b.path ? -1 : 1));
}
