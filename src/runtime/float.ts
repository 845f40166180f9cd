/**
 * Conversions between binary32 and the 16-bit formats binary16 (f16) and bfloat16 (bf16), as their bit patterns.
 * Rounding is to nearest, ties to even; overflow gives an infinity; a NaN stays a NaN (quiet, upper payload bits and sign kept).
 * A JavaScript number that is no binary32 value is rounded to binary32 first only where the function says so.
 * No Node API.
 */

const scratch = new ArrayBuffer(4);
const asFloat = new Float32Array(scratch);
const asBits = new Uint32Array(scratch);

/** Bit pattern of the binary32 value nearest to `value`. */
export function f32Bits(value: number): number {
  asFloat[0] = value;
  return asBits[0] ?? 0;
}

export function f32FromBits(bits: number): number {
  asBits[0] = bits;
  return asFloat[0] ?? 0;
}

/** binary16 bits of a binary32 value (of `Math.fround(value)`). */
export function f16FromF32(value: number): number {
  const bits = f32Bits(value);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x1ff);
  // 65520 = 0x477ff000 is halfway between the largest finite f16 (65504) and 2^16; the tie goes to the even side, infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Normal from 2^-14 on: rebias the exponent by 112 and round off 13 bits. A carry out of the fraction moves into the exponent.
  if (magnitude >= 0x38800000) return sign | roundShift(magnitude - 0x38000000, 13);
  // Subnormal: value = k * 2^-24. The f32 significand, with its hidden one, is worth m * 2^(e-150) for exponent field e.
  const exponent = magnitude >>> 23;
  if (exponent < 102) return sign; // below 2^-25, half of the least subnormal
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

/** value / 2^shift, to nearest, ties to even; shift from 1 to 24. */
function roundShift(value: number, shift: number): number {
  const down = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (down & 1) === 1) ? down + 1 : down;
}

/** Value of binary16 bits; exact. */
export function f32FromF16(bits: number): number {
  const sign = (bits & 0x8000) !== 0 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : f32FromBits(((bits & 0x8000) << 16) | 0x7fc00000 | (fraction << 13));
  return sign * (fraction + 1024) * 2 ** (exponent - 25);
}

/** bfloat16 bits of a binary32 value (of `Math.fround(value)`). */
export function bf16FromF32(value: number): number {
  const bits = f32Bits(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** Value of bfloat16 bits; exact. */
export function f32FromBf16(bits: number): number {
  return f32FromBits(bits << 16);
}

/** All f16 values, made at the first bulk conversion: 256 KiB buys a table lookup an element. */
let f16Table: Float32Array | undefined;

function f16Values(): Float32Array {
  f16Table ??= Float32Array.from({ length: 65536 }, (_, bits) => f32FromF16(bits));
  return f16Table;
}

export function f16ArrayFromF32(values: ArrayLike<number>, out = new Uint16Array(values.length)): Uint16Array {
  for (let i = 0; i < values.length; i++) out[i] = f16FromF32(values[i] ?? 0);
  return out;
}

export function f32ArrayFromF16(bits: ArrayLike<number>, out = new Float32Array(bits.length)): Float32Array {
  const table = f16Values();
  for (let i = 0; i < bits.length; i++) out[i] = table[bits[i] ?? 0] ?? 0;
  return out;
}

export function bf16ArrayFromF32(values: ArrayLike<number>, out = new Uint16Array(values.length)): Uint16Array {
  for (let i = 0; i < values.length; i++) out[i] = bf16FromF32(values[i] ?? 0);
  return out;
}

export function f32ArrayFromBf16(bits: ArrayLike<number>, out = new Float32Array(bits.length)): Float32Array {
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] ?? 0) << 16;
  return out;
}
