/** Where results go: files whole or not at all; devices and pipes as they are. */
import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../runtime/atomic-write.ts';
import { DataError, reasonOf } from '../runtime/errors.ts';

const hint = 'check the path, the permissions and the free space';

/** True for what a rename would replace but must not: `/dev/stdout`, a pipe. */
export function isSpecial(path: string): boolean {
  try {
    const stat = statSync(path);
    return !stat.isFile() && !stat.isDirectory();
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** @throws DataError TDSL0573 */
export function writeOutput(path: string, parts: string | Uint8Array | readonly Uint8Array[]): void {
  if (isSpecial(path)) {
    writeThrough(path, typeof parts === 'string' ? [new TextEncoder().encode(parts)] : parts instanceof Uint8Array ? [parts] : parts);
    return;
  }
  makeFolder(dirname(path), path);
  writeFileAtomic(path, parts);
}

function writeThrough(path: string, parts: readonly Uint8Array[]): void {
  try {
    const handle = openSync(path, 'w');
    try {
      for (const part of parts) for (let done = 0; done < part.byteLength;) done += writeSync(handle, part, done);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw new DataError('TDSL0573', path, reasonOf(cause), hint);
  }
}

/**
 * Makes a folder for `file`, one level after the other: Node's recursive mkdir never ends where a file system answers ENOENT to every attempt, as /proc does.
 * @throws DataError TDSL0573
 */
export function makeFolder(folder: string, file: string): void {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent, file);
  try {
    mkdirSync(folder);
  } catch (cause) {
    if (isFolder(folder)) return;
    throw new DataError('TDSL0573', file, reasonOf(cause), hint);
  }
}
