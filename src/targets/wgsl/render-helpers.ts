/** Arithmetic that WGSL lacks, or defines less exactly than the other targets. */
import { smallFloats } from '../../ir/dtype.ts';
import { helper, type Helper, helperTexts as textsOf, type Swizzle } from '../helper-texts.ts';

/** Conversions of floats of at most eight bits, in integers and exact powers of two, since a target may flush subnormal numbers. */
function smallFloat(name: 'e4m3' | 'e5m2' | 'e2m1'): Record<string, Helper> {
  const { bits, fraction, lowest, max } = smallFloats[name];
  const top = 2 ** (bits - 1), special = name === 'e4m3' ? `
  if (size == 0x7fu) { return bitcast<f32>(0x7fc00000u | size); }` : name === 'e5m2' ? `
  if (size >= 0x7cu) { return bitcast<f32>(sign | 0x7f800000u | ((size & 3u) << 21u)); }` : '';
  return {
    [`${name}_value`]: helper(`
fn ${name}_value(code: u32) -> f32 {
  let size = code & ${top - 1}u;
  let sign = (code & ${top}u) << ${32 - bits}u;${special}
  let exponent = max(size >> ${fraction}u, 1u);
  let whole = select(size & ${2 ** fraction - 1}u, (size & ${2 ** fraction - 1}u) | ${2 ** fraction}u, size >= ${2 ** fraction}u);
  let value = f32(whole) * bitcast<f32>((exponent + ${127 - 1 + lowest - fraction}u) << 23u);
  return bitcast<f32>(bitcast<u32>(value) | sign);
}`),
    [`${name}_bits`]: helper(`
// to nearest, ties to even; at most the largest number
fn ${name}_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 31u) << ${bits - 1}u;
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return ${name === 'e2m1' ? '0u' : 'sign | 0x7fu'}; }
  let size = min(abs(x), ${max}.0);
  let exponent = max(bitcast<u32>(size) >> 23u, ${127 + lowest}u);
  let whole = u32(round(size * bitcast<f32>((${254 + fraction}u - exponent) << 23u)));
  return sign | (((exponent - ${127 + lowest}u) << ${fraction}u) + whole);
}`),
  };
}

