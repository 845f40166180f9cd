/** Files that are either whole or not there. Node only. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DataError, reasonOf } from './errors.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Temporary files of writes under way. */
const underWay = new Set<string>();
let watchers = 0;
let counter = 0;

/**
 * Writes a file under a temporary name in the same folder, then renames it: a reader sees the old file or the new one. Folders
 * on the way are made. The temporary file is removed on failure and when the process ends early, by a signal too.
 * @throws DataError TDSL0573 where the file system refuses; what `parts` throws itself
 */
export function writeFileAtomic(file: string, parts: string | Uint8Array | Iterable<Uint8Array>): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.${counter++}.tmp`);
  const stopWatching = watch();
  underWay.add(temporary);
  try {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(temporary, 'wx');
    try {
      if (typeof parts === 'string') writeAll(handle, new TextEncoder().encode(parts));
      else for (const part of parts instanceof Uint8Array ? [parts] : parts) writeAll(handle, part);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (cause) {
    remove(temporary);
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new DataError('TDSL0573', file, reasonOf(cause), 'check the path, the permissions and the free space');
  } finally {
    underWay.delete(temporary);
    stopWatching();
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  // One call may write less than asked for, and at most 2 GiB.
  for (let done = 0; done < bytes.byteLength; ) done += writeSync(handle, bytes, done, Math.min(bytes.byteLength - done, 1 << 30));
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It was never made, or is gone.
  }
}

function removeAll(): void {
  underWay.forEach(remove);
}

/** Takes the signal once the write is over, then lets it end the process as it would have. */
function onSignal(signal: NodeJS.Signals): void {
  removeAll();
  for (const name of signals) process.removeListener(name, onSignal);
  // Another listener, of the command line for one, decides itself.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

/** Listens as long as a write is under way, and until signals that came meanwhile were delivered. */
function watch(): () => void {
  if (watchers++ === 0) {
    process.on('exit', removeAll);
    for (const name of signals) process.on(name, onSignal);
  }
  const stop = (): void => {
    if (--watchers > 0) return;
    process.removeListener('exit', removeAll);
    for (const name of signals) process.removeListener(name, onSignal);
  };
  // The event loop delivers signals when it polls, which it has surely done by the second immediate.
  return () => void setImmediate(() => setImmediate(stop));
}
