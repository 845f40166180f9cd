/** Entry of the runtime: opens devices. Each one is loaded when it is asked for, so that a program pays only for what it uses. */
import type { Device, DeviceKind } from './device.ts';

export interface OpenOptions {
  /** Which one, where there are several. CUDA: the ordinal. */
  readonly index?: number;
}

/**
 * Opens a device.
 * @throws DeviceError TDSL0501 (package missing), TDSL0502 (no driver or device), TDSL0503 (driver too old)
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
