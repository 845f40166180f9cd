/** Native libraries through koffi, with types. Every bound function returns a C `int`. Node only. */
import type { LibraryHandle } from 'koffi';
import { DeviceError, messageOf } from './errors.ts';

export type Koffi = typeof import('koffi');

/** C type and TypeScript type of each kind of parameter. Handles and device pointers travel as 64-bit integers. */
const cTypes = { int: 'int', uint: 'unsigned int', size: 'size_t', handle: 'uint64_t', memory: 'void *', text: 'const char *', texts: 'const char **' } as const;

interface Kinds {
  readonly int: number;
  readonly uint: number;
  readonly size: number;
  readonly handle: bigint;
  /** The memory of a typed array, which the function may write to, or an address; null for a null pointer. */
  readonly memory: NodeJS.ArrayBufferView | bigint | null;
  readonly text: string;
  readonly texts: readonly string[];
}

export type Signatures = Readonly<Record<string, readonly (keyof Kinds)[]>>;
type Arguments<P extends readonly (keyof Kinds)[]> = { -readonly [I in keyof P]: Kinds[P[I]] };
export type Bound<S extends Signatures> = { readonly [F in keyof S]: (...args: Arguments<S[F]>) => number };

/** @throws DeviceError TDSL0551 where koffi is missing */
export async function loadKoffi(): Promise<Koffi> {
  try {
    return await import('koffi');
  } catch (cause) {
    throw new DeviceError('TDSL0551', `the package koffi cannot be loaded: ${messageOf(cause).split('\n')[0] ?? ''}`, 'run `npm install koffi`');
  }
}

/** The first library that loads, or why none does. */
export function loadLibrary(koffi: Koffi, paths: readonly string[]): LibraryHandle | string {
  const reasons: string[] = [];
  for (const path of paths) {
    try {
      return koffi.load(path);
    } catch (cause) {
      reasons.push(`${path}: ${messageOf(cause).replace(/^Failed to load shared library: /, '')}`);
    }
  }
  return reasons.join('; ');
}

/** @throws Error where the library lacks one of the functions */
export function bind<S extends Signatures>(library: LibraryHandle, signatures: S): Bound<S> {
  const functions = Object.entries(signatures).map(([name, kinds]) => [name, library.func(name, 'int', kinds.map((kind) => cTypes[kind]))]);
  return Object.fromEntries(functions) as Bound<S>;
}
