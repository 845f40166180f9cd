/** The scalar operators that every level of the compiler shares, and what they mean (the oracle and both tile interpreters call these). */
import { unreachable } from '../diagnostics/bug.ts';

export const unaryOps = ['neg', 'not', 'abs', 'exp', 'exp2', 'log', 'log2', 'sqrt', 'rsqrt', 'tanh', 'sin', 'cos', 'erf', 'floor', 'ceil', 'round', 'rcp'] as const;
export type UnaryOp = (typeof unaryOps)[number];
export const binaryOps = ['add', 'sub', 'mul', 'div', 'floordiv', 'mod', 'min', 'max', 'pow', 'eq', 'ne', 'lt', 'le', 'and', 'or', 'bitand', 'shr', 'shl', 'cutdiv'] as const;
export type BinaryOp = (typeof binaryOps)[number];

/** The most negative finite f32: WGSL need not honour infinities, so an empty maximum is this. */
export const lowestF32 = -3.4028234663852886e38;
export const highestF32 = -lowestF32;

/** Abramowitz and Stegun 7.1.26 is too coarse for a check; this is the series / continued fraction in f64. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    // erf x = 2/sqrt(pi) * sum (-1)^n x^(2n+1) / (n! (2n+1))
    let term = a, sum = a;
    for (let n = 1; n < 60; n++) { term *= (-a * a) / n; sum += term / (2 * n + 1); }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * sum;
  }
  // erfc x = exp(-x^2)/sqrt(pi) * 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...))))
  let f = a;
  for (let n = 60; n >= 1; n--) f = a + n / 2 / f;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * f));
}

/** Half to even, as every target's round-to-nearest does. */
export function roundHalfEven(x: number): number {
  const r = Math.round(x);
  return Math.abs(x - Math.trunc(x)) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

/** Evaluates one operator in f64; booleans are 0 and 1. The caller rounds to its value type. */
export function evalUnary(op: UnaryOp, x: number): number {
  switch (op) {
    case 'neg': return -x;
    case 'not': return x ? 0 : 1;
    case 'abs': return Math.abs(x);
    case 'exp': return Math.exp(x);
    case 'exp2': return 2 ** x;
    case 'log': return Math.log(x);
    case 'log2': return Math.log2(x);
    case 'sqrt': return Math.sqrt(x);
    case 'rsqrt': return 1 / Math.sqrt(x);
    case 'tanh': return Math.tanh(x);
    case 'sin': return Math.sin(x);
    case 'cos': return Math.cos(x);
    case 'erf': return erf(x);
    case 'floor': return Math.floor(x);
    case 'ceil': return Math.ceil(x);
    case 'round': return roundHalfEven(x);
    case 'rcp': return 1 / x;
    default: return unreachable(op);
  }
}

/**
 * a / b cut to 12 significant bits, with a 13th that says whether anything was cut off; 0 where b is 0. Rounding that to at most 11 bits is rounding a / b itself,
 * since halfway cases stay apart from what lies beside them (round to odd: Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums", 2008).
 * Exact on every target: a quotient of 12 bits times a divisor of 12 fits an f32, and longer divisors are taken in two parts. In f64 the quotient of two f32 is never
 * rounded onto a number of 12 bits that it is not.
 */
export function cutDivide(a: number, b: number): number {
  const q = Math.abs(a) / Math.abs(b);
  if (b === 0 || !(q > 0)) return 0;
  float[0] = q;
  // Rounding to f32 may have gone up, past a number of 12 bits.
  words[0] = words[0]! & 0xfffff000;
  if (float[0] > q) words[0] = words[0]! - 0x1000;
  if (float[0] !== q) words[0] = words[0]! | 0x800;
  return a < 0 !== b < 0 ? -float[0] : float[0];
}
const float = new Float32Array(1), words = new Uint32Array(float.buffer);

/** `integer` selects exact 32-bit wrap-around (the least number divided by -1 is itself) and truncation toward minus infinity for floordiv. */
export function evalBinary(op: BinaryOp, a: number, b: number, integer = false): number {
  switch (op) {
    case 'add': return integer ? (a + b) | 0 : a + b;
    case 'sub': return integer ? (a - b) | 0 : a - b;
    case 'mul': return integer ? Math.imul(a, b) : a * b;
    case 'div': return integer ? (b === 0 ? 0 : (a / b) | 0) : a / b;
    case 'floordiv': return integer ? (b === 0 ? 0 : Math.floor(a / b) | 0) : Math.floor(a / b);
    case 'mod': return b === 0 && integer ? 0 : a - b * Math.floor(a / b);
    case 'min': return Math.min(a, b);
    case 'max': return Math.max(a, b);
    case 'pow': return a ** b;
    case 'eq': return a === b ? 1 : 0;
    case 'ne': return a !== b ? 1 : 0;
    case 'lt': return a < b ? 1 : 0;
    case 'le': return a <= b ? 1 : 0;
    case 'and': return a && b ? 1 : 0;
    case 'or': return a || b ? 1 : 0;
    case 'bitand': return a & b;
    case 'shr': return a >> b;
    case 'shl': return a << b;
    case 'cutdiv': return cutDivide(a, b);
    default: return unreachable(op);
  }
}
