/** A matrix intrinsic: what it means, how its operands lie in registers, and the wrapper the emitted code calls. Hardware is data. */
import type { DType } from './dtype.ts';
import type { Layout } from './layout.ts';

/** What an instruction may read straight from shared memory. B always lies there, A there or in the registers of `a.layout`. */
export interface SharedOperands {
  readonly a: 'shared' | 'registers';
  /** Bytes of a swizzled row, by which panels are made. */
  readonly swizzles: readonly (32 | 64 | 128)[];
  /** The dimension that may be consecutive in A, and in B. */
  readonly aMajor: readonly ('k' | 'm')[];
  readonly bMajor: readonly ('k' | 'n')[];
}

/** D[i, j] += sum(k) A[i, k] * B[k, j] with the given extents; layouts have dims (i, k), (k, j) and (i, j). */
export interface MmaIntrinsic {
  readonly name: string;
  readonly m: number; readonly n: number; readonly k: number;
  readonly a: { readonly dtype: DType; readonly layout: Layout };
  readonly b: { readonly dtype: DType; readonly layout: Layout };
  readonly d: { readonly dtype: DType; readonly layout: Layout };
  /** Where operands are read from; registers when not said. */
  readonly operands?: 'registers' | 'shared';
  /** How operands in shared memory may lie; only with `operands: 'shared'`, whose products end at an `mmaWait`. */
  readonly shared?: SharedOperands;
  /** Name of the wrapper function; 'fma' is the scalar multiply-add that every target has. */
  readonly wrapper: string;
}