const helpers: Readonly<Record<string, Helper>> = {
  ...smallFloat('e4m3'), ...smallFloat('e5m2'), ...smallFloat('e2m1'),
  i32_from_f32: helper(`fn i32_from_f32(x: f32) -> i32 { return select(i32(x), 2147483647, x >= 2147483648.0); }`),
  cut_div: helper(`
// a / b cut to 12 bits, with a 13th for whether anything was cut off: rounded further, it is a / b rounded; 0 where b is 0.
// The first guess is never too low, and the remainder of 12 bits times each half of b is exact.
fn cut_div(a: f32, b: f32) -> f32 {
  let x = abs(a);
  let y = abs(b);
  if (!(x > 0.0) || !(y > 0.0)) { return 0.0; }
  var bits = min(bitcast<u32>(x * (1.0 / y) * 1.0000038), 0x7f7fffffu) & 0xfffff000u;
  let q = bitcast<f32>(bits);
  let high = bitcast<f32>(bitcast<u32>(y) & 0xfffff000u);
  let rest = (x - q * high) - q * (y - high);
  if (rest < 0.0) { bits -= 0x1000u; }
  if (rest != 0.0) { bits |= 0x800u; }
  return bitcast<f32>(bits | ((bitcast<u32>(a) ^ bitcast<u32>(b)) & 0x80000000u));
}`),
  e8m0_value: helper(`
fn e8m0_value(code: u32) -> f32 {
  return bitcast<f32>(select(select(code << 23u, 0x00400000u, code == 0u), 0x7fc00000u, code == 255u));
}`),
  e8m0_bits: helper(`
// the exponent of the least power of two that is not below x
fn e8m0_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 255u; }
  return select(clamp((bits + 0x7fffffu) >> 23u, 1u, 254u), 1u, (bits >> 31u) == 1u);
}`),
  bf16_bits: helper(`
// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}`),
  round_bf16: helper(`fn round_bf16(x: f32) -> f32 { return bitcast<f32>(bf16_bits(x) << 16u); }`, ['bf16_bits']),
  f16_bits: helper(`
// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}`),
  round_f16: helper(`
// through f16 and back; in whole numbers, as drivers take packing and unpacking for nothing
fn round_f16(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = f32(bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u) * 0x1p-24;
  let high = (size + 0xfffu + ((size >> 13u) & 1u)) & 0xffffe000u;
  let rounded = select(select(high, 0x7f800000u, high >= 0x47800000u), bitcast<u32>(low), size < 0x38800000u);
  return select(bitcast<f32>(rounded | (bits ^ size)), x, size > 0x7f800000u);
}`),
  int_div: helper(`
// toward zero; 0 where b is 0
fn int_div(a: i32, b: i32) -> i32 { return select(a / b, 0, b == 0); }`),
  floor_div: helper(`
// toward minus infinity; 0 where b is 0
fn floor_div(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  let q = a / b;
  return select(q, q - 1, a % b != 0 && (a < 0) != (b < 0));
}`),
  // NVIDIA's Vulkan compiler (580.159) loses signs where it makes one instruction of two nested `max` or `min` of signed numbers: max(max(a, -b), c) is max(max(a, b), c)
  // there, however -b is written and wherever it comes from, and max(abs(-93), 16) is 16. What is chosen by `select` and abs by shifts it takes for neither.
  whole_abs: helper(`
// abs, by the bits of the sign: some drivers lose it within max
fn whole_abs(x: i32) -> i32 {
  let sign = x >> 31u;
  return (x ^ sign) - sign;
}`),
  whole_max: helper(`
// the larger; some drivers lose signs within nested max
fn whole_max(a: i32, b: i32) -> i32 { return select(a, b, b > a); }`),
  whole_min: helper(`
// the smaller; some drivers lose signs within nested min
fn whole_min(a: i32, b: i32) -> i32 { return select(a, b, b < a); }`),
  shift_left: helper(`fn shift_left(a: i32, by: u32) -> i32 { return a << by; }`),
  floor_mod: helper(`
// with the sign of b; 0 where b is 0
fn floor_mod(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  let r = a % b;
  return select(r, r + b, r != 0 && (r < 0) != (b < 0));
}`),
  float_mod: helper(`fn float_mod(a: f32, b: f32) -> f32 { return a - b * floor(a / b); }`),
  safe_tanh: helper(`
// tanh, whose built-in form may overflow for large arguments
fn safe_tanh(x: f32) -> f32 { return tanh(clamp(x, -10.0, 10.0)); }`),
  sine_at: helper(`
// sin(x + quarters * pi/2): WGSL's own functions may be off by 2^-11. What is left of whole quarter turns is found with a quarter turn in four
// pieces, of which the first three times the number of quarters are exact up to |x| = 1e5 (Cody and Waite); minimax polynomials do the rest.
fn sine_at(x: f32, quarters: i32) -> f32 {
  if (!(abs(x) < 4194304.0)) { return select(sin(x), cos(x), quarters == 1); }
  let n = round(x * 0.63661975);
  let r = (((x - n * 1.5703125) - n * 0.0004825592) - n * 1.2665987e-6) - n * 9.920936e-10;
  let s = r * r;
  let turn = i32(n) + quarters;
  let odd = fma(r * s, fma(s, fma(s, -1.9500728e-4, 8.332057e-3), -0.16666654), r);
  let even = fma(s * s, fma(s, fma(s, 2.4446537e-5, -1.3887525e-3), 4.1666653e-2), fma(s, -0.5, 1.0));
  let size = select(odd, even, (turn & 1) == 1);
  return select(size, -size, (turn & 2) == 2);
}`),
  sine: helper(`fn sine(x: f32) -> f32 { return sine_at(x, 0); }`, ['sine_at']),
  cosine: helper(`fn cosine(x: f32) -> f32 { return sine_at(x, 1); }`, ['sine_at']),
  power: helper(`
// x to the power y, for negative x too where y is an integer; NaN elsewhere (of bits that no compiler knows: WGSL has no such constant)
fn power(x: f32, y: f32) -> f32 {
  if (y == 0.0) { return 1.0; }
  if (x < 0.0 && floor(y) != y) { return bitcast<f32>(0x7fc00000u | (bitcast<u32>(x) & 1u)); }
  let r = pow(abs(x), y);
  return select(r, -r, x < 0.0 && floor(y * 0.5) * 2.0 != y);
}`),
  erf: helper(`
// the error function: 1 - exp of a polynomial for large arguments, an odd polynomial for small ones (minimax, error about 1 ulp)
fn erf(x: f32) -> f32 {
  let a = abs(x);
  let s = x * x;
  if (a > 0.927734375) {
    var r = fma(-1.72853470e-5, a, 3.83197126e-4);
    r = fma(r, s, fma(-3.88396438e-3, a, 2.42546219e-2));
    r = fma(fma(fma(r, a, -1.06777877e-1), a, -6.34846687e-1), a, -1.28717512e-1);
    return sign(x) * (1.0 - exp(fma(r, a, -a)));
  }
  var r = fma(-5.96761703e-4, s, 4.99119423e-3);
  r = fma(fma(fma(fma(r, s, -2.67681349e-2), s, 1.12819925e-1), s, -3.76125336e-1), s, 1.28379166e-1);
  return fma(r, x, x);
}`),
};

const swizzled = (name: string, { unit, mask, shift }: Swizzle): string => `// swizzled place of an element: pieces of ${unit} elements change places within eight rows\nfn ${name}(at: i32) -> i32 { return at ^ (((at >> ${shift + 3}u) & ${mask}) << ${shift}u); }`;
/** Texts of the named helpers and all that they need, each once. */
export const helperTexts = (names: Iterable<string>): string[] => textsOf(names, helpers, swizzled, 'WGSL');
export const helperNames: readonly string[] = Object.keys(helpers);
