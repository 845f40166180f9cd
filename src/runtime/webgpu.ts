/// <reference types="@webgpu/types" />
/**
 * The WebGPU device over a `GPUDevice` which the caller brings: a page's own, or Dawn's in Node (`webgpu-node.ts`).
 * No Node API. Launches are recorded and submitted together, at the latest when something waits for them.
 */
import { bufferArgs, type LaunchAbi, type Sizes } from './abi.ts';
import type { Device, DeviceBuffer, DeviceInfo, DeviceKernel, RecordedPart, Recording, SubgroupMatrix, TimeOptions, Timing } from './device.ts';
import { DeviceError, messageOf } from './errors.ts';
import { checkAllocation, checkTarget, checkUpload, checkView, closedDevice } from './launch.ts';
import { collect, runsPerSample, timePlan } from './timing.ts';
import { ErrorScopes, webGpuBuffer, WebGpuBuffer, WebGpuKernel } from './webgpu-objects.ts';
import { compilePipeline, type Pipeline } from './webgpu-pipeline.ts';
import { Recorder } from './webgpu-recorder.ts';
import { timeByTimestamps } from './webgpu-time.ts';

// Values of GPUBufferUsage and GPUMapMode; the global objects are missing in Node.
const MAP_READ = 0x01;
const COPY_SRC = 0x04;
const COPY_DST = 0x08;
const STORAGE = 0x80;

/** Work before a timing: 24 ms in a row left an H200 at its idle clock, 300 ms did not. */
const BUSY_MS = 300;

/** Gives what the promise gives, and may do something until then. */
export type Waiting = <T>(work: Promise<T>) => Promise<T>;

export interface WebGpuOptions {
  /** Shown as the device's name. Default: what the adapter says of itself. */
  readonly name?: string;
  /** `navigator.gpu.wgslLanguageFeatures`; kernels may ask for them. */
  readonly languageFeatures?: Iterable<string>;
  /** Whether `close` destroys the `GPUDevice`. Default false: it is the caller's. */
  readonly owned?: boolean;
  /** Called once by `close`. */
  readonly onClose?: () => void;
  /** Goes along with everything that is waited for. */
  readonly wait?: Waiting;
}

export class WebGpuDevice implements Device {
  readonly kind = 'webgpu';
  readonly name: string;
  readonly gpuDevice: GPUDevice;
  readonly #options: WebGpuOptions;
  readonly #wait: Waiting;
  readonly #features: ReadonlySet<string>;
  readonly #scopes: ErrorScopes;
  readonly #recorder: Recorder;
  readonly #pipelines = new Map<string, Promise<Pipeline>>();
  readonly #buffers = new Set<WebGpuBuffer>();
  #unusable: DeviceError | undefined;
  #closed = false;
  #nextId = 0;

  constructor(gpuDevice: GPUDevice, options: WebGpuOptions = {}) {
    this.gpuDevice = gpuDevice;
    this.#options = options;
    this.#wait = options.wait ?? ((work) => work);
    this.#features = new Set([...gpuDevice.features, ...(options.languageFeatures ?? [])]);
    this.#scopes = new ErrorScopes(gpuDevice);
    this.#recorder = new Recorder(gpuDevice, this.#scopes);
    const { vendor, architecture, device, description } = gpuDevice.adapterInfo;
    this.name = options.name ?? ([vendor, architecture, device].filter((part) => part !== '').join(' ') || description || 'WebGPU');
    void gpuDevice.lost.then(({ reason, message }) => {
      this.#unusable ??= new DeviceError('TDSL0560', `the device was lost (${reason}): ${message}`, 'open it again; a driver may stop a kernel that runs for seconds');
    });
  }

