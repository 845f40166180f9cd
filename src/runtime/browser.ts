/// <reference types="@webgpu/types" />
/** Entry of the runtime in a page: the devices that run there, and what goes with them. No Node API. */
import { CpuDevice } from './cpu.ts';
import type { Device, DeviceKind } from './device.ts';
import { DeviceError } from './errors.ts';
import { openAdapter } from './webgpu-adapter.ts';
import { WebGpuDevice } from './webgpu.ts';

export { evalSize } from './abi.ts';
export type { Arg, BufferArg, LaunchAbi, SizeArg, SizeExpr, SizeOp, Sizes, StorageType } from './abi.ts';
export { CpuDevice } from './cpu.ts';
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
export { WebGpuDevice } from './webgpu.ts';

export interface OpenOptions {
  /** The page's own device; it stays open when the runtime's is closed. */
  readonly gpuDevice?: GPUDevice;
}

/**
 * Opens a device of the page.
 * @throws DeviceError TDSL0552 where the page has none of the kind
 */
export async function openDevice(kind: DeviceKind, options: OpenOptions = {}): Promise<Device> {
  switch (kind) {
    case 'cpu':
      return new CpuDevice();
    case 'webgpu': {
      // Node 20 has no `navigator`.
      const gpu = (globalThis as { readonly navigator?: { readonly gpu?: GPU } }).navigator?.gpu;
      if (options.gpuDevice !== undefined) return new WebGpuDevice(options.gpuDevice, { languageFeatures: gpu?.wgslLanguageFeatures ?? [] });
      const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
      if (gpu === undefined || adapter === undefined || adapter === null) {
        throw new DeviceError('TDSL0552', gpu === undefined ? 'this page has no WebGPU' : 'the browser gives no WebGPU adapter', 'use a browser with WebGPU over https, or the device cpu');
      }
      return openAdapter(gpu, adapter);
    }
    case 'cuda':
      throw new DeviceError('TDSL0552', 'a page cannot use CUDA', 'use the device webgpu');
    default: {
      const unreachable: never = kind;
      throw new TypeError(`unknown device kind ${String(unreachable)}`);
    }
  }
}
