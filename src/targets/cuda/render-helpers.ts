/** Device functions of the emitted text beyond the wrapper table: vectors of narrow elements, four-bit fields, swizzled addresses. Written from the kernel's needs. */
import { CompilerBug } from '../../diagnostics/bug.ts';
import type { DType } from '../../ir/dtype.ts';
import { bitsOf, integerRange, isDType, isSmallFloat, valueTypeOf } from '../../ir/dtype.ts';
import { parseSwizzle } from '../../emit/printer.ts';
import { FN } from './wrappers/wrapper.ts';

export interface Helper { readonly text: string; readonly wrappers: readonly string[] }

/** C type in which elements of a stored type are addressed. */
export function storageType(dtype: DType): string {
  switch (dtype) {
    case 'f32': return 'float';
    case 'f16': case 'bf16': case 'u16': return 'unsigned short';
    case 'i16': return 'short';
    case 'i32': return 'int';
    case 'u32': return 'unsigned';
    case 'i8': return 'signed char';
    case 'u8': case 'bool': case 'e4m3': case 'e5m2': case 'e8m0': case 'e2m1':
    case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': return 'unsigned char';
  }
}

const fields: Partial<Record<DType, { readonly read: (word: string, n: string) => string; readonly wrappers: readonly string[] }>> = {
  f16: { read: (w, n) => `f32_from_f16((unsigned short)(${w} >> (16 * (${n}))))`, wrappers: ['f32_from_f16'] },
  bf16: { read: (w, n) => `f32_from_bf16((unsigned short)(${w} >> (16 * (${n}))))`, wrappers: ['f32_from_bf16'] },
  i16: { read: (w, n) => `s16_at(${w}, ${n})`, wrappers: ['s16_at'] },
  u16: { read: (w, n) => `u16_at(${w}, ${n})`, wrappers: ['u16_at'] },
  i8: { read: (w, n) => `s8_at(${w}, ${n})`, wrappers: ['s8_at'] },
  u8: { read: (w, n) => `u8_at(${w}, ${n})`, wrappers: ['u8_at'] },
  bool: { read: (w, n) => `u8_at(${w}, ${n}) != 0`, wrappers: ['u8_at'] },
  int4: { read: (w, n) => `s4_at(${w}, ${n})`, wrappers: ['s4_at'] },
  uint4: { read: (w, n) => `u4_at(${w}, ${n})`, wrappers: ['u4_at'] },
  int7: { read: (w, n) => `sint_at<7>(${w}, ${n})`, wrappers: ['sint_at'] },
  uint7: { read: (w, n) => `uint_at<7>(${w}, ${n})`, wrappers: ['uint_at'] },
  int6: { read: (w, n) => `sint_at<6>(${w}, ${n})`, wrappers: ['sint_at'] },
  uint6: { read: (w, n) => `uint_at<6>(${w}, ${n})`, wrappers: ['uint_at'] },
  int5: { read: (w, n) => `sint_at<5>(${w}, ${n})`, wrappers: ['sint_at'] },
  uint5: { read: (w, n) => `uint_at<5>(${w}, ${n})`, wrappers: ['uint_at'] },
  int3: { read: (w, n) => `sint_at<3>(${w}, ${n})`, wrappers: ['sint_at'] },
  uint3: { read: (w, n) => `uint_at<3>(${w}, ${n})`, wrappers: ['uint_at'] },
  int2: { read: (w, n) => `sint_at<2>(${w}, ${n})`, wrappers: ['sint_at'] },
  uint2: { read: (w, n) => `uint_at<2>(${w}, ${n})`, wrappers: ['uint_at'] },
  e4m3: { read: (w, n) => `f32_from_e4m3(uint_at<8>(${w}, ${n}))`, wrappers: ['f32_from_e4m3', 'uint_at'] },
  e5m2: { read: (w, n) => `f32_from_e5m2(uint_at<8>(${w}, ${n}))`, wrappers: ['f32_from_e5m2', 'uint_at'] },
  e8m0: { read: (w, n) => `f32_from_e8m0(uint_at<8>(${w}, ${n}))`, wrappers: ['f32_from_e8m0', 'uint_at'] },
  e2m1: { read: (w, n) => `f32_from_e2m1(uint_at<4>(${w}, ${n}))`, wrappers: ['f32_from_e2m1', 'uint_at'] },
};

