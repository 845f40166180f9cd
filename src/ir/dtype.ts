/**
 * Stored types and value types. A tensor's elements are *stored* as a `DType`; arithmetic happens on a `ValueType`.
 * Reading narrow floats gives f32, reading narrow integers gives i32: that is exact, so only storing rounds.
 */
export const dtypes = {
  f32: { bits: 32, value: 'f32' },
  f16: { bits: 16, value: 'f32' },
  bf16: { bits: 16, value: 'f32' },
  // OCP 8-bit floats (8-bit Floating Point Specification 1.0): e4m3 has no infinities and ends at 448, e5m2 is the upper half of an f16.
  e4m3: { bits: 8, value: 'f32' },
  e5m2: { bits: 8, value: 'f32' },
  // Powers of two from 2^-127 to 2^127, and NaN: scales (OCP Microscaling Formats 1.0).
  e8m0: { bits: 8, value: 'f32' },
  // 0, 1/2, 1, 3/2, 2, 3, 4, 6 and their negatives.
  e2m1: { bits: 4, value: 'f32' },
  i32: { bits: 32, value: 'i32' },
  u32: { bits: 32, value: 'i32' },
  i16: { bits: 16, value: 'i32' },
  u16: { bits: 16, value: 'i32' },
  i8: { bits: 8, value: 'i32' },
  u8: { bits: 8, value: 'i32' },
  int7: { bits: 7, value: 'i32' },
  uint7: { bits: 7, value: 'i32' },
  int6: { bits: 6, value: 'i32' },
  uint6: { bits: 6, value: 'i32' },
  int5: { bits: 5, value: 'i32' },
  uint5: { bits: 5, value: 'i32' },
  int4: { bits: 4, value: 'i32' },
  uint4: { bits: 4, value: 'i32' },
  int3: { bits: 3, value: 'i32' },
  uint3: { bits: 3, value: 'i32' },
  int2: { bits: 2, value: 'i32' },
  uint2: { bits: 2, value: 'i32' },
  bool: { bits: 8, value: 'bool' },
} as const satisfies Record<string, { bits: number; value: ValueType }>;

export type DType = keyof typeof dtypes;
export type ValueType = 'f32' | 'i32' | 'bool';
/** Floats of at most eight bits: every target converts them by the same integer arithmetic. */
export type SmallFloat = 'e4m3' | 'e5m2' | 'e8m0' | 'e2m1';
export type PackedInteger = 'int7' | 'uint7' | 'int6' | 'uint6' | 'int5' | 'uint5' | 'int4' | 'uint4' | 'int3' | 'uint3' | 'int2' | 'uint2';

/** Width of one stored element in bits. Elements of less than a byte lie one after the other as a stream of bits, the first in the low bits. */
export const bitsOf = (dtype: DType): number => dtypes[dtype].bits;
export const valueTypeOf = (dtype: DType): ValueType => dtypes[dtype].value;
export const isDType = (name: string): name is DType => Object.hasOwn(dtypes, name);
export const isFloat = (dtype: DType): boolean => dtypes[dtype].value === 'f32';
export const isSmallFloat = (dtype: DType): dtype is SmallFloat => dtype === 'e4m3' || dtype === 'e5m2' || dtype === 'e8m0' || dtype === 'e2m1';
export const isPackedInteger = (dtype: DType): dtype is PackedInteger => bitsOf(dtype) < 8 && valueTypeOf(dtype) === 'i32';
/** Elements may lie across the border of a word. */
export const straddlesWords = (dtype: DType): boolean => 32 % bitsOf(dtype) !== 0;

/** Smallest and largest integer a stored integer type holds; undefined for the other types. */
export function integerRange(dtype: DType): { readonly min: number; readonly max: number } | undefined {
  const known = integerRanges.get(dtype);
  if (known !== undefined || valueTypeOf(dtype) !== 'i32') return known;
  const bits = bitsOf(dtype);
  const made = dtype.startsWith('u') ? { min: 0, max: 2 ** bits - 1 } : { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 };
  integerRanges.set(dtype, made);
  return made;
}
/** Interpreters ask for each element. */
const integerRanges = new Map<DType, { readonly min: number; readonly max: number }>();

/** Largest finite magnitude, significant bits and exponent of the least subnormal of the floats that round to nearest. */
export const floatShape = {
  f16: { max: 65504, bits: 11, low: -24 },
  bf16: { max: 3.3895313892515355e38, bits: 8, low: -133 },
  e4m3: { max: 448, bits: 4, low: -9 },
  e5m2: { max: 57344, bits: 3, low: -16 },
  e2m1: { max: 6, bits: 2, low: -1 },
} as const;

/** How the 8- and 4-bit floats lie in their bits: fraction bits, and the exponent of the least normal number. The sign is the top bit. */
export const smallFloats = {
  e4m3: { bits: 8, fraction: 3, lowest: -6, max: floatShape.e4m3.max },
  e5m2: { bits: 8, fraction: 2, lowest: -14, max: floatShape.e5m2.max },
  e2m1: { bits: 4, fraction: 1, lowest: 0, max: floatShape.e2m1.max },
} as const;

const signed = ['int7', 'int6', 'int5', 'int4', 'int3', 'int2'] as const, unsigned = ['uint7', 'uint6', 'uint5', 'uint4', 'uint3', 'uint2'] as const;
/** At most 256 in magnitude or three fraction bits, and exponents from -16 to 15: exact in 16 bits. */
const small = ['i8', 'u8', ...signed, ...unsigned, 'e4m3', 'e5m2', 'e2m1'] as const;
const holds: Readonly<Record<string, readonly DType[]>> = {
  f16: ['f16', ...small],
  bf16: ['bf16', ...small],
  i8: ['i8', ...signed, ...unsigned],
  e4m3: ['e4m3'],
  // tf32 keeps 10 fraction bits and f32's exponent, so both 16-bit floats fit.
  f32: ['f16', 'bf16', ...small],
};

/** Does an operand of type `wide` hold every value of `type` exactly? */
export const takes = (wide: DType, type: DType): boolean => (holds[wide] ?? []).includes(type);
