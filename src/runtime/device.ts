/** The device interface: one shape for the CPU, WebGPU and CUDA. */
import type { LaunchAbi, Sizes } from './abi.ts';

export type DeviceKind = 'cpu' | 'webgpu' | 'cuda';

export interface DeviceLimits {
  /** Largest single buffer, bytes. */
  readonly bufferBytes: number;
  /** Largest part of a buffer which a kernel can see, bytes. */
  readonly bindingBytes: number;
  /** Buffers that one kernel may take. */
  readonly buffersPerKernel: number;
  /** Shared (workgroup) memory per block, bytes. */
  readonly sharedBytes: number;
  readonly threadsPerBlock: number;
  readonly block: readonly [number, number, number];
  readonly grid: readonly [number, number, number];
  /** Threads that run in lockstep, least and most. */
  readonly subgroup: readonly [number, number];
  /** Memory of the device in bytes; 0 where unknown. */
  readonly memoryBytes: number;
  readonly multiprocessors: number;
  readonly l2Bytes: number;
}

/** Shape and element types of one matrix product of a subgroup: an M×K by K×N product of `component`s, summed in `result`. */
export interface SubgroupMatrix {
  readonly component: string;
  readonly result: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

export interface DeviceInfo {
  readonly kind: DeviceKind;
  readonly name: string;
  /** `sm_90`, a WebGPU adapter's architecture, or the processor's. */
  readonly architecture: string;
  /** Driver, loader or engine in words. */
  readonly driver: string;
  /** WebGPU: feature names and WGSL language features. CUDA: `sm_80` … up to the device's own, with `sm_90a` and the like. */
  readonly features: readonly string[];
  readonly subgroupMatrix: readonly SubgroupMatrix[];
  readonly limits: DeviceLimits;
}

export type MemoryPlace = 'host';

/** Memory on a device. Sizes are in bytes as asked for; the device pads them inside. */
export interface DeviceBuffer {
  readonly bytes: number;
  /** The buffer of which this is a part; itself, or nothing, where it is none. */
  readonly whole?: DeviceBuffer;
  /** Frees the memory; a second call does nothing. */
  destroy(): void;
}

export interface DeviceKernel {
  readonly abi: LaunchAbi;
  /** What the device compiler reports, where it does: `registers`, `localBytes` (spills), `sharedBytes`, … */
  readonly resources: Readonly<Record<string, number>>;
}

export interface TimeOptions {
  /** Untimed runs first. Default 3. */
  readonly warmup?: number;
  /** Samples. Default 30; fewer where `budgetMs` is used up, never below 3. */
  readonly repeats?: number;
  /** Runs shorter than this are timed several to a sample. Default 200 µs. */
  readonly minSampleUs?: number;
  /** Wall-clock limit for all samples together. Default 2000 ms. */
  readonly budgetMs?: number;
  /**
   * Milliseconds of untimed work before the first sample, so that the clock of a GPU that idled has risen. Default 300 on a GPU through WebGPU, whose clock is otherwise
   * that of idling (345 MHz rather than 1980 on an H200), and 0 elsewhere: an open CUDA context keeps it up.
   */
  readonly busyMs?: number;
  /** Overwrite the L2 cache before each sample (CUDA); then a sample is one run. Default false. */
  readonly flushCache?: boolean;
}

export interface Timing {
  /** Microseconds for one run: median, tenth and ninetieth percentile over the samples. */
  readonly medianUs: number;
  readonly p10Us: number;
  readonly p90Us: number;
  /** Samples taken. */
  readonly repeats: number;
  /** Runs in one sample. */
  readonly runsPerSample: number;
  /** What was read: `wall` clock on the host, `timestamp` queries or `event`s on the device, `graph` launches between events. */
  readonly clock: 'wall' | 'timestamp' | 'event' | 'graph';
}

/** Launches that belong together, and which earlier parts must have ended before they begin. */
export interface RecordedPart {
  readonly after: readonly number[];
  /** Launches kernels, and does nothing else on the device. */
  readonly launch: () => void;
}

/** Launches that were recorded together, to be started as one: a graph on CUDA, one command encoder on WebGPU. */
export interface Recording {
  /** Starts all parts: in their order, or those at once that need not wait for each other. */
  launch(): void;
  destroy(): void;
}

/** Views begin at multiples of this many bytes, the largest alignment that a device asks of a binding. */
export const VIEW_ALIGNMENT = 256;

/**
 * A device in one thread's hands. Work is in order: an upload, launch or download sees everything asked for before it.
 * Every method may throw a DeviceError; failures of asynchronous work arrive at `sync`, `download` or `time`.
 */
export interface Device {
  readonly kind: DeviceKind;
  readonly name: string;
  info(): DeviceInfo;
  /**
   * New memory, zeroed. `host`: memory of the host that kernels read and write where it is, pinned and mapped on CUDA; where host and device share memory, or
   * cannot (WebGPU), it is a buffer like any other.
   */
  alloc(bytes: number, place?: MemoryPlace): DeviceBuffer;
  /** Copies `bytes` to the start of the buffer; `bytes` may be changed as soon as the call returns. */
  upload(buffer: DeviceBuffer, bytes: Uint8Array): void;
  /** All `buffer.bytes` bytes, after the work before. */
  download(buffer: DeviceBuffer): Promise<Uint8Array>;
  /** Compiles kernel text for this device. Rejects with TDSL0556 and the compiler's messages where it is refused. */
  load(text: string, abi: LaunchAbi): Promise<DeviceKernel>;
  /** Starts the kernel. A grid with a zero does nothing. */
  launch(kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): void;
  /**
   * `bytes` bytes of a buffer from `offset` on, as a buffer that launches, uploads and downloads take. It is valid as long as `buffer`; its `destroy` frees nothing.
   * @throws DeviceError TDSL0559 where it is not inside, or the offset is no multiple of VIEW_ALIGNMENT
   */
  view(buffer: DeviceBuffer, offset: number, bytes: number): DeviceBuffer;
  /** Records the launches of all parts, in an order in which they could run. Nothing runs yet. */
  record(parts: readonly RecordedPart[]): Recording;
  /** Waits for all work and reports its failure, if any. */
  sync(): Promise<void>;
  /** Times `run`, which launches kernels (and does nothing else on the device); it is given a running number, e.g. to rotate buffers. */
  time(run: (iteration: number) => void, options?: TimeOptions): Promise<Timing>;
  /** Frees everything. Later calls throw TDSL0560; a second `close` does nothing. */
  close(): void;
}
