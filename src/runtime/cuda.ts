/** The CUDA device: one GPU, its primary context, one stream; recorded work that is independent goes over several. Node only. */
import type { LaunchAbi, Sizes } from './abi.ts';
import { findCompiler, type CudaCompiler } from './cuda-compile.ts';
import { CudaDriver, functionAttribute } from './cuda-driver.ts';
import { describe } from './cuda-describe.ts';
import { CudaBuffer, CudaKernel } from './cuda-objects.ts';
import { CudaTensorMaps } from './cuda-tensor-map.ts';
import { captureParts } from './cuda-graph.ts';
import { timeCuda } from './cuda-time.ts';
import type { Device, DeviceBuffer, DeviceInfo, DeviceKernel, MemoryPlace, RecordedPart, Recording, TimeOptions, Timing } from './device.ts';
import { DeviceError } from './errors.ts';
import { checkAllocation, checkTarget, checkUpload, checkView, closedDevice, destroyedBuffer, foreign, resolveLaunch } from './launch.ts';
import { loadKoffi } from './native.ts';
import { resolveMaps } from './tensor-map.ts';
import { timePlan } from './timing.ts';

/** Flags of `cuMemHostAlloc`. */
const PORTABLE_AND_MAPPED = 3;

export interface OpenCudaOptions {
  /** Which GPU, from 0. */
  readonly index?: number;
  /** Files of the driver and of NVRTC instead of the usual ones. */
  readonly driver?: readonly string[];
  readonly nvrtc?: readonly string[];
}

/**
 * @throws DeviceError TDSL0551 (koffi missing), TDSL0552 (no driver, no such GPU), TDSL0553 (driver too old)
 */
export async function openCuda(options: OpenCudaOptions = {}): Promise<CudaDevice> {
  const koffi = await loadKoffi();
  const driver = new CudaDriver(koffi, options.driver);
  const count = driver.int('counting GPUs', (out) => driver.api.cuDeviceGetCount(out));
  const index = options.index ?? 0;
  if (index < 0 || index >= count) {
    throw new DeviceError('TDSL0552', `there is no GPU ${index}; the driver shows ${count}`, 'check CUDA_VISIBLE_DEVICES and --device');
  }
  return new CudaDevice(driver, driver.int('choosing a GPU', (out) => driver.api.cuDeviceGet(out, index)), () => findCompiler(koffi, options.nvrtc));
}

const STREAM_NON_BLOCKING = 1;

/** The context that is current in this thread. Contexts of several GPUs take turns. */
let current = 0n;

export class CudaDevice implements Device {
  readonly kind = 'cuda';
  readonly name: string;
  readonly #driver: CudaDriver;
  readonly #ordinal: number;
  readonly #findCompiler: () => CudaCompiler;
  readonly #context: bigint;
  /** Where launches go: while a graph is recorded, perhaps one of the streams beside; and whether the next one there follows the one ahead of it alone. */
  #stream: bigint;
  #inOrder = true;
  readonly #sides: bigint[] = [];
  readonly #info: DeviceInfo;
  readonly #buffers = new Set<CudaBuffer>();
  /** Buffers in memory of the host, and where the host has them. */
  readonly #pinned = new Map<CudaBuffer, bigint>();
  readonly #kernels = new Set<CudaKernel>();
  readonly #graphs = new Set<bigint>();
  readonly #modules = new Map<string, bigint>();
  readonly #maps: CudaTensorMaps;
  #compiler: CudaCompiler | undefined;
  #unusable: DeviceError | undefined;
  #closed = false;
  #timing = false;
  #graphsLaunched = 0;

  constructor(driver: CudaDriver, ordinal: number, compiler: () => CudaCompiler) {
    this.#driver = driver;
    this.#ordinal = ordinal;
    this.#findCompiler = compiler;
    const { api } = driver;
    const name = new Uint8Array(256);
    driver.check(api.cuDeviceGetName(name, name.length, ordinal), 'reading the GPU\'s name');
    this.name = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    this.#context = driver.handle('making a context', (out) => api.cuDevicePrimaryCtxRetain(out, ordinal));
    this.#makeCurrent();
    this.#stream = this.#makeStream();
    this.#info = describe(driver, ordinal, this.name);
    this.#maps = new CudaTensorMaps(driver);
  }

  info(): DeviceInfo {
    return this.#info;
  }

