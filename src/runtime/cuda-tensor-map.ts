/** Tensor maps as the CUDA driver encodes them. Node only. */
import type { CudaDriver } from './cuda-driver.ts';
import type { MapElement, ResolvedMap } from './tensor-map.ts';

/** `CUtensorMapDataType`: plain integers, so that nothing is rounded on the way, and TFLOAT32, which rounds. */
const dataType: Readonly<Record<MapElement, number>> = { bytes1: 0, bytes2: 1, bytes4: 2, tf32: 11 };
/** `CUtensorMapSwizzle`. */
const swizzleMode = { 0: 0, 32: 1, 64: 2, 128: 3 } as const;
/** `CUtensorMapL2promotion`: lines of 256 bytes. */
const L2_256 = 3;
const NO_INTERLEAVE = 0, FILL_ZEROS = 0;

export const MAP_BYTES = 128;
/** More maps than any program keeps in turn; beyond it they are made anew. */
const MOST = 4096;

/** Makes tensor maps and keeps them, by address and sizes. */
export class CudaTensorMaps {
  readonly #driver: CudaDriver;
  readonly #known = new Map<string, Uint8Array>();
  /** Memory for one map at an address that is a multiple of 64. */
  readonly #block: bigint;
  readonly #at: bigint;
  readonly #bytes: Uint8Array;

  constructor(driver: CudaDriver) {
    this.#driver = driver;
    this.#block = BigInt(driver.koffi.alloc('uint8_t', MAP_BYTES + 64));
    this.#at = (this.#block + 63n) & ~63n;
    this.#bytes = new Uint8Array(driver.koffi.view(this.#at, MAP_BYTES));
  }

  /** The 128 bytes that a kernel takes. */
  encode(address: bigint, map: ResolvedMap): Uint8Array {
    const key = `${address} ${map.element} ${map.swizzle} ${map.dims.join()} ${map.strides.join()} ${map.box.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const rank = map.dims.length;
    const code = this.#driver.api.cuTensorMapEncodeTiled(
      this.#at, dataType[map.element], rank, address, BigUint64Array.from(map.dims, BigInt), BigUint64Array.from([...map.strides, 0], BigInt),
      Uint32Array.from(map.box), new Uint32Array(rank).fill(1), NO_INTERLEAVE, swizzleMode[map.swizzle], L2_256, FILL_ZEROS,
    );
    this.#driver.check(code, `describing a tensor of ${map.dims.join(' x ')} elements`);
    if (this.#known.size >= MOST) this.#known.clear();
    const bytes = this.#bytes.slice();
    this.#known.set(key, bytes);
    return bytes;
  }

  free(): void {
    this.#driver.koffi.free(this.#block);
  }
}
