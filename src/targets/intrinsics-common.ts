/** The matrix intrinsics that every target has: one multiply-add a thread, the whole tile in registers. */
import type { DType } from '../ir/dtype.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { layout } from '../ir/layout.ts';

const scalar = layout([{ bits: [], repeat: 1 }, { bits: [], repeat: 1 }]);

function fma(name: string, dtype: DType): MmaIntrinsic {
  return { name, m: 1, n: 1, k: 1, a: { dtype, layout: scalar }, b: { dtype, layout: scalar }, d: { dtype, layout: scalar }, wrapper: 'fma' };
}

/** D += A * B in f32. Operands of a narrower stored type are read as f32 first, which is exact. */
export const fmaF32 = fma('fma_1x1x1', 'f32');
/** D += A * B in i32, wrapping around. */
export const fmaI32 = fma('fma_1x1x1_i32', 'i32');

export const commonIntrinsics: readonly MmaIntrinsic[] = [fmaF32, fmaI32];
