/** Between a tensor's numbers and its bytes: bit patterns of f16 and bf16, packed elements of fewer than eight bits. */
import { bitsOf, type DType } from '../ir/dtype.ts';
import { bf16ArrayFromF32, f16ArrayFromF32, f32ArrayFromBf16, f32ArrayFromF16 } from '../runtime/float.ts';

/** Bytes of `count` elements; the last byte of a packed tensor may be half empty. */
export const bytesFor = (dtype: DType, count: number): number => Math.ceil((count * bitsOf(dtype)) / 8);

const asBytes = (array: Float32Array | Uint16Array | Int16Array | Int32Array | Uint32Array | Int8Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

export function encode(dtype: DType, values: ArrayLike<number>): Uint8Array {
  switch (dtype) {
    case 'f32': return asBytes(Float32Array.from(values));
    case 'f16': return asBytes(f16ArrayFromF32(values));
    case 'bf16': return asBytes(bf16ArrayFromF32(values));
    case 'i32': return asBytes(Int32Array.from(values));
    case 'u32': return asBytes(Uint32Array.from(values));
    case 'i16': return asBytes(Int16Array.from(values));
    case 'u16': return asBytes(Uint16Array.from(values));
    case 'i8': return asBytes(Int8Array.from(values));
    case 'u8':
    case 'bool': return Uint8Array.from(values);
    case 'int4':
    case 'uint4': return packNibbles(values);
    default: {
      const unreachable: never = dtype;
      throw new TypeError(`unknown dtype ${String(unreachable)}`);
    }
  }
}

/** The numbers that `bytes` stand for. */
export function decode(dtype: DType, bytes: Uint8Array, count: number): ArrayLike<number> {
  // Typed arrays of wider elements must begin at a multiple of their width.
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  switch (dtype) {
    case 'f32': return new Float32Array(buffer, byteOffset, count);
    case 'f16': return f32ArrayFromF16(new Uint16Array(buffer, byteOffset, count));
    case 'bf16': return f32ArrayFromBf16(new Uint16Array(buffer, byteOffset, count));
    case 'i32': return new Int32Array(buffer, byteOffset, count);
    case 'u32': return new Uint32Array(buffer, byteOffset, count);
    case 'i16': return new Int16Array(buffer, byteOffset, count);
    case 'u16': return new Uint16Array(buffer, byteOffset, count);
    case 'i8': return new Int8Array(buffer, byteOffset, count);
    case 'u8':
    case 'bool': return new Uint8Array(buffer, byteOffset, count);
    case 'int4': return Int8Array.from({ length: count }, (_, i) => (nibble(bytes, i) << 28) >> 28);
    case 'uint4': return Uint8Array.from({ length: count }, (_, i) => nibble(bytes, i));
    default: {
      const unreachable: never = dtype;
      throw new TypeError(`unknown dtype ${String(unreachable)}`);
    }
  }
}

function packNibbles(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 2));
  for (let i = 0; i < values.length; i++) bytes[i >> 1] = (bytes[i >> 1] ?? 0) | (((values[i] ?? 0) & 15) << ((i & 1) * 4));
  return bytes;
}

function nibble(bytes: Uint8Array, i: number): number {
  return ((bytes[i >> 1] ?? 0) >> ((i & 1) * 4)) & 15;
}
