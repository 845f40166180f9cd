/**
 * Four-bit codes to 16-bit floats, two at a time. The code becomes the low bits of a float from 128 (bf16) or 1024 (f16) on, whose last bit counts one there; what
 * stands before the code, and the middle of signed codes, is taken away by one exact operation. Converting instructions would take four times as long.
 * The mask and the beginning are both constants, for which the compiler of the GPU takes two operations unless it is told that one does.
 */
import { device, FN, type Wrapper } from './wrapper.ts';

const twice = (half: number): string => `0x${(half * 0x10001).toString(16)}u`;
const pair = (name: 'bf16' | 'f16', start: number, high: number, one: number, sign: number): readonly Wrapper[] => {
  const words = (codes: string): string => `  unsigned codes, word;
  asm("lop3.b32 %0, %1, 0x000f000f, %2, 0x6a;" : "=r"(codes) : "r"(${codes}), "r"(${twice(high)} + LESS * 0x10001u)); // ${start} + code + LESS: bytes & mask ^ start
  asm("fma.rn.${name}x2 %0, %1, %2, %3;" : "=r"(word) : "r"(codes), "r"(${twice(one)}), "r"((${sign}u + LESS) * 0x10001u));
  return word;`;
  return [
    device(`${name}x2_from_codes`, `byte n of either word holds a code in its low four bits, of two's complement where LESS is 8 and plain where it is 0: two ${name}, exact`, `
template <int LESS> ${FN} unsigned ${name}x2_from_codes(unsigned low, unsigned high, int n) {
${words('__byte_perm(low, high, n | (n + 4) << 8)')}
}`),
    device(`${name}x2_from_nibbles`, `the same of the codes in the low four bits of both halves of the word`, `
template <int LESS> ${FN} unsigned ${name}x2_from_nibbles(unsigned both) {
${words('both')}
}`),
  ];
};

export const widenWrappers: readonly Wrapper[] = [...pair('bf16', 128, 0x4300, 0x3f80, 0xc300), ...pair('f16', 1024, 0x6400, 0x3c00, 0xe400)];
