/**
 * The matrix instructions of the GPU targets, declared in the language as any user's would be: meaning, operand types, and where operands lie. Layouts are bits of a
 * coordinate, least significant first: `r` register, `l` lane, `w` warp, `*` repeated in further registers. The tables that emission uses (targets/) say the
 * same, which a test compares.
 *
 * A compilation reads the declarations of the instructions it considers and no others.
 */
import { parse } from '../../grammar/parse.ts';
import { CompilerBug } from '../diagnostics/bug.ts';
import { type Intrinsic, readHardware } from './declare.ts';

/** One multiply-add, the whole tile in registers: every target has it. */
const multiplyAdds = (['f32', 'i32'] as const).map((type) => `
/// One multiply-add of a thread.
intrinsic fma_1x1x1${type === 'f32' ? '' : '_i32'} for wgsl {
  D[i: 1, j: 1] += sum(k: 1) A[i, k] * B[k, j]
  A: ${type} in registers
  B: ${type} in registers
  D: ${type} in registers
}`);

const mma = [`
/// sm_80: a warp's product of two f16 fragments, summed in f32.
intrinsic mma_m16n8k16_f16 for cuda(sm_80) {
  D[i: 16, j: 8] += sum(k: 16) A[i, k] * B[k, j]
  A: f16 in registers { i = l2 l3 l4 r1; k = r0 l0 l1 r2 }
  B: f16 in registers { k = r0 l0 l1 r1; j = l2 l3 l4 }
  D: f32 in registers { i = l2 l3 l4 r1; j = r0 l0 l1 }
}`, `
/// The same, summed in f16: only for sums that the program asks to have in f16.
intrinsic mma_m16n8k16_f16_sum16 for cuda(sm_80) {
  D[i: 16, j: 8] += sum<f16>(k: 16) A[i, k] * B[k, j]
  A: f16 in registers { i = l2 l3 l4 r1; k = r0 l0 l1 r2 }
  B: f16 in registers { k = r0 l0 l1 r1; j = l2 l3 l4 }
  D: f16 in registers { i = l2 l3 l4 r1; j = r0 l0 l1 }
}`, `
intrinsic mma_m16n8k16_bf16 for cuda(sm_80) {
  D[i: 16, j: 8] += sum(k: 16) A[i, k] * B[k, j]
  A: bf16 in registers { i = l2 l3 l4 r1; k = r0 l0 l1 r2 }
  B: bf16 in registers { k = r0 l0 l1 r1; j = l2 l3 l4 }
  D: f32 in registers { i = l2 l3 l4 r1; j = r0 l0 l1 }
}`, `
/// Operands are f32 in registers of which the instruction reads 10 fraction bits (tf32): only for operands that are narrower.
intrinsic mma_m16n8k8_tf32 for cuda(sm_80) {
  D[i: 16, j: 8] += sum(k: 8) A[i, k] * B[k, j]
  A: f32 in registers { i = l2 l3 l4 r0; k = l0 l1 r1 }
  B: f32 in registers { k = l0 l1 r0; j = l2 l3 l4 }
  D: f32 in registers { i = l2 l3 l4 r1; j = r0 l0 l1 }
}`, `
intrinsic mma_m16n8k32_s8 for cuda(sm_80) {
  D[i: 16, j: 8] += sum(k: 32) A[i, k] * B[k, j]
  A: i8 in registers { i = l2 l3 l4 r2; k = r0 r1 l0 l1 r3 }
  B: i8 in registers { k = r0 r1 l0 l1 r2; j = l2 l3 l4 }
  D: i32 in registers { i = l2 l3 l4 r1; j = r0 l0 l1 }
}`];