  alloc(bytes: number, place?: MemoryPlace): CudaBuffer {
    this.#check();
    this.#refuseWhileTiming('memory is allocated');
    checkAllocation(bytes, this.#info.limits.bufferBytes, this.name);
    const { api } = this.#driver;
    // Whole 16-byte words, so that vector loads of the last elements stay inside; never empty.
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    if (place === 'host') return this.#allocHost(bytes, size);
    const what = `a buffer of ${bytes} bytes`;
    const address = this.#guard(() => this.#driver.handle(what, (out) => api.cuMemAlloc_v2(out, size)));
    const buffer = new CudaBuffer(address, bytes, () => {
      this.#buffers.delete(buffer);
      if (this.#unusable === undefined) this.#call(what, () => api.cuMemFree_v2(address));
    });
    this.#buffers.add(buffer);
    this.#call(what, () => api.cuMemsetD8Async(address, 0, size, this.#stream));
    return buffer;
  }

  /** Pinned memory of the host, at the address by which kernels reach it. */
  #allocHost(bytes: number, size: number): CudaBuffer {
    const { api, koffi } = this.#driver;
    const what = `${bytes} bytes of pinned memory`;
    const memory = this.#guard(() => {
      try {
        return this.#driver.handle(what, (out) => api.cuMemHostAlloc(out, size, PORTABLE_AND_MAPPED));
      } catch (cause) {
        // The limit is the host's: the GPU may have memory in plenty.
        if (!(cause instanceof DeviceError) || cause.code === 'TDSL0560') throw cause;
        throw new DeviceError('TDSL0558', `the host gives no ${what}`, 'pinned memory stays out of swapping, and systems limit it (`ulimit -l`, a container\'s memory): store less `in host`, or leave `in host` out and keep the tensor on the device');
      }
    });
    const address = this.#guard(() => this.#driver.handle(what, (out) => api.cuMemHostGetDevicePointer_v2(out, memory, 0)));
    const mapped = new Uint8Array(koffi.view(memory, size)).fill(0);
    const buffer = new CudaBuffer(address, bytes, () => {
      this.#buffers.delete(buffer);
      this.#pinned.delete(buffer);
      // A kernel that still runs may read it.
      if (this.#unusable === undefined) { this.#wait(what); this.#call(what, () => api.cuMemFreeHost(memory)); }
    }, undefined, mapped);
    this.#buffers.add(buffer);
    this.#pinned.set(buffer, memory);
    return buffer;
  }

  view(buffer: DeviceBuffer, offset: number, bytes: number): CudaBuffer {
    const address = this.#address(buffer);
    checkView(buffer, offset, bytes);
    const [whole, mapped] = buffer instanceof CudaBuffer ? [buffer.whole, buffer.mapped] : [undefined, undefined];
    return new CudaBuffer(address + BigInt(offset), bytes, () => {}, whole, mapped?.subarray(offset, offset + bytes));
  }

  /** Captured into a graph: one call of the driver starts all of it. */
  record(parts: readonly RecordedPart[]): Recording {
    this.#check();
    this.#refuseWhileTiming('record is called');
    this.#timing = true;
    const main = this.#stream;
    try {
      const graph = this.#guard(() => captureParts(this.#driver, { main, side: (i) => (this.#sides[i] ??= this.#makeStream()), use: (stream, inOrder) => { this.#stream = stream; this.#inOrder = inOrder; } }, parts));
      this.#graphs.add(graph);
      return {
        launch: () => {
          this.#check();
          this.#graphsLaunched++;
          this.#call('launching a graph', () => this.#driver.api.cuGraphLaunch(graph, this.#stream));
        },
        destroy: () => {
          if (this.#graphs.delete(graph) && this.#unusable === undefined) this.#call('a graph', () => this.#driver.api.cuGraphExecDestroy(graph));
        },
      };
    } finally {
      this.#stream = main;
      this.#inOrder = true;
      this.#timing = false;
    }
  }

  #makeStream(): bigint {
    return this.#driver.handle('making a stream', (out) => this.#driver.api.cuStreamCreate(out, STREAM_NON_BLOCKING));
  }

