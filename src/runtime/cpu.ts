/** The CPU device: runs emitted JavaScript over typed arrays. No Node API, so it also runs in a page. */
import { bufferArgs, sizeArgs, type LaunchAbi, type Sizes, type StorageType } from './abi.ts';
import type { Device, DeviceBuffer, DeviceInfo, DeviceKernel, RecordedPart, Recording, TimeOptions, Timing } from './device.ts';
import { DeviceError, messageOf } from './errors.ts';
import { checkAllocation, checkTarget, checkUpload, checkView, closedDevice, destroyedBuffer, foreign, resolveLaunch } from './launch.ts';
import { collect, runsPerSample, timePlan } from './timing.ts';

export type CpuArray =
  | Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array | Float32Array | Float64Array | BigInt64Array;
type CpuFunction = (...args: (CpuArray | number)[]) => void;

// An ArrayBuffer of V8 holds at most 2^53 bytes by the standard; engines refuse earlier, which `alloc` reports as out of memory.
const MAX_BYTES = 2 ** 36;
const NO_LIMIT = 2 ** 53 - 1;

export class CpuBuffer implements DeviceBuffer {
  readonly bytes: number;
  #memory: ArrayBuffer | undefined;
  readonly #views = new Map<StorageType, CpuArray>();
  /** The buffer of which this is a part, and where it begins in it. */
  readonly #whole: CpuBuffer | undefined;
  readonly #offset: number;

  constructor(bytes: number, part?: { readonly whole: CpuBuffer; readonly offset: number }) {
    this.bytes = bytes;
    this.#whole = part?.whole;
    this.#offset = part === undefined ? 0 : part.offset + part.whole.#offset;
    // Eight bytes: the largest element, so that every view is aligned and covers the last element.
    if (part === undefined) this.#memory = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
  }

  get whole(): CpuBuffer {
    return this.#whole?.whole ?? this;
  }