/** sm_90a: a warpgroup's product; B lies in shared memory, A there or (`_ra`) in registers. One declaration for every number of columns. */
const warpgroup: readonly { readonly suffix: string; readonly type: string; readonly k: number; readonly sum: string; readonly a: string; /** How exactly sums are kept, where not as their type says. */ readonly acc?: string }[] = [
  { suffix: 'bf16', type: 'bf16', k: 16, sum: 'f32', a: 'i = l2 l3 l4 r1 w0 w1; k = r0 l0 l1 r2' },
  { suffix: 'f16', type: 'f16', k: 16, sum: 'f32', a: 'i = l2 l3 l4 r1 w0 w1; k = r0 l0 l1 r2' },
  { suffix: 's8', type: 'i8', k: 32, sum: 'i32', a: 'i = l2 l3 l4 r2 w0 w1; k = r0 r1 l0 l1 r3' },
  // Hopper adds products of 8-bit floats with 14 bits (DeepSeek-AI, "DeepSeek-V3 technical report", 2024, section 3.3.2): more than f16 has, less than f32.
  { suffix: 'e4m3', type: 'e4m3', k: 32, sum: 'f32', acc: 'f16', a: 'i = l2 l3 l4 r2 w0 w1; k = r0 r1 l0 l1 r3' },
  { suffix: 'tf32', type: 'f32', k: 8, sum: 'f32', a: 'i = l2 l3 l4 r0 w0 w1; k = l0 l1 r1' },
];
const columns = [8, 16, 32, 64, 128, 192, 224, 256];

function wgmmaText({ suffix, type, k, sum, a, acc }: (typeof warpgroup)[number], n: number, place: 'shared' | 'registers'): string {
  return `
intrinsic wgmma_m64n${n}k${k}_${suffix}${place === 'registers' ? '_ra' : ''} for cuda(sm_90a) {
  D[i: 64, j: ${n}] += sum${acc === undefined ? '' : `<${acc}>`}(k: ${k}) A[i, k] * B[k, j]
  A: ${type} in ${place}${place === 'registers' ? ` { ${a} }` : ''}
  B: ${type} in shared
  D: ${sum} in registers { i = l2 l3 l4 r1 w0 w1; j = r0 l0 l1${n === 8 ? '' : ' *'} }
}`;
}

const nameIn = (text: string): string => /intrinsic (\w+) for/.exec(text)?.[1] ?? '';
/** Declarations by name: those that plans choose from. */
const texts: ReadonlyMap<string, string> = new Map([...multiplyAdds, ...mma, ...warpgroup.flatMap((w) => columns.map((n) => wgmmaText(w, n, 'shared')))].map((t) => [nameIn(t), t]));
export const gpuIntrinsicNames: readonly string[] = [...texts.keys()];

/** The text of a declaration; wgmma has one for every number of columns, so any name of its form has. */
function textOf(name: string): string | undefined {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const [, n, suffix, ra] = /^wgmma_m64n(\d+)k\d+_([a-z0-9]+?)(_ra)?$/.exec(name) ?? [];
  const family = warpgroup.find((w) => w.suffix === suffix);
  const text = family && wgmmaText(family, Number(n), ra === undefined ? 'shared' : 'registers');
  return text !== undefined && nameIn(text) === name ? text : undefined;
}

const read = new Map<string, Intrinsic | undefined>();
/** What is declared of an instruction; undefined where nothing is. */
export function gpuIntrinsic(name: string): Intrinsic | undefined {
  if (read.has(name)) return read.get(name);
  const text = textOf(name);
  const found = text === undefined ? undefined : intrinsicsIn(text)[0];
  read.set(name, found);
  return found;
}

export const GPU_LIBRARY_FILE = 'gpu.tdsl';
export const gpuLibraryText = [...texts.values()].join('\n').trimStart();
let all: readonly Intrinsic[] | undefined;
/** Every instruction that plans choose from. */
export const gpuIntrinsics = (): readonly Intrinsic[] => (all ??= intrinsicsIn(gpuLibraryText));

function intrinsicsIn(text: string): readonly Intrinsic[] {
  const { ast, diagnostics } = parse(text, GPU_LIBRARY_FILE);
  const hardware = readHardware(ast);
  const first = [...diagnostics, ...hardware.diagnostics][0];
  if (first !== undefined) throw new CompilerBug(`the library of GPU instructions: ${first.message}`);
  return hardware.intrinsics;
}