/** Element `n` of a word of packed elements. */
export function fieldOf(dtype: DType, word: string, n: string): { text: string; wrappers: readonly string[] } {
  if (dtype === 'f32') return { text: `__uint_as_float(${word})`, wrappers: [] };
  if (dtype === 'i32' || dtype === 'u32') return { text: `(int)${word}`, wrappers: [] };
  if ((dtype === 'f16' || dtype === 'bf16') && (n === '0' || n === '1')) {
    const name = `${dtype}x2_${n === '0' ? 'low' : 'high'}`;
    return { text: `${name}(${word})`, wrappers: [name] };
  }
  const field = fields[dtype];
  if (field === undefined) throw new CompilerBug(`words of ${dtype} have no fields`);
  return { text: field.read(word, n), wrappers: field.wrappers };
}

/** A word from 32 / bits values, which are in range. */
export function wordOf(dtype: DType, values: readonly string[]): { text: string; wrappers: readonly string[] } {
  const list = values.join(', ');
  switch (dtype) {
    case 'f32': return { text: `__float_as_uint(${list})`, wrappers: [] };
    case 'i32': case 'u32': return { text: `(unsigned)${list}`, wrappers: [] };
    case 'f16': case 'bf16': return { text: `${dtype}x2_from_f32(${list})`, wrappers: [`${dtype}x2_from_f32`] };
    case 'i16': case 'u16': return { text: `pack_16(${list})`, wrappers: ['pack_16'] };
    case 'i8': case 'u8': case 'bool': return { text: `pack_8(${list})`, wrappers: ['pack_8'] };
    case 'e4m3': case 'e5m2': case 'e8m0': case 'e2m1': {
      const bits = bitsOf(dtype);
      return { text: values.map((v, n) => (n === 0 ? codeOf(dtype, v) : `(${codeOf(dtype, v)} << ${bits * n})`)).join(' | '), wrappers: [`${dtype}_from_f32`] };
    }
    case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': {
      const bits = bitsOf(dtype);
      return { text: values.map((v, n) => (n === 0 ? codeOf(dtype, v) : `(${codeOf(dtype, v)} << ${bits * n})`)).join(' | '), wrappers: [] };
    }
  }
}

/** The bits of a value that is in range, in the low end of a word. */
export const codeOf = (dtype: DType, value: string): string => (isSmallFloat(dtype) ? `${dtype}_from_f32(${value})` : `((unsigned)${value} & ${2 ** bitsOf(dtype) - 1}u)`);

/** An integer clamped to the range of its stored type, the expression in parentheses where needed. */
export function clamped(dtype: DType, value: string): string {
  const range = integerRange(dtype);
  if (range === undefined || dtype === 'i32' || dtype === 'u32') return value;
  return range.min === 0 ? `min(max(${value}, 0), ${range.max})` : `min(max(${value}, ${range.min}), ${range.max})`;
}

