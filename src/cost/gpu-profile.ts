/** Machines as the gpu cost model sees them: numbers, nothing else. */

export interface GpuProfile {
  readonly name: string;
  /** Where the numbers come from. */
  readonly source: string;
  readonly multiprocessors: number;
  /** Hz while all multiprocessors work. */
  readonly clock: number;
  /** Bytes a second: device memory, and second-level cache to the multiprocessors; bytes that the cache holds. */
  readonly dram: number;
  readonly l2: number;
  readonly l2Bytes: number;
  /** Of one multiprocessor: threads, groups, 32-bit registers and bytes of shared memory at once. */
  readonly threads: number;
  readonly groups: number;
  readonly registers: number;
  readonly sharedBytes: number;
  /** Of one multiprocessor in a clock: scalar multiply-adds, special functions, instructions of warps, bytes of shared memory. */
  readonly fma: number;
  readonly special: number;
  readonly issue: number;
  readonly shared: number;
  /** Multiply-adds in a clock of one multiprocessor by matrix instructions, by the beginning of the instruction's name. */
  readonly matrix: readonly { readonly prefix: string; readonly perClock: number }[];
  /** Clocks: a load from memory, a barrier of a group, an exchange between lanes, a matrix instruction from start to result, a dependent scalar instruction. */
  readonly latency: { readonly load: number; readonly barrier: number; readonly exchange: number; readonly matrix: number; readonly scalar: number };
  /** Seconds from one launch to the next. */
  readonly launch: number;
  /** Whether memory can be accessed only in the type that it is declared with. */
  readonly typed: boolean;
  readonly losses: Losses;
}

/** What keeps a multiprocessor from its rates. Fitted, unlike the rates. */
export interface Losses {
  /** Exponents of the norms that join times: of the units of a multiprocessor (1: one after another; large: only the busiest counts), and of memory and multiprocessors. */
  readonly units: number;
  readonly overlap: number;
  /** Instructions around a memory access and a turn of a loop. */
  readonly access: number;
  readonly turn: number;
  /** Instructions around an access to shared memory. */
  readonly sharedAccess: number;
  /** Share of a thread's loads that are asked for only when the one before them is there: a branch lies between them, or registers are short; and that share in loops that stay loops. */
  readonly apart: number;
  readonly looped: number;
  /** Turns of a loop over a thread's elements up to which it is unrolled, where it has branches. */
  readonly unrolled: number;
  /** Clocks for a register that did not fit, for every instruction that would use it. */
  readonly spill: number;
  /** Registers of a thread beside its tiles. */
  readonly besides: number;
}
/**
 * Fitted to the order of every other of 384 plans of five kernels measured by CUDA on an H200 (T7), `apart`, `spill` and `besides` once more to every other plan of a
 * second run as well; the other halves and a third run say how well it holds. A register that did not fit costs what its way through the first-level cache takes: 128
 * bytes for a warp, one clock.
 */
const losses: Losses = { units: 2.2, overlap: 7.5, access: 10, turn: 0, sharedAccess: 0, apart: 0.2, looped: 0.2, unrolled: Infinity, spill: 1, besides: 28 };

const perClock = (tera: number, multiprocessors: number, clock: number): number => (tera * 1e12) / 2 / multiprocessors / clock;
const h200Clock = 1.755e9;

/**
 * Rates measured on one H200 (132 multiprocessors, 700 W): read stream, wgmma and mma.sync inner loops. What the second-level cache gives, instructions a clock and
 * latencies are fitted with the losses; no plan that was measured is bound by that cache.
 */
export const h200: GpuProfile = {
  name: 'h200', source: 'rates measured on one H200 with CUDA 13.0', multiprocessors: 132, clock: h200Clock, dram: 4.65e12, l2: 1.4e13, l2Bytes: 50 * 2 ** 20,
  threads: 2048, groups: 32, registers: 65536, sharedBytes: 228 * 1024, fma: 128, special: 16, issue: 3.4, shared: 128,
  matrix: [
    { prefix: 'wgmma_m64n', perClock: perClock(880, 132, h200Clock) },
    { prefix: 'mma_m16n8k32_s8', perClock: perClock(1283, 132, h200Clock) },
    { prefix: 'mma_m16n8k8_tf32', perClock: perClock(322, 132, h200Clock) },
    { prefix: 'mma_m16n8k16', perClock: perClock(644, 132, h200Clock) },
  ],
  latency: { load: 625, barrier: 40, exchange: 15, matrix: 33, scalar: 7 }, launch: 2.2e-6, typed: false, losses,
};

/**
 * The same GPU behind WebGPU (Dawn): every access is checked against its buffer, so instructions around accesses and turns are more, and memory of a group is read in
 * the type of its declaration; loops with branches of 16 and more turns were not unrolled in three texts that were changed one thing at a time. Fitted on WGSL's half of
 * the plans of two runs.
 */
export const h200ThroughWebgpu: GpuProfile = {
  ...h200, name: 'h200-webgpu', source: 'the same, behind Dawn', l2: 6e12, issue: 2.6, typed: true,
  latency: { ...h200.latency, load: 510, scalar: 5.5, barrier: 32 }, losses: { ...losses, units: 3, overlap: 8, access: 14, turn: 6, sharedAccess: 0.5, apart: 0.15, looped: 0.7, unrolled: 15, spill: 3.2, besides: 27 },
};

/** A GPU of the middle of the road behind WebGPU: no matrix units, 16 KiB of shared memory a group. Only its order of plans means something. */
export const webgpu: GpuProfile = {
  name: 'webgpu', source: 'round numbers of a discrete GPU', multiprocessors: 48, clock: 1.7e9, dram: 4.5e11, l2: 1.5e12, l2Bytes: 16 * 2 ** 20,
  threads: 1536, groups: 16, registers: 65536, sharedBytes: 96 * 1024, fma: 128, special: 16, issue: 4, shared: 128, matrix: [],
  latency: { load: 700, barrier: 40, exchange: 30, matrix: 33, scalar: 4 }, launch: 8e-6, typed: true, losses: h200ThroughWebgpu.losses,
};

/** One thread of a processor that runs JavaScript over typed arrays: one group at a time, no latency that a compiler could hide. */
export const processor: GpuProfile = {
  name: 'processor', source: 'round numbers of one core', multiprocessors: 1, clock: 2.5e9, dram: 1e10, l2: 4e10, l2Bytes: 8 * 2 ** 20,
  threads: 1, groups: 1, registers: 65536, sharedBytes: 2 ** 40, fma: 0.5, special: 0.05, issue: 1, shared: 16, matrix: [],
  latency: { load: 0, barrier: 0, exchange: 0, matrix: 0, scalar: 1 }, launch: 1e-6, typed: false, losses: { ...losses, units: 1 },
};

/** The machine that plans for a target are meant for, or the one whose name a device says: `NVIDIA H200` by CUDA, `nvidia-h200` by Dawn. */
export function profileFor(target: string, device?: string): GpuProfile {
  if (target === 'cpu') return processor;
  if (target.startsWith('cuda')) return h200;
  return device !== undefined && /h[12]00/i.test(device) ? h200ThroughWebgpu : webgpu;
}
