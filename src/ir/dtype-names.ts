/** Dtypes by the names that other languages and libraries have for them, for those who write one here. */
import type { DType } from './dtype.ts'

const elsewhere: Readonly<Partial<Record<DType, string>>> = {
  // The widest there are: 64 bits are not among the dtypes.
  f32: 'float float32 fp32 single real double float64 fp64 f64', f16: 'half float16 fp16', bf16: 'bfloat16 bfloat brain', i32: 'int int32 integer long int64 i64 index', u32: 'uint uint32 unsigned size_t uint64 u64',
  i16: 'short int16', u16: 'ushort uint16', i8: 'char int8 sbyte', u8: 'uchar uint8 byte', int4: 'i4 s4', uint4: 'u4', bool: 'boolean bit',
  // Names of the OCP formats in PyTorch, ONNX and CUDA, and what people say.
  e4m3: 'fp8 f8 float8 e4m3fn fp8e4m3 fp8_e4m3 f8e4m3 f8e4m3fn float8e4m3fn float8_e4m3 float8_e4m3fn', e5m2: 'fp8e5m2 fp8_e5m2 f8e5m2 float8e5m2 float8_e5m2',
  e2m1: 'fp4 f4 float4 e2m1fn fp4e2m1 fp4_e2m1 f4e2m1fn float4_e2m1 float4_e2m1fn', e8m0: 'ue8m0 e8m0fnu f8e8m0 f8e8m0fnu float8_e8m0 float8_e8m0fnu',
}
const meant = new Map(Object.entries(elsewhere).flatMap(([dtype, names]) => names.split(' ').map((name) => [name, dtype] as const)))

/** What the dtype is called here, or undefined. */
export const dtypeElsewhere = (name: string): string | undefined => meant.get(name.toLowerCase())