/** The text of a helper called `name`: `load_bf16`, `store_i8`, `swizzle_8_7`. */
export function helper(name: string): Helper {
  const swizzle = parseSwizzle(name);
  if (swizzle !== undefined) {
    const { unit, mask, shift } = swizzle;
    return { wrappers: [], text: `// swizzled place of an element: pieces of ${unit} elements change places within eight rows, so that columns spread over all banks\n${FN} int ${name}(int at) { return at ^ (((at >> ${shift + 3}) & ${mask}) << ${shift}); }` };
  }
  if (name === 'load_vector_or') {
    return { wrappers: ['load_vector'], text: `// reads N consecutive elements where \`inside\` holds, else fills the registers
template <int N, class T> ${FN} void load_vector_or(T* to, const T* from, bool inside, T fill) {
  if (inside) {
    load_vector<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}` };
  }
  const pair = /^(load|store)_(f16|bf16)_pair(_inside)?$/.exec(name);
  if (pair !== null) return pairHelper(pair[1] as 'load' | 'store', pair[2] as 'f16' | 'bf16', pair[3] !== undefined);
  const widened = /^load_(f16|bf16)x2_from_(int4|uint4)(_apart)?(_or)?$/.exec(name);
  if (widened !== null) return widenHelper(widened[1] as 'f16' | 'bf16', widened[2] as 'int4' | 'uint4', widened[3] !== undefined, widened[4] !== undefined);
  if (name === 'load_pairs_apart' || name === 'load_pairs_apart_or') return orElse(pairsApart, 'load_pairs_apart', 'unsigned short', name.endsWith('_or'));
  const guarded = /^load_(\w+)_or$/.exec(name)?.[1];
  if (guarded !== undefined) return guardedHelper(asDType(guarded));
  const vector = /^(load|store)_(\w+)$/.exec(name);
  const dtype = vector?.[2];
  if (vector === null || dtype === undefined) throw new CompilerBug(`there is no CUDA helper ${name}`);
  return vector[1] === 'load' ? loadHelper(asDType(dtype)) : storeHelper(asDType(dtype));
}
function asDType(text: string): DType {
  if (!isDType(text) || 32 % bitsOf(text) !== 0) throw new CompilerBug(`no vector helper for ${text}`);
  return text;
}

function registerType(dtype: DType): string {
  const type = valueTypeOf(dtype);
  return type === 'f32' ? 'float' : type === 'i32' ? 'int' : 'bool';
}

function loadHelper(dtype: DType): Helper {
  const per = 32 / bitsOf(dtype);
  const storage = storageType(dtype);
  const { text, wrappers } = fieldOf(dtype, `words[n / ${per}]`, `n % ${per}`);
  return {
    wrappers: ['load_vector', ...wrappers],
    text: `// reads N consecutive ${dtype} as one access
template <int N> ${FN} void load_${dtype}(${registerType(dtype)}* to, const ${storage}* from) {
  unsigned words[(N + ${per - 1}) / ${per}];
  if constexpr (N % ${per} == 0) load_vector<N / ${per}>(words, reinterpret_cast<const unsigned*>(from));
${per > 2 ? `  else if constexpr (N == ${per / 2}) words[0] = *reinterpret_cast<const unsigned short*>(from);\n` : ''}  else words[0] = *from;
#pragma unroll
  for (int n = 0; n < N; n++) to[n] = ${text};
}`,
  };
}

/** Two 16-bit floats, which are one word. */
function pairHelper(way: 'load' | 'store', dtype: 'f16' | 'bf16', isGuarded: boolean): Helper {
  return way === 'load' ? {
    wrappers: [`${dtype}x2_low`, `${dtype}x2_high`],
    text: `// reads two neighbouring ${dtype} as one word${isGuarded ? '; zeros where they are not inside' : ''}
${FN} void load_${dtype}_pair${isGuarded ? '_inside' : ''}(float* to, const unsigned short* from${isGuarded ? ', bool inside' : ''}) {
  const unsigned word = ${isGuarded ? 'inside ? ' : ''}*reinterpret_cast<const unsigned*>(from)${isGuarded ? ' : 0u' : ''};
  to[0] = ${dtype}x2_low(word);
  to[1] = ${dtype}x2_high(word);
}`,
  } : {
    wrappers: [`${dtype}x2_from_f32`],
    text: `// writes two neighbouring ${dtype} as one word
${FN} void store_${dtype}_pair(unsigned short* to, const float* from) { *reinterpret_cast<unsigned*>(to) = ${dtype}x2_from_f32(from[0], from[1]); }`,
  };
}

