/** Tile IR as a device: a launch interprets the kernel that its text was printed from, so that programs with states run on that level too. */
import { lastFirst } from '../../src/cli/shim-device.ts';
import { decode, encode } from '../../src/cli/tensor-data.ts';
import type { CompileResult } from '../../src/driver-types.ts';
import { bitsOf } from '../../src/ir/dtype.ts';
import type { TileKernel } from '../../src/ir/tile.ts';
import { bufferArgs, type LaunchAbi, type Sizes } from '../../src/runtime/abi.ts';
import { CpuBuffer, CpuDevice } from '../../src/runtime/cpu.ts';
import type { Device, DeviceBuffer, DeviceInfo, DeviceKernel, DeviceKind, RecordedPart, Recording, TimeOptions, Timing } from '../../src/runtime/device.ts';
import { findTarget } from '../../src/targets/targets.ts';
import { elementsOf } from './machines.ts';
import { interpretLaunch, stepsOf } from './tile-levels.ts';

/** What is left of the run would take too many steps. */
export class TooLong extends Error {}

class TileDeviceKernel implements DeviceKernel {
  readonly resources = {};
  constructor(readonly abi: LaunchAbi, readonly tile: TileKernel) {}
}

export class TileDevice implements Device {
  readonly kind: DeviceKind;
  readonly name = 'tile IR';
  readonly #memory = new CpuDevice();
  readonly #tiles = new Map<string, TileKernel>();
  readonly #target: string;
  readonly #seed: number;
  #left: number;
  #recorded: (() => void)[] | undefined;

  /** `steps`: how many may be taken, about. @throws TooLong at the launch that would take more */
  constructor(compiled: CompileResult, target: string, seed: number, steps: number) {
    const family = findTarget(target)?.family;
    this.kind = family === 'wgsl' ? 'webgpu' : family === 'cuda' ? 'cuda' : 'cpu';
    this.#target = target;
    this.#seed = seed;
    this.#left = steps;
    for (const v of compiled.kernels.flatMap((k) => k.variants)) for (const { abi, tile } of v.launches) this.#tiles.set(`${abi.entry}\n${v.text}`, tile);
  }
  info(): DeviceInfo { return { ...this.#memory.info(), kind: this.kind, name: this.name, architecture: this.#target.split(':')[1] ?? '', features: this.kind === 'cuda' ? ['sm_80', 'sm_90a'] : [] }; }
  load(text: string, abi: LaunchAbi): Promise<DeviceKernel> {
    const tile = this.#tiles.get(`${abi.entry}\n${text}`);
    return tile === undefined ? Promise.reject(new RangeError(`no kernel ${abi.entry} was compiled`)) : Promise.resolve(new TileDeviceKernel(abi, tile));
  }
  launch(kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): void {
    if (!(kernel instanceof TileDeviceKernel)) throw new RangeError('the kernel belongs to another device');
    const names = bufferArgs(kernel.abi).map((arg) => arg.name);
    const bytes = new Map(buffers.map((buffer, i) => {
      const view = buffer instanceof CpuBuffer ? buffer.view('u8') : undefined;
      if (!(view instanceof Uint8Array)) throw new RangeError('the buffer belongs to another device');
      return [names[i] ?? '', view] as const;
    }));
    const call = (): void => this.#run(kernel.tile, bytes, sizes);
    if (this.#recorded === undefined) call();
    else this.#recorded.push(call);
  }
  #run(tile: TileKernel, bytes: ReadonlyMap<string, Uint8Array>, sizes: Sizes): void {
    this.#left -= stepsOf(tile, sizes);
    if (this.#left < 0) throw new TooLong();
    const before = new Map(tile.buffers.map((b): [string, Float64Array] => [b.name, Float64Array.from(decode(b.dtype, bytes.get(b.name) ?? new Uint8Array(0), elementsOf(b.shape, sizes)))]));
    const after = interpretLaunch('values', tile, this.#target, sizes, before, this.#seed);
    for (const b of tile.buffers) {
      const values = b.role === 'input' ? undefined : after.get(b.name), to = bytes.get(b.name);
      if (values === undefined || to === undefined) continue;
      // Of a byte that holds elements beyond the last one those stay.
      const made = encode(b.dtype, values), rest = (values.length * bitsOf(b.dtype)) % 8, last = made.length - 1;
      if (rest !== 0) made[last] = ((made[last] ?? 0) & ((1 << rest) - 1)) | ((to[last] ?? 0) & ~((1 << rest) - 1));
      to.set(made);
    }
  }

  /** Parts run as late as their order lets them. */
  record(parts: readonly RecordedPart[]): Recording {
    const calls: (() => void)[] = [];
    this.#recorded = calls;
    try { for (const i of lastFirst(parts.map(({ after }) => after))) parts[i]?.launch(); } finally { this.#recorded = undefined; }
    return { launch: () => { for (const call of calls) call(); }, destroy: () => { calls.length = 0; } };
  }
  view(buffer: DeviceBuffer, offset: number, bytes: number): DeviceBuffer { return this.#memory.view(buffer, offset, bytes); }
  alloc(bytes: number): DeviceBuffer { return this.#memory.alloc(bytes); }
  upload(buffer: DeviceBuffer, bytes: Uint8Array): void { this.#memory.upload(buffer, bytes); }
  download(buffer: DeviceBuffer): Promise<Uint8Array> { return this.#memory.download(buffer); }
  sync(): Promise<void> { return this.#memory.sync(); }
  time(run: (iteration: number) => void, options?: TimeOptions): Promise<Timing> { return this.#memory.time(run, options); }
  close(): void { this.#memory.close(); }
}
