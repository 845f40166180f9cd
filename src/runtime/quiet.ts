/** Keeps remarks of native code off the terminal. Node only. */
import { bind, loadLibrary } from './native.ts';

/**
 * Runs `work` with the process's standard error, the file of number 2, led to nowhere: Dawn prints a warning for every driver that it looks at and does
 * not take, also where the next one does. What matters comes back as an error. Only on Linux, where koffi is installed and TDSL_DEBUG is not set.
 */
export async function quietly<T>(work: () => T): Promise<T> {
  const restore = process.platform === 'linux' && process.env['TDSL_DEBUG'] === undefined ? await silence() : undefined;
  try {
    return work();
  } finally {
    restore?.();
  }
}

async function silence(): Promise<(() => void) | undefined> {
  const koffi = await import('koffi').catch(() => undefined);
  const library = koffi === undefined ? '' : loadLibrary(koffi, ['libc.so.6', 'libc.musl-x86_64.so.1']);
  if (typeof library === 'string') return undefined;
  const libc = bind(library, { dup: ['int'], dup2: ['int', 'int'], open: ['text', 'int'], close: ['int'] });
  const kept = libc.dup(2), nowhere = libc.open('/dev/null', 1);
  if (kept < 0 || nowhere < 0) return undefined;
  libc.dup2(nowhere, 2);
  libc.close(nowhere);
  return () => {
    libc.dup2(kept, 2);
    libc.close(kept);
  };
}
