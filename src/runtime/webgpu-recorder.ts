/// <reference types="@webgpu/types" />
/** Records launches into one compute pass and submits them together. No Node API. */
import { bufferArgs, type Sizes } from './abi.ts';
import type { DeviceBuffer, DeviceKernel } from './device.ts';
import { DeviceError } from './errors.ts';
import { foreign, resolveLaunch } from './launch.ts';
import { webGpuBuffer, WebGpuKernel, type ErrorScopes, type WebGpuBuffer } from './webgpu-objects.ts';
import { uniformBytes } from './webgpu-pipeline.ts';
import { SizesRing, type SizesSlot } from './webgpu-sizes.ts';

/** Launches recorded before they are submitted unasked: keeps the GPU busy while the host goes on. */
const MOST_PENDING = 64;
/** Bind groups kept for a kernel; they are cheap to make again. */
const MOST_BIND_GROUPS = 512;

/** A launch whose arguments were checked. */
interface Launch {
  readonly kernel: WebGpuKernel;
  readonly buffers: readonly WebGpuBuffer[];
  readonly sizes: readonly number[];
  readonly grid: readonly [number, number, number];
}

export class Recorder {
  readonly #gpu: GPUDevice;
  readonly #scopes: ErrorScopes;
  readonly #sizes: SizesRing;
  #open: { readonly encoder: GPUCommandEncoder; readonly pass: GPUComputePassEncoder } | undefined;
  /** A pass that someone else submits, to which launches go for now. */
  #guest: GPUComputePassEncoder | undefined;
  #pending = 0;
  #held = false;

  constructor(gpu: GPUDevice, scopes: ErrorScopes) {
    this.#gpu = gpu;
    this.#scopes = scopes;
    this.#sizes = new SizesRing(gpu);
  }

  /** True inside `one`. */
  get held(): boolean {
    return this.#held;
  }

  launch(kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): void {
    if (this.#guest !== undefined) return this.encode(this.#guest, kernel, buffers, sizes);
    const launch = this.#resolve(kernel, buffers, sizes);
    if (launch === undefined) return;
    if (this.#sizes.full(launch.sizes) && !this.#held) {
      this.flush();
      this.#sizes.reset();
    }
    const slot = this.#sizes.full(launch.sizes) ? this.#sizes.lasting(launch.sizes) : this.#sizes.slot(launch.sizes);
    this.#open ??= this.#begin();
    this.#dispatch(this.#open.pass, launch, slot);
    this.#pending++;
    if (this.#pending >= MOST_PENDING && !this.#held) this.flush();
  }

  /** Records a launch into a pass that someone else submits. */
  encode(pass: GPUComputePassEncoder, kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): void {
    const launch = this.#resolve(kernel, buffers, sizes);
    if (launch !== undefined) this.#dispatch(pass, launch, this.#sizes.lasting(launch.sizes));
  }

  /** Puts all launches of `record` into a pass that someone else submits. */
  within(pass: GPUComputePassEncoder, record: () => void): void {
    this.flush();
    const before = this.#guest;
    this.#guest = pass;
    try {
      record();
    } finally {
      this.#guest = before;
    }
  }

  /** Puts all launches of `record` into one pass, with these timestamps, and submits it. */
  one(timestampWrites: GPUComputePassTimestampWrites | undefined, record: () => void): void {
    if (this.#guest !== undefined && timestampWrites === undefined) return record();
    this.flush();
    this.#open = this.#begin(timestampWrites === undefined ? {} : { timestampWrites });
    this.#held = true;
    try {
      record();
    } finally {
      this.#held = false;
      this.flush();
    }
  }

  /** Submits what was recorded. */
  flush(): void {
    const open = this.#open;
    this.#open = undefined;
    this.#pending = 0;
    if (open === undefined) return;
    open.pass.end();
    this.#scopes.run('a launch', () => {
      this.#sizes.write();
      this.#gpu.queue.submit([open.encoder.finish()]);
    });
  }

  destroy(): void {
    this.flush();
    this.#sizes.destroy();
  }

  #begin(descriptor: GPUComputePassDescriptor = {}): { encoder: GPUCommandEncoder; pass: GPUComputePassEncoder } {
    const encoder = this.#gpu.createCommandEncoder();
    return { encoder, pass: encoder.beginComputePass(descriptor) };
  }

  /** Checked arguments of a launch, or undefined where it does nothing. */
  #resolve(kernel: DeviceKernel, buffers: readonly DeviceBuffer[], sizes: Sizes): Launch | undefined {
    if (!(kernel instanceof WebGpuKernel)) throw foreign('kernel');
    const { abi } = kernel;
    const { maxComputeWorkgroupsPerDimension: most, maxStorageBufferBindingSize: limit } = this.#gpu.limits;
    const resolved = resolveLaunch(abi, buffers, sizes, [most, most, most]);
    const bound = buffers.map(webGpuBuffer);
    bufferArgs(abi).forEach((arg, i) => {
      const bytes = bound[i]?.bindingBytes ?? 0;
      if (bytes > limit) {
        throw new DeviceError('TDSL0557', `buffer ${arg.name} of kernel ${abi.entry} has ${bytes} bytes, ${bytes - limit} over what a kernel can bind here (${limit})`, 'split the tensor');
      }
      if (arg.access !== 'read' && bound.some((other, j) => j !== i && other.gpuBuffer === bound[i]?.gpuBuffer)) {
        throw new DeviceError('TDSL0559', `buffer ${arg.name} of kernel ${abi.entry} is written and passed twice`, 'WebGPU lets no written buffer be bound twice: pass a copy');
      }
    });
    return resolved.empty ? undefined : { kernel, buffers: bound, sizes: resolved.sizes, grid: resolved.grid };
  }

  #dispatch(pass: GPUComputePassEncoder, { kernel, buffers, grid }: Launch, slot: SizesSlot): void {
    const uniform = uniformBytes(kernel.abi);
    pass.setPipeline(kernel.compiled.pipeline);
    pass.setBindGroup(0, this.#bindGroup(kernel, buffers, uniform, slot), uniform > 0 ? [slot.offset] : []);
    pass.dispatchWorkgroups(...grid);
  }

  #bindGroup(kernel: WebGpuKernel, buffers: readonly WebGpuBuffer[], uniform: number, slot: SizesSlot): GPUBindGroup {
    const key = [slot.key, ...buffers.map((buffer) => buffer.id)].join();
    const known = kernel.bindGroups.get(key);
    if (known !== undefined) return known;
    const entries: GPUBindGroupEntry[] = buffers.map(({ gpuBuffer, offset, bindingBytes }, binding) => ({ binding, resource: { buffer: gpuBuffer, offset, size: bindingBytes } }));
    if (uniform > 0) entries.push({ binding: entries.length, resource: { buffer: slot.buffer, size: uniform } });
    const group = this.#scopes.run(`binding the buffers of kernel ${kernel.abi.entry}`, () =>
      this.#gpu.createBindGroup({ layout: kernel.compiled.layout, entries }));
    if (kernel.bindGroups.size >= MOST_BIND_GROUPS) kernel.bindGroups.clear();
    kernel.bindGroups.set(key, group);
    return group;
  }
}
