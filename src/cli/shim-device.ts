/** The CPU shim as a device: emitted CUDA text, compiled by g++, in place of a GPU. Slow; for numbers, not for times. */
import type { LaunchAbi, Sizes } from '../runtime/abi.ts';
import { bufferArgs } from '../runtime/abi.ts';
import { CpuBuffer, CpuDevice } from '../runtime/cpu.ts';
import type { Device, DeviceBuffer, DeviceInfo, DeviceKernel, RecordedPart, Recording, TimeOptions, Timing } from '../runtime/device.ts';
import { DeviceError } from '../runtime/errors.ts';
import { compileForShim, type ShimKernel } from '../runtime/shim.ts';

class ShimDeviceKernel implements DeviceKernel {
  readonly resources = {};
  readonly abi: LaunchAbi;
  readonly kernel: ShimKernel;

  constructor(abi: LaunchAbi, kernel: ShimKernel) {
    this.abi = abi;
    this.kernel = kernel;
  }
}

/** Memory and clock are the CPU device's; only loading and launching differ. */
export class ShimDevice implements Device {
  readonly kind = 'cuda';
  readonly name = 'CPU shim';
  readonly #memory = new CpuDevice();
  readonly #quickly: boolean;
  #recorded: (() => void)[] | undefined;

  /** `quickly`: kernels are compiled without optimisation, for runs that are short. */
  constructor(quickly = false) { this.#quickly = quickly; }

  info(): DeviceInfo {
    return { ...this.#memory.info(), kind: this.kind, name: this.name, architecture: 'sm_90a', driver: 'g++', features: ['sm_80', 'sm_90a'] };
  }

  async load(text: string, abi: LaunchAbi): Promise<DeviceKernel> {
    return new ShimDeviceKernel(abi, await compileForShim(text, this.#quickly));
  }

  launch(kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): void {
    if (!(kernel instanceof ShimDeviceKernel)) throw new DeviceError('TDSL0559', 'the kernel belongs to another device', 'load it on the device that runs it');
    const names = bufferArgs(kernel.abi);
    const bytes = buffers.map((buffer, i) => {
      const view = buffer instanceof CpuBuffer ? buffer.view('u8') : undefined;
      if (view instanceof Uint8Array) return view;
      throw new DeviceError('TDSL0559', `buffer ${names[i]?.name ?? i} belongs to another device`, 'make it on the device that uses it');
    });
    const call = (): void => kernel.kernel.run(kernel.abi, bytes, sizes);
    if (this.#recorded === undefined) call();
    else this.#recorded.push(call);
  }

  /** Parts run as late as their order lets them: what misses a wait gets wrong numbers. */
  record(parts: readonly RecordedPart[]): Recording {
    const calls = parts.map(({ launch }) => {
      const own: (() => void)[] = [];
      this.#recorded = own;
      try {
        launch();
      } finally {
        this.#recorded = undefined;
      }
      return own;
    });
    const order = lastFirst(parts.map(({ after }) => after));
    return { launch: () => { for (const i of order) for (const call of calls[i] ?? []) call(); }, destroy: () => { calls.length = 0; } };
  }

  view(buffer: DeviceBuffer, offset: number, bytes: number): DeviceBuffer { return this.#memory.view(buffer, offset, bytes); }
  /** Device and host are one memory here. */
  alloc(bytes: number): DeviceBuffer { return this.#memory.alloc(bytes); }
  upload(buffer: DeviceBuffer, bytes: Uint8Array): void { this.#memory.upload(buffer, bytes); }
  download(buffer: DeviceBuffer): Promise<Uint8Array> { return this.#memory.download(buffer); }
  sync(): Promise<void> { return this.#memory.sync(); }
  time(run: (iteration: number) => void, options?: TimeOptions): Promise<Timing> { return this.#memory.time(run, options); }
  close(): void { this.#memory.close(); }
}

/** An order in which every part comes after those that it names, and otherwise the later ones come first. */
export function lastFirst(afters: readonly (readonly number[])[]): number[] {
  const order: number[] = [];
  const done = new Set<number>();
  while (done.size < afters.length) {
    const next = afters.findLastIndex((after, i) => !done.has(i) && after.every((p) => done.has(p)));
    if (next < 0) throw new RangeError('parts of a recording wait for each other');
    done.add(next);
    order.push(next);
  }
  return order;
}
