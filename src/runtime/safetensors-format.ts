/**
 * The `.safetensors` format: the length of a JSON header in eight bytes, the header, and the elements of all tensors without gaps, row by row,
 * little-endian (https://github.com/huggingface/safetensors, section "Format"). No Node API.
 */
import { DataError, messageOf } from './errors.ts';

/** Bits of one element. */
export const safetensorsDtypes = {
  BOOL: 8, U8: 8, I8: 8, F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, I16: 16, U16: 16, F16: 16, BF16: 16, I32: 32, U32: 32, F32: 32, F64: 64, I64: 64, U64: 64,
} as const;
export type SafetensorsDtype = keyof typeof safetensorsDtypes;

/** One tensor of a file: its bytes lie from `begin` up to `end`, counted from the start of the file. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Bytes before the header. */
export const SAFETENSORS_PREFIX = 8;
/** The format's own limit of a header; more is damage, not data. */
const MOST_HEADER = 100_000_000;

/**
 * Length of the header in bytes, from the first eight bytes of a file of `fileBytes`.
 * @throws DataError TDSL0571
 */
export function safetensorsHeaderBytes(prefix: Uint8Array, file: string, fileBytes: number): number {
  if (prefix.length < SAFETENSORS_PREFIX) throw new DataError('TDSL0571', file, `is cut off: ${prefix.length} bytes where ${SAFETENSORS_PREFIX} are needed`, 'copy or download the file again', { expected: SAFETENSORS_PREFIX, found: prefix.length });
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > MOST_HEADER) throw new DataError('TDSL0571', file, 'does not begin as a .safetensors file', 'check that it is one; a Git LFS pointer in its place is a short text file');
  if (SAFETENSORS_PREFIX + length > fileBytes) throw new DataError('TDSL0571', file, `is cut off: ${fileBytes} bytes where the header alone takes ${SAFETENSORS_PREFIX + length}`, 'copy or download the file again', { expected: SAFETENSORS_PREFIX + length, found: fileBytes });
  return length;
}

/**
 * The tensors of a file by name, in the order of their bytes, and its free-form metadata.
 * @param header the JSON text
 * @throws DataError TDSL0571 where it is damaged or the file is shorter than it says, TDSL0572 for unknown element types
 */
export function parseSafetensors(header: Uint8Array, file: string, fileBytes: number): { readonly entries: ReadonlyMap<string, SafetensorsEntry>; readonly metadata: Readonly<Record<string, string>> } {
  const damaged = (why: string): DataError => new DataError('TDSL0571', file, why, 'copy or download the file again');
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch (cause) {
    throw damaged(`has a header that is no JSON: ${messageOf(cause)}`);
  }
  if (!isRecord(parsed)) throw damaged('has a header that is no object');
  const start = SAFETENSORS_PREFIX + header.length;
  const entries: SafetensorsEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') {
      if (isRecord(value)) metadata = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, String(v)]));
      continue;
    }
    if (!isRecord(value)) throw damaged(`describes tensor ${name} by no object`);
    const { dtype, shape, data_offsets: offsets } = value;
    if (typeof dtype !== 'string' || !isNumbers(shape) || !isNumbers(offsets) || offsets.length !== 2) throw damaged(`describes tensor ${name} without dtype, shape or data_offsets`);
    if (!isSafetensorsDtype(dtype)) throw new DataError('TDSL0572', file, `holds tensor ${name} of element type ${dtype}`, `convert it: ${Object.keys(safetensorsDtypes).join(', ')} are read`);
    const [from = 0, to = 0] = offsets;
    const expected = (shape.reduce((a, b) => a * b, 1) * safetensorsDtypes[dtype]) / 8;
    if (to - from !== expected) throw damaged(`gives tensor ${name} of ${dtype}[${shape.join(', ')}] ${to - from} bytes, which takes ${expected}`);
    entries.push({ name, dtype, shape, begin: start + from, end: start + to });
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = start;
  for (const e of entries) {
    if (e.begin !== at) throw damaged(`has ${e.begin < at ? 'overlapping tensors' : 'a gap'} before tensor ${e.name}`);
    at = e.end;
  }
  if (fileBytes < at) {
    const first = entries.find((e) => e.end > fileBytes);
    throw new DataError('TDSL0571', file, `is cut off within tensor ${first?.name ?? ''}: ${fileBytes} bytes where ${at} are needed`, 'copy or download the file again', { expected: at, found: fileBytes });
  }
  if (fileBytes > at) throw new DataError('TDSL0571', file, `has ${fileBytes} bytes, ${fileBytes - at} more than its header says (${at})`, 'copy or download the file again', { expected: at, found: fileBytes });
  return { entries: new Map(entries.map((e) => [e.name, e])), metadata };
}

export interface SafetensorsTensor {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** The file's bytes in parts: prefix and header, then the tensors, which are not copied. */
export function encodeSafetensors(tensors: readonly SafetensorsTensor[], metadata: Readonly<Record<string, string>> = {}): readonly Uint8Array[] {
  const header: Record<string, unknown> = Object.keys(metadata).length === 0 ? {} : { __metadata__: metadata };
  let at = 0;
  for (const { name, dtype, shape, data } of tensors) {
    const expected = (shape.reduce((a, b) => a * b, 1) * safetensorsDtypes[dtype]) / 8;
    if (data.byteLength !== expected) throw new RangeError(`${data.byteLength} bytes for ${name}, ${dtype} of shape [${shape.join(', ')}], which takes ${expected}`);
    if (Object.hasOwn(header, name)) throw new RangeError(`two tensors have the name ${name}`);
    header[name] = { dtype, shape, data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // The elements begin at a multiple of eight bytes: spaces are legal after JSON.
  const padded = new Uint8Array(SAFETENSORS_PREFIX + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - SAFETENSORS_PREFIX), true);
  padded.set(text, SAFETENSORS_PREFIX);
  return [padded, ...tensors.map(({ data }) => data)];
}

export function isSafetensorsDtype(name: string): name is SafetensorsDtype {
  return Object.hasOwn(safetensorsDtypes, name);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n: unknown) => Number.isSafeInteger(n) && Number(n) >= 0);
}
