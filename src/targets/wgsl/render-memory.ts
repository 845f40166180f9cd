/**
 * How memory looks in WGSL, decided from all accesses of a kernel, and the functions that read and write it where that is more than an index.
 *
 * - 32-bit types are arrays of themselves, or of vectors where every access moves whole vectors.
 * - Narrow types are words (or vectors of words) of packed elements. Where a kernel writes less than a word at once, device memory is made of atomic words, in
 *   which each thread replaces its own bits alone; workgroup memory holds one element a word instead.
 * - f16 is itself where the device has `shader-f16`.
 */
import { CompilerBug, unreachable } from '../../diagnostics/bug.ts';
import type { CodeKernel, Memory } from '../../ir/code.ts';
import { visitExprs, visitStmts } from '../../ir/code-walk.ts';
import { type DType, bitsOf, integerRange, isSmallFloat, straddlesWords, valueTypeOf } from '../../ir/dtype.ts';

export interface MemoryForm {
  /** `plain`: 32-bit elements; `half`: f16 elements; `words`: packed; `wide`: narrow elements one a word. */
  readonly form: 'plain' | 'half' | 'words' | 'wide';
  readonly lanes: 1 | 2 | 4;
  readonly atomic: boolean;
}

/** The forms of all memories of a kernel. */
export function memoryForms(kernel: CodeKernel, shaderF16: boolean): ReadonlyMap<string, MemoryForm> {
  const accesses = new Map<string, { bits: number; store: boolean }[]>();
  const bitsIn = new Map(kernel.memories.map((m) => [m.name, bitsOf(m.dtype)]));
  const note = (memory: string, count: number, store: boolean): void => {
    accesses.set(memory, [...(accesses.get(memory) ?? []), { bits: count * (bitsIn.get(memory) ?? 32), store }]);
  };
  visitExprs(kernel.body, (e) => { if (e.kind === 'load') note(e.memory, 1, false); });
  visitStmts(kernel.body, (s) => {
    if (s.kind === 'store') note(s.memory, 1, true);
    if (s.kind === 'loadVector' || s.kind === 'storeVector') note(s.memory, s.count, s.kind === 'storeVector');
  });
  return new Map(kernel.memories.map((m) => [m.name, formOf(m, accesses.get(m.name) ?? [], shaderF16)]));
}

function formOf(memory: Memory, accesses: readonly { bits: number; store: boolean }[], shaderF16: boolean): MemoryForm {
  const lanesFor = (unit: number): 1 | 2 | 4 => ([4, 2] as const).find((n) => accesses.length > 0 && accesses.every((a) => a.bits % (n * unit) === 0)) ?? 1;
  const bits = bitsOf(memory.dtype);
  if (bits === 32) return { form: 'plain', lanes: lanesFor(32), atomic: false };
  if (memory.dtype === 'f16' && shaderF16) return { form: 'half', lanes: lanesFor(16), atomic: false };
  const narrow = accesses.some((a) => a.store && a.bits % 32 !== 0);
  if (!narrow) return { form: 'words', lanes: lanesFor(32), atomic: false };
  return memory.space === 'shared' ? { form: 'wide', lanes: lanesFor(bits), atomic: false } : { form: 'words', lanes: 1, atomic: true };
}

/** Type of one unit of the array. */
export function unitType(memory: Memory, { form, lanes, atomic }: MemoryForm): string {
  const scalar = form === 'words' ? 'u32' : form === 'half' ? 'f16' : form === 'wide' ? valueType(memory.dtype) : memory.dtype;
  return atomic ? 'atomic<u32>' : lanes === 1 ? scalar : `vec${lanes}<${scalar}>`;
}
/** Elements in one unit of the array. */
export const perUnit = (memory: Memory, { form, lanes }: MemoryForm): number => (form === 'words' ? (lanes * 32) / bitsOf(memory.dtype) : lanes);

/** Type of a value in registers; booleans in wide memory are integers. */
const valueType = (dtype: DType): 'f32' | 'i32' => (valueTypeOf(dtype) === 'f32' ? 'f32' : 'i32');
export const registerType = (dtype: DType): 'f32' | 'i32' | 'bool' => valueTypeOf(dtype);

