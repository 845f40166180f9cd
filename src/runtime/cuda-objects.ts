/** Buffers and kernels of a CUDA device. Node only. */
import { bufferArgs, sizeArgs, tensorMapArgs, type LaunchAbi } from './abi.ts';
import { MAP_BYTES } from './cuda-tensor-map.ts';
import type { DeviceBuffer, DeviceKernel } from './device.ts';
import type { Koffi } from './native.ts';

export class CudaBuffer implements DeviceBuffer {
  readonly address: bigint;
  readonly bytes: number;
  /** The buffer of which this is a part; itself otherwise. */
  readonly whole: CudaBuffer;
  /** The same memory as the host sees it, for buffers that lie there. */
  readonly mapped: Uint8Array | undefined;
  #release: (() => void) | undefined;

  constructor(address: bigint, bytes: number, release: () => void, whole?: CudaBuffer, mapped?: Uint8Array) {
    this.mapped = mapped;
    this.whole = whole ?? this;
    this.address = address;
    this.bytes = bytes;
    this.#release = release;
  }

  get destroyed(): boolean {
    return this.#release === undefined || (this.whole !== this && this.whole.destroyed);
  }

  destroy(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }
}

/** `CUlaunchConfig` (three sizes of the grid, three of a block, shared bytes, stream, attributes, their number) and `CUlaunchAttribute` (its number, then a value of 64 bytes) in slots of eight bytes. */
const CONFIG_SLOTS = 7, ATTRIBUTE_SLOTS = 9;
/** `CUlaunchAttributeID`. */
const PROGRAMMATIC_STREAM_SERIALIZATION = 6;

/**
 * A function of a loaded module, with native memory for the arguments of one launch: first a slot of eight bytes for each
 * argument (of 128 for a tensor map), then the table of the slots' addresses which `cuLaunchKernel` takes; for one that begins early
 * also the `CUlaunchConfig` of `cuLaunchKernelEx` with its attribute. A launch copies them at once, so the memory serves the next one.
 */
export class CudaKernel implements DeviceKernel {
  readonly abi: LaunchAbi;
  readonly func: bigint;
  readonly resources: Readonly<Record<string, number>>;
  /** Address of the table. */
  readonly parameters: bigint;
  readonly #koffi: Koffi;
  readonly #block: bigint;
  readonly #pointers: BigUint64Array;
  readonly #integers: Int32Array;
  readonly #maps: readonly Uint8Array[];
  /** First slot of a size, counted in slots of eight bytes. */
  readonly #firstSize: number;
  /** First slot of the configuration. */
  readonly #config: number;

  constructor(koffi: Koffi, abi: LaunchAbi, func: bigint, resources: Readonly<Record<string, number>>) {
    this.#koffi = koffi;
    this.abi = abi;
    this.func = func;
    this.resources = resources;
    const slots = [...bufferArgs(abi).map(() => 1), ...tensorMapArgs(abi).map(() => MAP_BYTES / 8), ...sizeArgs(abi).map(() => 1)];
    const starts = slots.map((_, i) => slots.slice(0, i).reduce((a, b) => a + b, 0));
    const table = slots.reduce((a, b) => a + b, 0);
    this.#config = table + slots.length;
    const bytes = 8 * (this.#config + (abi.early === true ? CONFIG_SLOTS + ATTRIBUTE_SLOTS : 1));
    this.#block = BigInt(koffi.alloc('uint8_t', bytes));
    const memory = koffi.view(this.#block, bytes);
    this.#pointers = new BigUint64Array(memory);
    this.#integers = new Int32Array(memory);
    starts.forEach((start, i) => {
      this.#pointers[table + i] = this.#block + BigInt(8 * start);
    });
    const buffers = bufferArgs(abi).length;
    this.#maps = tensorMapArgs(abi).map((_, i) => new Uint8Array(memory, 8 * (starts[buffers + i] ?? 0), MAP_BYTES));
    this.#firstSize = table - sizeArgs(abi).length;
    this.parameters = this.#block + BigInt(8 * table);
  }

  setArguments(buffers: readonly bigint[], maps: readonly Uint8Array[], sizes: readonly number[]): void {
    buffers.forEach((address, i) => {
      this.#pointers[i] = address;
    });
    maps.forEach((map, i) => this.#maps[i]?.set(map));
    sizes.forEach((size, i) => {
      this.#integers[2 * (this.#firstSize + i)] = size;
    });
  }

  /** Address of a configuration by which the launch begins when the one ahead lets it. For kernels whose text waits by itself. */
  earlyConfig(grid: readonly [number, number, number], stream: bigint): bigint {
    const config = new Uint8Array(this.#pointers.buffer, 8 * this.#config, 8 * (CONFIG_SLOTS + ATTRIBUTE_SLOTS)).fill(0);
    const view = new DataView(config.buffer, config.byteOffset, config.byteLength);
    const address = this.#block + BigInt(8 * this.#config), attribute = 8 * CONFIG_SLOTS;
    [...grid, ...this.abi.block, this.abi.sharedBytes].forEach((n, i) => { view.setUint32(4 * i, n, true); });
    view.setBigUint64(32, stream, true);
    view.setBigUint64(40, address + BigInt(attribute), true);
    view.setUint32(48, 1, true);
    view.setUint32(attribute, PROGRAMMATIC_STREAM_SERIALIZATION, true);
    view.setUint32(attribute + 8, 1, true);
    return address;
  }

  free(): void {
    this.#koffi.free(this.#block);
  }
}
