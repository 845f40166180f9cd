/**
 * `tdsl/runtime`: devices behind one interface, for harnesses and for launching by a manifest. Each device is loaded when it is
 * opened; `webgpu` and `koffi` are optional packages.
 */
import type { WebGpuDevice, WebGpuOptions } from './runtime/webgpu.ts';

export { openDevice, type OpenOptions } from './runtime/index.ts';
export type {
  Arg, BufferArg, LaunchAbi, SizeArg, SizeExpr, SizeOp, Sizes, StorageType,
} from './runtime/abi.ts';
export type {
  Device, DeviceBuffer, DeviceInfo, DeviceKernel, DeviceKind, DeviceLimits, SubgroupMatrix, TimeOptions, Timing,
} from './runtime/device.ts';
export { DataError, DeviceError, type CompileMessage, type RuntimeCode } from './runtime/errors.ts';
export {
  bf16ArrayFromF32, bf16FromF32, f16ArrayFromF32, f16FromF32, f32ArrayFromBf16, f32ArrayFromF16, f32FromBf16, f32FromF16,
} from './runtime/float.ts';
export type { WebGpuDevice, WebGpuOptions } from './runtime/webgpu.ts';

/** A device over a `GPUDevice` of the caller's, who keeps it: closing the result leaves it open. */
export async function webGpuDevice(gpuDevice: GPUDevice, options?: WebGpuOptions): Promise<WebGpuDevice> {
  const { WebGpuDevice: Device } = await import('./runtime/webgpu.ts');
  return new Device(gpuDevice, options);
}
