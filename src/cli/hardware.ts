/** What the commands on hardware read: the kernels of a file, and the declarations that it and the library have. */
import { instantiate } from '../check/instantiate.ts';
import { similarNames } from '../check/suggest.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Sources } from '../diagnostics/span.ts';
import type { Kernel } from '../ir/tst.ts';
import { type Hardware, readHardware } from '../partition/declare.ts';
import { libraryText, LIBRARY_FILE, withLibrary } from '../partition/library.ts';
import { GPU_LIBRARY_FILE, gpuLibraryText } from '../partition/library-gpu.ts';
import { checkedSource } from './checked.ts';
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
  const { file: linked, checked, diagnostics, sources } = checkedSource(source);
  const own = readHardware(linked);
  sources.add(LIBRARY_FILE, libraryText);
  sources.add(GPU_LIBRARY_FILE, gpuLibraryText);
  return { path, name, text: source.text, kernels: checked.program.kernels, own, hardware: withLibrary(own), diagnostics: [...diagnostics, ...own.diagnostics], sources };
}

/** The kernels asked for, with the sizes that are given as numbers. */
export function chooseKernels(source: HardwareSource, name: string | undefined, sizes: Readonly<Record<string, number>>): Kernel[] {
  const known = source.kernels.map((k) => k.name);
  if (name !== undefined && !known.includes(name)) throw stop(exit.usage, 'TDSL0502', { kernel: name, known, similar: similarNames(name, known) });
  return source.kernels.filter((k) => name === undefined || k.name === name).map((k) => instantiate(k, sizes));
}
