/** What a target can do, as data: common lowering reads this, nothing asks for a target by name. */
import type { MmaIntrinsic } from '../ir/intrinsic.ts';

export interface Target {
  /** `cpu`, `wgsl`, `cuda:sm_80`. */
  readonly name: string;
  readonly family: 'cpu' | 'wgsl' | 'cuda';
  /** File suffix of emitted kernels: `js`, `wgsl`, `sm_80.cu`. */
  readonly suffix: string;
  /** Threads a group usually has; 1 where there are no groups. */
  readonly threads: number;
  readonly maxThreads: number;
  /** Lanes that run together and may exchange registers; 0 where the target promises none. */
  readonly lanes: number;
  /** Shared memory of one group in bytes. */
  readonly sharedBytes: number;
  /** What a schedule may ask for, where that is more than the compiler takes by itself. */
  readonly mostSharedBytes?: number;
  /** 32-bit registers that one thread, and all threads of a group together, can have; unknown where left out. */
  readonly threadRegisters?: number;
  readonly groupRegisters?: number;
  /** Bytes of variables that a function can have on every device, where the language says so. */
  readonly functionBytes?: number;
  /** Widest memory access of one thread in bytes. */
  readonly vectorBytes: number;
  /** Pieces that asynchronous copies to shared memory move, in bytes; empty where there are none. */
  readonly asyncBytes: readonly number[];
  /** Smallest store that does not touch its neighbours, in bits. */
  readonly storeBits: number;
  /** Whole boxes of tensors are copied to shared memory by a unit of their own, in roles of their own. */
  readonly boxCopies?: boolean;
  /** A launch may begin while the one before it ends, and waits by itself for what that one leaves. */
  readonly earlyLaunches?: boolean;
  /** Buffers that every device lets one launch touch; unlimited where left out. */
  readonly leastBindings?: number;
  /** Buffers that one launch may touch on the devices that the compiler has in mind; unlimited where left out. */
  readonly mostBindings?: number;
  /** Groups that run at once on the device that plans are made for. */
  readonly multiprocessors?: number;
  readonly intrinsics: readonly MmaIntrinsic[];
  /** Further ones, which no plan chooses by itself and a schedule may ask for. */
  readonly onDemand?: readonly MmaIntrinsic[];
}

export const intrinsicOf = (target: Target, name: string): MmaIntrinsic | undefined => target.intrinsics.find((i) => i.name === name) ?? target.onDemand?.find((i) => i.name === name);
