/**
 * Stored types and value types. A tensor's elements are *stored* as a `DType`; arithmetic happens on a `ValueType`.
 * Reading f16 and bf16 gives f32, reading narrow integers gives i32: that is exact, so only storing rounds.
 */
export const dtypes = {
  f32: { bits: 32, value: 'f32' },
  f16: { bits: 16, value: 'f32' },
  bf16: { bits: 16, value: 'f32' },
  i32: { bits: 32, value: 'i32' },
  u32: { bits: 32, value: 'i32' },
  i16: { bits: 16, value: 'i32' },
  u16: { bits: 16, value: 'i32' },
  i8: { bits: 8, value: 'i32' },
  u8: { bits: 8, value: 'i32' },
  int4: { bits: 4, value: 'i32' },
  uint4: { bits: 4, value: 'i32' },
  bool: { bits: 8, value: 'bool' },
} as const satisfies Record<string, { bits: number; value: ValueType }>;

export type DType = keyof typeof dtypes;
export type ValueType = 'f32' | 'i32' | 'bool';

/** Width of one stored element in bits. Sub-byte elements are packed, the first in the low bits. */
export const bitsOf = (dtype: DType): number => dtypes[dtype].bits;
export const valueTypeOf = (dtype: DType): ValueType => dtypes[dtype].value;
export const isDType = (name: string): name is DType => Object.hasOwn(dtypes, name);
export const isFloat = (dtype: DType): boolean => dtypes[dtype].value === 'f32';

/** Smallest and largest integer a stored integer type holds; undefined for the other types. */
export function integerRange(dtype: DType): { min: number; max: number } | undefined {
  switch (dtype) {
    case 'i32': return { min: -(2 ** 31), max: 2 ** 31 - 1 };
    case 'u32': return { min: 0, max: 2 ** 32 - 1 };
    case 'i16': return { min: -32768, max: 32767 };
    case 'u16': return { min: 0, max: 65535 };
    case 'i8': return { min: -128, max: 127 };
    case 'u8': return { min: 0, max: 255 };
    case 'int4': return { min: -8, max: 7 };
    case 'uint4': return { min: 0, max: 15 };
    default: return undefined;
  }
}
