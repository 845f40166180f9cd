/**
 * Rounding to stored types. This is the one definition that the interpreters and every target follow.
 *
 * Storing (`roundTo`; the value has the value type of the dtype):
 * - floats round to nearest, ties to even; from half a step beyond the largest finite value on they become infinite; NaN stays NaN;
 *   e4m3 and e2m1, which have no infinity, stop at their largest value instead, and so does e5m2, as a store to an 8-bit float is meant;
 *   e2m1 has no NaN either: it becomes 0;
 * - e8m0 takes the next power of two from x up, so that no value of a group exceeds the range of its codes; from 2^-126 to 2^127;
 * - integers clamp to the range of the dtype. u32 alone keeps the bits of its i32 value, so that a copy is the identity;
 * - bool: 0 stays, everything else is 1.
 * An integer is never NaN in a program: a NaN here is an interpreter's mark for memory that was not written, and stays.
 *
 * Converting (`castTo`, from any value type): to integers truncates toward zero and clamps, also to u32; NaN becomes 0. Rounding half
 * to even is written out as `round`.
 */
import { unreachable } from '../diagnostics/bug.ts';
import { type DType, floatShape, integerRange, isFloat } from './dtype.ts';

/** Rounds to `bits` significant bits with least exponent `low` (the exponent of the smallest subnormal); `max` is the largest finite value. */
function roundFloat(x: number, bits: number, low: number, max: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  // The spacing at x is 2^(exponent - bits + 1), at least 2^low. Division by it is exact, and so is the way back.
  const exponent = exponentOf(x) - bits + 1;
  const step = powers[(exponent > low ? exponent : low) + powerOffset]!;
  const scaled = Math.abs(x) / step;
  const down = Math.floor(scaled), rest = scaled - down;
  const units = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
  const rounded = units * step;
  return (x < 0 ? -1 : 1) * (rounded > max ? Infinity : rounded);
}

const powerOffset = 160;
const powers = Float64Array.from({ length: powerOffset + 1024 }, (_, i) => 2 ** (i - powerOffset));
const scratch = new Float64Array([1]), words = new Uint32Array(scratch.buffer);
const highWord = words[0] === 0 ? 1 : 0;
/** floor(log2 |x|) for finite x that are not zero. */
export function exponentOf(x: number): number {
  scratch[0] = x;
  const bits = (words[highWord]! >>> 20) & 0x7ff;
  return bits === 0 ? exponentOf(x * 2 ** 64) - 64 : bits - 1023;
}

export const roundF16 = (x: number): number => roundFloat(x, floatShape.f16.bits, floatShape.f16.low, floatShape.f16.max);
export const roundBf16 = (x: number): number => roundFloat(x, floatShape.bf16.bits, floatShape.bf16.low, floatShape.bf16.max);

/** To nearest, at most the largest finite value. */
function roundSaturating(dtype: 'e4m3' | 'e5m2' | 'e2m1', x: number): number {
  const { bits, low, max } = floatShape[dtype];
  return Math.min(Math.max(roundFloat(x, bits, low, max), -max), max);
}

/** The least power of two that is not below x; what is not positive gives the least of all. */
function roundE8m0(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!(x > 2 ** -126)) return 2 ** -126;
  if (x > 2 ** 127) return 2 ** 127;
  const down = 2 ** exponentOf(x);
  return down === x ? x : 2 * down;
}

/** The element that storing x leaves. */
export function roundTo(dtype: DType, x: number): number {
  switch (dtype) {
    case 'f32': return Math.fround(x);
    case 'f16': return roundF16(x);
    case 'bf16': return roundBf16(x);
    case 'e4m3': case 'e5m2': return roundSaturating(dtype, x);
    case 'e2m1': return roundSaturating(dtype, Number.isNaN(x) ? 0 : x);
    case 'e8m0': return roundE8m0(x);
    case 'u32': return Number.isNaN(x) ? x : x >>> 0;
    case 'i32': case 'i16': case 'u16': case 'i8': case 'u8':
    case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': {
      const { min, max } = integerRange(dtype)!;
      return Math.min(Math.max(x, min), max);
    }
    case 'bool': return x === 0 || Number.isNaN(x) ? x : 1;
    default: return unreachable(dtype);
  }
}
/** `roundTo` of one type, for what rounds very often. */
export function rounderTo(dtype: DType): (x: number) => number {
  if (dtype === 'f32') return Math.fround;
  const range = dtype === 'u32' ? undefined : integerRange(dtype);
  if (range === undefined) return (x) => roundTo(dtype, x);
  const { min, max } = range;
  return (x) => Math.min(Math.max(x, min), max);
}

/** A stored element as a value: u32 gives its bits as i32, everything else is what it is. */
export const valueOf = (dtype: DType, x: number): number => (dtype === 'u32' ? x | 0 : x);

/** x rounded through `dtype`, as an element; its value is `valueOf` of that. */
export function castTo(dtype: DType, x: number): number {
  if (isFloat(dtype)) return roundTo(dtype, x);
  if (dtype === 'bool') return x === 0 ? 0 : 1;
  const { min, max } = integerRange(dtype)!;
  return Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), min), max) + 0;
}

/** Half the relative spacing of a float dtype: |roundTo(x) - x| <= unitRoundoff * |x| for normal x. 0 for integers. */
export function unitRoundoff(dtype: DType): number {
  switch (dtype) {
    case 'f32': return 2 ** -24;
    case 'f16': return 2 ** -11;
    case 'bf16': return 2 ** -8;
    case 'e4m3': return 2 ** -4;
    case 'e5m2': return 2 ** -3;
    case 'e2m1': return 2 ** -2;
    case 'e8m0': return 1;
    default: return 0;
  }
}

/**
 * What two roundings of x to a small float, one before and one after a positive factor, may lie apart by beyond their relative error: below the least normal number each is
 * within half of one fixed step.
 */
export function steppedError(dtype: DType, x: number): number {
  if (dtype !== 'f16' && dtype !== 'bf16') return 0;
  const { bits, low } = floatShape[dtype];
  return x !== 0 && Math.abs(x) < 2 ** (low + bits - 1) ? 2 ** low : 0;
}
