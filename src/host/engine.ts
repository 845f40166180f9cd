/**
 * The part of a harness that does not depend on its kernels: choice of a variant, buffers, launches (`engine-spec.ts` has what comes before: sizes from shapes).
 *
 * Every harness holds a copy of this text (`templates/harness-engine.ts`), so that it needs nothing but the runtime's types;
 * `tdsl run` uses the module itself. Hence: no imports but types and the part before, and no top-level side effects.
 */
import type { Device, DeviceBuffer, DeviceKernel } from '../runtime/device.ts';
import type { LaunchAbi, SizeExpr, SizeOp, Sizes, StorageType } from '../runtime/abi.ts';
import { elementsOf, inferSizes, shapeOf, shapeText, sizeValue, type AnyInputs, type CheckSpec, type HostTensor, type Input, type KernelSpec, type LoadOptions, type Loader, type Prepared, type RunOptions, type TensorSpec, type VariantSpec } from './engine-spec.ts';

/** The first variant whose conditions hold for the sizes and whose features the device has. */
export function chooseVariant(kernel: KernelSpec, device: Device, sizes: Sizes): VariantSpec {
  const prefix = { cpu: 'cpu', webgpu: 'wgsl', cuda: 'cuda:' }[device.kind];
  const targets = Object.keys(kernel.targets).filter((target) => target.startsWith(prefix)).reverse();
  if (targets.length === 0) throw new RangeError(`${kernel.name} was not compiled for ${device.kind}; it was for ${Object.keys(kernel.targets).join(', ')}`);
  const has = new Set(device.info().features);
  const lacking = new Set<string>();
  for (const target of targets) {
    for (const variant of kernel.targets[target] ?? []) {
      const fits = Object.entries(variant.equals ?? {}).every(([name, value]) => sizes[name] === value)
        && Object.entries(variant.multiples ?? {}).every(([name, factor]) => (sizes[name] ?? 0) % factor === 0)
        && Object.entries(variant.atMost ?? {}).every(([name, most]) => (sizes[name] ?? 0) <= most);
      const missing = variant.features.filter((feature) => !has.has(feature));
      if (fits && missing.length === 0) return variant;
      if (fits) for (const feature of missing) lacking.add(feature);
    }
  }
  const why = lacking.size > 0 ? `${device.name} lacks ${[...lacking].join(', ')}` : `it was compiled for other sizes than ${Object.entries(sizes).map(([name, v]) => `${name}=${v}`).join(', ')}`;
  throw new RangeError(`no variant of ${kernel.name} runs here: ${why}`);
}

const storageSize: Readonly<Record<StorageType, number>> = { u8: 1, i8: 1, u16: 2, i16: 2, i32: 4, u32: 4, f32: 4, f64: 8, i64: 8 };

/** Bytes of a buffer: its elements in whole words, or more where a launch addresses more. */
function bufferBytes(name: string, elements: number, bits: number, variant: VariantSpec, sizes: Sizes): number {
  let bytes = Math.ceil((elements * bits) / 32) * 4;
  for (const { args } of variant.launches) {
    for (const arg of args) {
      if (arg.kind === 'buffer' && arg.name === name && arg.length !== undefined) bytes = Math.max(bytes, (sizeValue(arg.length, sizes) ?? 0) * storageSize[arg.storage]);
    }
  }
  return bytes;
}

type Kernels = Map<string, Promise<DeviceKernel>>;
/** By text, so that each is compiled once for a device. */
const kernelsByText = new WeakMap<Device, Kernels>();
/** By file, and by who reads it: another reader may have another text under the same name. */
const kernelsByFile = new WeakMap<Device, WeakMap<Loader, Kernels>>();

/** What the map has, or what is made now. A failure is not kept: the next call tries again. */
export function kept<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
    value.catch(() => known.delete(key));
  }
  return value;
}

function loadKernel(device: Device, file: string, abi: LaunchAbi, load: Loader): Promise<DeviceKernel> {
  const readers = kernelsByFile.get(device) ?? new WeakMap<Loader, Kernels>();
  const files = readers.get(load) ?? new Map<string, Promise<DeviceKernel>>();
  const texts = kernelsByText.get(device) ?? new Map<string, Promise<DeviceKernel>>();
  kernelsByFile.set(device, readers.set(load, files));
  kernelsByText.set(device, texts);
  return kept(files, `${file}#${abi.entry}`, () => load(file).then((text) => kept(texts, `${abi.entry} ${text}`, () => device.load(text, abi))));
}

