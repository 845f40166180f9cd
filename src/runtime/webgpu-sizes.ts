/// <reference types="@webgpu/types" />
/** Where the sizes of launches live on a WebGPU device. No Node API. */

/** Slots start at multiples of this, the largest alignment which WebGPU may ask of a uniform binding. */
const SLOT = 256;
const SLOTS = 256;
const UNIFORM_COPY_DST = 0x40 | 0x08;

export interface SizesSlot {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  /** Names the buffer, for keys of bind groups. */
  readonly key: string;
}

/**
 * One buffer of slots which launches share; equal sizes share a slot. The slots are written together, just before the
 * launches that read them are submitted: queue writes are ordered after earlier submissions, so slots can be used again then.
 */
export class SizesRing {
  readonly #gpu: GPUDevice;
  readonly #buffer: GPUBuffer;
  readonly #shadow = new Int32Array((SLOT * SLOTS) / 4);
  readonly #slots = new Map<string, number>();
  readonly #lasting = new Map<string, GPUBuffer>();
  #written = 0;

  constructor(gpu: GPUDevice) {
    this.#gpu = gpu;
    this.#buffer = gpu.createBuffer({ label: 'sizes', size: SLOT * SLOTS, usage: UNIFORM_COPY_DST });
  }

  /** True where `sizes` have no slot and there is none left: submit, then `reset`. */
  full(sizes: readonly number[]): boolean {
    return this.#slots.size === SLOTS && !this.#slots.has(sizes.join());
  }

  /** A slot for launches that are submitted with the next `write`. */
  slot(sizes: readonly number[]): SizesSlot {
    const key = sizes.join();
    let index = this.#slots.get(key);
    if (index === undefined) {
      index = this.#slots.size;
      this.#slots.set(key, index);
      this.#shadow.set(sizes, (index * SLOT) / 4);
    }
    return { buffer: this.#buffer, offset: index * SLOT, key: 'ring' };
  }

  /** A buffer of its own for launches that are submitted at a time unknown here. */
  lasting(sizes: readonly number[]): SizesSlot {
    const key = sizes.join();
    let buffer = this.#lasting.get(key);
    if (buffer === undefined) {
      buffer = this.#gpu.createBuffer({ label: `sizes ${key}`, size: SLOT, usage: UNIFORM_COPY_DST });
      this.#gpu.queue.writeBuffer(buffer, 0, Int32Array.from(sizes));
      this.#lasting.set(key, buffer);
    }
    return { buffer, offset: 0, key: `sizes ${key}` };
  }

  /** Sends the slots that are new since the last call. Goes before the submission that reads them. */
  write(): void {
    if (this.#slots.size === this.#written) return;
    const from = (this.#written * SLOT) / 4;
    const to = (this.#slots.size * SLOT) / 4;
    this.#gpu.queue.writeBuffer(this.#buffer, from * 4, this.#shadow, from, to - from);
    this.#written = this.#slots.size;
  }

  /** Forgets all slots. Only right after a submission. */
  reset(): void {
    this.#slots.clear();
    this.#written = 0;
  }

  destroy(): void {
    this.#buffer.destroy();
    for (const buffer of this.#lasting.values()) buffer.destroy();
    this.#lasting.clear();
  }
}
