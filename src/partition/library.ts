/**
 * Hardware that every file knows, written in the language: the accelerators of HASCO with the parameter ranges of its release, and the matrix
 * instructions of the GPU targets. A declaration of the same name in a file takes the place of these.
 */
import { parse } from '../../grammar/parse.ts';
import { CompilerBug } from '../diagnostics/bug.ts';
import { type Hardware, readHardware } from './declare.ts';

export const LIBRARY_FILE = 'hardware.tdsl';

export const libraryText = `
/// Outer products: each step adds a column of A times a row of B to an x by y tile of results.
accelerator gemm_array {
  intrinsic C[i: x, j: y] += sum(k: 1) A[i, k] * B[k, j]
  space {
    x in {8, 16, 32}; y = x;
    scratchpad in {128, 256, 512} KiB; local in {64, 128, 256} KiB; banks in 1..8;
    dataflow in {weight_stationary, output_stationary};
    bus in {64, 128} bit; burst in {64, 128} B; clock = 500 MHz
  }
}

/// A matrix column at a time: every element of the array keeps one result.
accelerator gemv_array {
  intrinsic C[i: x*y] += sum(j: 1) A[i, j] * B[j]
  space {
    x in {8, 16, 32}; y = x;
    scratchpad in {128, 256, 512} KiB; local in {64, 128, 256} KiB; banks in 1..8;
    bus in {64, 128} bit; burst in {64, 128} B; clock = 500 MHz
  }
}

/// All elements of the array multiply, and a tree adds their products.
accelerator dot_array {
  intrinsic C += sum(i: x*y) A[i] * B[i]
  space {
    x in 4..32; y in 4..32;
    scratchpad in {128, 256, 512, 1024} KiB; local in {64, 128, 256, 512} KiB; banks in 1..8;
    bus in {64, 128, 256} bit; burst in {64, 128, 256} B; clock = 500 MHz
  }
}

/// A convolution of 16 by 16 positions with kernels up to 3 by 3: x output and y input channels at once; the second
/// intrinsic takes every other position.
accelerator conv_array {
  intrinsic C[k: x, p: 16, q: 16] += sum(c: y, r: 3, s: 3) A[c, p + r, q + s] * B[k, c, r, s]
  intrinsic C[k: x, p: 16, q: 16] += sum(c: y, r: 3, s: 3) A[c, 2*p + r, 2*q + s] * B[k, c, r, s]
  space {
    x in 4..32; y in 4..32;
    scratchpad in {128, 256, 512, 1024} KiB; local in {64, 128, 256, 512} KiB; banks in 1..8;
    bus in {64, 128, 256} bit; burst in {64, 128, 256} B; clock = 500 MHz
  }
}
`;

/** Known without reading the declarations. */
export const acceleratorNames: readonly string[] = [...libraryText.matchAll(/^accelerator (\w+)/gm)].map((m) => m[1] ?? '');

let parsed: Hardware | undefined;
/** The library's declarations. */
export function libraryHardware(): Hardware {
  if (parsed !== undefined) return parsed;
  const { ast, diagnostics } = parse(libraryText, LIBRARY_FILE);
  const hardware = readHardware(ast);
  const first = [...diagnostics, ...hardware.diagnostics][0];
  if (first !== undefined) throw new CompilerBug(`the hardware library: ${first.message}`);
  return (parsed = hardware);
}

/** The file's own declarations and those of the library that it does not replace. */
export function withLibrary(own: Hardware): Hardware {
  const library = libraryHardware();
  const taken = new Set([...own.accelerators, ...own.intrinsics].map((d) => d.name));
  return {
    ...own,
    accelerators: [...own.accelerators, ...library.accelerators.filter((a) => !taken.has(a.name))],
    intrinsics: [...own.intrinsics, ...library.intrinsics.filter((i) => !taken.has(i.name))],
  };
}
