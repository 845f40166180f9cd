/** wgmma as data: 64 rows by N columns, both operands in shared memory, accumulators spread over the 128 threads of a group of four warps (PTX ISA, "wgmma.mma_async"). */
import type { DType } from '../../ir/dtype.ts';
import { bitsOf } from '../../ir/dtype.ts';
import type { MmaIntrinsic } from '../../ir/intrinsic.ts';
import { layout, parseDim, type Layout } from '../../ir/layout.ts';

/** Column counts that plans choose from; the instruction has every multiple of 8 up to 256. */
const columns = [8, 16, 32, 64, 128, 192, 256] as const;
const kinds: readonly { readonly input: DType; readonly sum: DType }[] = [{ input: 'bf16', sum: 'f32' }, { input: 'f16', sum: 'f32' }, { input: 'i8', sum: 'i32' }];
const suffix = (type: DType): string => (type === 'i8' ? 's8' : type);
/** Operands lie in shared memory, so no register holds them. */
const nowhere: Layout = layout([{ bits: [], repeat: 1 }, { bits: [], repeat: 1 }]);

export const wgmmaIntrinsics: readonly MmaIntrinsic[] = kinds.flatMap(({ input, sum }) => columns.map((n): MmaIntrinsic => {
  const k = 256 / bitsOf(input);
  const name = `wgmma_m64n${n}k${k}_${suffix(input)}`;
  return {
    name, m: 64, n, k, operands: 'shared', wrapper: name,
    a: { dtype: input, layout: nowhere }, b: { dtype: input, layout: nowhere },
    d: { dtype: sum, layout: layout([parseDim('l2 l3 l4 r1 w0 w1'), parseDim(n === 8 ? 'r0 l0 l1' : `r0 l0 l1 *${n / 8}`)]) },
  };
}));
