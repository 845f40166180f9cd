/**
 * The `.npy` format (numpy.lib.format, versions 1 to 3): `\x93NUMPY`, version, length of the header, a Python dictionary, and
 * the elements. No Node API.
 */
import { DataError } from './errors.ts';

export const npyDtypes = {
  f2: 2, f4: 4, f8: 8, i1: 1, i2: 2, i4: 4, i8: 8, u1: 1, u2: 2, u4: 4, u8: 8, b1: 1,
} as const;
export type NpyDtype = keyof typeof npyDtypes;

/** Elements in row-major order, little-endian. f2 stays as bit patterns. */
export interface NpyArray {
  readonly dtype: NpyDtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface NpyHeader {
  readonly dtype: NpyDtype;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Bytes of the elements. */
  readonly dataBytes: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Bytes from which `headerBytes` can tell. */
export const NPY_PREFIX = 12;

/**
 * Bytes before the elements, from the first `NPY_PREFIX` bytes of a file (or all of a shorter one).
 * @throws DataError TDSL0571, TDSL0572
 */
export function headerBytes(prefix: Uint8Array, file: string): number {
  if (magic.some((byte, i) => i < prefix.length && prefix[i] !== byte)) {
    throw new DataError('TDSL0571', file, 'does not begin as a .npy file', 'check that it was written by numpy.save or by tdsl');
  }
  if (prefix.length < 10) throw short(file, 10, prefix.length);
  const version = prefix[6] ?? 0;
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  if (version === 1) return 10 + view.getUint16(8, true);
  if (version !== 2 && version !== 3) throw new DataError('TDSL0572', file, `has version ${version} of the .npy format`, 'versions 1 to 3 are read');
  if (prefix.length < 12) throw short(file, 12, prefix.length);
  return 12 + view.getUint32(8, true);
}

/**
 * @param bytes the file up to the elements
 * @throws DataError TDSL0571, TDSL0572
 */
export function parseHeader(bytes: Uint8Array, file: string): NpyHeader {
  const text = new TextDecoder('latin1').decode(bytes.subarray(bytes[6] === 1 ? 10 : 12));
  const damaged = (): DataError => new DataError('TDSL0571', file, `has a damaged header: ${text.trim().slice(0, 120)}`, 'write the file again');
  const fields = /^\{(.*)\}\s*$/s.exec(text)?.[1];
  const descr = /'descr'\s*:\s*('([^']*)'|\[)/.exec(fields ?? '');
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(fields ?? '')?.[1];
  const dimensions = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(fields ?? '')?.[1];
  if (descr === null || order === undefined || dimensions === undefined) throw damaged();
  const type = /^([<>|=]?)([a-zA-Z]\d+)$/.exec(descr[2] ?? '');
  const dtype = type?.[2] ?? '';
  if (!isNpyDtype(dtype)) {
    throw new DataError('TDSL0572', file, `holds elements of type ${descr[1] ?? ''}`, `convert it: ${Object.keys(npyDtypes).join(', ')} are read`);
  }
  const shape = dimensions.split(',').map((part) => part.trim()).filter((part) => part !== '').map((part) => Number(part.replace('L', '')));
  const count = shape.reduce((a, b) => a * b, 1);
  if (!shape.every((extent) => Number.isSafeInteger(extent)) || !Number.isSafeInteger(count * 8)) throw damaged();
  return { dtype, bigEndian: type?.[1] === '>' && npyDtypes[dtype] > 1, fortranOrder: order === 'True', shape, dataBytes: count * npyDtypes[dtype] };
}

/** Elements as they stand in the file, in this program's order; `data` itself may be changed and returned. */
export function arrange(header: NpyHeader, data: Uint8Array): NpyArray {
  const { dtype, shape } = header;
  const bytes = npyDtypes[dtype];
  if (header.bigEndian) {
    for (let at = 0; at < data.length; at += bytes) data.subarray(at, at + bytes).reverse();
  }
  const moves = header.fortranOrder && shape.filter((extent) => extent > 1).length > 1;
  return { dtype, shape, data: moves ? rowMajor(data, shape, bytes) : data };
}

/** Column-major elements in row-major order. */
function rowMajor(data: Uint8Array, shape: readonly number[], bytes: number): Uint8Array {
  const out = new Uint8Array(data.length);
  // Steps in the source for each axis; the first axis is the fastest there.
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, bytes));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += bytes) {
    for (let i = 0; i < bytes; i++) out[to + i] = data[from + i] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const step = steps[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      from += step;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      from -= step * next;
    }
  }
  return out;
}

