/** Between a tensor's numbers and its bytes: bit patterns of narrow floats, elements of fewer than eight bits as a stream of bits. */
import { bitsOf, integerRange, isSmallFloat, type DType } from '../ir/dtype.ts';
import { bf16ArrayFromF32, f16ArrayFromF32, f32ArrayFromBf16, f32ArrayFromF16 } from '../runtime/float.ts';
import { smallFloatCode, smallFloatValue } from './small-float.ts';

/** Bytes of `count` elements; the last byte of a packed tensor may be partly empty. */
export const bytesFor = (dtype: DType, count: number): number => Math.ceil((count * bitsOf(dtype)) / 8);

type Whole = Float32Array | Uint16Array | Int16Array | Int32Array | Uint32Array | Int8Array | Uint8Array;
const asBytes = (array: Whole): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

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
    default: return pack(dtype, values);
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
    default: return unpack(dtype, bytes, count);
  }
}

/** The same elements in `rows` equal parts that each begin at a whole byte, as rows of states do that programs fix a position of. */
export function toRows(dtype: DType, bytes: Uint8Array, count: number, rows: number): Uint8Array {
  const each = rows === 0 ? 0 : count / rows;
  if ((each * bitsOf(dtype)) % 8 === 0) return bytes;
  const values = Array.from(decode(dtype, bytes, count)), size = bytesFor(dtype, each), apart = new Uint8Array(rows * size);
  for (let r = 0; r < rows; r++) apart.set(encode(dtype, values.slice(r * each, (r + 1) * each)), r * size);
  return apart;
}

/** Of `toRows`, without the gaps. */
export function fromRows(dtype: DType, bytes: Uint8Array, count: number, rows: number): Uint8Array {
  const each = rows === 0 ? 0 : count / rows;
  if ((each * bitsOf(dtype)) % 8 === 0) return bytes;
  const size = bytesFor(dtype, each);
  return encode(dtype, Array.from({ length: rows }, (_, r) => Array.from(decode(dtype, bytes.subarray(r * size, (r + 1) * size), each))).flat());
}

/** Elements follow one another without gaps, the first in the low bits of the first byte. */
function pack(dtype: DType, values: ArrayLike<number>): Uint8Array {
  const bits = bitsOf(dtype);
  const bytes = new Uint8Array(bytesFor(dtype, values.length));
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const code = (isSmallFloat(dtype) ? smallFloatCode(dtype, value) : value) & ((1 << bits) - 1);
    const at = i * bits;
    const word = code << (at & 7);
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (word & 0xff);
    if (word > 0xff) bytes[(at >> 3) + 1] = word >> 8;
  }
  return bytes;
}

function unpack(dtype: DType, bytes: Uint8Array, count: number): Float32Array | Int32Array {
  const bits = bitsOf(dtype);
  const signed = (integerRange(dtype)?.min ?? 0) < 0;
  const at = (i: number): number => {
    const first = i * bits;
    const word = (bytes[first >> 3] ?? 0) | ((bytes[(first >> 3) + 1] ?? 0) << 8);
    const code = (word >> (first & 7)) & ((1 << bits) - 1);
    return signed ? (code << (32 - bits)) >> (32 - bits) : code;
  };
  return isSmallFloat(dtype) ? Float32Array.from({ length: count }, (_, i) => smallFloatValue(dtype, at(i))) : Int32Array.from({ length: count }, (_, i) => at(i));
}
