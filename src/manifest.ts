/** What `compile` says about everything it emitted: enough to launch a kernel from any language. Written beside the kernels as `<stem>.json`. */
import type { DType } from './ir/dtype.ts';
import type { LaunchAbi, SizeExpr } from './runtime/abi.ts';

export interface ManifestTensor { readonly name: string; readonly dtype: DType; readonly shape: readonly SizeExpr[]; /** 0 <= v < limit for ranged integers. */ readonly limit?: SizeExpr;
  /** In memory of the host, which the device reads where it is: pinned and mapped on CUDA, a buffer like others elsewhere. */ readonly place?: 'host';
  /** Both an input and an output: the kernel changes it in place. */ readonly inout?: true; /** Integers that name elements to write: none should come twice along the last dimension. */ readonly distinct?: true;
  /** Leading positions that every element has which the kernel reads or writes: the rest of the tensor may be in other hands meanwhile. Missing where there are none. */ readonly region?: readonly number[] }

/**
 * What a kernel checks while it runs. `tensor` is a buffer of one i32 among the launches' arguments, which whoever launches them provides: afterwards it holds the
 * number, row by row over `axes`, of the first point that is wrong (`outside`: it names an element that `target` does not have; `duplicate`: an element that an
 * earlier point writes as well), or 2^31 - 1.
 */
export interface ManifestCheck { readonly tensor: string; readonly kind: 'outside' | 'duplicate' | 'read'; readonly target: string; readonly line: number; readonly axes: readonly { readonly name: string; readonly extent: SizeExpr }[]; /** Of a read: dimensions whose index may lie outside. */ readonly places?: readonly { readonly dimension: number; readonly extent: SizeExpr }[] }

/** One launch of a kernel; `abi.args` name inputs, outputs and scratch buffers. */
export interface ManifestLaunch { readonly abi: LaunchAbi }

/** One way a kernel was compiled. The harness takes the first variant whose conditions hold and whose features the device has. */
export interface ManifestVariant {
  /** Path of the emitted text below the output folder, for example `matmul/matmul.sm_80.cu`; every launch is an entry of it. */
  readonly file: string;
  readonly when: { readonly equals: Readonly<Record<string, number>>; readonly multiples: Readonly<Record<string, number>>; readonly atMost: Readonly<Record<string, number>> };
  readonly features: readonly string[];
  readonly launches: readonly ManifestLaunch[];
  readonly scratch: readonly { readonly name: string; readonly dtype: DType; readonly elements: SizeExpr }[];
  /** The plan as a schedule block, one per launch, and what the compiler decided on the way. */
  readonly plan: string;
  readonly report: PlanReport;
}

export interface PlanReport {
  readonly intrinsic: readonly string[];
  /** True when every result is computed in integers (no rounding at all). */
  readonly exact: boolean;
  readonly fused: readonly string[];
  readonly streamed: readonly string[];
  readonly rejected: readonly { readonly candidate: string; readonly reason: string }[];
  /** Bytes moved and operations done as expressions in sizes: each input read once, each output written once. */
  readonly cost: { readonly bytes: SizeExpr; readonly flops: SizeExpr };
  /** What the gpu cost model says of the variant that runs at the sizes of the kernel's example. */
  readonly predicted?: { readonly machine: string; readonly sizes: Readonly<Record<string, number>>; readonly microseconds: number; readonly bound: readonly string[] };
}

export interface ManifestKernel {
  readonly name: string;
  readonly doc: string;
  readonly line: number;
  readonly sizes: readonly { readonly name: string; readonly pinned?: readonly number[]; readonly parameter: boolean }[];
  readonly inputs: readonly ManifestTensor[];
  readonly outputs: readonly ManifestTensor[];
  readonly checks?: readonly ManifestCheck[];
  /** Inputs and outputs whose storage a format split into codes, scale and zero tensors. */
  readonly formats: readonly { readonly tensor: string; readonly format: string; readonly codes: string; readonly scale: string; readonly zero?: string; readonly group: readonly (number | null)[] }[];
  /** Must hold for the sizes of a call: `expr` >= 0, or == 0. */
  readonly facts: readonly { readonly expr: SizeExpr; readonly relation: 'nonneg' | 'zero'; readonly text: string }[];
  readonly example: Readonly<Record<string, number>>;
  /** Keyed by target: `cpu`, `wgsl`, `cuda:sm_80`. */
  readonly targets: Readonly<Record<string, readonly ManifestVariant[]>>;
}

/** A tensor of a program. `sliced`: every use fixes so many leading positions, so that rows may lie apart in memory (see `program-plan.ts`). */
export interface ManifestProgramTensor extends ManifestTensor {
  readonly role: 'input' | 'output' | 'temporary' | 'state';
  /** For fields of states. */
  readonly state?: { readonly parameter: string; readonly field: string; readonly inout: boolean };
  readonly sliced: number;
  /** Numbers of the first and last step, in the order of `steps`, which use it; for a temporary that is its lifetime. A use within a loop counts for the whole loop unless the loop made the tensor. */
  readonly lifetime: readonly [number, number];
}

/** A tensor of the kernel or host function, and what it is given: a tensor of the program with leading positions fixed, or a scalar. */
export type ManifestPassed = { readonly name: string; readonly access: 'read' | 'write' | 'readwrite' } & (
  | { readonly kind: 'slice'; readonly tensor: string; readonly at: readonly SizeExpr[] }
  | { readonly kind: 'scalar'; readonly value: SizeExpr; readonly dtype: DType }
);

/** One node of the launch graph. `number` counts steps; `after` are the numbers of earlier steps of the same body that must have ended: what is not listed is independent. */
export type ManifestStep =
  | { readonly kind: 'call' | 'host'; readonly number: number; readonly callee: string; readonly sizes: Readonly<Record<string, SizeExpr>>; readonly args: readonly ManifestPassed[]; readonly after: readonly number[] }
  | { readonly kind: 'for'; readonly number: number; readonly variable: string; readonly from: SizeExpr; readonly to: SizeExpr; readonly body: readonly ManifestStep[]; readonly after: readonly number[] };

export interface ManifestProgram {
  readonly name: string;
  readonly doc: string;
  readonly line: number;
  readonly sizes: ManifestKernel['sizes'];
  readonly states: readonly { readonly parameter: string; readonly state: string; readonly inout: boolean }[];
  readonly tensors: readonly ManifestProgramTensor[];
  readonly steps: readonly ManifestStep[];
  readonly facts: ManifestKernel['facts'];
  readonly example: Readonly<Record<string, number>>;
}

export interface ManifestStateField extends ManifestTensor { readonly sliced: number }
export interface ManifestState { readonly name: string; readonly doc: string; readonly line: number; readonly sizes: readonly string[]; readonly fields: readonly ManifestStateField[] }
export interface ManifestHost { readonly name: string; readonly doc: string; readonly line: number; readonly sizes: readonly string[]; readonly inputs: readonly ManifestTensor[]; readonly outputs: readonly ManifestTensor[] }

export interface Manifest {
  readonly schema: 1;
  readonly compiler: string;
  readonly source: string;
  readonly kernels: readonly ManifestKernel[];
  /** Missing where the source has no programs. */
  readonly programs?: readonly ManifestProgram[];
  readonly states?: readonly ManifestState[];
  readonly hosts?: readonly ManifestHost[];
}
