/** One kernel, once: inputs to the device, launches, results back, compared and timed. */
import { constants } from 'node:buffer';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import { prepareKernel, wholeWords } from '../host/engine.ts';
import { elementsOf, shapeOf, sizeValue, type Prepared } from '../host/engine-spec.ts';
import { kernelSpec, tensorSpec } from '../host/spec.ts';
import { isFloat } from '../ir/dtype.ts';
import { randomValues } from '../ir/random-input.ts';
import type { Kernel } from '../ir/tst.ts';
import type { ManifestKernel, ManifestTensor } from '../manifest.ts';
import type { Sizes } from '../runtime/abi.ts';
import type { Device, DeviceBuffer } from '../runtime/device.ts';
import type { Context } from './context.ts';
import { DeviceError } from '../runtime/errors.ts';
import { resolveSizes } from '../runtime/launch.ts';
import { exit, stop } from './outcome.ts';
import { bind } from './run-bind.ts';
import { offenceOf } from './run-offence.ts';
import { checkResults, type CheckReport } from './run-check.ts';
import { costOf, timeReport, type TimeReport } from './run-time.ts';
import { bytesFor, decode, encode } from './tensor-data.ts';
import { writeTensors, type NamedOutput } from './tensor-file.ts';

export interface RunRequest {
  readonly target: string;
  readonly file: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
  readonly seed: number;
  readonly check: boolean;
  readonly time: boolean;
}

export interface Result {
  readonly kernel: string;
  readonly target: string;
  readonly device: string;
  readonly sizes: Sizes;
  readonly seed: number;
  /** Path of the variant that ran, below the output folder. */
  readonly file: string;
  readonly outputs: readonly { readonly name: string; readonly dtype: string; readonly shape: readonly number[]; readonly file: string | null }[];
  readonly check?: CheckReport;
  readonly time?: TimeReport;
}

/** The bytes of every tensor, by name. */
type Data = ReadonlyMap<string, Uint8Array>;

export async function runOne(
  context: Context, request: RunRequest, tree: Kernel, kernel: ManifestKernel, texts: ReadonlyMap<string, string>, open: () => Promise<Device>,
): Promise<{ result: Result; diagnostics: readonly Diagnostic[] }> {
  const { sizes, files } = bind(kernel, request);
  const count = (tensor: ManifestTensor): number => elementsOf(tensorSpec(tensor), sizes);
  const device = await open();
  context.progress(`${kernel.name} on ${device.name} …\n`);
  const prepared = await prepare(kernel, device, sizes, texts, request.target);
  const buffers: Record<string, DeviceBuffer> = {};
  try {
    // Memory and grid first: sizes that the device cannot hold or count are refused before time goes into numbers for them.
    for (const tensor of [...kernel.inputs, ...kernel.outputs]) buffers[tensor.name] ??= named(tensor, sizes, () => allocate(device, prepared.bytes[tensor.name] ?? 0, tensor));
    const { grid, multiprocessors } = device.info().limits;
    for (const { abi } of kernel.targets[request.target]?.find((v) => v.file === prepared.file)?.launches ?? []) resolveSizes(abi, sizes, grid, multiprocessors);
    const random = (tensor: ManifestTensor): Uint8Array => {
      const limit = tensor.limit === undefined ? undefined : sizeValue(tensor.limit, sizes);
      return encode(tensor.dtype, randomValues(tensor.dtype, tensor.name, count(tensor), request.seed, limit, tensor.distinct));
    };
    const inputs: Data = new Map(kernel.inputs.map((tensor) => [tensor.name, files.get(tensor.name)?.bytes ?? random(tensor)]));
    const values = new Map(kernel.inputs.map((tensor) => [tensor.name, decode(tensor.dtype, inputs.get(tensor.name) ?? new Uint8Array(0), count(tensor))]));
    const warnings = [...files.keys()].flatMap((name) => inspectValues(kernel, name, values.get(name) ?? [], sizes));
    for (const [name, bytes] of inputs) {
      const buffer = buffers[name];
      if (buffer !== undefined) device.upload(buffer, wholeWords(bytes));
    }
    prepared.launch(buffers);
    await prepared.verify().catch((cause: unknown) => { throw offenceOf(cause, request.file, { tree, sizes, inputs: values }); });
    const results = new Map<string, Uint8Array>();
    for (const tensor of kernel.outputs) {
      const buffer = buffers[tensor.name];
      if (buffer !== undefined) results.set(tensor.name, (await device.download(buffer)).slice(0, bytesFor(tensor.dtype, count(tensor))));
    }
    const written: NamedOutput[] = [];
    const outputs = kernel.outputs.map((tensor) => {
      const path = request.outputs.get(tensor.name);
      const shape = shapeOf(tensorSpec(tensor), sizes);
      if (path !== undefined) written.push({ path, dtype: tensor.dtype, shape, bytes: results.get(tensor.name) ?? new Uint8Array(0) });
      return { name: tensor.name, dtype: tensor.dtype, shape, file: path ?? null };
    });
    writeTensors(written);
    const { flops } = costOf(kernel, request.target, sizes);
    const found = new Map(kernel.outputs.map((tensor) => [tensor.name, decode(tensor.dtype, results.get(tensor.name) ?? new Uint8Array(0), count(tensor))]));
    const checked = request.check ? checkResults({ tree, kernel, sizes, inputs: values, found, flops, seed: request.seed, target: request.target, file: request.file }) : undefined;
    const time = request.time ? await timeReport(device, () => prepared.launch(buffers), costOf(kernel, request.target, sizes), kernel.inputs.map(({ dtype }) => dtype)) : undefined;
    const result: Result = {
      kernel: kernel.name, target: request.target, device: device.name, sizes, seed: request.seed, file: prepared.file, outputs,
      ...(checked === undefined ? {} : { check: checked.report }),
      ...(time === undefined ? {} : { time }),
    };
    return { result, diagnostics: [...warnings, ...(checked?.diagnostics ?? [])] };
  } finally {
    prepared.destroy();
    for (const buffer of Object.values(buffers)) buffer.destroy();
  }
}