/** Loads the kernels of the variant that fits and allocates its scratch memory. Texts are compiled once for a device. */
export async function prepareKernel<Name extends string, S extends Sizes>(kernel: KernelSpec, device: Device, given: S, options: LoadOptions): Promise<Prepared<Name, S>> {
  const sizes = inferSizes(kernel, {}, given);
  const variant = chooseVariant(kernel, device, sizes);
  const kernels = await Promise.all(variant.launches.map((abi) => loadKernel(device, variant.file, abi, options.load)));
  const bytes = Object.fromEntries([...kernel.inputs, ...kernel.outputs].map((tensor) =>
    [tensor.name, bufferBytes(tensor.name, elementsOf(tensor, sizes), tensor.bits, variant, sizes)])) as Record<Name, number>;
  const scratch: Record<string, DeviceBuffer> = {};
  const checks = kernel.checks ?? [];
  for (const { tensor } of checks) scratch[tensor] = device.alloc(4);
  for (const { name, bits, elements } of variant.scratch) scratch[name] = device.alloc(bufferBytes(name, sizeValue(elements, sizes) ?? 0, bits, variant, sizes));
  return {
    sizes: given,
    bytes,
    file: variant.file,
    launches: kernels.length,
    ownBytes: Object.values(scratch).reduce((n, buffer) => n + buffer.bytes, 0),
    launch(buffers) {
      const all: Readonly<Record<string, DeviceBuffer>> = { ...buffers, ...scratch };
      for (const loaded of kernels) {
        const passed = loaded.abi.args.filter((arg) => arg.kind === 'buffer').map(({ name }) => {
          const buffer = all[name];
          if (buffer === undefined) throw new RangeError(`${kernel.name}: buffer ${name} is missing`);
          return buffer;
        });
        device.launch(loaded, passed, sizes);
      }
    },
    async verify() {
      for (const check of checks) {
        const buffer = scratch[check.tensor];
        const found = buffer === undefined ? undefined : new Int32Array((await device.download(buffer)).slice(0, 4).buffer)[0];
        if (found !== undefined && found < 2 ** 31 - 1) throw new RangeError(offence(kernel, check, found, sizes), { cause: { check, point: found } });
      }
    },
    destroy: () => Object.values(scratch).forEach((buffer) => buffer.destroy()),
  };
}

/** What is wrong at the point with that number. */
function offence(kernel: KernelSpec, check: CheckSpec, found: number, sizes: Sizes): string {
  let rest = found;
  const point = [...check.axes].reverse().map(({ name, extent }) => {
    const n = sizeValue(extent, sizes) ?? 1;
    const at = rest % n;
    rest = Math.floor(rest / n);
    return `${name} = ${at}`;
  }).reverse().join(', ');
  const ranges = check.places?.map(({ dimension, extent }) => `0 to ${(sizeValue(extent, sizes) ?? 0) - 1} in dimension ${dimension}`).join(', ');
  const what = check.kind === 'duplicate' ? `an element of ${check.target} is written that an earlier point writes too`
    : `an element that ${check.target} does not have is ${check.kind === 'read' ? `read, whose indices go from ${ranges}` : 'written'}`;
  return `${kernel.name}, line ${check.line}: ${what}${point === '' ? '' : `; the first time at ${point}`}`;
}

function isTensor(input: Input<ArrayBufferView>): input is HostTensor<ArrayBufferView> {
  return !ArrayBuffer.isView(input);
}

/** The elements of an input, after their type has been checked. */
export function dataOf(kernel: { readonly name: string }, tensor: TensorSpec, input: Input<ArrayBufferView> | undefined): ArrayBufferView {
  if (input === undefined) throw new TypeError(`${kernel.name}: input ${tensor.name} is missing`);
  const data = isTensor(input) ? input.data : input;
  const name = Object.prototype.toString.call(data).slice(8, -1);
  if (name === tensor.array || (tensor.dtype === 'f16' && name === 'Float16Array')) return data;
  throw new TypeError(`${kernel.name}: ${tensor.name} is ${tensor.dtype} and takes a ${tensor.array}, found a ${name}`);
}

/** The bytes of an input, after its length and its values' range have been checked. */
function inputBytes(kernel: KernelSpec, tensor: TensorSpec, input: Input<ArrayBufferView> | undefined, sizes: Sizes): Uint8Array {
  const data = dataOf(kernel, tensor, input);
  const elements = elementsOf(tensor, sizes);
  const expected = Math.ceil((elements * tensor.bits) / 8);
  if (data.byteLength !== expected) {
    throw new RangeError(`${kernel.name}: ${tensor.name} is ${shapeText(tensor)} = [${shapeOf(tensor, sizes).join(', ')}], ${elements} elements in ${expected} bytes, found ${data.byteLength} bytes`);
  }
  if (tensor.limit !== undefined) checkLimit(kernel, tensor, data, sizeValue(tensor.limit, sizes) ?? 0);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Kernels trust the range of `i32<C>`, so it is checked where values enter. */
export function checkLimit(kernel: { readonly name: string }, tensor: TensorSpec, data: ArrayBufferView, limit: number): void {
  if (!(data instanceof Int32Array || data instanceof Uint32Array || data instanceof Int16Array || data instanceof Uint16Array || data instanceof Int8Array || data instanceof Uint8Array)) return;
  const at = data.findIndex((value: number) => value < 0 || value >= limit);
  if (at >= 0) throw new RangeError(`${kernel.name}: element ${at} of ${tensor.name} is ${data[at]}, but must be from 0 to ${limit - 1}`);
}

export const arrays = { Float32Array, Uint16Array, Int16Array, Int32Array, Uint32Array, Int8Array, Uint8Array };

/** Uploads are in whole words. */
export function wholeWords(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 4 === 0) return bytes;
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return padded;
}

