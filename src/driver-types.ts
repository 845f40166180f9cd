/** The compiler's front door, as types: text in, text out. */
import type { TestTree } from './check/tests.ts';
import type { ReadSource } from './check/imports.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { DType } from './ir/dtype.ts';
import type { IndexExpr } from './ir/index-expr.ts';
import type { Kernel, Program } from './ir/tst.ts';
import type { TileKernel } from './ir/tile.ts';
import type { Manifest, PlanReport } from './manifest.ts';
import type { CheckedPrograms } from './program/check.ts';
import type { LaunchAbi } from './runtime/abi.ts';

export interface CompileOptions {
  /** `cpu`, `wgsl`, `cuda:sm_80`; default all. */
  readonly targets?: readonly string[];
  readonly kernel?: string;
  /** Sizes known at compile time. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Types for plain formats in place of those that the source names: `{ act: 'f32' }`. */
  readonly formats?: Readonly<Record<string, string>>;
  /** Called with every pass's result. */
  readonly trace?: (event: PassEvent) => void;
  readonly stopAfter?: string;
  /** Run every level's validator after its passes. Default true. */
  readonly validate?: boolean;
  /** Reads the files that imports name, by their paths relative to the source's. */
  readonly read?: ReadSource;
}
export interface PassEvent { readonly pass: string; readonly kernel: string; readonly target: string | undefined; readonly text: string; readonly milliseconds: number }

export interface CompiledLaunch { readonly tile: TileKernel; readonly abi: LaunchAbi; readonly plan: string }
export interface CompiledVariant {
  readonly target: string;
  /** Path below the output folder; every launch is an entry of `text`. */
  readonly file: string;
  readonly text: string;
  readonly when: { readonly equals: Readonly<Record<string, number>>; readonly multiples: Readonly<Record<string, number>>; readonly atMost: Readonly<Record<string, number>> };
  readonly launches: readonly CompiledLaunch[];
  /** All plans as a schedule block that gives them again. */
  readonly schedule: string;
  readonly scratch: readonly { readonly name: string; readonly dtype: DType; readonly elements: IndexExpr }[];
  readonly report: PlanReport;
}
export interface CompiledKernel { readonly kernel: Kernel; readonly variants: readonly CompiledVariant[] }

export interface CompileResult {
  /** The source's own tests. */
  readonly tests: readonly TestTree[];
  /** Files that the source imports, as diagnostics name them. */
  readonly sources: readonly { readonly file: string; readonly text: string }[];
  readonly diagnostics: readonly Diagnostic[];
  readonly program: Program;
  /** Programs, states and host functions; with `kernel` in the options, that program alone. */
  readonly launched: CheckedPrograms;
  readonly kernels: readonly CompiledKernel[];
  /** Kernel texts by path below the output folder; the harness and the manifest are added by `host/`. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly manifest: Manifest;
}
