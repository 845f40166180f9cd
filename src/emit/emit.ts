/** The way from tile kernels to text: one file of one or several kernels for one target, and how each is launched. */
import { CompilerBug } from '../diagnostics/bug.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { TileKernel } from '../ir/tile.ts';
import type { LaunchAbi } from '../runtime/abi.ts';
import { renderCpu } from '../targets/cpu/render-file.ts';
import { renderCuda } from '../targets/cuda/render-file.ts';
import { renderWgsl } from '../targets/wgsl/render-file.ts';

export interface EmitTarget {
  /** `cpu`, `wgsl`, `cuda:sm_80`. */
  readonly name: string;
  /** WGSL: f16 buffers are `array<f16>`; the device needs `shader-f16`. Otherwise they are words of two. */
  readonly shaderF16?: boolean;
  /** WGSL: the lowest that many bits of the thread number are exchanged by subgroup operations; every subgroup has at least 2^n invocations. */
  readonly subgroupBits?: number;
}

export interface EmitMeta {
  /** Name of the source as the user gave it, without a folder of this machine. */
  readonly sourceFile: string;
  readonly sourceText: string;
  /** Other files that parts of the kernels come from. */
  readonly others?: readonly SourceFile[];
  /** What else decided the text, as written on the command line: `--size K=4096`. */
  readonly options: string;
}

export interface EmittedFile { readonly text: string; readonly abis: readonly LaunchAbi[] }
export interface EmittedKernel { readonly text: string; readonly abi: LaunchAbi }

/** All kernels of one file; they share its helper functions. */
export function emitFile(kernels: readonly TileKernel[], target: EmitTarget, meta: EmitMeta): EmittedFile {
  const [family, architecture] = target.name.split(':');
  const header = headerOf(kernels, target, meta);
  switch (family) {
    case 'cpu': return renderCpu(kernels, meta, header);
    case 'wgsl': return renderWgsl(kernels, target, meta, header);
    case 'cuda': return renderCuda(kernels, architecture ?? 'sm_80', meta, header);
    default: throw new CompilerBug(`there is no target ${target.name}`);
  }
}

export function emitKernel(kernel: TileKernel, target: EmitTarget, meta: EmitMeta): EmittedKernel {
  const { text, abis } = emitFile([kernel], target, meta);
  return { text, abi: abis[0]! };
}

/** How the text was made, as a comment. */
function headerOf(kernels: readonly TileKernel[], target: EmitTarget, meta: EmitMeta): string {
  const names = kernels.map((k) => k.name);
  const assumed = [...new Set(kernels.flatMap((k) => Object.entries(k.assumes).map(([size, by]) => `${size} % ${by} == 0`)))];
  const options = meta.options === '' ? '' : ` with ${meta.options}`;
  return [
    `// ${names.join(', ')}: made by tdsl from ${meta.sourceFile} for ${target.name}${options}. Change the source, not this file.`,
    ...(assumed.length > 0 ? [`// Relies on ${assumed.join(', ')}.`] : []),
  ].join('\n');
}
