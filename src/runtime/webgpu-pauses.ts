/** Waiting for a driver that runs on the processor itself. Node only. */

const PAUSE_MS = 1;
const never = new Int32Array(new SharedArrayBuffer(4));
let waitedFor = 0;
let pausing = false;

/**
 * Gives what the promise gives; until then every turn of the event loop has a pause. Dawn looks in every turn whether its work has ended, and without
 * pauses that takes the processor from the driver's threads, which do the work.
 */
export function withPauses<T>(work: Promise<T>): Promise<T> {
  const ended = (): void => { waitedFor--; };
  waitedFor++;
  work.then(ended, ended);
  // One pause a turn, however many are waited for.
  if (!pausing) setImmediate(pause);
  pausing = true;
  return work;
}

function pause(): void {
  pausing = waitedFor > 0;
  if (!pausing) return;
  Atomics.wait(never, 0, 0, PAUSE_MS);
  setImmediate(pause);
}
