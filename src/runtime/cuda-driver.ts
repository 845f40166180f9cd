/** The CUDA driver API: what is used of it, and its errors. Node only. */
import { DeviceError, messageOf } from './errors.ts';
import { bind, loadLibrary, type Bound, type Koffi } from './native.ts';

/**
 * Functions of `libcuda`, named as in its library (`_v2` is the current form). `memory` is an output or host memory, `handle` a
 * device pointer or an object of the driver.
 */
const functions = {
  cuInit: ['uint'],
  cuDriverGetVersion: ['memory'],
  cuGetErrorName: ['int', 'memory'],
  cuGetErrorString: ['int', 'memory'],
  cuDeviceGetCount: ['memory'],
  cuDeviceGet: ['memory', 'int'],
  cuDeviceGetName: ['memory', 'int', 'int'],
  cuDeviceGetAttribute: ['memory', 'int', 'int'],
  cuDeviceTotalMem_v2: ['memory', 'int'],
  cuDevicePrimaryCtxRetain: ['memory', 'int'],
  cuDevicePrimaryCtxRelease_v2: ['int'],
  cuCtxSetCurrent: ['handle'],
  cuStreamCreate: ['memory', 'uint'],
  cuStreamDestroy_v2: ['handle'],
  cuStreamSynchronize: ['handle'],
  cuStreamWaitEvent: ['handle', 'handle', 'uint'],
  cuStreamBeginCapture_v2: ['handle', 'int'],
  cuStreamEndCapture: ['handle', 'memory'],
  cuMemAlloc_v2: ['memory', 'size'],
  cuMemFree_v2: ['handle'],
  cuMemHostAlloc: ['memory', 'size', 'uint'],
  cuMemHostGetDevicePointer_v2: ['memory', 'handle', 'uint'],
  cuMemFreeHost: ['handle'],
  cuMemcpyHtoDAsync_v2: ['handle', 'memory', 'size', 'handle'],
  cuMemcpyDtoHAsync_v2: ['memory', 'handle', 'size', 'handle'],
  cuMemsetD8Async: ['handle', 'uint', 'size', 'handle'],
  cuModuleLoadData: ['memory', 'memory'],
  cuModuleUnload: ['handle'],
  cuModuleGetFunction: ['memory', 'handle', 'text'],
  cuFuncGetAttribute: ['memory', 'int', 'handle'],
  cuFuncSetAttribute: ['handle', 'int', 'int'],
  cuLaunchKernel: ['handle', 'uint', 'uint', 'uint', 'uint', 'uint', 'uint', 'uint', 'handle', 'memory', 'memory'],
  cuLaunchKernelEx: ['memory', 'handle', 'memory', 'memory'],
  cuTensorMapEncodeTiled: ['memory', 'int', 'uint', 'handle', 'memory', 'memory', 'memory', 'memory', 'int', 'int', 'int', 'int'],
  cuEventCreate: ['memory', 'uint'],
  cuEventDestroy_v2: ['handle'],
  cuEventRecord: ['handle', 'handle'],
  cuEventSynchronize: ['handle'],
  cuEventElapsedTime: ['memory', 'handle', 'handle'],
  cuGraphInstantiateWithFlags: ['memory', 'handle', 'size'],
  cuGraphLaunch: ['handle', 'handle'],
  cuGraphExecDestroy: ['handle'],
  cuGraphDestroy: ['handle'],
} as const;

/** `CUdevice_attribute`. */
export const deviceAttribute = {
  maxThreadsPerBlock: 1, maxBlockX: 2, maxBlockY: 3, maxBlockZ: 4, maxGridX: 5, maxGridY: 6, maxGridZ: 7,
  warpSize: 10, multiprocessors: 16, l2Bytes: 38, major: 75, minor: 76, maxSharedOptIn: 97,
} as const;

/** `CUfunction_attribute`. */
export const functionAttribute = { maxThreads: 0, sharedBytes: 1, localBytes: 3, registers: 4, maxDynamicShared: 8 } as const;

/** Oldest driver that is taken: CUDA 12.0. */
const LEAST_VERSION = 12000;

const OUT_OF_MEMORY = 2;
/**
 * After these the context is of no use any more (`CUresult`): uncorrectable ECC error, illegal address, launch timeout,
 * destroyed context, assertion, hardware stack error, illegal instruction, misaligned address, address space, program counter, launch failure.
 */
const sticky: ReadonlySet<number> = new Set([214, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719]);

export class CudaDriver {
  readonly api: Bound<typeof functions>;
  readonly koffi: Koffi;
  readonly version: number;

  /**
   * @param paths where to look for the driver
   * @throws DeviceError TDSL0552 (none), TDSL0553 (too old)
   */
  constructor(koffi: Koffi, paths: readonly string[] = ['libcuda.so.1']) {
    this.koffi = koffi;
    const library = loadLibrary(koffi, paths);
    if (typeof library === 'string') {
      throw new DeviceError('TDSL0552', `no NVIDIA driver (${library})`, 'install the NVIDIA driver, or choose the target wgsl or cpu');
    }
    const old = 'update the NVIDIA driver to 525 or newer (CUDA 12), or choose the target wgsl';
    try {
      this.api = bind(library, functions);
    } catch (cause) {
      throw new DeviceError('TDSL0553', `the NVIDIA driver is too old: ${messageOf(cause)}`, old);
    }
    const code = this.api.cuInit(0);
    if (code !== 0) throw new DeviceError('TDSL0552', `the NVIDIA driver does not start: ${this.describe(code)}`, 'check with nvidia-smi that a GPU is there and visible (CUDA_VISIBLE_DEVICES)');
    this.version = this.int('reading the driver version', (out) => this.api.cuDriverGetVersion(out));
    if (this.version < LEAST_VERSION) throw new DeviceError('TDSL0553', `the NVIDIA driver is for CUDA ${cudaVersion(this.version)}, needed is ${cudaVersion(LEAST_VERSION)}`, old);
  }

  /** @throws DeviceError for any code but 0 */
  check(code: number, what: string): void {
    if (code === 0) return;
    if (code === OUT_OF_MEMORY) throw new DeviceError('TDSL0558', `the GPU has no memory for ${what}`, 'use smaller sizes or free buffers');
    if (sticky.has(code)) {
      throw new DeviceError('TDSL0560', `${what} failed: ${this.describe(code)}`, 'the GPU context is lost: start the process again; `compute-sanitizer` shows where a kernel goes wrong');
    }
    throw new DeviceError('TDSL0561', `${what} failed: ${this.describe(code)}`, 'if the kernel was emitted by the compiler, report this with its manifest');
  }

  int(what: string, call: (out: Int32Array) => number): number {
    const out = new Int32Array(1);
    this.check(call(out), what);
    return out[0] ?? 0;
  }

  handle(what: string, call: (out: BigUint64Array) => number): bigint {
    const out = new BigUint64Array(1);
    this.check(call(out), what);
    return out[0] ?? 0n;
  }

  /** Name and words for a code. */
  describe(code: number): string {
    const read = (call: (code: number, out: BigUint64Array) => number): string => {
      const out = new BigUint64Array(1);
      return call(code, out) === 0 && out[0] !== undefined && out[0] !== 0n ? this.koffi.decode.string(out[0]) : '';
    };
    const name = read(this.api.cuGetErrorName);
    return name === '' ? `CUDA error ${code}` : `${name} (${code}), ${read(this.api.cuGetErrorString)}`;
  }
}

/** 13000 as `13.0`. */
export function cudaVersion(version: number): string {
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}