/** Four-bit elements to words of 16-bit floats: in their order, or elements n and n + 4 of eight a word, where one shift and one mask find both. */
function widenHelper(to: 'f16' | 'bf16', from: 'int4' | 'uint4', isApart: boolean, isGuarded: boolean): Helper {
  const name = `load_${to}x2_from_${from}${isApart ? '_apart' : ''}`, less = from === 'int4' ? 8 : 0, wrapper = isApart ? `${to}x2_from_nibbles` : `${to}x2_from_codes`;
  const text = `// reads N consecutive ${from} as one access, as words of two ${to}${isApart ? ': elements n and n + 4 of eight' : ''}
template <int N> ${FN} void ${name}(unsigned* to, const unsigned char* from) {
  unsigned words[N / 8];
  load_vector<N / 8>(words, reinterpret_cast<const unsigned*>(from));
#pragma unroll
  for (int n = 0; n < N / 8; n++) {
#pragma unroll
    for (int i = 0; i < 4; i++) to[4 * n + i] = ${isApart ? `${wrapper}<${less}>(words[n] >> 4 * i)` : `${wrapper}<${less}>(words[n], words[n] >> 4, i)`};
  }
}`;
  return orElse({ wrappers: ['load_vector', wrapper], text }, name, 'unsigned char', isGuarded);
}

/** 16-bit elements in words of elements n and n + 4 of eight, to be multiplied by such words of another operand. */
const pairsApart: Helper = { wrappers: ['load_vector'], text: `// reads N consecutive 16-bit elements as one access, as words of elements n and n + 4 of eight
template <int N> ${FN} void load_pairs_apart(unsigned* to, const unsigned short* from) {
  unsigned words[N / 2];
  load_vector<N / 2>(words, reinterpret_cast<const unsigned*>(from));
#pragma unroll
  for (int n = 0; n < N / 2; n += 4) {
#pragma unroll
    for (int i = 0; i < 2; i++) {
      to[n + 2 * i] = __byte_perm(words[n + i], words[n + i + 2], 0x5410);
      to[n + 2 * i + 1] = __byte_perm(words[n + i], words[n + i + 2], 0x7632);
    }
  }
}` };

/** The helper, and the same under a condition where it is asked for. */
function orElse({ wrappers, text }: Helper, name: string, memory: string, isGuarded: boolean): Helper {
  return { wrappers, text: !isGuarded ? text : `${text}

// the same where \`inside\` holds, else fills the registers
template <int N> ${FN} void ${name}_or(unsigned* to, const ${memory}* from, bool inside, unsigned fill) {
  if (inside) {
    ${name}<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N / 2; n++) to[n] = fill;
  }
}` };
}

function guardedHelper(dtype: DType): Helper {
  const { text, wrappers } = loadHelper(dtype);
  return {
    wrappers,
    text: `${text}

// the same where \`inside\` holds, else fills the registers
template <int N> ${FN} void load_${dtype}_or(${registerType(dtype)}* to, const ${storageType(dtype)}* from, bool inside, ${registerType(dtype)} fill) {
  if (inside) {
    load_${dtype}<N>(to, from);
  } else {
#pragma unroll
    for (int n = 0; n < N; n++) to[n] = fill;
  }
}`,
  };
}

function storeHelper(dtype: DType): Helper {
  const per = 32 / bitsOf(dtype);
  const values = Array.from({ length: per }, (_, n) => clamped(dtype, `from[${per} * n${n === 0 ? '' : ` + ${n}`}]`));
  const { text, wrappers } = wordOf(dtype, values);
  return {
    wrappers: ['store_vector', ...wrappers],
    text: `// writes N consecutive ${dtype} as one access
template <int N> ${FN} void store_${dtype}(${storageType(dtype)}* to, const ${registerType(dtype)}* from) {
${per > 2 ? `  if constexpr (N < ${per}) {
    unsigned word = 0;
#pragma unroll
    for (int n = 0; n < N; n++) word |= ${codeOf(dtype, clamped(dtype, 'from[n]'))} << (${bitsOf(dtype)} * n);
    if constexpr (N == ${per / 2}) *reinterpret_cast<unsigned short*>(to) = (unsigned short)word;
    else *to = (${storageType(dtype)})word;
    return;
  } else {\n` : ''}  unsigned words[N / ${per}];
#pragma unroll
  for (int n = 0; n < N / ${per}; n++) words[n] = ${text};
  store_vector<N / ${per}>(reinterpret_cast<unsigned*>(to), words);
${per > 2 ? '  }\n' : ''}}`,
  };
}
