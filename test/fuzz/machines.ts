/** Runs the launches of one compiled variant on bytes: emitted JavaScript, WGSL on whatever WebGPU there is, CUDA text on the CPU shim. */
import { ShimDevice } from '../../src/cli/shim-device.ts';
import type { CompiledVariant } from '../../src/driver-types.ts';
import { bitsOf } from '../../src/ir/dtype.ts';
import { evaluate, type IndexExpr } from '../../src/ir/index-expr.ts';
import type { Kernel } from '../../src/ir/tst.ts';
import { bufferArgs, evalSize, type StorageType } from '../../src/runtime/abi.ts';
import { CpuDevice } from '../../src/runtime/cpu.ts';
import type { Device, DeviceBuffer, DeviceKernel } from '../../src/runtime/device.ts';
import { openDevice } from '../../src/runtime/index.ts';
import { compileForShim, type ShimOrder } from '../../src/runtime/shim.ts';
import type { Sizes } from './sizes.ts';

export type Bytes = ReadonlyMap<string, Uint8Array>;
/** Turns on a device that several processes share: checks run side by side, what is timed runs alone. */
export interface Gate { through<T>(mode: 'shared' | 'alone', run: () => Promise<T>): Promise<T> }
const openGate: Gate = { through: (_, run) => run() };
export interface Machine {
  /** Opens what it runs on and says what that is; a run does so by itself. @throws DeviceError where there is none */
  open(): Promise<string>;
  /** The target whose texts it runs. */
  readonly name: string;
  /** Where they run, in a word or two. */
  readonly label: string;
  /** Does the machine lack a feature that the text needs? Then a harness takes the next variant. */
  lacks(variant: CompiledVariant): Promise<boolean>;
  /** Gives the bytes of the outputs. What no input gives begins as a pattern that no result has. */
  run(kernel: Kernel, variant: CompiledVariant, sizes: Sizes, inputs: Bytes, gate?: Gate): Promise<Bytes>;
  /** Microseconds of one run, the median; where the machine can tell. */
  time?(kernel: Kernel, variant: CompiledVariant, sizes: Sizes, inputs: Bytes, gate?: Gate): Promise<number>;
  /** The device itself, for programs. */
  device(): Promise<Device>;
  close(): void;
}

const storageBytes: Readonly<Record<StorageType, number>> = { u8: 1, i8: 1, u16: 2, i16: 2, i32: 4, u32: 4, f32: 4, f64: 8, i64: 8 };
export const poison = 0xa5;

export const numberOf = (e: IndexExpr, sizes: Sizes): number => evaluate(e, (kind, id) => {
  const n = sizes[id];
  if (kind !== 'size' || n === undefined) throw new RangeError(`${kind} ${id} has no value`);
  return n;
});
export const elementsOf = (shape: readonly IndexExpr[], sizes: Sizes): number => shape.reduce((n, e) => n * numberOf(e, sizes), 1);

/** Memory for everything that the launches name: inputs with their values, padded with the pattern, the rest all pattern. */
function memoryOf(kernel: Kernel, variant: CompiledVariant, sizes: Sizes, inputs: Bytes): Map<string, Uint8Array> {
  const memory = new Map<string, Uint8Array>();
  const add = (name: string, bits: number): void => {
    let bytes = Math.ceil(bits / 32) * 4;
    for (const { abi } of variant.launches) for (const arg of bufferArgs(abi)) if (arg.name === name && arg.length !== undefined) bytes = Math.max(bytes, evalSize(arg.length, sizes) * storageBytes[arg.storage]);
    const made = new Uint8Array(bytes).fill(poison);
    made.set(inputs.get(name) ?? []);
    memory.set(name, made);
  };
  for (const t of kernel.tensors) if (t.role !== 'temporary') add(t.name, elementsOf(t.shape, sizes) * bitsOf(t.dtype));
  for (const s of variant.scratch) add(s.name, numberOf(s.elements, sizes) * bitsOf(s.dtype));
  return memory;
}
const outputsOf = (kernel: Kernel): string[] => kernel.tensors.filter((t) => t.role === 'output' || t.role === 'inout').map((t) => t.name);

export class OnDevice implements Machine {
  readonly name: string;
  readonly label: string;
  readonly #open: () => Promise<Device>;
  #device: Device | undefined;
  readonly #loaded = new WeakMap<CompiledVariant, Promise<DeviceKernel[]>>();
  #uses = 0;