/** Runs a kernel once from host arrays to host arrays. */
export async function runKernel(kernel: KernelSpec, device: Device, inputs: AnyInputs, options: RunOptions<Record<string, number>>): Promise<Record<string, HostTensor<ArrayBufferView>>> {
  const shapes: Record<string, readonly number[] | undefined> = {};
  for (const tensor of kernel.inputs) {
    const input = inputs[tensor.name];
    const data = dataOf(kernel, tensor, input);
    if (input !== undefined && isTensor(input)) shapes[tensor.name] = input.shape;
    // The number of its elements is the shape of a vector, and a scalar has none.
    else if (tensor.shape.length === 1 && tensor.bits >= 8) shapes[tensor.name] = [(data.byteLength * 8) / tensor.bits];
  }
  const sizes = inferSizes(kernel, shapes, options.sizes ?? {});
  const bytes = kernel.inputs.map((tensor) => inputBytes(kernel, tensor, inputs[tensor.name], sizes));
  const prepared = await prepareKernel<string, Sizes>(kernel, device, sizes, options);
  const buffers: Record<string, DeviceBuffer> = {};
  try {
    kernel.inputs.forEach((tensor, i) => {
      const buffer = device.alloc(prepared.bytes[tensor.name] ?? 0, tensor.place);
      buffers[tensor.name] = buffer;
      device.upload(buffer, wholeWords(bytes[i] ?? new Uint8Array(0)));
    });
    for (const tensor of kernel.outputs) buffers[tensor.name] ??= device.alloc(prepared.bytes[tensor.name] ?? 0, tensor.place);
    prepared.launch(buffers);
    await prepared.verify();
    const results: Record<string, HostTensor<ArrayBufferView>> = {};
    for (const tensor of kernel.outputs) {
      const buffer = buffers[tensor.name];
      if (buffer === undefined) continue;
      const raw = await device.download(buffer);
      const length = Math.ceil((elementsOf(tensor, sizes) * tensor.bits) / 8);
      const copy = raw.slice(0, length).buffer;
      results[tensor.name] = { data: new arrays[tensor.array](copy), shape: shapeOf(tensor, sizes) };
    }
    return results;
  } finally {
    prepared.destroy();
    for (const buffer of Object.values(buffers)) buffer.destroy();
  }
}

/** One output with the element type that its kernel declares. */
export function outputTensor<T extends ArrayBufferView>(outputs: Readonly<Record<string, HostTensor<ArrayBufferView>>>, name: string, array: abstract new (...args: never) => T): HostTensor<T> {
  const output = outputs[name];
  if (output === undefined || !(output.data instanceof array)) throw new TypeError(`output ${name} is missing`);
  return { data: output.data, shape: output.shape };
}

// What bundlers may leave out where its result is not used.
/* @__NO_SIDE_EFFECTS__ */
export function sizeOp(op: SizeOp, ...args: readonly SizeExpr[]): SizeExpr {
  return { op, args };
}

/** A tensor. The type of its elements tells their width and the array that holds them on the host: bytes, where several share one. */
/* @__NO_SIDE_EFFECTS__ */
export function tensorOf(name: string, dtype: string, shape: readonly SizeExpr[], rest: Pick<TensorSpec, 'limit' | 'place' | 'region'> = {}): TensorSpec {
  // Here, since descriptions of kernels call this before constants of the module below them have values.
  const widths: Readonly<Record<string, number>> = { e4m3: 8, e5m2: 8, e8m0: 8, e2m1: 4, bool: 8 };
  const names: Readonly<Record<string, TensorSpec['array']>> = { f32: 'Float32Array', f16: 'Uint16Array', bf16: 'Uint16Array', u16: 'Uint16Array', i16: 'Int16Array', i32: 'Int32Array', u32: 'Uint32Array', i8: 'Int8Array' };
  return { name, dtype, bits: widths[dtype] ?? Number(dtype.replace(/\D+/, '')), array: names[dtype] ?? 'Uint8Array', shape, ...rest };
}
