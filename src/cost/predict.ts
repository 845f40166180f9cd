/** The gpu model's word on a compiled variant, as the manifest holds it. */
import type { TileKernel } from '../ir/tile.ts';
import type { Kernel } from '../ir/tst.ts';
import type { PlanReport } from '../manifest.ts';
import { intrinsicOf, type Target } from '../targets/target.ts';
import { estimate } from './gpu.ts';
import { profileFor } from './gpu-profile.ts';

interface Conditions { readonly equals: Readonly<Record<string, number>>; readonly multiples: Readonly<Record<string, number>>; readonly atMost: Readonly<Record<string, number>> }

/** Does the variant run at these sizes, as far as its conditions tell? */
export function runsAt(when: Conditions, sizes: Readonly<Record<string, number>>): boolean {
  return Object.entries(when.equals).every(([n, x]) => sizes[n] === x) && Object.entries(when.multiples).every(([n, x]) => (sizes[n] ?? 0) % x === 0) && Object.entries(when.atMost).every(([n, x]) => (sizes[n] ?? Infinity) <= x);
}

/** Undefined where the example gives no sizes. Three digits, so that the text of a manifest does not hang on the last bit of a rate. */
export function predicted(kernel: Kernel, kernels: readonly TileKernel[], target: Target, known: Readonly<Record<string, number>>): PlanReport['predicted'] {
  const sizes: Record<string, number> = { ...kernel.example, ...known };
  if (kernel.sizes.some((s) => sizes[s.name] === undefined && s.pinned?.length !== 1)) return undefined;
  for (const s of kernel.sizes) sizes[s.name] ??= s.pinned![0]!;
  const profile = profileFor(target.name), e = estimate(kernels, sizes, profile, (name) => intrinsicOf(target, name));
  return { machine: profile.name, sizes, microseconds: Number((e.seconds * 1e6).toPrecision(3)), bound: e.launches.map((l) => l.bound) };
}
