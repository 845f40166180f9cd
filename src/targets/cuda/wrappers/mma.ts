/** One wrapper a matrix intrinsic, made from the table: register arrays in, accumulators updated in place. */
import type { DType } from '../../../ir/dtype.ts';
import { fragmentWords, mmaIntrinsics, type CudaMma } from '../intrinsics.ts';
import { device, FN, type Wrapper } from './wrapper.ts';

/** The C type of an accumulator register; 16-bit accumulators stand two in a word. */
export function accumulatorType(dtype: DType): 'float' | 'int' | 'unsigned' {
  return dtype === 'f32' ? 'float' : dtype === 'i32' ? 'int' : 'unsigned';
}

function wrapper(mma: CudaMma): Wrapper {
  const [a, b, d] = [fragmentWords(mma.a), fragmentWords(mma.b), fragmentWords(mma.d)];
  const type = accumulatorType(mma.d.dtype);
  const list = (count: number, from: number): string => `{${Array.from({ length: count }, (_, n) => `%${from + n}`).join(', ')}}`;
  const operands = (name: string, count: number, constraint: string): string => Array.from({ length: count }, (_, n) => `"${constraint}"(${name}[${n}])`).join(', ');
  return device(mma.wrapper, `d += a * b: ${mma.m} x ${mma.k} times ${mma.k} x ${mma.n}, ${mma.a.dtype} with sums in ${mma.d.dtype}`, `
${FN} void ${mma.wrapper}(${type}* d, const unsigned* a, const unsigned* b) {
  asm("${mma.instruction} ${list(d, 0)}, ${list(a, d)}, ${list(b, d + a)}, ${list(d, 0)};"
    : ${operands('d', d, type === 'float' ? '+f' : '+r')}
    : ${operands('a', a, 'r')}, ${operands('b', b, 'r')});
}`);
}

export const mmaWrappers: readonly Wrapper[] = mmaIntrinsics.map(wrapper);
