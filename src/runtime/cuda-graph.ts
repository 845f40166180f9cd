/** Work on CUDA streams captured into a graph, which one call of the driver starts. Node only. */
import type { CudaDriver } from './cuda-driver.ts';
import { spread } from './cuda-spread.ts';
import type { RecordedPart } from './device.ts';

const CAPTURE_RELAXED = 2;
const EVENT_DISABLE_TIMING = 2;
/** More than this many things at once rarely have room on a GPU. */
const MOST_STREAMS = 4;

/** The stream that is captured, others that branch off from it, and how launches are led to one of them. `inOrder`: they wait for no other stream, so that one may begin while the one ahead ends. */
export interface Streams { readonly main: bigint; readonly side: (i: number) => bigint; readonly use: (stream: bigint, inOrder: boolean) => void }

/** The work as one executable graph. */
export function capture(driver: CudaDriver, stream: bigint, work: () => void): bigint {
  const { api } = driver;
  const out = new BigUint64Array(1);
  driver.check(api.cuStreamBeginCapture_v2(stream, CAPTURE_RELAXED), 'recording a graph');
  let ended: number;
  try {
    work();
  } finally {
    // Also after a fault in `work`, or the stream stays in capture.
    ended = api.cuStreamEndCapture(stream, out);
  }
  driver.check(ended, 'recording a graph');
  const graph = out[0] ?? 0n;
  try {
    return driver.handle('building a graph', (exec) => api.cuGraphInstantiateWithFlags(exec, graph, 0));
  } finally {
    api.cuGraphDestroy(graph);
  }
}

/** Parts as one graph, in which each waits for those alone that it names: branches go over streams of their own, from and to which events lead. */
export function captureParts(driver: CudaDriver, streams: Streams, parts: readonly RecordedPart[]): bigint {
  const { api } = driver;
  const placed = spread(parts.map(({ after }) => after), MOST_STREAMS);
  const streamOf = (i: number): bigint => (i === 0 ? streams.main : streams.side(i - 1));
  // Streams are made before the capture begins, which other work must not disturb.
  const used = [...new Set(placed.map(({ stream }) => stream))].filter((i) => i > 0);
  for (const i of used) streamOf(i);
  const events: bigint[] = [];
  /** An event after all that the stream has got so far. */
  const mark = (from: number): bigint => {
    const event = driver.handle('making an event', (out) => api.cuEventCreate(out, EVENT_DISABLE_TIMING));
    events.push(event);
    driver.check(api.cuEventRecord(event, streamOf(from)), 'recording an event');
    return event;
  };
  const wait = (to: number, event: bigint): void => driver.check(api.cuStreamWaitEvent(streamOf(to), event, 0), 'waiting for an event');
  const awaited = new Set(placed.flatMap(({ waits }) => waits));
  try {
    return capture(driver, streams.main, () => {
      const ends = new Map<number, bigint>();
      const begin = used.length > 0 ? mark(0) : 0n;
      const begun = new Set([0]);
      for (const [i, part] of parts.entries()) {
        const { stream, waits } = placed[i] ?? { stream: 0, waits: [] };
        // A stream joins the capture by waiting for something in it.
        const first = !begun.has(stream);
        if (first) wait(stream, begin);
        begun.add(stream);
        for (const p of waits) wait(stream, ends.get(p) ?? begin);
        streams.use(streamOf(stream), !first && waits.length === 0);
        part.launch();
        if (awaited.has(i)) ends.set(i, mark(stream));
      }
      // All branches end in the stream that is captured.
      for (const i of used) wait(0, mark(i));
    });
  } finally {
    streams.use(streams.main, true);
    for (const event of events) api.cuEventDestroy_v2(event);
  }
}
