/** Entry of the runtime: opens devices. Each one is loaded when it is asked for, so that a program pays only for what it uses. */
import type { Device, DeviceKind } from './device.ts';

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
