/// <reference types="@webgpu/types" />
/** From a WebGPU adapter to the runtime's device. No Node API. */
import { WebGpuDevice, type WebGpuOptions } from './webgpu.ts';

/** Features that are asked for wherever the adapter has them. */
export const wanted: readonly string[] = ['shader-f16', 'subgroups', 'subgroup-size-control', 'timestamp-query', 'chromium-experimental-subgroup-matrix'];

/** Limits that are raised to what the adapter allows; without that they stay at the standard's least values. */
const raised = [
  'maxBufferSize', 'maxStorageBufferBindingSize', 'maxUniformBufferBindingSize', 'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize', 'maxComputeInvocationsPerWorkgroup', 'maxComputeWorkgroupSizeX', 'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ', 'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/**
 * @param options of the device
 * @param without features that are not asked for, as if the adapter had none of them
 */
export async function openAdapter(gpu: GPU, adapter: GPUAdapter, options: Pick<WebGpuOptions, 'onClose' | 'wait'> = {}, without: readonly string[] = []): Promise<WebGpuDevice> {
  const requiredFeatures = [...adapter.features].filter((feature) => wanted.includes(feature) && !without.includes(feature)) as GPUFeatureName[];
  const requiredLimits = Object.fromEntries(raised.map((name) => [name, adapter.limits[name]]));
  const gpuDevice = await adapter.requestDevice({ label: 'tdsl', requiredFeatures, requiredLimits });
  const { device, description, vendor, architecture } = adapter.info;
  const name = [device, description, `${vendor} ${architecture}`.trim()].find((part) => part !== '') ?? 'WebGPU';
  return new WebGpuDevice(gpuDevice, { name, languageFeatures: gpu.wgslLanguageFeatures ?? [], owned: true, ...options });
}