/** A tensor comes from or goes to one array of bytes here. */
function allocate(device: Device, bytes: number, { place }: ManifestTensor): DeviceBuffer {
  const buffer = device.alloc(bytes, place), most = constants.MAX_LENGTH;
  if (bytes <= most) return buffer;
  buffer.destroy();
  throw new DeviceError('TDSL0557', `${bytes} bytes are more than an array of JavaScript holds (${most})`, 'use smaller sizes; a host that keeps tensors on the device (the harness, or the manifest from another language) runs the kernel at these');
}

/** Says which tensor it is that a device cannot hold. */
function named<T>(tensor: ManifestTensor, sizes: Sizes, allocate: () => T): T {
  try {
    return allocate();
  } catch (cause) {
    if (!(cause instanceof DeviceError)) throw cause;
    throw new DeviceError(cause.code, `\`${tensor.name}\`, ${tensor.dtype}[${shapeOf(tensorSpec(tensor), sizes).join(', ')}]: ${cause.message}`, cause.hint);
  }
}

async function prepare(kernel: ManifestKernel, device: Device, sizes: Sizes, texts: ReadonlyMap<string, string>, target: string): Promise<Prepared<string, Sizes>> {
  const load = async (path: string): Promise<string> => {
    const found = texts.get(path);
    if (found === undefined) throw new RangeError(`the compiler emitted no ${path}`);
    return found;
  };
  try {
    return await prepareKernel<string, Sizes>(kernelSpec(kernel), device, sizes, { load });
  } catch (cause) {
    if (cause instanceof RangeError) throw stop(exit.diagnostics, 'TDSL0516', { kernel: kernel.name, target, reason: cause.message });
    throw cause;
  }
}

/** Values of a file that a run cannot use as they are: NaN, and indices out of their range. */
export function inspectValues(kernel: { readonly inputs: readonly ManifestTensor[] }, name: string, values: ArrayLike<number>, sizes: Sizes): Diagnostic[] {
  const tensor = kernel.inputs.find((input) => input.name === name);
  if (tensor === undefined) return [];
  if (tensor.limit !== undefined) {
    const limit = sizeValue(tensor.limit, sizes) ?? 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0;
      if (value < 0 || value >= limit) throw stop(exit.diagnostics, 'TDSL0509', { text: `element ${i} of \`${name}\` is ${value}, but must be from 0 to ${limit - 1}` });
    }
  }
  if (!isFloat(tensor.dtype)) return [];
  let nans = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) nans++;
  return nans === 0 ? [] : [diagnostic('TDSL0515', { tensor: name, count: nans, total: values.length })];
}