/** Element `n` (text of an unsigned number) of a packed word. */
export function field(dtype: DType, word: string, n: string): string {
  const bits = bitsOf(dtype);
  const offset = /^\d+u$/.test(n) ? `${bits * Number.parseInt(n, 10)}u` : `${bits}u * ${n}`;
  switch (dtype) {
    case 'f32': return `bitcast<f32>(${word})`;
    case 'i32': case 'u32': return `bitcast<i32>(${word})`;
    case 'f16': return n === '0u' ? `unpack2x16float(${word}).x` : n === '1u' ? `unpack2x16float(${word}).y` : `unpack2x16float(${word})[${n}]`;
    case 'bf16': return n === '0u' ? `bitcast<f32>(${word} << 16u)` : n === '1u' ? `bitcast<f32>(${word} & 0xffff0000u)` : `bitcast<f32>((${word} >> (${offset})) << 16u)`;
    case 'i16': case 'i8': case 'int7': case 'int6': case 'int5': case 'int4': case 'int3': case 'int2': return `extractBits(bitcast<i32>(${word}), ${offset}, ${bits}u)`;
    case 'u16': case 'u8': case 'uint7': case 'uint6': case 'uint5': case 'uint4': case 'uint3': case 'uint2': return `bitcast<i32>(extractBits(${word}, ${offset}, ${bits}u))`;
    case 'e4m3': case 'e5m2': case 'e8m0': case 'e2m1': return `${dtype}_value(extractBits(${word}, ${offset}, ${bits}u))`;
    case 'bool': return `extractBits(${word}, ${offset}, 8u) != 0u`;
    default: return unreachable(dtype);
  }
}

/** Functions that the text of `field` calls. */
export const fieldNeeds = (dtype: DType): readonly string[] => (isSmallFloat(dtype) ? [`${dtype}_value`] : []);

/** The bits of one value, in the low end of a word. */
export function bitsOfValue(dtype: DType, value: string): { text: string; needs: readonly string[] } {
  switch (dtype) {
    case 'f32': case 'i32': case 'u32': return { text: `bitcast<u32>(${value})`, needs: [] };
    case 'f16': case 'bf16': case 'e4m3': case 'e5m2': case 'e8m0': case 'e2m1': return { text: `${dtype}_bits(${value})`, needs: [`${dtype}_bits`] };
    case 'bool': return { text: `select(0u, 1u, ${value})`, needs: [] };
    default: {
      const { min, max } = integerRange(dtype)!;
      const clamped = `bitcast<u32>(clamp(${value}, ${min}, ${max}))`;
      return { text: min === 0 ? clamped : `(${clamped} & ${mask(dtype)})`, needs: [] };
    }
  }
}
const mask = (dtype: DType): string => `0x${(2 ** bitsOf(dtype) - 1).toString(16)}u`;

/** A word from 32 / bits values. */
export function wordOf(dtype: DType, values: readonly string[]): { text: string; needs: readonly string[] } {
  const parts = values.map((v) => bitsOfValue(dtype, v));
  const text = parts.map((p, n) => (n === 0 ? p.text : `(${p.text} << ${n * bitsOf(dtype)}u)`)).join(' | ');
  return { text, needs: parts.flatMap((p) => p.needs) };
}

const component = (value: string, lanes: number, n: number): string => (lanes === 1 ? value : `${value}.${'xyzw'[n]!}`);
const vectorOf = (type: string, parts: readonly string[]): string => (parts.length === 1 ? parts[0]! : `vec${parts.length}<${type}>(${parts.join(', ')})`);
const shifted = (index: string, by: number): string => (by === 1 ? index : Number.isInteger(Math.log2(by)) ? `${index} >> ${Math.log2(by)}u` : `${index} / ${by}`);
const plus = (index: string, n: number): string => (n === 0 ? index : /^\w+$/.test(index) ? `${index} + ${n}` : `(${index}) + ${n}`);

export interface Accessor { readonly name: string; readonly text: string; readonly needs: readonly string[] }

/** `load_A(i)`: one element of packed memory. */
export function elementLoad(memory: Memory, form: MemoryForm): Accessor {
  const per = 32 / bitsOf(memory.dtype);
  const name = `load_${memory.name}`;
  if (straddlesWords(memory.dtype)) return straddlingLoad(memory, form, name);
  const word = form.atomic ? `atomicLoad(&${memory.name}[${shifted('i', per)}])` : memory.name + `[${shifted('i', per * form.lanes)}]`;
  const chosen = form.lanes === 1 ? word : `${word}[(i >> ${Math.log2(per)}u) & ${form.lanes - 1}]`;
  return { name, needs: fieldNeeds(memory.dtype), text: `fn ${name}(i: i32) -> ${registerType(memory.dtype)} {\n  return ${field(memory.dtype, chosen, `u32(i & ${per - 1})`)};\n}` };
}

