/** One device function (or macro) that emitted CUDA may call. Kernels include no headers; what they use is written above them. */
export interface Wrapper {
  readonly name: string;
  /** One line without a full stop, printed above the text. */
  readonly comment: string;
  readonly text: string;
  /** Wrappers that the text itself calls; they stand before it. */
  readonly dependsOn: readonly string[];
  /**
   * Plain C++ that a CPU compiler takes as it is. All others stand in `#ifndef TDSL_CPU`: they contain inline PTX or exchange data between threads, and the CPU
   * shim defines functions of the same names.
   */
  readonly portable: boolean;
}

/** A wrapper with inline PTX or an exchange between threads: the CPU shim has its own body. */
export const device = (name: string, comment: string, text: string, dependsOn: readonly string[] = []): Wrapper => ({ name, comment, text: text.trim(), dependsOn, portable: false });

/** A wrapper in plain C++. */
export const portable = (name: string, comment: string, text: string, dependsOn: readonly string[] = []): Wrapper => ({ name, comment, text: text.trim(), dependsOn, portable: true });

/** `__device__` function that is always inlined: registers passed by pointer stay registers. */
export const FN = '__device__ __forceinline__';
