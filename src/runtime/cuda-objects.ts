/** Buffers and kernels of a CUDA device. Node only. */
import { bufferArgs, sizeArgs, type LaunchAbi } from './abi.ts';
import type { DeviceBuffer, DeviceKernel } from './device.ts';
import type { Koffi } from './native.ts';

export class CudaBuffer implements DeviceBuffer {
  readonly address: bigint;
  readonly bytes: number;
  #release: (() => void) | undefined;

  constructor(address: bigint, bytes: number, release: () => void) {
    this.address = address;
    this.bytes = bytes;
    this.#release = release;
  }

  get destroyed(): boolean {
    return this.#release === undefined;
  }

  destroy(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }
}

/**
 * A function of a loaded module, with native memory for the arguments of one launch: first a slot of eight bytes for each
 * argument, then the table of the slots' addresses which `cuLaunchKernel` takes. A launch copies the arguments at once, so the
 * memory serves the next one.
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

  constructor(koffi: Koffi, abi: LaunchAbi, func: bigint, resources: Readonly<Record<string, number>>) {
    this.#koffi = koffi;
    this.abi = abi;
    this.func = func;
    this.resources = resources;
    const count = bufferArgs(abi).length + sizeArgs(abi).length;
    const bytes = 16 * Math.max(1, count);
    this.#block = BigInt(koffi.alloc('uint8_t', bytes));
    const memory = koffi.view(this.#block, bytes);
    this.#pointers = new BigUint64Array(memory);
    this.#integers = new Int32Array(memory);
    for (let i = 0; i < count; i++) this.#pointers[count + i] = this.#block + BigInt(8 * i);
    this.parameters = this.#block + BigInt(8 * count);
  }

  setArguments(buffers: readonly bigint[], sizes: readonly number[]): void {
    buffers.forEach((address, i) => {
      this.#pointers[i] = address;
    });
    sizes.forEach((size, i) => {
      this.#integers[2 * (buffers.length + i)] = size;
    });
  }

  free(): void {
    this.#koffi.free(this.#block);
  }
}
