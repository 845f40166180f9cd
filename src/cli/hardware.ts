/** What the commands on hardware read: the kernels of a file, and the declarations that it and the library have. */
import { parse } from '../../grammar/parse.ts';
import { check } from '../check/check.ts';
import { instantiate } from '../check/instantiate.ts';
import { similarNames } from '../check/suggest.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Sources } from '../diagnostics/span.ts';
import type { Kernel } from '../ir/tst.ts';
import { type Hardware, readHardware } from '../partition/declare.ts';
import { libraryText, LIBRARY_FILE, withLibrary } from '../partition/library.ts';
import { GPU_LIBRARY_FILE, gpuLibraryText } from '../partition/library-gpu.ts';
import { exit, stop } from './outcome.ts';
import { readSource, specifier } from './sources.ts';

export interface HardwareSource {
  readonly path: string;
  readonly name: string | undefined;
  readonly text: string;
  readonly kernels: readonly Kernel[];
  /** The file's own declarations. */
  readonly own: Hardware;
  /** Those and the library's. */
  readonly hardware: Hardware;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

/** `FILE` or `FILE#name`. */
export function readHardwareSource(file: string): HardwareSource {
  const { path, name } = specifier(file);
  const source = readSource(path);
  const parsed = parse(source.text, source.path);
  const checked = check(parsed.ast);
  const own = readHardware(parsed.ast);
  const sources = Sources.of(source.path, source.text);
  sources.add(LIBRARY_FILE, libraryText);
  sources.add(GPU_LIBRARY_FILE, gpuLibraryText);
  return { path, name, text: source.text, kernels: checked.program.kernels, own, hardware: withLibrary(own), diagnostics: [...parsed.diagnostics, ...checked.diagnostics, ...own.diagnostics], sources };
}

/** The kernels asked for, with the sizes that are given as numbers. */
export function chooseKernels(source: HardwareSource, name: string | undefined, sizes: Readonly<Record<string, number>>): Kernel[] {
  const known = source.kernels.map((k) => k.name);
  if (name !== undefined && !known.includes(name)) throw stop(exit.usage, 'TDSL0502', { kernel: name, known, similar: similarNames(name, known) });
  return source.kernels.filter((k) => name === undefined || k.name === name).map((k) => instantiate(k, sizes));
}
