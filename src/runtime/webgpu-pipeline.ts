/// <reference types="@webgpu/types" />
/** From WGSL text and its launch description to a pipeline, or to the compiler's messages. No Node API. */
import { bufferArgs, sizeArgs, type LaunchAbi } from './abi.ts';
import { DeviceError, messageOf, type CompileMessage } from './errors.ts';

/** Numbers of `GPUShaderStage.COMPUTE`; the global object is missing in Node. */
const COMPUTE = 4;

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly messages: readonly CompileMessage[];
}

/** Bytes of the uniform struct which holds a kernel's sizes. */
export function uniformBytes(abi: LaunchAbi): number {
  return Math.ceil(sizeArgs(abi).length / 4) * 16;
}

/** Lines of a shader compiler; columns count UTF-16 units from 1. */
export async function compileMessages(module: GPUShaderModule): Promise<CompileMessage[]> {
  const { messages } = await module.getCompilationInfo();
  return messages.map(({ type, lineNum, linePos, length, message }) => ({ severity: type, line: lineNum, column: linePos, length, text: message }));
}

/**
 * Compiles one kernel. The layout comes from the launch description, not from the text, so that a text which disagrees with
 * its description is refused here instead of giving wrong numbers.
 * @throws DeviceError TDSL0556 with the messages
 */
export async function compilePipeline(device: GPUDevice, text: string, abi: LaunchAbi): Promise<Pipeline> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code: text, label: abi.entry });
  const [scope, messages] = await Promise.all([device.popErrorScope(), compileMessages(module)]);
  const error = messages.find((message) => message.severity === 'error');
  if (error !== undefined) throw refused(abi, error, messages, text);
  if (scope !== null) throw refused(abi, unplaced(scope.message), messages, text);

  device.pushErrorScope('validation');
  const layout = device.createBindGroupLayout({ label: abi.entry, entries: layoutEntries(abi) });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const layoutError = await device.popErrorScope();
  if (layoutError !== null) throw refused(abi, unplaced(layoutError.message), messages, text);
  try {
    const compute = { module, entryPoint: abi.entry };
    const pipeline = await device.createComputePipelineAsync({ label: abi.entry, layout: pipelineLayout, compute });
    return { pipeline, layout, messages };
  } catch (cause) {
    throw refused(abi, unplaced(messageOf(cause)), messages, text);
  }
}

function layoutEntries(abi: LaunchAbi): GPUBindGroupLayoutEntry[] {
  const entries: GPUBindGroupLayoutEntry[] = bufferArgs(abi).map((arg, binding) => ({
    binding,
    visibility: COMPUTE,
    buffer: { type: arg.access === 'read' ? 'read-only-storage' : 'storage' },
  }));
  // A dynamic offset lets all launches share one buffer of sizes and keep their bind group when only a size changes.
  if (uniformBytes(abi) > 0) entries.push({ binding: entries.length, visibility: COMPUTE, buffer: { type: 'uniform', hasDynamicOffset: true } });
  return entries;
}

function unplaced(text: string): CompileMessage {
  return { severity: 'error', line: 0, column: 0, length: 0, text: text.trim() };
}

function refused(abi: LaunchAbi, error: CompileMessage, messages: readonly CompileMessage[], text: string): DeviceError {
  const all = messages.includes(error) ? messages : [...messages, error];
  const place = error.line > 0 ? `:${error.line}:${error.column}` : '';
  const excerpt = error.line > 0 ? `\n${text.split('\n')[error.line - 1] ?? ''}` : '';
  return new DeviceError('TDSL0556', `kernel ${abi.entry}${place}: ${error.text}${excerpt}`, 'this device does not take the emitted text: choose other features or smaller tiles', all);
}
