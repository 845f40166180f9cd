/** The targets, by name. */
import { cudaIntrinsics } from './cuda/intrinsics.ts';
import { wgmmaIntrinsics, wgmmaOfRegisters } from './cuda/wgmma.ts';
import { commonIntrinsics } from './intrinsics-common.ts';
import type { Target } from './target.ts';

/** One thread, so that what it does to a word is never in parts. */
const cpu: Target = {
  name: 'cpu', family: 'cpu', suffix: 'js', threads: 1, maxThreads: 1, lanes: 0, sharedBytes: 0, vectorBytes: 1, asyncBytes: [], storeBits: 1, intrinsics: commonIntrinsics,
};
/** A store that owns no whole word changes its bits by two atomics, so neighbours are safe. The limits are those that every WebGPU adapter has: 16 KiB of workgroup storage, 256 invocations, 8192 bytes of a function's variables (WGSL, "Limits"). */
const wgsl: Target = {
  name: 'wgsl', family: 'wgsl', suffix: 'wgsl', threads: 256, maxThreads: 256, lanes: 0, sharedBytes: 16 * 1024, functionBytes: 8192, leastBindings: 8, mostBindings: 16, vectorBytes: 16, asyncBytes: [], storeBits: 1, intrinsics: commonIntrinsics,
};
/** sm_80: 163 KiB of shared memory a group at most; staying within half of it leaves two groups a multiprocessor. */
const sm80: Target = {
  name: 'cuda:sm_80', family: 'cuda', suffix: 'sm_80.cu', threads: 256, maxThreads: 1024, lanes: 32, sharedBytes: 80 * 1024, mostSharedBytes: 163 * 1024, threadRegisters: 255, groupRegisters: 65536, vectorBytes: 16, asyncBytes: [4, 8, 16], storeBits: 1, intrinsics: cudaIntrinsics,
};

/** sm_90a: 227 KiB of shared memory a group, boxes copied by a unit of their own, and products of shared memory (wgmma). */
const sm90a: Target = {
  ...sm80, name: 'cuda:sm_90a', suffix: 'sm_90a.cu', sharedBytes: 226 * 1024, boxCopies: true, earlyLaunches: true, multiprocessors: 132, intrinsics: [...wgmmaIntrinsics, ...cudaIntrinsics], onDemand: wgmmaOfRegisters,
};

/** Those compiled for unless others are asked for. */
export const targets: readonly Target[] = [cpu, wgsl, sm80];
const all: readonly Target[] = [...targets, sm90a];
export const targetNames: readonly string[] = targets.map((t) => t.name);
/** Every target that can be asked for. */
export const allTargetNames: readonly string[] = all.map((t) => t.name);
export const findTarget = (name: string): Target | undefined => all.find((t) => t.name === name || (name === 'cuda' && t.family === 'cuda'));