  info(): DeviceInfo {
    const { limits, adapterInfo } = this.gpuDevice;
    const mostGroups = limits.maxComputeWorkgroupsPerDimension;
    return {
      kind: this.kind,
      name: this.name,
      architecture: [adapterInfo.vendor, adapterInfo.architecture].filter((part) => part !== '').join(' '),
      driver: adapterInfo.description,
      features: [...this.#features].sort(),
      subgroupMatrix: subgroupMatrices(adapterInfo),
      limits: {
        bufferBytes: limits.maxBufferSize,
        bindingBytes: limits.maxStorageBufferBindingSize,
        buffersPerKernel: limits.maxStorageBuffersPerShaderStage,
        sharedBytes: limits.maxComputeWorkgroupStorageSize,
        threadsPerBlock: limits.maxComputeInvocationsPerWorkgroup,
        block: [limits.maxComputeWorkgroupSizeX, limits.maxComputeWorkgroupSizeY, limits.maxComputeWorkgroupSizeZ],
        grid: [mostGroups, mostGroups, mostGroups],
        subgroup: [adapterInfo.subgroupMinSize ?? 4, adapterInfo.subgroupMaxSize ?? 128],
        memoryBytes: 0,
        multiprocessors: 0,
        l2Bytes: 0,
      },
    };
  }

  alloc(bytes: number): WebGpuBuffer {
    this.#check();
    const { maxBufferSize, maxStorageBufferBindingSize } = this.gpuDevice.limits;
    const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    checkAllocation(bytes, limit, this.name);
    // Whole vec4s where the limit lets them, so that a kernel which reads 16 bytes at a time can bind the buffer; never empty.
    const whole = Math.max(16, Math.ceil(bytes / 16) * 16);
    const size = whole > limit ? Math.ceil(bytes / 4) * 4 : whole;
    const gpuBuffer = this.#scopes.run(`a buffer of ${bytes} bytes`, () =>
      this.gpuDevice.createBuffer({ size, usage: STORAGE | COPY_SRC | COPY_DST }));
    const buffer = new WebGpuBuffer(gpuBuffer, bytes, this.#nextId++, () => {
      // Recorded launches may still name it: to submit them after its end would be an error.
      if (!this.#closed) this.#recorder.flush();
      this.#buffers.delete(buffer);
      gpuBuffer.destroy();
    });
    this.#buffers.add(buffer);
    return buffer;
  }

