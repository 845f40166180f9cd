/**
 * Ctrl-C. While text is compiled nothing is on disk yet, so the signal may end the process at once. Files of one compilation belong
 * together: while they are written the signal waits.
 */
import { exit, stop } from './outcome.ts';

/** Runs `write` without interruption; a signal that came meanwhile then ends the command with 130. */
export async function uninterrupted<T>(write: () => T): Promise<T> {
  let asked = false;
  const remember = (): void => { asked = true; };
  process.on('SIGINT', remember);
  process.on('SIGTERM', remember);
  try {
    const result = write();
    // Signals arrive through the event loop: one turn lets those of the meantime in.
    await new Promise((resolve) => setImmediate(resolve));
    if (asked) throw stop(exit.interrupted, 'TDSL0500', { text: 'interrupted' });
    return result;
  } finally {
    process.off('SIGINT', remember);
    process.off('SIGTERM', remember);
  }
}

/** Waits for Ctrl-C. The listeners stay: a write under way lets the signal end the process where nobody listens any more (`runtime/atomic-write.ts`). */
export function interruption(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve());
    process.on('SIGTERM', () => resolve());
  });
}
