/**
 * The device functions that emitted CUDA calls, by name, and the part of them that one kernel needs.
 *
 * Kernels include no headers, so that NVRTC compiles them in milliseconds. Inline PTX stands only here, in functions that take pointers and constants; what
 * contains PTX or crosses threads is left out under `TDSL_CPU`, where the CPU shim has functions of the same names and meaning.
 */
import { CompilerBug } from '../../diagnostics/bug.ts';
import { convertWrappers } from './wrappers/convert.ts';
import { hopperWrappers } from './wrappers/hopper.ts';
import { wgmmaWrapper, wgmmaWrappers } from './wrappers/hopper-mma.ts';
import { mathWrappers } from './wrappers/math.ts';
import { memoryWrappers } from './wrappers/memory.ts';
import { mmaWrappers } from './wrappers/mma.ts';
import { widenWrappers } from './wrappers/widen.ts';
import { warpWrappers, warpWrappers90 } from './wrappers/warp.ts';
import type { Wrapper } from './wrappers/wrapper.ts';

const all: readonly Wrapper[] = [...convertWrappers, ...widenWrappers, ...mathWrappers, ...memoryWrappers, ...warpWrappers, ...mmaWrappers, ...warpWrappers90, ...hopperWrappers, ...wgmmaWrappers];

export const wrappers: ReadonlyMap<string, Wrapper> = new Map(all.map((w) => [w.name, w]));
if (wrappers.size !== all.length) throw new CompilerBug('two CUDA wrappers have the same name');

/** The wrappers called `names` and all that they call, in the order of the table; those of wgmma, which are made when asked for, come last. */
export function neededWrappers(names: Iterable<string>): readonly Wrapper[] {
  const needed = new Set<string>();
  const products: Wrapper[] = [];
  const visit = (name: string): void => {
    const listed = wrappers.get(name);
    const found = listed ?? wgmmaWrapper(name);
    if (found === undefined) throw new CompilerBug(`there is no CUDA wrapper '${name}'`);
    if (needed.has(name)) return;
    needed.add(name);
    if (listed === undefined) products.push(found);
    found.dependsOn.forEach(visit);
  };
  for (const name of names) visit(name);
  return [...all.filter((w) => needed.has(w.name)), ...products];
}

/** Text of the wrappers that a file uses, each under a line of comment; empty if it uses none. Ends with a line break otherwise. */
export function preludeFor(names: Iterable<string>): string {
  const needed = neededWrappers(names);
  // Functions of one line, of which kernels need many, stand close.
  const isShort = (w: Wrapper | undefined): boolean => w !== undefined && !w.text.includes('\n');
  const print = (list: readonly Wrapper[]): string => list.map((w, n) => `${n === 0 || (isShort(w) && isShort(list[n - 1])) ? '' : '\n'}// ${w.comment}\n${w.text}\n`).join('');
  const device = needed.filter((w) => !w.portable);
  const portable = needed.filter((w) => w.portable);
  const guarded = device.length === 0 ? '' : `#ifndef TDSL_CPU // where the CPU shim has functions of these names\n${print(device)}#endif\n`;
  return [guarded, print(portable)].filter((part) => part !== '').join('\n');
}
