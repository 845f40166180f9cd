/** Rounding to stored types, on JavaScript numbers. The oracle and both tile interpreters store through these. */
import { unreachable } from '../diagnostics/bug.ts';
import { type DType, bitsOf } from './dtype.ts';
import { roundHalfEven } from './scalar.ts';

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** Rounds an f32 value to `fraction` fraction bits (nearest, ties to even), subnormal below 2^least, infinite from 2^(most + 1) on. */
function narrow(x: number, fraction: number, least: number, most: number): number {
  float[0] = x;
  const f = float[0];
  if (f === 0 || !Number.isFinite(f)) return f;
  const exponent = Math.max(((word[0]! >>> 23) & 255) - 127, least);
  const unit = 2 ** (exponent - fraction);
  const r = roundHalfEven(f / unit) * unit;
  return Math.abs(r) >= 2 ** (most + 1) ? Math.sign(r) * Infinity : r;
}

/** Two's complement in the width of the type; NaN, which no integer type has, stays visible as NaN. */
function wrap(dtype: DType, signed: boolean, x: number): number {
  if (Number.isNaN(x)) return x;
  const range = 2 ** bitsOf(dtype);
  const t = Math.trunc(x);
  const low = t - range * Math.floor(t / range);
  return signed && low >= range / 2 ? low - range : low;
}

/** The value that storing x as `dtype` and reading it back gives. Floats round to nearest, ties to even; integers wrap. */
export function roundTo(dtype: DType, x: number): number {
  switch (dtype) {
    case 'f32': return Math.fround(x);
    case 'f16': return narrow(x, 10, -14, 15);
    case 'bf16': return narrow(x, 7, -126, 127);
    case 'i32': case 'i16': case 'i8': case 'int4': return wrap(dtype, true, x);
    case 'u32': case 'u16': case 'u8': case 'uint4': return wrap(dtype, false, x);
    case 'bool': return x ? 1 : 0;
    default: return unreachable(dtype);
  }
}

/** A conversion in the program: to an integer it truncates toward zero and saturates at 32 bits first (NaN gives 0), as every target does. */
export function castTo(dtype: DType, x: number): number {
  switch (dtype) {
    case 'f32': case 'f16': case 'bf16': case 'bool': return roundTo(dtype, x);
    case 'u32': return Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), -(2 ** 31)), 2 ** 32 - 1) >>> 0;
    default: return Number.isNaN(x) ? 0 : roundTo(dtype, Math.min(Math.max(Math.trunc(x), -(2 ** 31)), 2 ** 31 - 1));
  }
}
