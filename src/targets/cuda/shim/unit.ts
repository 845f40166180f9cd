/**
 * The CPU shim: emitted CUDA text, unchanged, as a C++ translation unit for a CPU compiler. It exists to test numbers without a GPU: every thread runs as a
 * fiber in a chosen order, shared memory starts as NaN, and what a GPU would leave undefined is made visible or reported.
 */
import { boxesText } from './boxes.ts';
import { collectiveText } from './collective.ts';
import { coreText } from './core.ts';
import { launchText } from './launch.ts';
import { mathText } from './math.ts';
import { memoryText } from './memory.ts';
import { productsText } from './products.ts';
import { tablesText, wgmmaText } from './tables.ts';

/** Compiler arguments for a kernel's unit, and with `SHIM_RUNTIME` defined for the header as the object that it is linked with; files follow. `bounds` traps where an array is indexed outside its declared size. */
export const shimFlags: readonly string[] = [
  '-std=c++20', '-O1', '-fPIC', '-w', '-fno-exceptions', '-DTDSL_CPU', '-U_FORTIFY_SOURCE', '-fvisibility=hidden', '-fno-gnu-unique', '-fno-strict-aliasing',
  '-ffp-contract=off', '-fwrapv', '-fsanitize=bounds', '-fsanitize-undefined-trap-on-error',
];

/** Libraries, after the file: timers are in one of their own before glibc 2.34. */
export const shimLibraries: readonly string[] = ['-lrt'];

/** Names of the kernels in a CUDA text, in order. */
export function kernelNames(text: string): readonly string[] {
  const plain = text.replace(/\b__(?:launch_bounds|cluster_dims)__\s*\([^()]*\)/g, '');
  return [...plain.matchAll(/\b__global__\b[^;{}()]*\b(\w+)\s*\(/g)].map((match) => match[1]!);
}

let header: string | undefined;

/** The header that stands before the kernel text; the same for every kernel, but for the matrix products of sm_90a, which follow it. Its functions that are no templates are only declared to kernels. */
export function shimHeader(): string {
  header ??= [coreText, memoryText, mathText, collectiveText, tablesText(), boxesText, productsText, launchText].join('\n');
  return header;
}

/** Header, kernel text (its line numbers kept) and the table of its kernels. */
export function shimUnit(text: string): string {
  const names = kernelNames(text);
  // Any name is good for a kernel on a GPU; here it must not meet a function of the C library (`sync`, `read`).
  const renames = names.map((name) => `#define ${name} kernel_${name}\n`).join('');
  const entries = names.map((name) => `  {[] { shim::call(&${name}); }, shim::bufferParameters(&${name}), shim::mapParameters(&${name}), shim::parameters(&${name})},\n`).join('');
  return `${shimHeader()}\n${wgmmaText(text)}${renames}#line 1 "kernel.cu"\n${text}\n#line 1 "entries"\nconst shim::Entry shim::entries[] = {\n${entries}};\n`;
}
