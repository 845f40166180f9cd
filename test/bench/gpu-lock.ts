/** Several processes compile at once; one at a time uses the device, so that no time is disturbed by another. A folder is the lock: making it is atomic. */
import { mkdirSync, rmSync, statSync } from 'node:fs';

/** A holder that is gone leaves the folder; after this long it is nobody's. */
const staleMs = 20_000;

export async function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      mkdirSync(folder);
      break;
    } catch {
      const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > staleMs) rmSync(folder, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 2 + Math.random() * 4));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