/** Elements as a stream of bits: one may begin in a word and end in the next. */
function straddlingLoad(memory: Memory, form: MemoryForm, name: string): Accessor {
  const bits = bitsOf(memory.dtype);
  const word = (n: string): string => (form.atomic ? `atomicLoad(&${memory.name}[${n}])` : `${memory.name}[${n}]`);
  return {
    name, needs: [],
    text: `fn ${name}(i: i32) -> ${registerType(memory.dtype)} {
  let at = ${bits}u * u32(i);
  let shift = at & 31u;
  var found = ${word('at >> 5u')} >> shift;
  if (shift > ${32 - bits}u) { found |= ${word('(at >> 5u) + 1u')} << (32u - shift); }
  return ${field(memory.dtype, 'found', '0u')};
}`,
  };
}

/** `store_C(i, value)`: one element into atomic words, whose other bits stay. */
export function elementStore(memory: Memory, form: MemoryForm): Accessor {
  if (!form.atomic) throw new CompilerBug(`${memory.name} holds words that single elements cannot be written to`);
  const bits = bitsOf(memory.dtype);
  const per = 32 / bits;
  const name = `store_${memory.name}`;
  const { text, needs } = bitsOfValue(memory.dtype, 'value');
  if (straddlesWords(memory.dtype)) {
    return {
      name, needs,
      text: `// replaces the bits of one element, which may end in the next word; threads that share a word each change their own
fn ${name}(i: i32, value: ${registerType(memory.dtype)}) {
  let at = ${bits}u * u32(i);
  let shift = at & 31u;
  let code = ${text};
  atomicAnd(&${memory.name}[at >> 5u], ~(${mask(memory.dtype)} << shift));
  atomicOr(&${memory.name}[at >> 5u], code << shift);
  if (shift > ${32 - bits}u) {
    atomicAnd(&${memory.name}[(at >> 5u) + 1u], ~(${mask(memory.dtype)} >> (32u - shift)));
    atomicOr(&${memory.name}[(at >> 5u) + 1u], code >> (32u - shift));
  }
}`,
    };
  }
  return {
    name, needs,
    text: `// replaces the bits of one element; threads that share a word each change their own
fn ${name}(i: i32, value: ${registerType(memory.dtype)}) {
  let shift = ${bits}u * u32(i & ${per - 1});
  atomicAnd(&${memory.name}[${shifted('i', per)}], ~(${mask(memory.dtype)} << shift));
  atomicOr(&${memory.name}[${shifted('i', per)}], ${text} << shift);
}`,
  };
}

/** `load8_A(i)`: eight consecutive elements as an array; `words` leaves them packed. */
export function vectorLoad(memory: Memory, form: MemoryForm, count: number, words: boolean): Accessor {
  const bits = bitsOf(memory.dtype);
  const packed = form.form === 'words';
  const inUnit = perUnit(memory, form);
  const units = count / inUnit;
  const name = `load${count}_${memory.name}${words ? '_words' : ''}`;
  if (packed && count * bits < 32) {
    const per = 32 / bits;
    const at = `${memory.name}[${shifted('i', per)}]`;
    const values = Array.from({ length: count }, (_, n) => field(memory.dtype, 'word', `${n}u`));
    return {
      name, needs: fieldNeeds(memory.dtype),
      text: `fn ${name}(i: i32) -> array<${registerType(memory.dtype)}, ${count}> {
  let word = ${form.atomic ? `atomicLoad(&${at})` : at} >> (${bits}u * u32(i & ${per - 1}));
  return array<${registerType(memory.dtype)}, ${count}>(${values.join(', ')});
}`,
    };
  }
  const lines = Array.from({ length: units }, (_, u) => {
    const at = `${memory.name}[${plus(shifted('i', inUnit), u)}]`;
    return `  let unit${u} = ${form.atomic ? `atomicLoad(&${at})` : at};`;
  });
  const type = words ? 'u32' : registerType(memory.dtype);
  const values = Array.from({ length: words ? (count * bits) / 32 : count }, (_, n) => {
    if (packed) {
      const word = words ? n : Math.floor((n * bits) / 32);
      const text = component(`unit${Math.floor(word / form.lanes)}`, form.lanes, word % form.lanes);
      return words ? text : field(memory.dtype, text, `${n % (32 / bits)}u`);
    }
    const text = component(`unit${Math.floor(n / form.lanes)}`, form.lanes, n % form.lanes);
    return asRegister(memory.dtype, form, text);
  });
  return { name, needs: packed && !words ? fieldNeeds(memory.dtype) : [], text: `fn ${name}(i: i32) -> array<${type}, ${values.length}> {\n${lines.join('\n')}\n  return array<${type}, ${values.length}>(${values.join(', ')});\n}` };
}