  /** The memory as elements of `storage`. Writes to it are seen by kernels. */
  view(storage: StorageType): CpuArray {
    // A part must not outlive the whole.
    if (this.#whole !== undefined) this.#live();
    let view = this.#views.get(storage);
    if (view === undefined) {
      view = makeView(this.#live(), this.#offset, this.bytes, storage);
      this.#views.set(storage, view);
    }
    return view;
  }

  #live(): ArrayBuffer {
    if (this.#whole !== undefined) return this.#whole.#live();
    if (this.#memory === undefined) throw destroyedBuffer();
    return this.#memory;
  }

  destroy(): void {
    this.#memory = undefined;
    this.#views.clear();
  }
}

function makeView(memory: ArrayBuffer, at: number, bytes: number, storage: StorageType): CpuArray {
  switch (storage) {
    case 'u8': return new Uint8Array(memory, at, bytes);
    case 'i8': return new Int8Array(memory, at, bytes);
    case 'u16': return new Uint16Array(memory, at, Math.ceil(bytes / 2));
    case 'i16': return new Int16Array(memory, at, Math.ceil(bytes / 2));
    case 'i32': return new Int32Array(memory, at, Math.ceil(bytes / 4));
    case 'u32': return new Uint32Array(memory, at, Math.ceil(bytes / 4));
    case 'f32': return new Float32Array(memory, at, Math.ceil(bytes / 4));
    case 'f64': return new Float64Array(memory, at, Math.ceil(bytes / 8));
    case 'i64': return new BigInt64Array(memory, at, Math.ceil(bytes / 8));
    default: {
      const unreachable: never = storage;
      throw new TypeError(`unknown storage type ${String(unreachable)}`);
    }
  }
}

export class CpuKernel implements DeviceKernel {
  readonly abi: LaunchAbi;
  readonly resources = {};
  readonly call: CpuFunction;

  constructor(abi: LaunchAbi, call: CpuFunction) {
    this.abi = abi;
    this.call = call;
  }
}

export class CpuDevice implements Device {
  readonly kind = 'cpu';
  readonly name = 'JavaScript';
  #open = true;
  #recorded: (() => void)[] | undefined;

  info(): DeviceInfo {
    return {
      kind: this.kind,
      name: this.name,
      architecture: 'javascript',
      driver: '',
      features: [],
      subgroupMatrix: [],
      limits: {
        bufferBytes: MAX_BYTES, bindingBytes: MAX_BYTES, buffersPerKernel: NO_LIMIT, sharedBytes: NO_LIMIT,
        threadsPerBlock: NO_LIMIT, block: [NO_LIMIT, NO_LIMIT, NO_LIMIT], grid: [NO_LIMIT, NO_LIMIT, NO_LIMIT],
        subgroup: [1, 1], memoryBytes: 0, multiprocessors: 1, l2Bytes: 0,
      },
    };
  }

  alloc(bytes: number): CpuBuffer {
    this.#check();
    checkAllocation(bytes, MAX_BYTES, this.name);
    try {
      return new CpuBuffer(bytes);
    } catch (cause) {
      throw new DeviceError('TDSL0558', `no memory for a buffer of ${bytes} bytes: ${messageOf(cause)}`, 'use smaller sizes');
    }
  }

  upload(buffer: DeviceBuffer, bytes: Uint8Array): void {
    checkUpload(buffer, bytes);
    this.#bytes(buffer).set(bytes);
  }

  async download(buffer: DeviceBuffer): Promise<Uint8Array> {
    return this.#bytes(buffer).slice();
  }

  view(buffer: DeviceBuffer, offset: number, bytes: number): CpuBuffer {
    this.#check();
    if (!(buffer instanceof CpuBuffer)) throw foreign('buffer');
    checkView(buffer, offset, bytes);
    return new CpuBuffer(bytes, { whole: buffer, offset });
  }

  record(parts: readonly RecordedPart[]): Recording {
    this.#check();
    const calls: (() => void)[] = [];
    this.#recorded = calls;
    try {
      for (const part of parts) part.launch();
    } finally {
      this.#recorded = undefined;
    }
    return {
      launch: () => {
        this.#check();
        for (const call of calls) call();
      },
      destroy: () => {
        calls.length = 0;
      },
    };
  }

  async load(text: string, abi: LaunchAbi): Promise<CpuKernel> {
    this.#check();
    checkTarget(abi, 'cpu', this.name);
    let module: Readonly<Record<string, unknown>>;
    try {
      module = await importText(text);
    } catch (cause) {
      const message = messageOf(cause);
      throw new DeviceError('TDSL0556', `kernel ${abi.entry} is not a valid module: ${message}`, 'the emitted text was changed or is damaged: compile again', [
        { severity: 'error', line: 0, column: 0, length: 0, text: message },
      ]);
    }
    const found = module[abi.entry];
    if (!isFunction(found)) {
      throw new DeviceError('TDSL0556', `the module exports no function ${abi.entry}`, 'load the text that belongs to this manifest');
    }
    const parameters = bufferArgs(abi).length + sizeArgs(abi).length + 3;
    if (found.length !== parameters) {
      throw new DeviceError('TDSL0556', `function ${abi.entry} takes ${found.length} parameters, its manifest says ${parameters}`, 'load the text that belongs to this manifest');
    }
    return new CpuKernel(abi, found);
  }

  launch(kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): void {
    this.#check();
    if (!(kernel instanceof CpuKernel)) throw foreign('kernel');
    const { abi } = kernel;
    const launch = resolveLaunch(abi, buffers, sizes, [NO_LIMIT, NO_LIMIT, NO_LIMIT]);
    if (launch.empty) return;
    const views = bufferArgs(abi).map((arg, i) => {
      const buffer = buffers[i];
      if (!(buffer instanceof CpuBuffer)) throw foreign('buffer');
      return buffer.view(arg.storage);
    });
    const call = (): void => kernel.call(...views, ...launch.sizes, ...launch.grid);
    if (this.#recorded === undefined) call();
    else this.#recorded.push(call);
  }

  async sync(): Promise<void> {
    this.#check();
  }

  async time(run: (iteration: number) => void, options?: TimeOptions): Promise<Timing> {
    this.#check();
    const plan = timePlan(options);
    let iteration = 0;
    const sample = (runs: number): number => {
      const start = performance.now();
      for (let i = 0; i < runs; i++) run(iteration++);
      return ((performance.now() - start) * 1000) / runs;
    };
    if (plan.warmup > 0) sample(plan.warmup);
    const runs = runsPerSample(sample(1), plan);
    return collect(plan, runs, 'wall', () => sample(runs));
  }

  close(): void {
    this.#open = false;
  }

  #check(): void {
    if (!this.#open) throw closedDevice();
  }

  #bytes(buffer: DeviceBuffer): Uint8Array {
    this.#check();
    if (!(buffer instanceof CpuBuffer)) throw foreign('buffer');
    const view = buffer.view('u8');
    if (!(view instanceof Uint8Array)) throw foreign('buffer');
    return view;
  }
}

function isFunction(value: unknown): value is CpuFunction {
  return typeof value === 'function';
}

let loaded = 0;

/** Imports module text. The counter keeps texts apart that are equal, so that module-level state is not shared. */
function importText(text: string): Promise<Readonly<Record<string, unknown>>> {
  const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(`${text}\n//# kernel ${loaded++}\n`)}`;
  return import(/* @vite-ignore */ url);
}
