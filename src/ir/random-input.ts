/**
 * Seeded inputs, the same on every platform: element i of a tensor is a hash of the seed, the tensor's name and i.
 *
 * - f32, f16, bf16: uniform over the multiples of 2^-23, 2^-10, 2^-7 in [-1, 1], never 0. So all bits of the significand are in use (an
 *   operand that was narrowed shows), and many sums of products of bf16 are exact in f32.
 * - integers with a limit (`i32<C>`): uniform in [0, C), or a sequence that repeats nothing within C elements where they must differ. Others: uniform over the range of the dtype but at most ±1000, never 0.
 * - bool: both equally likely.
 * - a storage format's scales are positive (the magnitude of the above); its zero points are what the dtype of the codes can hold, also in floats, and what their own dtype can.
 */
import { unreachable } from '../diagnostics/bug.ts';
import { type DType, integerRange, valueTypeOf } from './dtype.ts';
import { evaluate, type IndexExpr } from './index-expr.ts';
import type { Kernel } from './tst.ts';

/** FNV-1a. */
function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
/** The finalizer of MurmurHash3: every bit of the result depends on every bit of x. */
function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 random bits for each counter value. */
export function randomBits(name: string, seed: number): (i: number) => number {
  const key = mix(hashText(name) ^ mix(seed + 0x9e3779b9));
  return (i) => mix(mix(i + key) ^ Math.imul(Math.floor(i / 2 ** 32) + 1, 0x9e3779b9));
}

const fractionBits = { f32: 23, f16: 10, bf16: 7, e4m3: 3, e5m2: 2, e2m1: 1 } as const;

/** `count` logical values of a tensor. `limit`: the extent that a ranged integer stays below. */
export function randomValues(dtype: DType, name: string, count: number, seed: number, limit?: number, distinct = false): Float32Array | Int32Array {
  const bits = randomBits(name, seed);
  const fill = <A extends Float32Array | Int32Array>(array: A, f: (h: number) => number): A => {
    for (let i = 0; i < count; i++) array[i] = f(bits(i));
    return array;
  };
  switch (dtype) {
    case 'f32': case 'f16': case 'bf16': case 'e4m3': case 'e5m2': case 'e2m1': {
      const b = fractionBits[dtype], step = 2 ** -b;
      return fill(new Float32Array(count), (h) => ((h & 1) === 1 ? -1 : 1) * (1 + (h >>> (32 - b))) * step);
    }
    // Powers of two about one.
    case 'e8m0': return fill(new Float32Array(count), (h) => 2 ** (Math.floor((h / 2 ** 32) * 9) - 4));
    case 'bool': return fill(new Int32Array(count), (h) => h >>> 31);
    case 'i32': case 'u32': case 'i16': case 'u16': case 'i8': case 'u8':
    case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': {
      const inside = (h: number, n: number): number => Math.floor((h / 2 ** 32) * n);
      if (limit !== undefined && distinct) { const { step, start } = progression(limit, bits(0)); return Int32Array.from({ length: count }, (_, i) => (start + i * step) % limit); }
      if (limit !== undefined) return fill(new Int32Array(count), (h) => inside(h, limit));
      const range = integerRange(dtype)!;
      const high = Math.min(range.max, 1000), low = Math.max(range.min, -1000);
      // From low to high without 0: high values for 1…high, -low for low…-1.
      return fill(new Int32Array(count), (h) => { const x = inside(h, high - low); return x < high ? x + 1 : high - 1 - x; });
    }
    default: return unreachable(dtype);
  }
}

/** start + i·step mod n takes each value once before it repeats: the step has no divisor in common with n. */
function progression(n: number, h: number): { step: number; start: number } {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let step = Math.max(1, Math.floor(n * 0.618));
  while (divisor(step, n) !== 1) step--;
  return { step, start: h % Math.max(1, n) };
}

/** Values for every input of a kernel. */
export function randomInputs(kernel: Kernel, sizes: Readonly<Record<string, number>>, seed: number): Map<string, Float32Array | Int32Array> {
  const number = (e: IndexExpr): number => evaluate(e, (_, id) => sizes[id] ?? 0);
  const dtypeOf = (name: string): DType | undefined => kernel.tensors.find((t) => t.name === name)?.dtype;
  return new Map(kernel.tensors.filter((t) => t.role === 'input' || t.role === 'inout').map((t) => {
    const count = t.shape.reduce((n, e) => n * number(e), 1);
    const values = randomValues(t.dtype, t.name, count, seed, t.limit && number(t.limit), t.distinct);
    const codes = kernel.formats.find((f) => f.zero === t.name)?.codes, codeType = codes === undefined ? undefined : dtypeOf(codes);
    const isScale = kernel.formats.some((f) => f.scale === t.name);
    const zero = codeType && valueTypeOf(codeType) === 'i32' ? randomValues(codeType, t.name, count, seed) : undefined;
    const own = zero && integerRange(t.dtype);
    if (zero && own) for (let i = 0; i < zero.length; i++) zero[i] = Math.min(own.max, Math.max(own.min, own.min < 0 ? zero[i]! : Math.abs(zero[i]!)));
    return [t.name, isScale ? values.map(Math.abs) : zero && values instanceof Float32Array ? Float32Array.from(zero) : zero ?? values] as const;
  }));
}

/**
 * At least `count` different flat indices of a tensor (all, when it has no more), in rising order: the corners of `edge` elements in every
 * dimension, where first and last tiles lie, and a seeded choice of the rest.
 */
export function sampleIndices(shape: readonly number[], count: number, seed: number, edge = 4): Float64Array {
  const total = shape.reduce((n, x) => n * x, 1);
  if (total <= count) return Float64Array.from({ length: total }, (_, i) => i);
  const chosen = new Set<number>();
  // Coordinates near either end; with many dimensions the corners alone would be too many, so outer ones keep one at each end.
  const corners = (d: number, base: number): void => {
    if (d === shape.length) { chosen.add(base); return; }
    const n = shape[d]!, reach = d >= shape.length - 2 ? edge : 1;
    for (const x of new Set([...Array(Math.min(reach, n)).keys()].flatMap((i) => [i, n - 1 - i]))) {
      if (chosen.size < count / 2) corners(d + 1, base * n + x);
    }
  };
  corners(0, 0);
  chosen.add(total - 1);
  const bits = randomBits('sample', seed);
  for (let i = 0; chosen.size < count; i++) chosen.add(Math.floor(((bits(2 * i) + bits(2 * i + 1) / 2 ** 32) / 2 ** 32) * total) % total);
  return Float64Array.from(chosen).sort();
}
