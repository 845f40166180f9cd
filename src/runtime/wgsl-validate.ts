/// <reference types="@webgpu/types" />
/** Checks WGSL with Dawn's full compiler and no driver at all (its null backend). Node only; for tests and tools. */
import type { LaunchAbi } from './abi.ts';
import { DeviceError, messageOf, type CompileMessage } from './errors.ts';
import { compileMessages, compilePipeline } from './webgpu-pipeline.ts';
import { dawn } from './webgpu-node.ts';

export interface WgslValidator {
  /**
   * What the compiler says about a text; the text is valid where no message has the severity `error`.
   *
   * With a launch description the pipeline is made too, with the layout which the runtime uses: that finds bindings which
   * disagree with the description, too much workgroup memory and too large workgroups. The null backend has the standard's
   * least limits (16 KiB of workgroup memory, 256 invocations, 8 storage buffers): for kernels beyond them leave the description out.
   */
  validate(text: string, abi?: LaunchAbi): Promise<readonly CompileMessage[]>;
  close(): void;
}

/** One for all, which lives as long as the process: see `webgpu-node.ts`. */
let instance: GPU | undefined;

/** @throws DeviceError TDSL0551 where the package `webgpu` is missing */
export async function openWgslValidator(): Promise<WgslValidator> {
  const create = await dawn();
  instance ??= create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
  const adapter = await instance.requestAdapter();
  if (adapter === null) throw new DeviceError('TDSL0552', 'Dawn has no null backend', 'install another release of the package webgpu');
  const device = await adapter.requestDevice({ requiredFeatures: [...adapter.features] as GPUFeatureName[] });
  return {
    validate: (text, abi) => (abi === undefined ? validateModule(device, text) : validatePipeline(device, text, abi)),
    close: () => device.destroy(),
  };
}

async function validateModule(device: GPUDevice, text: string): Promise<readonly CompileMessage[]> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code: text });
  const [scope, messages] = await Promise.all([device.popErrorScope(), compileMessages(module)]);
  if (scope === null || messages.some((message) => message.severity === 'error')) return messages;
  return [...messages, { severity: 'error', line: 0, column: 0, length: 0, text: scope.message }];
}

async function validatePipeline(device: GPUDevice, text: string, abi: LaunchAbi): Promise<readonly CompileMessage[]> {
  try {
    return (await compilePipeline(device, text, abi)).messages;
  } catch (error) {
    if (error instanceof DeviceError) return error.messages;
    return [{ severity: 'error', line: 0, column: 0, length: 0, text: messageOf(error) }];
  }
}
