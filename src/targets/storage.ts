/** How kernels over plain pointers and typed arrays see stored numbers: numbers that the language lacks by their bits, what is below a byte packed. */
import type { DType } from '../ir/dtype.ts';
import type { StorageType } from '../runtime/abi.ts';

export function storageOf(dtype: DType): StorageType {
  switch (dtype) {
    case 'f32': case 'i32': case 'u32': case 'i8': return dtype;
    case 'f16': case 'bf16': case 'i16': case 'u16': return 'u16';
    case 'u8': case 'bool': case 'e4m3': case 'e5m2': case 'e8m0': case 'e2m1':
    case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': return 'u8';
  }
}
