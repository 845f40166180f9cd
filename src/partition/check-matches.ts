/** Runs the interface of every accepted match of a kernel on the functional model, at sizes small enough for that. */
import type { Grouping } from './many-to-one.ts';
import { groupingText } from './many-to-one.ts';
import { idleMatches } from './idle.ts';
import { grouped, interfaceOf, interfaceProblem, loopsOf, plainCuts } from './interface.ts';
import type { KernelPartition, Pairing } from './partition.ts';
import type { Design } from './space.ts';
import { describe } from '../ir/tolerance.ts';
import type { Usage } from './functional-model.ts';
import { smallSizes, verify } from './verify.ts';

export interface MatchCheck {
  readonly kernel: string;
  readonly statement: string;
  readonly intrinsic: string;
  readonly map: string;
  readonly ok: boolean;
  readonly problem: string | undefined;
  readonly usage: Usage | undefined;
  readonly text: string;
}

/** An array small enough that small problems have several calls and padded ones. */
const smallArray: Design = { x: 3, y: 2 };

/** Everything that can be run: one-to-one and fused matches, and those with idle indices where there is no other. */
export function groupingsOf(p: Pairing): Grouping[] {
  const plain = p.matching.accepted.map(grouped);
  const keys = new Set(plain.map((g) => groupingText(p.computation, p.intrinsic.computation, g)));
  const fused = p.fused.accepted.filter((g) => !keys.has(groupingText(p.computation, p.intrinsic.computation, g)));
  return plain.length + fused.length > 0 ? [...plain, ...fused] : idleMatches(p.computation, p.intrinsic.computation);
}

export function checkMatches(partition: KernelPartition, progress: (text: string) => void = () => {}, design = smallArray, most = 8): MatchCheck[] {
  const sizes = smallSizes(partition.kernel, most);
  return partition.pairings.flatMap((p) => groupingsOf(p).map((g): MatchCheck => {
    const { computation: c, intrinsic } = p;
    const base = { kernel: partition.kernel.name, statement: c.name, intrinsic: intrinsic.name, map: groupingText(c, intrinsic.computation, g) };
    const problem = interfaceProblem(c, intrinsic, g);
    if (problem !== undefined) return { ...base, ok: false, problem, usage: undefined, text: '' };
    const loops = loopsOf(c, intrinsic, g, design, sizes);
    const { comparison, usage, text } = verify(interfaceOf(c, intrinsic, g, design, sizes, plainCuts(loops)), partition.normal);
    progress(`${base.kernel} on ${base.intrinsic}: ${base.map}`);
    return { ...base, ok: comparison.ok, problem: comparison.ok ? undefined : describe(c.name, comparison)[0] ?? 'the result has another size', usage, text };
  }));
}
