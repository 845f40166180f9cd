/** Conversions between f32 and the narrow stored types, and fields of packed words. Float rounding is to nearest, ties to even. */
import { smallFloats } from '../../../ir/dtype.ts';
import { device, FN, portable, type Wrapper } from './wrapper.ts';

/** Conversions of floats of at most eight bits in plain arithmetic, the same on every architecture. */
function smallFloat(name: 'e4m3' | 'e5m2' | 'e2m1'): Wrapper[] {
  const { bits, fraction, lowest, max } = smallFloats[name];
  const top = 2 ** (bits - 1);
  const special = name === 'e4m3' ? '\n  if (size == 0x7fu) return __uint_as_float(sign | 0x7fc00000u);' : name === 'e5m2' ? '\n  if (size >= 0x7cu) return __uint_as_float(sign | 0x7f800000u | ((size & 3u) << 21));' : '';
  return [
    portable(`f32_from_${name}`, `${name} bits to f32, exact`, `
${FN} float f32_from_${name}(unsigned code) {
  const unsigned size = code & ${top - 1}u, sign = (code & ${top}u) << ${32 - bits};${special}
  const unsigned exponent = max(size >> ${fraction}, 1u), rest = size & ${2 ** fraction - 1}u;
  const float value = (float)(size >= ${2 ** fraction}u ? rest | ${2 ** fraction}u : rest) * __uint_as_float((exponent + ${127 - 1 + lowest - fraction}u) << 23);
  return __uint_as_float(__float_as_uint(value) | sign);
}`),
    portable(`${name}_from_f32`, `f32 to ${name} bits, to nearest even, at most the largest number`, `
${FN} unsigned ${name}_from_f32(float value) {
  const unsigned bits = __float_as_uint(value), sign = (bits >> 31) << ${bits - 1};
  if ((bits & 0x7fffffffu) > 0x7f800000u) return ${name === 'e2m1' ? '0u' : 'sign | 0x7fu'};
  const float size = fminf(fabsf(value), ${max}.0f);
  const unsigned exponent = max(__float_as_uint(size) >> 23, ${127 + lowest}u);
  const unsigned whole = (unsigned)(int)rintf(size * __uint_as_float((${254 + fraction}u - exponent) << 23));
  return sign | (((exponent - ${127 + lowest}u) << ${fraction}) + whole);
}`),
  ];
}

