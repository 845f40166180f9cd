/** Layers and fixed designs for the tables of software search. */
import { calibrated } from '../../../src/cost/calibrated.ts';
import { allIntrinsics } from '../../../src/partition/declare.ts';
import type { Computation } from '../../../src/partition/computation.ts';
import { libraryHardware } from '../../../src/partition/library.ts';
import { partitionKernel } from '../../../src/partition/partition.ts';
import type { AcceleratorSpace } from '../../../src/search/accelerator-space.ts';
import { choicesOf, layerSpace, type MatchChoice } from '../../../src/search/layer.ts';
import type { Kernel } from '../../../src/ir/tst.ts';
import { kernelsOf } from '../../partition/support.ts';
import { source } from './table.ts';

/** 256 elements, memories in the middle of the release's ranges. */
export const design = { x: 16, y: 16, banks: 4, dataflow: 'output_stationary', scratchpad: 256 * 1024, local: 128 * 1024, bus: 128, burst: 64, clock: 5e8 } as const;
export const designText = '16 x 16 elements, 256 KiB scratchpad, 128 KiB local memory, 4 banks, output stationary, 128 bit bus, bursts of 64 B, 500 MHz';

export interface Layer { readonly kernel: Kernel; readonly computation: Computation; readonly choices: readonly MatchChoice[] }

/** One-to-one matches on an array; `distinct`: one of each set of loops. */
export function layerOf(file: string, kernel: string, statement: string, array: string, distinct: boolean): Layer {
  const found = kernelsOf(source(file)).find((k) => k.name === kernel)!, intrinsics = allIntrinsics(libraryHardware()).filter((i) => i.accelerator === array);
  const part = partitionKernel(found, intrinsics), computation = part.pairings.find((p) => p.computation.name === statement)!.computation;
  return { kernel: part.normal, computation, choices: choicesOf(computation, intrinsics, { fused: false, distinct }).filter((c) => c.kind === 'one-to-one') };
}
export const spaceOf = (l: Layer, sizes: Readonly<Record<string, number>>, choices = l.choices): AcceleratorSpace | undefined => layerSpace(l.kernel, l.computation, choices, design, sizes, calibrated, 'divisors');
