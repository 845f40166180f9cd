/** Entry of the runtime in Node (a page's is `browser.ts`): opens devices, reads and writes arrays. Each one is loaded when it is asked for, so that a program pays only for what it uses. */
import type { Device, DeviceKind } from './device.ts';

export { evalSize } from './abi.ts';
export type { Arg, BufferArg, LaunchAbi, SizeArg, SizeExpr, SizeOp, Sizes, StorageType } from './abi.ts';
export { writeFileAtomic } from './atomic-write.ts';
export type {
  Device, DeviceBuffer, DeviceInfo, DeviceKernel, DeviceKind, DeviceLimits, RecordedPart, Recording, SubgroupMatrix, TimeOptions, Timing,
} from './device.ts';
export { DataError, DeviceError } from './errors.ts';
export type { CompileMessage, RuntimeCode } from './errors.ts';
export {
  bf16ArrayFromF32, bf16FromF32, f16ArrayFromF32, f16FromF32, f32ArrayFromBf16, f32ArrayFromF16, f32FromBf16, f32FromF16,
} from './float.ts';
export { decodeNpy, encodeNpy, npyValues } from './npy-format.ts';
export type { NpyArray, NpyDtype } from './npy-format.ts';
export { readNpy, writeNpy } from './npy.ts';
export type { NpyFile, NpySidecar } from './npy.ts';

export interface OpenOptions {
  /** CUDA: which one, where there are several. */
  readonly index?: number;
  /** WebGPU: part of an adapter's name, where there are several. */
  readonly adapter?: string;
}

/**
 * Opens a device.
 * @throws DeviceError TDSL0551 (package missing), TDSL0552 (no driver or device), TDSL0553 (driver too old)
 */
export async function openDevice(kind: DeviceKind, options: OpenOptions = {}): Promise<Device> {
  switch (kind) {
    case 'cpu': {
      const { CpuDevice } = await import('./cpu.ts');
      return new CpuDevice();
    }
    case 'webgpu': {
      const { openWebGpu } = await import('./webgpu-node.ts');
      return openWebGpu(options);
    }
    case 'cuda': {
      const { openCuda } = await import('./cuda.ts');
      return openCuda(options);
    }
    default: {
      const unreachable: never = kind;
      throw new TypeError(`unknown device kind ${String(unreachable)}`);
    }
  }
}