/**
 * Reads a whole file that is in memory. The elements are a copy.
 * @throws DataError TDSL0571 (with the bytes expected and found), TDSL0572
 */
export function decodeNpy(bytes: Uint8Array, file: string): NpyArray {
  const start = headerBytes(bytes.subarray(0, NPY_PREFIX), file);
  if (bytes.length < start) throw short(file, start, bytes.length);
  const header = parseHeader(bytes.subarray(0, start), file);
  checkLength(file, start + header.dataBytes, bytes.length);
  return arrange(header, bytes.slice(start));
}

/** @throws DataError TDSL0571 where a file is shorter or longer than its header says */
export function checkLength(file: string, expected: number, found: number): void {
  if (found < expected) throw short(file, expected, found);
  if (found > expected) {
    throw new DataError('TDSL0571', file, `has ${found} bytes, ${found - expected} more than its header says (${expected})`, 'keep one array in a file', { expected, found });
  }
}

function short(file: string, expected: number, found: number): DataError {
  return new DataError('TDSL0571', file, `is cut off: ${found} bytes where ${expected} are needed`, 'copy or write the file again', { expected, found });
}

/** The file's bytes, as header and elements; the elements are not copied. */
export function encodeNpy({ dtype, shape, data }: NpyArray): readonly [Uint8Array, Uint8Array] {
  const expected = shape.reduce((a, b) => a * b, npyDtypes[dtype]);
  if (data.byteLength !== expected) throw new RangeError(`${data.byteLength} bytes for ${dtype} of shape ${shape.join('×')}, which takes ${expected}`);
  const order = npyDtypes[dtype] === 1 ? '|' : '<';
  const tuple = shape.length === 1 ? `(${shape[0] ?? 0},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${order}${dtype}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // The elements start at a multiple of 64 bytes; the header ends with a line feed.
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = new TextEncoder().encode(`          ${text.padEnd(total - 11)}\n`);
  header.set([...magic, 1, 0, (total - 10) & 0xff, (total - 10) >> 8]);
  return [header, data];
}

export function isNpyDtype(name: string): name is NpyDtype {
  return Object.hasOwn(npyDtypes, name);
}

export type NpyValues =
  | Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** The elements as a typed array on the same memory (a copy where it is not aligned); f2 as bit patterns, b1 as 0 and 1. */
export function npyValues({ dtype, data }: NpyArray): NpyValues {
  const aligned = data.byteOffset % npyDtypes[dtype] === 0 ? data : data.slice();
  const { buffer, byteOffset } = aligned;
  const length = aligned.byteLength / npyDtypes[dtype];
  switch (dtype) {
    case 'f2':
    case 'u2': return new Uint16Array(buffer, byteOffset, length);
    case 'f4': return new Float32Array(buffer, byteOffset, length);
    case 'f8': return new Float64Array(buffer, byteOffset, length);
    case 'i1': return new Int8Array(buffer, byteOffset, length);
    case 'i2': return new Int16Array(buffer, byteOffset, length);
    case 'i4': return new Int32Array(buffer, byteOffset, length);
    case 'i8': return new BigInt64Array(buffer, byteOffset, length);
    case 'u1':
    case 'b1': return new Uint8Array(buffer, byteOffset, length);
    case 'u4': return new Uint32Array(buffer, byteOffset, length);
    case 'u8': return new BigUint64Array(buffer, byteOffset, length);
    default: {
      const unreachable: never = dtype;
      throw new TypeError(`unknown element type ${String(unreachable)}`);
    }
  }
}
