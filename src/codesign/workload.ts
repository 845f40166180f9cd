/**
 * A workload as layers. `codesign NAME` means the kernel NAME and every kernel whose name begins with `NAME_`; each `@example` line is a layer, and lines
 * that are the same are one layer that runs several times. A kernel of several reductions gives a layer for each; elementwise statements take no part.
 */
import type * as ast from '../../grammar/ast.ts';
import type { Kernel } from '../ir/tst.ts';
import { type Computation, computationsOf } from '../partition/computation.ts';
import { normalize } from '../passes/normalize.ts';

export interface Layer {
  readonly name: string;
  /** In normal form. */
  readonly kernel: Kernel;
  readonly computation: Computation;
  readonly sizes: Readonly<Record<string, number>>;
  readonly count: number;
}
/** Kernels of the workload, with the sizes that no example gives. */
export interface Workload { readonly layers: readonly Layer[]; readonly kernels: readonly Kernel[]; readonly unknown: readonly { readonly kernel: string; readonly sizes: readonly string[] }[] }

export function workloadOf(name: string, file: ast.File, kernels: readonly Kernel[]): Workload {
  const mine = kernels.filter((k) => k.name === name || k.name.startsWith(`${name}_`));
  const layers: Layer[] = [], unknown: { kernel: string; sizes: readonly string[] }[] = [];
  for (const kernel of mine) {
    const node = file.declarations.find((d) => d.kind === 'kernel' && d.name.name === kernel.name);
    const lines = node?.kind === 'kernel' ? node.doc?.examples ?? [] : [];
    const pinned = Object.fromEntries(kernel.sizes.flatMap((s) => (s.pinned?.length === 1 ? [[s.name, s.pinned[0]!] as const] : [])));
    const given = lines.length === 0 ? [{}] : lines.map((l) => Object.fromEntries(l.sizes.map((s) => [s.name, s.value] as const)));
    const distinct = new Map<string, { sizes: Record<string, number>; count: number }>();
    for (const g of given) {
      const sizes: Record<string, number> = { ...pinned, ...g }, key = kernel.sizes.map((s) => sizes[s.name]).join();
      distinct.set(key, { sizes, count: (distinct.get(key)?.count ?? 0) + 1 });
    }
    const normal = normalize(kernel), computations = computationsOf(normal);
    for (const { sizes, count } of distinct.values()) {
      const missing = kernel.sizes.map((s) => s.name).filter((s) => sizes[s] === undefined);
      if (missing.length > 0) { unknown.push({ kernel: kernel.name, sizes: missing }); continue; }
      const at = kernel.sizes.map((s) => `${s.name}=${sizes[s.name] ?? 0}`).join(',');
      for (const computation of computations) layers.push({ name: `${kernel.name}${computations.length > 1 ? `.${computation.name}` : ''}(${at})`, kernel: normal, computation, sizes, count });
    }
  }
  return { layers, kernels: mine, unknown };
}

