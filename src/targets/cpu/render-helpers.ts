/** Functions and tables of emitted JavaScript, written only where a kernel uses them. */
import { smallFloats } from '../../ir/dtype.ts';
import { helper, type Helper, helperTexts as textsOf, type Swizzle } from '../helper-texts.ts';

function smallFloat(name: 'e4m3' | 'e5m2' | 'e2m1'): Record<string, Helper> {
  const { bits, fraction, lowest, max } = smallFloats[name];
  const top = 2 ** (bits - 1);
  const special = name === 'e4m3' ? `  if (size === 127) return NaN;\n` : name === 'e5m2' ? `  if (size >= 124) return size > 124 ? NaN : code & 128 ? -Infinity : Infinity;\n` : '';
  return {
    [`${name}_value`]: helper(`
// the value of every ${name} by its bits
const ${name}_value = Float32Array.from({ length: ${2 ** bits} }, (_, code) => {
  const size = code & ${top - 1}, exponent = size >> ${fraction}, rest = size & ${2 ** fraction - 1};
${special}  return (code & ${top} ? -1 : 1) * (exponent === 0 ? rest : rest + ${2 ** fraction}) * 2 ** (Math.max(exponent, 1) - ${1 - lowest + fraction});
});`),
    [`${name}_bits`]: helper(`
// the bits of the nearest ${name}, ties to even; at most the largest number
function ${name}_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0], sign = (bits >>> 31) << ${bits - 1};
  if (x !== x) return ${name === 'e2m1' ? '0' : 'sign | 127'};
  const size = Math.min(Math.abs(x), ${max}), exponent = Math.max(((bits & 0x7fffffff) >>> 23) - 127, ${lowest});
  return sign | ((Math.min(exponent, ${Math.floor(Math.log2(max))}) - ${lowest < 0 ? `(${lowest})` : lowest}) * ${2 ** fraction} + round_even(size * 2 ** (${fraction} - Math.min(exponent, ${Math.floor(Math.log2(max))}))));
}`, ['f32_bits', 'round_even']),
  };
}

const helpers: Readonly<Record<string, Helper>> = {
  f16_value: helper(`
// the value of every f16 by its bits
const f16_value = Float32Array.from({ length: 65536 }, (_, bits) => {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction === 0 ? Infinity : NaN) : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
});`),
  f32_bits: helper(`
const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);`),
  bf16_value: helper(`
// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);`),
  f16_bits: helper(`
// the bits of the nearest f16, ties to even
function f16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0], sign = (bits >>> 16) & 0x8000, size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  if (size < 0x33000000) return sign;
  const shift = 126 - (size >>> 23), whole = (size & 0x7fffff) | 0x800000, down = whole >>> shift, rest = whole & ((1 << shift) - 1), half = 1 << (shift - 1);
  return sign | (rest > half || (rest === half && down & 1) ? down + 1 : down);
}`, ['f32_bits']),
  bf16_bits: helper(`
// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}`, ['f32_bits']),
  ...smallFloat('e4m3'), ...smallFloat('e5m2'), ...smallFloat('e2m1'),
  e8m0_value: helper(`
// 2 to the power code - 127
const e8m0_value = Float32Array.from({ length: 256 }, (_, code) => (code === 255 ? NaN : 2 ** (code - 127)));`),
  e8m0_bits: helper(`
// the exponent of the least power of two that is not below x
function e8m0_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  if ((bits & 0x7fffffff) > 0x7f800000) return 255;
  return x > 0 ? Math.min(Math.max((bits + 0x7fffff) >>> 23, 1), 254) : 1;
}`, ['f32_bits']),
  cut_div: helper(`
// a / b cut to 12 bits, with a 13th for whether anything was cut off: rounded further, it is a / b rounded; 0 where b is 0
function cut_div(a, b) {
  const q = Math.abs(a) / Math.abs(b);
  if (b === 0 || !(q > 0)) return 0;
  float_view[0] = q;
  float_bits[0] &= 0xfffff000;
  if (float_view[0] > q) float_bits[0] -= 0x1000;
  if (float_view[0] !== q) float_bits[0] |= 0x800;
  return a < 0 !== b < 0 ? -float_view[0] : float_view[0];
}`, ['f32_bits']),
  bits_at: helper(`
// element i of a stream of elements of less than a byte
function bits_at(bytes, i, bits) {
  const at = i * bits, byte = Math.floor(at / 8);
  return ((bytes[byte] | (bytes[byte + 1] << 8)) >> (at % 8)) & ((1 << bits) - 1);
}`),
  put_bits: helper(`
// replaces element i of a stream of elements of less than a byte
function put_bits(bytes, i, bits, value) {
  const at = i * bits, byte = Math.floor(at / 8), shift = at % 8, mask = ((1 << bits) - 1) << shift;
  const both = ((bytes[byte] | (bytes[byte + 1] << 8)) & ~mask) | ((value << shift) & mask);
  bytes[byte] = both;
  if (mask > 255) bytes[byte + 1] = both >> 8;
}`),
  round_even: helper(`
// to the nearest integer, ties to even
function round_even(x) {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r;
}`),
  to_i32: helper(`
// toward zero; beyond the range the nearest integer, 0 for NaN
const to_i32 = (x) => (x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x | 0);`),
  int_div: helper(`
// toward zero; 0 where b is 0
const int_div = (a, b) => (b === 0 ? 0 : (a / b) | 0);`),
  floor_div: helper(`
// toward minus infinity; 0 where b is 0
const floor_div = (a, b) => (b === 0 ? 0 : Math.floor(a / b) | 0);`),
  floor_mod: helper(`
// with the sign of b; 0 where b is 0
const floor_mod = (a, b) => (b === 0 ? 0 : a - b * Math.floor(a / b));`),
  float_mod: helper(`const float_mod = (a, b) => a - b * Math.floor(a / b);`),
  erf: helper(`
// the error function: 1 - exp of a polynomial for large arguments, an odd polynomial for small ones (minimax, error about 1 ulp of f32)
function erf(x) {
  const a = Math.abs(x), s = x * x;
  if (a > 0.927734375) {
    const r = (-1.7285347e-5 * a + 3.83197126e-4) * s + (-3.88396438e-3 * a + 2.42546219e-2);
    return Math.sign(x) * (1 - Math.exp((((r * a - 1.06777877e-1) * a - 6.34846687e-1) * a - 1.28717512e-1) * a - a));
  }
  return (((((-5.96761703e-4 * s + 4.99119423e-3) * s - 2.67681349e-2) * s + 1.12819925e-1) * s - 3.76125336e-1) * s + 1.28379166e-1) * x + x;
}`),
};

const swizzled = (name: string, { mask, shift }: Swizzle): string => `const ${name} = (at) => at ^ (((at >> ${shift + 3}) & ${mask}) << ${shift});`;
/** Texts of the named helpers and all that they need, each once. */
export const helperTexts = (names: Iterable<string>): string[] => textsOf(names, helpers, swizzled, 'JavaScript');
export const helperNames: readonly string[] = [...Object.keys(helpers), 'float_view', 'float_bits'];