  upload(buffer: DeviceBuffer, bytes: Uint8Array): void {
    const address = this.#address(buffer);
    this.#refuseWhileTiming('data is uploaded');
    checkUpload(buffer, bytes);
    if (bytes.byteLength === 0) return;
    if (buffer instanceof CudaBuffer && buffer.mapped !== undefined) {
      // Work before may still read what is there.
      this.#wait('an upload');
      buffer.mapped.set(bytes);
      return;
    }
    this.#call('an upload', () => this.#driver.api.cuMemcpyHtoDAsync_v2(address, bytes, bytes.byteLength, this.#stream));
    // The driver may still read the caller's memory.
    this.#wait('an upload');
  }

  async download(buffer: DeviceBuffer): Promise<Uint8Array> {
    const address = this.#address(buffer);
    this.#refuseWhileTiming('data is downloaded');
    if (buffer instanceof CudaBuffer && buffer.mapped !== undefined) {
      this.#wait('a download');
      return buffer.mapped.slice(0, buffer.bytes);
    }
    const bytes = new Uint8Array(buffer.bytes);
    if (bytes.byteLength > 0) this.#call('a download', () => this.#driver.api.cuMemcpyDtoHAsync_v2(bytes, address, bytes.byteLength, this.#stream));
    this.#wait('a download');
    return bytes;
  }

