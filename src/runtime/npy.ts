/** `.npy` files on disk, with a sidecar for element types that numpy does not have. Node only. */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, unlinkSync } from 'node:fs';
import { writeFileAtomic } from './atomic-write.ts';
import { DataError, messageOf, reasonOf } from './errors.ts';
import { arrange, checkLength, encodeNpy, headerBytes, NPY_PREFIX, parseHeader, type NpyArray } from './npy-format.ts';

/**
 * What `FILE.npy.json` says of an array that is stored in a wider or plainer type: bf16 as u2 bit patterns, packed elements of
 * fewer than eight bits as u1.
 */
export interface NpySidecar {
  /** Logical type: `bf16`, `int4`, … */
  readonly dtype: string;
  /** Logical shape. */
  readonly shape: readonly number[];
  /** How elements share bytes, e.g. `low-first`; null where each has bytes of its own. */
  readonly packing: string | null;
}

export interface NpyFile extends NpyArray {
  readonly sidecar?: NpySidecar;
}

export function sidecarPath(file: string): string {
  return `${file}.json`;
}

/**
 * Reads `file` and, where it exists, its sidecar.
 * @throws DataError TDSL0570 (cannot be read), TDSL0571 (damaged; with the bytes expected and found), TDSL0572 (unsupported)
 */
export function readNpy(file: string): NpyFile {
  const handle = unlessRefused(file, () => openSync(file, 'r'));
  try {
    const found = unlessRefused(file, () => fstatSync(handle).size);
    const prefix = read(handle, file, 0, Math.min(NPY_PREFIX, found));
    const start = headerBytes(prefix, file);
    checkLength(file, start, Math.min(start, found));
    const header = parseHeader(read(handle, file, 0, start), file);
    checkLength(file, start + header.dataBytes, found);
    const array = arrange(header, read(handle, file, start, header.dataBytes));
    const sidecar = readSidecar(file);
    return sidecar === undefined ? array : { ...array, sidecar };
  } finally {
    closeSync(handle);
  }
}

/**
 * Writes `file` and its sidecar, or removes a sidecar of former contents.
 * @throws DataError TDSL0573
 */
export function writeNpy(file: string, array: NpyFile): void {
  const parts = encodeNpy(array);
  const sidecar = sidecarPath(file);
  // A stale description must never stand beside new contents.
  if (existsSync(sidecar)) unlessRefused(sidecar, () => unlinkSync(sidecar), 'TDSL0573');
  writeFileAtomic(file, parts);
  if (array.sidecar !== undefined) {
    const { dtype, shape, packing } = array.sidecar;
    writeFileAtomic(sidecar, `${JSON.stringify({ dtype, shape, packing })}\n`);
  }
}

function readSidecar(file: string): NpySidecar | undefined {
  const path = sidecarPath(file);
  if (!existsSync(path)) return undefined;
  const text = unlessRefused(path, () => readFileSync(path, 'utf8'));
  const damaged = (why: string): DataError => new DataError('TDSL0571', path, why, 'it holds {"dtype": …, "shape": […], "packing": … or null}; write it again or remove it');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(`is no JSON: ${messageOf(cause)}`);
  }
  if (typeof value !== 'object' || value === null) throw damaged('is no object');
  const { dtype, shape, packing = null } = value as Readonly<Record<string, unknown>>;
  if (typeof dtype !== 'string') throw damaged('gives no dtype');
  if (!Array.isArray(shape) || !shape.every((extent: unknown): extent is number => Number.isSafeInteger(extent) && Number(extent) >= 0)) throw damaged('gives no shape');
  if (packing !== null && typeof packing !== 'string') throw damaged('gives a packing that is no text');
  return { dtype, shape, packing };
}

function read(handle: number, file: string, from: number, length: number): Uint8Array {
  const bytes = unlessRefused(file, () => new Uint8Array(length));
  for (let done = 0; done < length; ) {
    // One call reads at most 2 GiB.
    const got = unlessRefused(file, () => readSync(handle, bytes, done, Math.min(length - done, 1 << 30), from + done));
    if (got === 0) checkLength(file, from + length, from + done);
    done += got;
  }
  return bytes;
}

function unlessRefused<T>(file: string, action: () => T, code: 'TDSL0570' | 'TDSL0573' = 'TDSL0570'): T {
  try {
    return action();
  } catch (cause) {
    const isMissing = code === 'TDSL0570' && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new DataError(code, file, isMissing ? 'there is no such file' : reasonOf(cause), isMissing ? 'check the path' : 'check the path and its permissions');
  }
}
