/** What `compile` says about everything it emitted: enough to launch a kernel from any language. Written beside the kernels as `<stem>.json`. */
import type { DType } from './ir/dtype.ts';
import type { LaunchAbi, SizeExpr } from './runtime/abi.ts';

export interface ManifestTensor { readonly name: string; readonly dtype: DType; readonly shape: readonly SizeExpr[]; /** 0 <= v < limit for ranged integers. */ readonly limit?: SizeExpr;
  /** Both an input and an output: the kernel changes it in place. */ readonly inout?: true; /** Integers that name elements to write: none should come twice along the last dimension. */ readonly distinct?: true }

/**
 * What a kernel checks while it runs. `tensor` is a buffer of one i32 among the launches' arguments, which whoever launches them provides: afterwards it holds the
 * number, row by row over `axes`, of the first point that is wrong (`outside`: it names an element that `target` does not have; `duplicate`: an element that an
 * earlier point writes as well), or 2^31 - 1.
 */
export interface ManifestCheck { readonly tensor: string; readonly kind: 'outside' | 'duplicate'; readonly target: string; readonly line: number; readonly axes: readonly { readonly name: string; readonly extent: SizeExpr }[] }

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

export interface Manifest { readonly schema: 1; readonly compiler: string; readonly source: string; readonly kernels: readonly ManifestKernel[] }
