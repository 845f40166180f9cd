/// <reference types="@webgpu/types" />
/** Opens WebGPU in Node: Dawn from the npm package `webgpu`, on whatever driver the machine has. */
import { DeviceError, messageOf } from './errors.ts';
import { quietly } from './quiet.ts';
import { prepareVulkan, vulkanChoices } from './vulkan.ts';
import { openAdapter, wanted } from './webgpu-adapter.ts';
import type { WebGpuDevice } from './webgpu.ts';
import { withPauses } from './webgpu-pauses.ts';

export interface OpenWebGpuOptions {
  /** Part of an adapter's name, to choose among several. */
  readonly adapter?: string;
}

/**
 * Dawn's toggles. `allow_unsafe_apis` admits experimental features, `vulkan_enable_f16_on_nvidia` half precision on NVIDIA's
 * Vulkan; timestamps are rounded to about 65 µs unless that is switched off.
 */
const dawnFlags = ['enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia', 'disable-dawn-features=timestamp_quantization'];

/**
 * Instances by driver and flags, for as long as the process lives. Dawn's objects do not keep theirs alive, and neither does the turn of the event loop in which it
 * looks for ended work, also after the last device was closed: an instance that is collected ends the process, or leaves it waiting for a lock that is gone.
 */
const instances = new Map<string, GPU>();

/**
 * @throws DeviceError TDSL0551 where the package is missing, TDSL0552 where no driver gives an adapter
 */
export async function openWebGpu(options: OpenWebGpuOptions = {}): Promise<WebGpuDevice> {
  const without = featuresLeftOut();
  const create = await dawn();
  const reasons: string[] = [];
  for (const choice of vulkanChoices()) {
    const reason = await prepareVulkan(choice);
    if (reason !== undefined) {
      reasons.push(`${choice}: ${reason}`);
      continue;
    }
    const flags = options.adapter === undefined ? dawnFlags : [...dawnFlags, `adapter=${options.adapter}`];
    const key = [choice, process.env['VK_DRIVER_FILES'] ?? '', process.env['VK_ICD_FILENAMES'] ?? '', ...flags].join(' ');
    const instance = instances.get(key) ?? create(flags);
    instances.set(key, instance);
    try {
      const adapter = await quietly(() => instance.requestAdapter({ powerPreference: 'high-performance' }));
      if (adapter !== null) return await openAdapter(instance, adapter, choice === 'system' ? {} : { wait: withPauses }, without);
      reasons.push(`${choice}: no adapter that WebGPU accepts`);
    } catch (cause) {
      reasons.push(`${choice}: ${messageOf(cause)}`);
    }
  }
  throw new DeviceError('TDSL0552', `no WebGPU adapter (${reasons.join('; ')})`,
    options.adapter === undefined ? 'install a Vulkan driver, or `npm install koffi @sparticuz/chromium` for one that runs on the processor' : 'name part of an adapter that is there, or none');
}

/**
 * `TDSL_WEBGPU_WITHOUT=shader-f16,subgroups`: features to do without, so that kernels for adapters which lack them can be tried on one that has them.
 * @throws DeviceError TDSL0552 for another name
 */
export function featuresLeftOut(text = process.env['TDSL_WEBGPU_WITHOUT'] ?? ''): readonly string[] {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const unknown = names.find((name) => !wanted.includes(name));
  if (unknown !== undefined) throw new DeviceError('TDSL0552', `TDSL_WEBGPU_WITHOUT names ${unknown}`, `name some of ${wanted.join(', ')}, or leave it out`);
  return names;
}

/** The package's constructor of instances. */
export async function dawn(): Promise<(options: string[]) => GPU> {
  try {
    const { create } = await import('webgpu');
    return create;
  } catch (cause) {
    throw new DeviceError('TDSL0551', `the package webgpu cannot be loaded: ${messageOf(cause).split('\n')[0] ?? ''}`, 'run `npm install webgpu`');
  }
}
