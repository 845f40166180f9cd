/**
 * How errors pass through operators: given |a' - a| <= ea, a bound of |op(a') - op(a)| plus what the operator itself may add when a
 * target computes it in f32. `u` = 2^-24. The operator's own part is the loosest that a target allows: WGSL's accuracy table
 * (W3C, WebGPU Shading Language, "Floating Point Accuracy"), which CUDA's approximate functions and JavaScript stay within.
 *
 * Conventions. A value that is not NaN with an error of Infinity or NaN: nothing is known. A value of NaN with an error of Infinity: nothing
 * is known; with any other error: the result is NaN for certain. So a NaN that arises from operands which are none, but carry errors,
 * gets the error Infinity.
 */
import type { BinaryOp, UnaryOp } from './scalar.ts';

export const u = 2 ** -24;

/**
 * What a number may differ by as a target may take those below the least normal one, 2^-126, for zero (WGSL, "Subnormal Flushing"), where they come out and where they go in.
 * It matters where such a number is decided on, divided by, or multiplied by a large one.
 */
export const flushError = (x: number): number => (Math.abs(x) < 2 ** -126 ? Math.abs(x) : 0);
/** The same as code. */
export const flushCode = (x: string): string => `(Math.abs(${x}) < ${2 ** -126} ? Math.abs(${x}) : 0)`;

/** e^x - 1 for x >= 0, and without limit where it is not small: the relative error of exp under an absolute error of its argument. */
const growth = (x: number): number => (x < 700 ? Math.expm1(x) : Infinity);

/** The range of a monotonic function over [a - e, a + e], as a distance from its value v at a. */
function spread(f: (x: number) => number, a: number, e: number, v: number): number {
  const d = Math.max(Math.abs(f(a + e) - v), Math.abs(f(a - e) - v));
  return e > 0 ? d : 0;
}
/** Relative error of 1/a; unbounded when a may be zero. */
const inverse = (a: number, e: number): number => (e < Math.abs(a) ? e / (Math.abs(a) - e) : e === 0 ? 0 : Infinity);

/** abs + rel, where what is unknown stays unknown though v, and so rel, is NaN. */
export const total = (abs: number, rel: number): number => (abs === Infinity ? abs : abs + rel);
/** e * |x|, where an unknown error stays one also for x = 0. */
export const times = (e: number, x: number): number => { const p = e * Math.abs(x); return Number.isNaN(p) && !Number.isNaN(x) ? Infinity : p; };

/** Error of v = op(a) for an error e of a. */
export function unaryError(op: UnaryOp, a: number, e: number, v: number): number {
  if (Number.isNaN(v)) return Number.isNaN(a) ? e : e === 0 ? 0 : Infinity;
  return unaryErrors[op](a, e + flushError(a), v) + flushError(v);
}
/**
 * Of sin and cos: a few units of 1, as CUDA's functions and WGSL's helper (`targets/wgsl/render-helpers.ts`) are; from 1e5 the helper's reduction of the argument is
 * good to half its last place, and from 2^22 it leaves the argument to WGSL's functions, which promise nothing there.
 */
function turning(a: number, e: number): number {
  const size = Math.abs(a) + e;
  return size < 1e5 ? Math.min(2, e + 4 * u) : size < 2 ** 22 ? Math.min(2, e + 4 * u + 4 * u * size) : 2;
}
const unaryErrors: Record<UnaryOp, (a: number, e: number, v: number) => number> = {
  neg: (_, e) => e,
  not: (_, e) => e,
  abs: (_, e) => e,
  // 3 + 2|x| units in the last place.
  exp: (a, e, v) => v * (growth(e) + (6 + 4 * Math.abs(a)) * u),
  exp2: (a, e, v) => v * (growth(e * Math.LN2) + (6 + 4 * Math.abs(a)) * u),
  // Absolute error 2^-21 in [1/2, 2], 3 units elsewhere.
  log: (a, e, v) => inverse(a, e) + 6 * u * Math.abs(v) + 2 ** -21,
  log2: (a, e, v) => inverse(a, e) * Math.LOG2E + 6 * u * Math.abs(v) + 2 ** -21,
  // 1/inverseSqrt(x): 2 + 2.5 units.
  sqrt: (a, e, v) => (e <= a / 2 ? (v * e) / (a || 1) : Math.sqrt(a + e)) + 9 * u * v,
  rsqrt: (a, e, v) => v * (inverse(a, e) + 4 * u),
  tanh: (_, e, v) => Math.min(e, 2) + 1e-5 + u * Math.abs(v),
  sin: turning,
  cos: turning,
  // Formula 7.1.26 of Abramowitz and Stegun is good to 1.5e-7; evaluating it in f32 with exp and a division adds the rest.
  erf: (_, e) => 1.1284 * e + 1e-6,
  floor: (a, e, v) => spread(Math.floor, a, e, v),
  ceil: (a, e, v) => spread(Math.ceil, a, e, v),
  round: (a, e, v) => spread(Math.round, a, e, v),
  rcp: (a, e, v) => Math.abs(v) * (inverse(a, e) + 5 * u),
};