  /** A buffer of the caller's (usage STORAGE; COPY_DST to upload, COPY_SRC to download). `destroy` only forgets it. */
  adopt(gpuBuffer: GPUBuffer, bytes: number = gpuBuffer.size): WebGpuBuffer {
    this.#check();
    return new WebGpuBuffer(gpuBuffer, bytes, this.#nextId++, () => this.#recorder.flush());
  }

  view(buffer: DeviceBuffer, offset: number, bytes: number): WebGpuBuffer {
    this.#check();
    const whole = webGpuBuffer(buffer);
    checkView(whole, offset, bytes);
    return new WebGpuBuffer(whole.gpuBuffer, bytes, this.#nextId++, () => {}, { whole, offset });
  }

  record(parts: readonly RecordedPart[]): Recording {
    this.#check();
    // Encoders serve once: what is kept are the pipelines and bind groups, which the launches find again.
    return {
      launch: () => {
        this.#check();
        this.#recorder.one(undefined, () => { for (const part of parts) part.launch(); });
      },
      destroy: () => {},
    };
  }

  upload(buffer: DeviceBuffer, bytes: Uint8Array): void {
    this.#check();
    if (this.#recorder.held) throw new DeviceError('TDSL0559', 'data is uploaded inside a timed run', 'upload before calling time');
    const { gpuBuffer, offset } = webGpuBuffer(buffer);
    checkUpload(buffer, bytes);
    // Queue writes take whole words. A buffer's last word may be partial, its other bytes are padding.
    const rest = bytes.byteLength % 4;
    const whole = bytes.byteLength - rest;
    if (rest > 0 && bytes.byteLength < buffer.bytes) {
      throw new DeviceError('TDSL0559', `an upload of ${bytes.byteLength} bytes ends inside a word of a longer buffer`, 'upload whole words or the whole buffer');
    }
    this.#recorder.flush();
    const { queue } = this.gpuDevice;
    this.#scopes.run('an upload', () => {
      if (whole > 0) queue.writeBuffer(gpuBuffer, offset, bytes, 0, whole);
      if (rest > 0) {
        const tail = new Uint8Array(4);
        tail.set(bytes.subarray(whole));
        queue.writeBuffer(gpuBuffer, offset + whole, tail);
      }
    });
  }

  async download(buffer: DeviceBuffer): Promise<Uint8Array> {
    this.#check();
    const { gpuBuffer, offset } = webGpuBuffer(buffer);
    this.#recorder.flush();
    const size = Math.max(4, Math.ceil(buffer.bytes / 4) * 4);
    const staging = this.#scopes.run('a download', () => {
      const target = this.gpuDevice.createBuffer({ size, usage: MAP_READ | COPY_DST });
      const encoder = this.gpuDevice.createCommandEncoder();
      encoder.copyBufferToBuffer(gpuBuffer, offset, target, 0, size);
      this.gpuDevice.queue.submit([encoder.finish()]);
      return target;
    });
    try {
      const cause = await this.#wait(staging.mapAsync(MAP_READ).then(() => undefined, messageOf));
      await this.#settle();
      if (cause !== undefined) throw new DeviceError('TDSL0561', `a buffer could not be read: ${cause}`, 'open the device again');
      return new Uint8Array(staging.getMappedRange().slice(0, buffer.bytes));
    } finally {
      staging.destroy();
    }
  }

  async load(text: string, abi: LaunchAbi): Promise<WebGpuKernel> {
    this.#check();
    checkTarget(abi, 'wgsl', this.name);
    const missing = abi.features.filter((feature) => !this.#features.has(feature));
    if (missing.length > 0) {
      throw new DeviceError('TDSL0555', `kernel ${abi.entry} needs ${missing.join(', ')}, which ${this.name} does not have`, 'compile for this device, or choose another one');
    }
    const bound = bufferArgs(abi).length, most = this.gpuDevice.limits.maxStorageBuffersPerShaderStage;
    if (bound > most) {
      throw new DeviceError('TDSL0557', `kernel ${abi.entry} takes ${bound} buffers, ${bound - most} over what a kernel can bind on ${this.name} (${most})`, 'split the kernel, so that each part takes fewer tensors, or join tensors of one shape');
    }
    const key = JSON.stringify([text, abi.entry, abi.args]);
    let compiled = this.#pipelines.get(key);
    if (compiled === undefined) {
      compiled = this.#wait(compilePipeline(this.gpuDevice, text, abi));
      this.#pipelines.set(key, compiled);
      compiled.catch(() => this.#pipelines.delete(key));
    }
    const kernel = new WebGpuKernel(abi, await compiled);
    this.#check();
    return kernel;
  }

  launch(kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): void {
    this.#check();
    this.#recorder.launch(kernel, buffers, sizes);
  }

  /** Records a launch into a pass of the caller's, who submits it, after what was launched so far. */
  encode(pass: GPUComputePassEncoder, kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): void {
    this.#check();
    this.#recorder.flush();
    this.#recorder.encode(pass, kernel, buffers, sizes);
  }

  /** Whatever `launch` launches, a harness's kernels and recorded programs too, goes into a pass of the caller's, who submits it, after what was launched so far. */
  within(pass: GPUComputePassEncoder, launch: () => void): void {
    this.#check();
    this.#recorder.within(pass, launch);
  }

  async sync(): Promise<void> {
    this.#check();
    this.#recorder.flush();
    await this.#wait(this.gpuDevice.queue.onSubmittedWorkDone());
    await this.#settle();
  }

  async time(run: (iteration: number) => void, options?: TimeOptions): Promise<Timing> {
    // What waits with pauses is a driver on the processor, which has no clock of its own.
    const plan = timePlan(options, this.#options.wait === undefined ? BUSY_MS : 0);
    let iteration = 0;
    const runMany = (count: number): void => {
      for (let i = 0; i < count; i++) run(iteration++);
    };
    this.#check();
    runMany(plan.warmup);
    await this.sync();
    if (this.gpuDevice.features.has('timestamp-query')) {
      const record = (writes: GPUComputePassTimestampWrites, runs: number): void => this.#recorder.one(writes, () => runMany(runs));
      return timeByTimestamps(this.gpuDevice, plan, record, () => this.#settle());
    }
    const sample = async (runs: number): Promise<number> => {
      const start = performance.now();
      runMany(runs);
      await this.sync();
      return ((performance.now() - start) * 1000) / runs;
    };
    let first = await sample(1);
    for (const end = performance.now() + plan.busyMs; performance.now() < end;) first = await sample(1);
    const runs = runsPerSample(first, plan);
    return collect(plan, runs, 'wall', () => sample(runs));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#unusable === undefined) this.#recorder.destroy();
    this.#unusable = closedDevice();
    for (const buffer of [...this.#buffers]) buffer.destroy();
    this.#pipelines.clear();
    if (this.#options.owned === true) this.gpuDevice.destroy();
    this.#options.onClose?.();
  }

  /** Throws the first failure of the asynchronous work so far. */
  async #settle(): Promise<void> {
    const failure = await this.#scopes.settle();
    this.#check();
    if (failure !== undefined) throw failure;
  }

  #check(): void {
    if (this.#unusable !== undefined) throw this.#unusable;
  }
}

/** Chromium's experimental list of matrix shapes; other implementations have none. */
function subgroupMatrices(info: GPUAdapterInfo): SubgroupMatrix[] {
  const configs: unknown = Reflect.get(info, 'subgroupMatrixConfigs');
  if (!Array.isArray(configs)) return [];
  return configs.map((config: Readonly<Record<string, unknown>>) => ({
    component: String(config['componentType']),
    result: String(config['resultComponentType']),
    M: Number(config['M']),
    N: Number(config['N']),
    K: Number(config['K']),
  }));
}
