/** Which device runs a target. */
import type { Device } from '../runtime/device.ts';
import { openDevice } from '../runtime/index.ts';
import { exit, stop } from './outcome.ts';

/**
 * @param device a number (CUDA), part of an adapter's name (WebGPU), or `shim`: CUDA text on the processor
 * @throws DeviceError where there is none
 */
export async function openRunDevice(target: string, device: string | undefined): Promise<Device> {
  if (target === 'cpu') {
    if (device !== undefined) throw stop(exit.usage, 'TDSL0500', { text: 'the target cpu has one device; leave --device out' });
    return openDevice('cpu');
  }
  if (target === 'wgsl') return openDevice('webgpu', device === undefined || device === '0' ? {} : { adapter: device });
  if (device === 'shim') {
    const { ShimDevice } = await import('./shim-device.ts');
    return new ShimDevice();
  }
  if (device === undefined) return openDevice('cuda');
  if (!/^\d+$/.test(device)) throw stop(exit.usage, 'TDSL0504', { option: '--device', value: device, form: '0, 1, … or shim' });
  return openDevice('cuda', { index: Number(device) });
}
