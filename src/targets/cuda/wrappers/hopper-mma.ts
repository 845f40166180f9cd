/** One wrapper a wgmma, made from the table when a kernel asks for it, and the fences and waits around them. */
import { bitsOf, type DType } from '../../../ir/dtype.ts';
import { registerCount } from '../../../ir/layout.ts';
import { fragmentWords } from '../intrinsics.ts';
import { wgmmaIntrinsic, type Wgmma } from '../wgmma.ts';
import { device, FN, type Wrapper } from './wrapper.ts';

/**
 * Bits of the descriptor (PTX ISA, "Matrix Descriptor Format"): address / 16 from 0, the distance between panels / 16 from 16 (unused where k is consecutive), that
 * between groups of eight rows / 16 from 32, from 62 the swizzle: 1, 2, 3 for rows of 128, 64, 32 bytes.
 */
export const wgmmaWrappers: readonly Wrapper[] = [
  device('matrix_descriptor', 'an operand of wgmma in shared memory: swizzled rows of W bytes; PANEL bytes from panel to panel, 0 where k is consecutive', `
template <int W, int PANEL> ${FN} unsigned long long matrix_descriptor(const void* at) {
  static_assert(W == 128 || W == 64 || W == 32, "swizzled rows have 128, 64 or 32 bytes");
  return (W == 128 ? 1ull : W == 64 ? 2ull : 3ull) << 62 | (unsigned long long)(W / 2) << 32 | (unsigned long long)(PANEL / 16) << 16 | (shared_address(at) & 0x3ffffu) >> 4;
}`, ['shared_address']),
  device('wgmma_fence', 'before the first product of a group: accumulators and operands in registers are written', `
${FN} void wgmma_fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }`),
  device('wgmma_commit', 'closes a group of products', `
${FN} void wgmma_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }`),
  device('wgmma_wait', 'waits until at most N of the newest groups of products run', `
template <int N> ${FN} void wgmma_wait() { asm volatile("wgmma.wait_group.sync.aligned %0;" :: "n"(N) : "memory"); }`),
  ...([['wgmma_hold', 'float', 'f'], ['wgmma_hold_i32', 'int', 'r']] as const).map(([name, type, letter]) => device(name, 'no code: the compiler moves no use of these COUNT accumulators across this line', `
template <int COUNT> ${FN} void ${name}(${type}* d) {
#pragma unroll
  for (int n = 0; n < COUNT; n++) asm volatile("" : "+${letter}"(d[n]) :: "memory");
}`)),
  ...([['eight_sums', 'f'], ['eight_sums_i32', 'r']] as const).map(([name, letter]) => device(name, 'eight accumulators from n on, as operands that an instruction adds to', `
#define ${name}(n) ${Array.from({ length: 8 }, (_, n) => `"+${letter}"(d[n${n === 0 ? '' : ` + ${n}`}])`).join(', ')}`)),
];

/** Lines of so many; commas end them. */
function lines(items: readonly string[], most: number, open: string, comma: string, close: string): string {
  const rows: string[] = [];
  for (let n = 0; n < items.length; n += most) rows.push(`${open}${items.slice(n, n + most).join(', ')}${n + most < items.length ? comma : ''}${close}`);
  return rows.join('\n');
}

/** C type of an accumulator register. */
export const wgmmaAccumulator = (mma: Wgmma): 'float' | 'int' => (mma.d.dtype === 'i32' ? 'int' : 'float');
const sumsOf = (mma: Wgmma): string => (wgmmaAccumulator(mma) === 'int' ? 'eight_sums_i32' : 'eight_sums');
/** What holds accumulators of this type in their registers. */
export const wgmmaHold = (dtype: DType): string => (dtype === 'i32' ? 'wgmma_hold_i32' : 'wgmma_hold');

function text(mma: Wgmma): string {
  const count = registerCount(mma.d.layout);
  const inRegisters = mma.shared.a === 'registers';
  // Elements of 32 bits are registers as they are.
  const isWhole = bitsOf(mma.a.dtype) === 32;
  const words = inRegisters ? fragmentWords(mma.a) : 1;
  const type = wgmmaAccumulator(mma);
  const numbers = (length: number, from: number): string[] => Array.from({ length }, (_, n) => `%${from + n}`);
  const a = numbers(words, count);
  const both = mma.shared.bMajor.length > 1;
  const at = { b: count + words, add: count + words + 1, major: count + words + 2 };
  const majors = both ? (inRegisters ? `, %${at.major}` : `, %${at.major}, %${at.major + 1}`) : '';
  const tail = `${inRegisters ? `{${a.join(', ')}}` : a[0]!}, %${at.b}, p${type === 'int' ? '' : ', 1, 1'}${majors}; }`;
  const operands = [
    ...(inRegisters ? Array.from({ length: words }, (_, n) => (isWhole ? `"r"(__float_as_uint(a[${n}]))` : `"r"(a[${n}])`)) : ['"l"(matrix_descriptor<A_W, A_PANEL>(a))']), '"l"(matrix_descriptor<B_W, B_PANEL>(b))', '"r"(add)',
    ...(both ? [...(inRegisters ? [] : ['"n"(A_PANEL != 0)']), '"n"(B_PANEL != 0)'] : []),
  ];
  // The least instruction has four accumulators; the others have a multiple of four.
  const eights = Math.floor(count / 8);
  const accumulators = [
    ...Array.from({ length: eights }, (_, n) => `${sumsOf(mma)}(${8 * n})`), ...Array.from({ length: count % 8 }, (_, n) => `"+${type === 'int' ? 'r' : 'f'}"(d[${8 * eights + n}])`),
  ];
  return `
template <${inRegisters ? '' : 'int A_W, int A_PANEL, '}int B_W, int B_PANEL>
${FN} void ${mma.wrapper}(${type}* d, const ${inRegisters ? (isWhole ? 'float' : 'unsigned') : 'void'}* a, const void* b, int add = 1) {
${both ? '' : `  static_assert(${inRegisters ? '' : 'A_PANEL == 0 && '}B_PANEL == 0, "k must be consecutive");\n`}  asm volatile("{ .reg .pred p; setp.ne.b32 p, %${at.add}, 0;\\n"
    "${mma.instruction} {"
${lines(numbers(count, 0), 32, '    "', ', ', '"')}
    "}, ${tail}"
${lines(accumulators, 8, '      ', ',', '').replace('      ', '    : ')}
    : ${operands.join(', ')});
}`;
}

const made = new Map<string, Wrapper>();

/** The wrapper of the wgmma of that name; undefined where there is no such instruction. */
export function wgmmaWrapper(name: string): Wrapper | undefined {
  const known = made.get(name);
  const mma = wgmmaIntrinsic(name);
  if (known !== undefined || mma === undefined) return known;
  const where = mma.shared.a === 'registers' ? 'A in registers, B in shared memory' : 'both in shared memory';
  const wrapper = device(name, `d += a * b, or a * b where add is 0: ${mma.m} x ${mma.k} times ${mma.k} x ${mma.n} by a warpgroup, ${mma.a.dtype} with sums in ${mma.d.dtype}; ${where}`, text(mma), ['matrix_descriptor', ...(registerCount(mma.d.layout) < 8 ? [] : [sumsOf(mma)])]);
  made.set(name, wrapper);
  return wrapper;
}