  async load(text: string, abi: LaunchAbi): Promise<CudaKernel> {
    this.#check();
    this.#refuseWhileTiming('a kernel is loaded');
    checkTarget(abi, 'cuda', this.name);
    const arch = this.#architectureFor(abi);
    const { api } = this.#driver;
    const module = this.#module(text, abi.entry, arch);
    const func = this.#guard(() => this.#driver.handle(`finding function ${abi.entry}`, (out) => api.cuModuleGetFunction(out, module, abi.entry)));
    const attribute = (which: number): number => this.#driver.int(`reading about ${abi.entry}`, (out) => api.cuFuncGetAttribute(out, which, func));
    const resources = {
      registers: attribute(functionAttribute.registers),
      localBytes: attribute(functionAttribute.localBytes),
      sharedBytes: attribute(functionAttribute.sharedBytes),
      maxThreads: attribute(functionAttribute.maxThreads),
    };
    const threads = abi.block[0] * abi.block[1] * abi.block[2];
    if (threads > resources.maxThreads) {
      throw new DeviceError('TDSL0557', `kernel ${abi.entry} has ${threads} threads a block; with its ${resources.registers} registers this GPU takes ${resources.maxThreads}`, 'use smaller tiles');
    }
    const shared = abi.sharedBytes + resources.sharedBytes;
    if (shared > this.#info.limits.sharedBytes) {
      throw new DeviceError('TDSL0557', `kernel ${abi.entry} needs ${shared} bytes of shared memory, ${shared - this.#info.limits.sharedBytes} over what a block can have here`, 'use smaller tiles or fewer stages');
    }
    // Beyond 48 KiB dynamic shared memory must be asked for; below it the call does no harm.
    if (abi.sharedBytes > 0) this.#call(`shared memory of ${abi.entry}`, () => api.cuFuncSetAttribute(func, functionAttribute.maxDynamicShared, abi.sharedBytes));
    const kernel = new CudaKernel(this.#driver.koffi, abi, func, resources);
    this.#kernels.add(kernel);
    return kernel;
  }

  launch(kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): void {
    this.#check();
    if (!(kernel instanceof CudaKernel) || !this.#kernels.has(kernel)) throw foreign('kernel');
    const { abi } = kernel;
    const { grid, multiprocessors } = this.#info.limits;
    const launch = resolveLaunch(abi, buffers, sizes, grid, multiprocessors);
    const resolved = resolveMaps(abi, buffers, sizes);
    const addresses = buffers.map((buffer) => this.#address(buffer));
    if (launch.empty) return;
    const maps = resolved.map((map) => this.#guard(() => this.#maps.encode(addresses[map.buffer] ?? 0n, map)));
    kernel.setArguments(addresses, maps, launch.sizes);
    this.#call(`launching ${abi.entry}`, () => (abi.early === true && this.#inOrder
      ? this.#driver.api.cuLaunchKernelEx(kernel.earlyConfig(launch.grid, this.#stream), kernel.func, kernel.parameters, null)
      : this.#driver.api.cuLaunchKernel(kernel.func, ...launch.grid, ...abi.block, abi.sharedBytes, this.#stream, kernel.parameters, null)));
  }

  async sync(): Promise<void> {
    this.#check();
    this.#refuseWhileTiming('sync is called');
    this.#wait('a kernel');
  }

  async time(run: (iteration: number) => void, options?: TimeOptions): Promise<Timing> {
    await this.sync();
    this.#timing = true;
    try {
      const { l2Bytes } = this.#info.limits;
      return await this.#guardAsync(() => timeCuda({ driver: this.#driver, stream: this.#stream, l2Bytes, graphs: () => this.#graphsLaunched }, run, timePlan(options)));
    } finally {
      this.#timing = false;
    }
  }

  close(): void {
    if (this.#closed) return;
    const { api } = this.#driver;
    if (this.#unusable === undefined) {
      // Nothing useful can be done about errors from here on.
      this.#makeCurrent();
      api.cuStreamSynchronize(this.#stream);
      for (const graph of this.#graphs) api.cuGraphExecDestroy(graph);
      for (const buffer of this.#buffers) {
        const memory = this.#pinned.get(buffer);
        if (memory === undefined) api.cuMemFree_v2(buffer.address);
        else api.cuMemFreeHost(memory);
      }
      for (const module of this.#modules.values()) api.cuModuleUnload(module);
      for (const stream of [this.#stream, ...this.#sides]) api.cuStreamDestroy_v2(stream);
    }
    for (const kernel of this.#kernels) kernel.free();
    this.#maps.free();
    api.cuDevicePrimaryCtxRelease_v2(this.#ordinal);
    current = 0n;
    this.#closed = true;
    this.#unusable = closedDevice();
    this.#buffers.clear();
    this.#pinned.clear();
    this.#kernels.clear();
    this.#modules.clear();
  }

  /** The architecture to compile for: the GPU's own, with the suffix which the kernel asks for. */
  #architectureFor(abi: LaunchAbi): string {
    const own = this.#info.architecture;
    const wanted = abi.features.filter((feature) => feature.startsWith('sm_'));
    for (const feature of abi.features) {
      if (this.#info.features.includes(feature)) continue;
      const exact = /^sm_\d+[af]$/.test(feature) ? ', which runs on that architecture alone' : '';
      throw new DeviceError('TDSL0555', `kernel ${abi.entry} needs ${feature}${exact}; ${this.name} is ${own}`, `compile with --target cuda:${own}`);
    }
    return wanted.find((feature) => /[af]$/.test(feature)) ?? own;
  }

  #module(text: string, entry: string, arch: string): bigint {
    const key = `${arch}\n${text}`;
    const known = this.#modules.get(key);
    if (known !== undefined) return known;
    this.#compiler ??= this.#findCompiler();
    const image = this.#compiler.compile(text, entry, arch);
    const module = this.#guard(() => this.#driver.handle(`loading the code of ${entry}`, (out) => this.#driver.api.cuModuleLoadData(out, image)));
    this.#modules.set(key, module);
    return module;
  }

  #address(buffer: DeviceBuffer): bigint {
    this.#check();
    if (!(buffer instanceof CudaBuffer)) throw foreign('buffer');
    if (buffer.destroyed) throw destroyedBuffer();
    if (!this.#buffers.has(buffer.whole)) throw foreign('buffer');
    return buffer.address;
  }

  #wait(what: string): void {
    this.#call(what, () => this.#driver.api.cuStreamSynchronize(this.#stream));
  }

  #call(what: string, call: () => number): void {
    this.#guard(() => this.#driver.check(call(), what));
  }

  /** Runs calls in this device's context and remembers an error after which it is of no use. */
  #guard<T>(action: () => T): T {
    this.#makeCurrent();
    try {
      return action();
    } catch (error) {
      throw this.#remember(error);
    }
  }

  async #guardAsync<T>(action: () => Promise<T>): Promise<T> {
    this.#makeCurrent();
    try {
      return await action();
    } catch (error) {
      throw this.#remember(error);
    }
  }

  #remember(error: unknown): unknown {
    if (error instanceof DeviceError && error.code === 'TDSL0560') this.#unusable ??= error;
    return error;
  }

  #makeCurrent(): void {
    if (current === this.#context) return;
    this.#driver.check(this.#driver.api.cuCtxSetCurrent(this.#context), 'choosing a context');
    current = this.#context;
  }

  #refuseWhileTiming(what: string): void {
    if (this.#timing) throw new DeviceError('TDSL0559', `${what} inside a timed or recorded run`, 'do it before calling time');
  }

  #check(): void {
    if (this.#unusable !== undefined) throw this.#unusable;
  }
}
