/** Conversions between f32 and the narrow stored types, and fields of packed words. Float rounding is to nearest, ties to even. */
import { device, FN, portable, type Wrapper } from './wrapper.ts';

export const convertWrappers: readonly Wrapper[] = [
  device('f32_from_f16', 'f16 bits to f32, exact', `
${FN} float f32_from_f16(unsigned short bits) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
}`),
  device('f16_from_f32', 'f32 to f16 bits, to nearest even', `
${FN} unsigned short f16_from_f32(float value) {
  unsigned short bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}`),
  device('f16x2_from_f32', 'two f32 to a word of f16, the first in the low half', `
${FN} unsigned f16x2_from_f32(float low, float high) {
  unsigned word;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
  return word;
}`),
  portable('f16x2_low', 'low half of a word of f16', `
${FN} float f16x2_low(unsigned word) { return f32_from_f16((unsigned short)(word & 0xffffu)); }`, ['f32_from_f16']),
  portable('f16x2_high', 'high half of a word of f16', `
${FN} float f16x2_high(unsigned word) { return f32_from_f16((unsigned short)(word >> 16)); }`, ['f32_from_f16']),

  portable('f32_from_bf16', 'bf16 bits to f32, exact: they are the upper half', `
${FN} float f32_from_bf16(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }`),
  device('bf16_from_f32', 'f32 to bf16 bits, to nearest even', `
${FN} unsigned short bf16_from_f32(float value) {
  unsigned short bits;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}`),
  device('bf16x2_from_f32', 'two f32 to a word of bf16, the first in the low half', `
${FN} unsigned bf16x2_from_f32(float low, float high) {
  unsigned word;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
  return word;
}`),
  portable('bf16x2_low', 'low half of a word of bf16', `
${FN} float bf16x2_low(unsigned word) { return __uint_as_float(word << 16); }`),
  portable('bf16x2_high', 'high half of a word of bf16', `
${FN} float bf16x2_high(unsigned word) { return __uint_as_float(word & 0xffff0000u); }`),

  device('tf32_from_f32', 'f32 rounded to the 10 fraction bits that tf32 products use, ties away from zero', `
${FN} unsigned tf32_from_f32(unsigned bits) {
  unsigned rounded;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(rounded) : "f"(__uint_as_float(bits)));
  return rounded;
}`),

  device('i32_from_f32', 'f32 to i32 toward zero; out of range gives the nearest i32, NaN gives 0', `
${FN} int i32_from_f32(float value) {
  int result;
  asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(result) : "f"(value));
  return result;
}`),
  device('u32_from_f32', 'f32 to u32 toward zero; out of range gives the nearest u32, NaN gives 0', `
${FN} unsigned u32_from_f32(float value) {
  unsigned result;
  asm("cvt.rzi.u32.f32 %0, %1;" : "=r"(result) : "f"(value));
  return result;
}`),

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
];
