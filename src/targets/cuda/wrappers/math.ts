/**
 * Scalar arithmetic. `exp2f`, `erff`, `tanhf`, `rsqrtf`, `rintf` and the like are built into CUDA compilers and need no wrapper; the `fast_` functions here
 * are single instructions with about 2 ulp that flush subnormals.
 */
import { device, FN, portable, type Wrapper } from './wrapper.ts';

const approximate = (name: string, instruction: string, comment: string): Wrapper => device(name, comment, `
${FN} float ${name}(float x) { float y; asm("${instruction} %0, %1;" : "=f"(y) : "f"(x)); return y; }`);

const nanMinMax = (name: 'min' | 'max'): Wrapper => device(`${name}_f32`, `${name === 'min' ? 'smaller' : 'larger'} of two f32; NaN if one is`, `
${FN} float ${name}_f32(float a, float b) { float y; asm("${name}.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }`);

export const mathWrappers: readonly Wrapper[] = [
  approximate('fast_exp2', 'ex2.approx.ftz.f32', '2^x in one instruction'),
  portable('fast_exp', 'e^x in two instructions: 2 + 1.2 |x| units in the last place', `
${FN} float fast_exp(float x) { return fast_exp2(1.442695f * x); }`, ['fast_exp2']),
  approximate('fast_log2', 'lg2.approx.ftz.f32', 'log2 x in one instruction'),
  approximate('fast_tanh', 'tanh.approx.f32', 'tanh x in one instruction, error below 2^-10.9 of the value'),
  approximate('fast_rcp', 'rcp.approx.ftz.f32', '1 / x in one instruction'),
  approximate('fast_rsqrt', 'rsqrt.approx.ftz.f32', '1 / sqrt x in one instruction'),
  device('fast_div', 'a / b with at most 2 ulp', `
${FN} float fast_div(float a, float b) { float y; asm("div.full.ftz.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b)); return y; }`),
  nanMinMax('min'),
  nanMinMax('max'),
  portable('cut_div', 'a / b cut to 12 bits, with a 13th for whether anything was cut off: rounded further, it is a / b rounded; 0 where b is 0', `
${FN} float cut_div(float a, float b) {
  const float x = fabsf(a), y = fabsf(b);
  if (!(x > 0.0f) || !(y > 0.0f)) return 0.0f;
  // The first guess is never too low; the remainder is exact in one fused step.
  unsigned bits = min(__float_as_uint(x * (1.0f / y) * 1.0000038f), 0x7f7fffffu) & 0xfffff000u;
  const float rest = fmaf(-__uint_as_float(bits), y, x);
  if (rest < 0.0f) bits -= 0x1000u;
  if (rest != 0.0f) bits |= 0x800u;
  return __uint_as_float(bits | ((__float_as_uint(a) ^ __float_as_uint(b)) & 0x80000000u));
}`),
  portable('float_mod', 'a - b * floor(a / b)', `
${FN} float float_mod(float a, float b) { return a - b * floorf(a / b); }`),
  // C++ has no result beyond 32 bits, unsigned arithmetic has.
  portable('wrap_add', 'a + b, modulo 2^32', `
${FN} int wrap_add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }`),
  portable('wrap_sub', 'a - b, modulo 2^32', `
${FN} int wrap_sub(int a, int b) { return (int)((unsigned)a - (unsigned)b); }`),
  portable('wrap_mul', 'a * b, modulo 2^32', `
${FN} int wrap_mul(int a, int b) { return (int)((unsigned)a * (unsigned)b); }`),
  portable('wrap_neg', '-a; of the least number that number', `
${FN} int wrap_neg(int a) { return (int)(0u - (unsigned)a); }`),
  portable('wrap_abs', '|a|; of the least number that number', `
${FN} int wrap_abs(int a) { return a < 0 ? (int)(0u - (unsigned)a) : a; }`),
  // a / -1 is written as 0 - a: the least integer has no negative, and some processors trap.
  portable('int_div', 'a / b toward zero; 0 where b is 0', `
${FN} int int_div(int a, int b) { return b == 0 ? 0 : b == -1 ? (int)(0u - (unsigned)a) : a / b; }`),
  portable('floor_div', 'a / b toward minus infinity; 0 where b is 0', `
${FN} int floor_div(int a, int b) {
  if (b == 0) return 0;
  if (b == -1) return (int)(0u - (unsigned)a);
  const int q = a / b;
  return q * b != a && (a < 0) != (b < 0) ? q - 1 : q;
}`),
  portable('floor_mod', 'a - b * floor(a / b); 0 where b is 0', `
${FN} int floor_mod(int a, int b) {
  if (b == 0 || b == -1) return 0;
  const int r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}`),
];