export const convertWrappers: readonly Wrapper[] = [
  device('f32_from_f16', 'f16 bits to f32, exact', `
${FN} float f32_from_f16(unsigned short bits) { float value; asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits)); return value; }`),
  device('f16_from_f32', 'f32 to f16 bits, to nearest even', `
${FN} unsigned short f16_from_f32(float value) { unsigned short bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }`),
  device('f16x2_from_f32', 'two f32 to a word of f16, the first in the low half', `
${FN} unsigned f16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }`),
  portable('f16x2_low', 'low half of a word of f16', `
${FN} float f16x2_low(unsigned word) { return f32_from_f16((unsigned short)(word & 0xffffu)); }`, ['f32_from_f16']),
  portable('f16x2_high', 'high half of a word of f16', `
${FN} float f16x2_high(unsigned word) { return f32_from_f16((unsigned short)(word >> 16)); }`, ['f32_from_f16']),

  portable('f32_from_bf16', 'bf16 bits to f32, exact: they are the upper half', `
${FN} float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }`),
  device('bf16_from_f32', 'f32 to bf16 bits, to nearest even', `
${FN} unsigned short bf16_from_f32(float value) { unsigned short bits; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value)); return bits; }`),
  device('bf16x2_from_f32', 'two f32 to a word of bf16, the first in the low half', `
${FN} unsigned bf16x2_from_f32(float low, float high) { unsigned word; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low)); return word; }`),
  portable('bf16x2_low', 'low half of a word of bf16', `
${FN} float bf16x2_low(unsigned word) { return __uint_as_float(word << 16); }`),
  portable('bf16x2_high', 'high half of a word of bf16', `
${FN} float bf16x2_high(unsigned word) { return __uint_as_float(word & 0xffff0000u); }`),

  device('tf32_from_f32', 'f32 rounded to the 10 fraction bits that tf32 products use, ties away from zero', `
${FN} unsigned tf32_from_f32(unsigned bits) { unsigned rounded; asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(rounded) : "f"(__uint_as_float(bits))); return rounded; }`),

  device('i32_from_f32', 'f32 to i32 toward zero; out of range gives the nearest i32, NaN gives 0', `
${FN} int i32_from_f32(float value) { int result; asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(result) : "f"(value)); return result; }`),
  device('u32_from_f32', 'f32 to u32 toward zero; out of range gives the nearest u32, NaN gives 0', `
${FN} unsigned u32_from_f32(float value) { unsigned result; asm("cvt.rzi.u32.f32 %0, %1;" : "=r"(result) : "f"(value)); return result; }`),

  portable('s16_at', 'signed 16-bit field of a word', `
${FN} int s16_at(unsigned word, int n) { return (int)(word << (16 - 16 * n)) >> 16; }`),
  portable('u16_at', 'unsigned 16-bit field of a word', `
${FN} int u16_at(unsigned word, int n) { return (int)((word >> (16 * n)) & 0xffffu); }`),
  portable('s8_at', 'signed byte of a word', `
${FN} int s8_at(unsigned word, int n) { return (int)(word << (24 - 8 * n)) >> 24; }`),
  portable('u8_at', 'unsigned byte of a word', `
${FN} int u8_at(unsigned word, int n) { return (int)((word >> (8 * n)) & 0xffu); }`),
  portable('s4_at', 'signed 4-bit field of a word', `
${FN} int s4_at(unsigned word, int n) { return (int)(word << (28 - 4 * n)) >> 28; }`),
  portable('u4_at', 'unsigned 4-bit field of a word', `
${FN} int u4_at(unsigned word, int n) { return (int)((word >> (4 * n)) & 0xfu); }`),
  portable('pack_16', 'the low 16 bits of two integers in one word', `
${FN} unsigned pack_16(int a, int b) { return ((unsigned)a & 0xffffu) | ((unsigned)b << 16); }`),
  portable('pack_8', 'the low bytes of four integers in one word', `
${FN} unsigned pack_8(int a, int b, int c, int d) { return ((unsigned)a & 0xffu) | (((unsigned)b & 0xffu) << 8) | (((unsigned)c & 0xffu) << 16) | ((unsigned)d << 24); }`),

  portable('sint_at', 'signed field of BITS of a word', `
template <int BITS> ${FN} int sint_at(unsigned word, int n) { return (int)(word << (32 - BITS - BITS * n)) >> (32 - BITS); }`),
  portable('uint_at', 'unsigned field of BITS of a word', `
template <int BITS> ${FN} int uint_at(unsigned word, int n) { return (int)((word >> (BITS * n)) & ((1u << BITS) - 1u)); }`),
  portable('uint_in', 'element of a stream of unsigned elements of BITS, which may end in the next byte', `
template <int BITS> ${FN} int uint_in(const unsigned char* bytes, long long n) {
  const long long at = n * BITS;
  const int shift = (int)(at & 7);
  unsigned found = bytes[at >> 3];
  if (shift + BITS > 8) found |= (unsigned)bytes[(at >> 3) + 1] << 8;
  return (int)((found >> shift) & ((1u << BITS) - 1u));
}`),
  portable('sint_in', 'the same of signed elements', `
template <int BITS> ${FN} int sint_in(const unsigned char* bytes, long long n) { return (int)((unsigned)uint_in<BITS>(bytes, n) << (32 - BITS)) >> (32 - BITS); }`, ['uint_in']),
  portable('put_bits', 'replaces element n of a stream of elements of BITS; threads that share a word each change their own bits', `
template <int BITS> ${FN} void put_bits(unsigned char* bytes, long long n, unsigned code) {
  const long long at = n * BITS;
  const int shift = (int)(at & 31);
  unsigned* word = reinterpret_cast<unsigned*>(bytes) + (at >> 5);
  const unsigned mask = (1u << BITS) - 1u;
  atomicAnd(word, ~(mask << shift));
  atomicOr(word, (code & mask) << shift);
  if (shift + BITS > 32) {
    atomicAnd(word + 1, ~(mask >> (32 - shift)));
    atomicOr(word + 1, (code & mask) >> (32 - shift));
  }
}`),
  ...smallFloat('e4m3'), ...smallFloat('e5m2'), ...smallFloat('e2m1'),
  portable('f32_from_e8m0', 'e8m0 bits to f32: 2 to the power code - 127', `
${FN} float f32_from_e8m0(unsigned code) { return __uint_as_float(code == 0 ? 0x00400000u : code == 255u ? 0x7fc00000u : code << 23); }`),
  portable('e8m0_from_f32', 'f32 to e8m0 bits: the exponent of the least power of two that is not below it', `
${FN} unsigned e8m0_from_f32(float value) {
  const unsigned bits = __float_as_uint(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 255u;
  return value > 0.0f ? min(max((bits + 0x7fffffu) >> 23, 1u), 254u) : 1u;
}`),
];