  constructor(name: string, open: () => Promise<Device>, label = name) {
    this.name = name;
    this.label = label;
    this.#open = open;
  }
  async device(): Promise<Device> { return (this.#device ??= await this.#open()); }
  async open(): Promise<string> { return (this.#device ??= await this.#open()).name; }
  async lacks(variant: CompiledVariant): Promise<boolean> {
    const needed = variant.launches.flatMap((l) => l.abi.features);
    if (needed.length === 0) return false;
    const device = (this.#device ??= await this.#open());
    return needed.some((f) => !device.info().features.includes(f));
  }
  run(kernel: Kernel, variant: CompiledVariant, sizes: Sizes, inputs: Bytes, gate: Gate = openGate): Promise<Bytes> {
    return this.#with(kernel, variant, sizes, inputs, gate, (device, launch, bufferOf) => gate.through('shared', async () => {
      launch();
      return new Map(await unhurried(Promise.all(outputsOf(kernel).map(async (name) => [name, await device.download(bufferOf(name))] as const))));
    }));
  }
  time(kernel: Kernel, variant: CompiledVariant, sizes: Sizes, inputs: Bytes, gate: Gate = openGate): Promise<number> {
    return this.#with(kernel, variant, sizes, inputs, gate, (device, launch) => gate.through('alone', async () => (await device.time(launch, { repeats: 10, budgetMs: 60 })).medianUs));
  }
  async #with<T>(kernel: Kernel, variant: CompiledVariant, sizes: Sizes, inputs: Bytes, gate: Gate, use: (device: Device, launch: () => void, bufferOf: (name: string) => DeviceBuffer) => Promise<T>): Promise<T> {
    let loaded = this.#loaded.get(variant);
    if (loaded === undefined) {
      // A device keeps every pipeline it made, so now and then it is replaced.
      if (this.#uses++ > 400) this.close();
      const device = (this.#device ??= await this.#open());
      loaded = Promise.all(variant.launches.map(({ abi }) => device.load(variant.text, abi)));
      this.#loaded.set(variant, loaded);
    }
    const kernels = await unhurried(loaded);
    const device = this.#device;
    if (device === undefined) throw new RangeError('the device is closed');
    const memory = memoryOf(kernel, variant, sizes, inputs);
    const buffers = await gate.through('shared', async () => new Map([...memory].map(([name, bytes]) => {
      const buffer = device.alloc(bytes.length, kernel.tensors.find((t) => t.name === name)?.place);
      if (bytes.length > 0) device.upload(buffer, bytes);
      return [name, buffer] as const;
    })));
    const bufferOf = (name: string): DeviceBuffer => {
      const found = buffers.get(name);
      if (found === undefined) throw new RangeError(`a launch names ${name}, which is nothing`);
      return found;
    };
    try {
      return await use(device, () => { for (const loaded of kernels) device.launch(loaded, bufferArgs(loaded.abi).map((arg) => bufferOf(arg.name)), sizes); }, bufferOf);
    } finally {
      for (const b of buffers.values()) b.destroy();
    }
  }
  close(): void {
    this.#device?.close();
    this.#device = undefined;
    this.#uses = 0;
  }
}

const bed = new Int32Array(new SharedArrayBuffer(4));
/** Dawn in Node asks without a pause whether a promise is fulfilled; on a processor that also does the work, the asking is made to wait. */
export async function unhurried<T>(promise: Promise<T>): Promise<T> {
  let done = false;
  const nap = (): void => {
    if (done) return;
    Atomics.wait(bed, 0, 0, 1);
    setImmediate(nap);
  };
  setImmediate(nap);
  try { return await promise; } finally { done = true; }
}

export const cpuMachine = (): Machine => new OnDevice('cpu', async () => new CpuDevice());
export const wgslMachine = (): Machine => new OnDevice('wgsl', () => openDevice('webgpu'));
/** CUDA text on a GPU. */
export const gpuMachine = (name = 'cuda:sm_80'): Machine => new OnDevice(name, () => openDevice('cuda'), `${name} on the GPU`);

/** CUDA text on the processor, its threads in the order given. */
export function shimMachine(orderOf: () => ShimOrder, name = 'cuda:sm_80'): Machine {
  return {
    name,
    label: `${name} on the shim`,
    open: () => Promise.resolve('the processor'),
    device: () => Promise.resolve(new ShimDevice(true)),
    lacks: () => Promise.resolve(false),
    close: () => undefined,
    run: async (kernel, variant, sizes, inputs) => {
      const compiled = await compileForShim(variant.text, true);
      const memory = memoryOf(kernel, variant, sizes, inputs);
      for (const { abi } of variant.launches) compiled.run(abi, bufferArgs(abi).map((arg) => memory.get(arg.name) ?? new Uint8Array(0)), sizes, { order: orderOf(), limitMs: 200_000 });
      return new Map(outputsOf(kernel).map((name) => [name, memory.get(name) ?? new Uint8Array(0)]));
    },
  };
}
