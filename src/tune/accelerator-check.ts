/** What is wrong with a file's schedules for accelerators, whatever design is chosen: they are looked at on the design with the largest of everything, at the kernel's first example. */
import type { File } from '../../grammar/ast.ts';
import { calibrated } from '../cost/calibrated.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import type { Kernel } from '../ir/tst.ts';
import { computationsOf } from '../partition/computation.ts';
import type { Accelerator, Hardware } from '../partition/declare.ts';
import { designAt, type Design } from '../partition/space.ts';
import { normalize } from '../passes/normalize.ts';
import { choicesOf, layerSpace } from '../search/layer.ts';
import { acceleratorBlock, illegalSchedule, pointOfBlock } from './accelerator-block.ts';

export function checkAcceleratorSchedules(file: File, kernels: readonly Kernel[], { accelerators }: Hardware): readonly Diagnostic[] {
  return accelerators.flatMap((accelerator) => kernels.flatMap((kernel): Diagnostic[] => {
    // Most files have none, so nothing is worked out for them.
    if (acceleratorBlock(file, kernel.name, accelerator.name, [undefined]) === undefined) return [];
    const normal = normalize(kernel), computations = computationsOf(normal), block = acceleratorBlock(file, kernel.name, accelerator.name, computations), [computation] = computations;
    const sizes = Object.fromEntries(kernel.sizes.flatMap((s) => { const n = kernel.example[s.name] ?? s.pinned?.[0]; return n === undefined ? [] : [[s.name, n]]; }));
    if (block === undefined || computation === undefined || Object.keys(sizes).length < kernel.sizes.length) return [];
    const space = layerSpace(normal, computation, choicesOf(computation, accelerator.intrinsics, { fused: true, distinct: false }), largest(accelerator), sizes, calibrated, 'all');
    if (space === undefined) return [diagnostic('TDSL0611', { workload: kernel.name, statement: computation.name, accelerators: [accelerator.name] }, block.target.span)];
    const found = pointOfBlock(block, space);
    return found.kind === 'illegal' ? [illegalSchedule(found)] : [];
  }));
}

const largest = ({ space }: Accelerator): Design => designAt(space, space.choices.map(({ values }) => values.reduce<number>((best, v, i) => (typeof v === 'number' && v > Number(values[best]) ? i : best), 0)));
