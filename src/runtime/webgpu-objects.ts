/// <reference types="@webgpu/types" />
/** Buffers and kernels of a WebGPU device. No Node API. */
import type { LaunchAbi } from './abi.ts';
import type { DeviceBuffer, DeviceKernel } from './device.ts';
import { DeviceError } from './errors.ts';
import { destroyedBuffer, foreign } from './launch.ts';
import type { Pipeline } from './webgpu-pipeline.ts';

export class WebGpuBuffer implements DeviceBuffer {
  readonly bytes: number;
  readonly gpuBuffer: GPUBuffer;
  /** Distinguishes buffers in keys of bind groups. */
  readonly id: number;
  /** Where it begins in `gpuBuffer`. */
  readonly offset: number;
  readonly #whole: WebGpuBuffer | undefined;
  #release: (() => void) | undefined;

  constructor(gpuBuffer: GPUBuffer, bytes: number, id: number, release: () => void, part?: { readonly whole: WebGpuBuffer; readonly offset: number }) {
    this.#whole = part?.whole;
    this.offset = (part?.offset ?? 0) + (part?.whole.offset ?? 0);
    this.gpuBuffer = gpuBuffer;
    this.bytes = bytes;
    this.id = id;
    this.#release = release;
  }

  get whole(): WebGpuBuffer {
    return this.#whole?.whole ?? this;
  }

  get destroyed(): boolean {
    return this.#release === undefined || this.#whole?.destroyed === true;
  }

  /** Bytes that a kernel sees: whole vec4s, so that it can read 16 bytes at a time. */
  get bindingBytes(): number {
    const rest = this.gpuBuffer.size - this.offset;
    return this.#whole === undefined ? rest : Math.min(rest, Math.max(16, Math.ceil(this.bytes / 16) * 16));
  }

  destroy(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }
}

export class WebGpuKernel implements DeviceKernel {
  readonly abi: LaunchAbi;
  readonly resources = {};
  readonly compiled: Pipeline;
  readonly bindGroups = new Map<string, GPUBindGroup>();

  constructor(abi: LaunchAbi, compiled: Pipeline) {
    this.abi = abi;
    this.compiled = compiled;
  }
}

/** The buffer as this device's own kind. */
export function webGpuBuffer(buffer: DeviceBuffer): WebGpuBuffer {
  if (!(buffer instanceof WebGpuBuffer)) throw foreign('buffer');
  if (buffer.destroyed) throw destroyedBuffer();
  return buffer;
}

/** Collects what WebGPU reports later about calls made now. */
export class ErrorScopes {
  readonly #gpu: GPUDevice;
  #failures: Promise<DeviceError | undefined>[] = [];

  constructor(gpu: GPUDevice) {
    this.#gpu = gpu;
  }

  /** Runs `action` with error scopes around it; what they catch is returned by the next `settle`. */
  run<T>(what: string, action: () => T): T {
    this.#gpu.pushErrorScope('validation');
    this.#gpu.pushErrorScope('internal');
    this.#gpu.pushErrorScope('out-of-memory');
    try {
      return action();
    } finally {
      const memory = this.#gpu.popErrorScope();
      const others = [this.#gpu.popErrorScope(), this.#gpu.popErrorScope()];
      this.#failures.push(failureOf(what, memory, others));
    }
  }

  /** The first failure since the last call. */
  async settle(): Promise<DeviceError | undefined> {
    const failures = this.#failures;
    this.#failures = [];
    return (await Promise.all(failures)).find((failure) => failure !== undefined);
  }
}

async function failureOf(what: string, memory: Promise<GPUError | null>, others: readonly Promise<GPUError | null>[]): Promise<DeviceError | undefined> {
  try {
    const full = await memory;
    const errors = await Promise.all(others);
    if (full !== null) return new DeviceError('TDSL0558', `the device has no memory for ${what}: ${full.message}`, 'use smaller sizes or free buffers');
    const error = errors.find((found) => found !== null);
    if (error === undefined || error === null) return undefined;
    return new DeviceError('TDSL0561', `${what} failed: ${error.message}`, 'look at the WebGPU objects that were passed in; if there were none, report this with the kernel');
  } catch {
    // The scopes of a lost device reject; the device itself says why it was lost.
    return undefined;
  }
}
