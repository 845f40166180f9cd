/** The files from which a harness with programs has its kernels and programs (`program-files.ts`). */
import type { Manifest, ManifestKernel } from '../manifest.ts';
import type { Described, DescribedIn } from './program-files.ts';
import { hostSpec, kernelSpec, programSpec } from './spec.ts';

/** How the names of targets begin, by kind of device. */
const families = [['cpu', 'cpu'], ['webgpu', 'wgsl'], ['cuda', 'cuda']] as const;

const isOf = (family: string) => (target: string): boolean => target === family || target.startsWith(`${family}:`);

/** Paths below the output folder. None where the source has no programs: its harness describes the kernels itself. */
export function describedPaths(manifest: Manifest, stem: string): DescribedIn['files'] {
  if ((manifest.programs ?? []).length === 0) return {};
  const targets = manifest.kernels.flatMap((k) => Object.keys(k.targets));
  return Object.fromEntries(families.filter(([, family]) => targets.some(isOf(family))).map(([kind, family]) => [kind, `${stem}/${stem}.${family}.json`]));
}

/** What stands in the files, by path. */
export function describedFiles(manifest: Manifest, stem: string): ReadonlyMap<string, Described> {
  const paths = describedPaths(manifest, stem);
  const byName = <A extends { readonly name: string }, B>(all: readonly A[] | undefined, spec: (one: A) => B): Record<string, B> => Object.fromEntries((all ?? []).map((one) => [one.name, spec(one)]));
  return new Map(families.flatMap(([kind, family]) => {
    const path = paths[kind];
    const kernel = (k: ManifestKernel): ManifestKernel => ({ ...k, targets: Object.fromEntries(Object.entries(k.targets).filter(([target]) => isOf(family)(target))) });
    return path === undefined ? [] : [[path, { kernels: byName(manifest.kernels, (k) => kernelSpec(kernel(k))), programs: byName(manifest.programs, programSpec), hosts: byName(manifest.hosts, hostSpec) }] as const];
  }));
}
