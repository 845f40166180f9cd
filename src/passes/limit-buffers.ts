/**
 * Fusion within a device's bindings: a launch that touches more buffers than devices let it gives reductions launches of their own, the ones that read most first.
 *
 *   y = f(sum(t) A*B, sum(t) C*D, …)     becomes, where the buffers are too many,     s = sum(t) A*B;  y = f(s, sum(t) C*D, …)
 */
import { type FusedKernel, type Nest, partsOf } from '../ir/nest.ts';
import type { Kernel } from '../ir/tst.ts';
import { readsOf } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';

/** Fuses again until every launch fits or nothing is left to take out of one. */
export function fuseWithin(kernel: Kernel, target: Target, fuse: (kernel: Kernel) => FusedKernel): FusedKernel {
  const fused = fuse(kernel);
  if (target.mostBindings === undefined) return fused;
  for (const nest of fused.nests) {
    if (buffersOf(nest).size <= target.mostBindings) continue;
    const inMemory = heaviest(nest, kernel);
    if (inMemory !== undefined) return fuseWithin({ ...kernel, tensors: kernel.tensors.map((t) => (t.name === inMemory ? { ...t, inMemory: true } : t)) }, target, fuse);
  }
  return fused;
}

function buffersOf(nest: Nest): Set<string> {
  const parts = partsOf(nest), own = new Set(parts.map((p) => p.name));
  const read = [...nest.stores.map((s) => s.value), ...parts.flatMap((p) => [p.body, ...(p.where === undefined ? [] : [p.where])])].flatMap(readsOf).map((r) => r.tensor.replace(/@(?:old|new)$/, ''));
  return new Set([...read.filter((name) => !own.has(name)), ...nest.stores.map((s) => s.tensor)]);
}

/** The reduction that alone brings in the most buffers; a launch that is one reduction stays as it is. */
function heaviest(nest: Nest, kernel: Kernel): string | undefined {
  const parts = partsOf(nest), own = new Set(parts.map((p) => p.name));
  if (parts.length < 2) return undefined;
  const buffers = (p: (typeof parts)[number]): number => new Set(readsOf(p.body).map((r) => r.tensor).filter((name) => !own.has(name))).size;
  const candidates = parts.filter((p) => kernel.tensors.some((t) => t.name === p.name && t.role === 'temporary' && t.inMemory !== true) && buffers(p) > 1);
  return [...candidates].sort((a, b) => buffers(b) - buffers(a))[0]?.name;
}
