/** Dtypes by the names that other languages and libraries have for them, for those who write one here. */
import type { DType } from '../ir/dtype.ts'

const elsewhere: Readonly<Partial<Record<DType, string>>> = {
  // The widest there are: 64 bits are not among the dtypes.
  f32: 'float float32 fp32 single real double float64 fp64 f64', f16: 'half float16 fp16', bf16: 'bfloat16 bfloat brain', i32: 'int int32 integer long int64 i64 index', u32: 'uint uint32 unsigned size_t uint64 u64',
  i16: 'short int16', u16: 'ushort uint16', i8: 'char int8 sbyte', u8: 'uchar uint8 byte', int4: 'i4 s4', uint4: 'u4', bool: 'boolean bit',
}
const meant = new Map(Object.entries(elsewhere).flatMap(([dtype, names]) => names.split(' ').map((name) => [name, dtype] as const)))

/** What the dtype is called here, or undefined. */
export const dtypeElsewhere = (name: string): string | undefined => meant.get(name.toLowerCase())
