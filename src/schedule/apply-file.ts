/** The schedule blocks of a file: each belongs to a kernel and a target. */
import type { File, Schedule, TargetRef } from '../../grammar/ast.ts';
import { similarNames } from '../check/suggest.ts';
import type { Reporter } from '../diagnostics/report.ts';
import { acceleratorNames } from '../partition/library.ts';
import { cudaArchitecture } from '../targets/cuda/intrinsics.ts';
import { allTargetNames, findTarget } from '../targets/targets.ts';

/** `cuda(sm_80)`, as a schedule writes a target's name. */
export const writtenTarget = (name: string): string => { const [family, variant] = name.split(':'); return variant === undefined ? name : `${family}(${variant})`; };
const nameOf = (t: TargetRef): string => (t.variant === undefined ? t.name.name : `${t.name.name}:${t.variant.name}`);

/** Finds the block of a kernel for a target; `collectSchedules` has reported what is wrong with blocks as such. */
export interface Schedules { blockFor(kernel: string, target: string): Schedule | undefined }

export function collectSchedules(file: File, reporter: Reporter): Schedules {
  const kernels = new Set(file.declarations.flatMap((d) => (d.kind === 'kernel' ? [d.name.name] : [])));
  const blocks = new Map<string, Schedule>();
  for (const d of file.declarations) {
    if (d.kind !== 'schedule') continue;
    if (!kernels.has(d.kernel.name)) {
      const near = similarNames(d.kernel.name, kernels);
      reporter.report('TDSL0301', { kernel: d.kernel.name }, d.kernel.span, near.length === 0 ? {} : { edits: [{ span: d.kernel.span, text: near[0]! }] });
    }
    // What an accelerator runs is no kernel that is emitted: `tdsl tune`, `inspect --cost` and `check` read such blocks (tune/accelerator-block.ts).
    if (d.target.variant === undefined && isAccelerator(d.target.name.name, file)) continue;
    for (const target of targetsOf(d.target, reporter)) {
      const key = `${d.kernel.name} ${target}`;
      const first = blocks.get(key);
      if (first === undefined) blocks.set(key, d);
      else reporter.report('TDSL0303', { kernel: d.kernel.name, target: writtenTarget(target) }, d.target.span, { notes: [{ message: 'the first is here', span: first.target.span }] });
    }
  }
  return { blockFor: (kernel, target) => blocks.get(`${kernel} ${target}`) };
}

const isAccelerator = (name: string, file: File): boolean => acceleratorNames.includes(name) || file.declarations.some((d) => d.kind === 'accelerator' && d.name.name === name);

/** Names of the targets that a reference means; `cuda` alone means all of its kind. */
function targetsOf(ref: TargetRef, reporter: Reporter): string[] {
  const found = allTargetNames.filter((name) => name === nameOf(ref) || (ref.variant === undefined && findTarget(name)?.family === ref.name.name));
  if (found.length > 0) return found;
  const architecture = ref.name.name === 'cuda' && ref.variant !== undefined ? cudaArchitecture(ref.variant.name) : undefined;
  if (architecture?.kind === 'later') reporter.report('TDSL0309', { what: `\`${ref.variant!.name}\``, instead: 'schedules for `cuda(sm_80)` serve newer GPUs too' }, ref.span);
  else reporter.report('TDSL0302', { target: ref.variant === undefined ? ref.name.name : `${ref.name.name}(${ref.variant.name})`, known: allTargetNames.map(writtenTarget) }, ref.span);
  return [];
}