/** f32 binary operators that are not written out by the compiler of expressions. */
export function binaryError(op: BinaryOp, a: number, ofA: number, b: number, ofB: number, v: number): number {
  const ea = ofA + flushError(a), eb = ofB + flushError(b);
  if (Number.isNaN(v)) return Number.isNaN(a) || Number.isNaN(b) || (ea === 0 && eb === 0) ? 0 : Infinity;
  switch (op) {
    case 'div': {
      // By zero a target may give anything.
      const r = inverse(b, eb);
      return r === Infinity || b === 0 ? Infinity : (ea / Math.abs(b)) * (1 + r) + Math.abs(v) * (r + 5 * u) + flushError(v);
    }
    // Twelve bits of the quotient.
    case 'cutdiv': {
      if (ea === 0 && eb === 0) return 0;
      const r = inverse(b, eb);
      return r === Infinity || b === 0 ? Infinity : (ea / Math.abs(b)) * (1 + r) + Math.abs(v) * (r + 2 ** -11);
    }
    case 'floordiv': {
      const r = inverse(b, eb);
      if (r === Infinity || b === 0) return Infinity;
      const e = (ea / Math.abs(b)) * (1 + r) + Math.abs(a / b) * (r + 5 * u);
      return spread(Math.floor, a / b, e, v);
    }
    // a - b*floor(a/b): each step of the quotient moves the result by a divisor. A quotient beyond 2^24 is off by many.
    case 'mod': {
      const floor = Math.floor(a / b), steps = binaryError('floordiv', a, ea, b, eb, floor);
      return steps === Infinity ? Infinity : steps * (Math.abs(b) + eb) + ea + Math.abs(floor) * eb + 4 * u * (Math.abs(a) + Math.abs(b));
    }
    // exp2(b * log2 a).
    case 'pow': {
      if (ea === 0 && eb === 0 && b === 0) return 0;
      const l = Math.abs(Math.log(Math.abs(a) || 1));
      return Math.abs(v) * growth(Math.abs(b) * (inverse(a, ea) + 2 ** -20) + l * eb + (4 * Math.abs(b) * l + 16) * u) + flushError(v);
    }
    default: return ea === 0 && eb === 0 ? 0 : Infinity;
  }
}
/** The same for i32, which is exact: only uncertain operands make uncertain results. */
export function integerError(op: BinaryOp, a: number, ea: number, b: number, eb: number): number {
  if (ea === 0 && eb === 0) return 0;
  switch (op) {
    case 'add': return unlessWrapped(a + b, ea + eb);
    case 'sub': return unlessWrapped(a - b, ea + eb);
    case 'mul': return unlessWrapped(a * b, Math.abs(a) * eb + Math.abs(b) * ea + ea * eb);
    case 'min': case 'max': return Math.max(ea, eb);
    default: return Infinity;
  }
}
/** The error of a whole number that wraps at 32 bits: any, where it is not certain how often it does. */
const unlessWrapped = (exact: number, e: number): number => (Math.floor((exact - e) / 2 ** 32 + 0.5) === Math.floor((exact + e) / 2 ** 32 + 0.5) ? e : Infinity);
/** 1 where the outcome of a comparison of a and b is not certain. */
export const comparisonError = (a: number, ea: number, b: number, eb: number): number => {
  const e = ea + flushError(a) + eb + flushError(b);
  return e === 0 || Math.abs(a - b) > e ? 0 : 1;
};

/** The error after rounding: the image of the interval, so that a tie which may fall either way is counted and nothing else is. */
export function roundingError(round: (x: number) => number, v: number, e: number, rounded: number): number {
  if (e === 0) return 0;
  if (Number.isNaN(v)) return e === Infinity ? Infinity : 0;
  if (!(e < Infinity)) return Infinity;
  const high = round(v + e), low = round(v - e);
  const d = Math.max(high === rounded ? 0 : Math.abs(high - rounded), low === rounded ? 0 : Math.abs(low - rounded));
  return Number.isNaN(d) ? Infinity : d;
}