/** `load8_A_or(i, inside, fill)`: the same where `inside` holds. */
export function guardedLoad(plain: Accessor, plainName: string, type: string, length: number): Accessor {
  const name = `${plainName}_or`;
  return {
    name, needs: plain.needs,
    text: `fn ${name}(i: i32, inside: bool, fill: ${type}) -> array<${type}, ${length}> {
  if (inside) { return ${plainName}(i); }
  return array<${type}, ${length}>(${new Array<string>(length).fill('fill').join(', ')});
}`,
  };
}

/** `store8_C(i, values)`: eight consecutive elements from an array. */
export function vectorStore(memory: Memory, form: MemoryForm, count: number, words: boolean): Accessor {
  const bits = bitsOf(memory.dtype);
  const inUnit = perUnit(memory, form);
  const needs: string[] = [];
  const name = `store${count}_${memory.name}${words ? '_words' : ''}`;
  if (form.form === 'words' && count * bits < 32) {
    const per = 32 / bits;
    const made = Array.from({ length: count }, (_, n) => bitsOfValue(memory.dtype, `values[${n}]`));
    const text = made.map((m, n) => (n === 0 ? m.text : `(${m.text} << ${n * bits}u)`)).join(' | ');
    const at = `${memory.name}[${shifted('i', per)}]`;
    return {
      name, needs: made.flatMap((m) => m.needs),
      text: `// replaces the bits of ${count} elements; threads that share a word each change their own
fn ${name}(i: i32, values: array<${registerType(memory.dtype)}, ${count}>) {
  let shift = ${bits}u * u32(i & ${per - 1});
  atomicAnd(&${at}, ~(0x${(2 ** (count * bits) - 1).toString(16)}u << shift));
  atomicOr(&${at}, (${text}) << shift);
}`,
    };
  }
  const parts = form.form === 'words'
    ? Array.from({ length: (count * bits) / 32 }, (_, w) => {
      if (words) return `values[${w}]`;
      const made = wordOf(memory.dtype, Array.from({ length: 32 / bits }, (_, n) => `values[${(w * 32) / bits + n}]`));
      needs.push(...made.needs);
      return made.text;
    })
    : Array.from({ length: count }, (_, n) => asStored(memory.dtype, form, `values[${n}]`));
  const scalar = form.form === 'words' ? 'u32' : form.form === 'half' ? 'f16' : form.form === 'wide' ? valueType(memory.dtype) : memory.dtype;
  const units = count / inUnit;
  const lines = Array.from({ length: units }, (_, u) => {
    const at = `${memory.name}[${plus(shifted('i', inUnit), u)}]`;
    const value = vectorOf(scalar, parts.slice(u * form.lanes, (u + 1) * form.lanes));
    return form.atomic ? `  atomicStore(&${at}, ${value});` : `  ${at} = ${value};`;
  });
  const length = words ? (count * bits) / 32 : count;
  return { name, needs, text: `fn ${name}(i: i32, values: array<${words ? 'u32' : registerType(memory.dtype)}, ${length}>) {\n${lines.join('\n')}\n}` };
}

/** A unit's scalar as a register value, and back. */
export function asRegister(dtype: DType, form: MemoryForm, text: string): string {
  if (form.form === 'half') return `f32(${text})`;
  if (dtype === 'u32') return `bitcast<i32>(${text})`;
  return dtype === 'bool' ? `(${text} != 0)` : text;
}
export function asStored(dtype: DType, form: MemoryForm, text: string, exact = false): string {
  if (form.form === 'half') return `f16(${text})`;
  if (dtype === 'u32') return `bitcast<u32>(${text})`;
  if (dtype === 'bool') return `select(0, 1, ${text})`;
  const range = form.form === 'wide' && !exact ? integerRange(dtype) : undefined;
  return range === undefined ? text : `clamp(${text}, ${range.min}, ${range.max})`;
}
