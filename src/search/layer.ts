/** A layer as a search: every match of one computation with an accelerator's intrinsics, prepared for one design. */
import type { CostModel, Evaluator } from '../cost/model.ts';
import { problemOf } from '../cost/problem.ts';
import { evaluate, type IndexExpr } from '../ir/index-expr.ts';
import type { Kernel } from '../ir/tst.ts';
import { axesOf, type Computation } from '../partition/computation.ts';
import type { Intrinsic } from '../partition/declare.ts';
import { idleMatches } from '../partition/idle.ts';
import { grouped, interfaceProblem } from '../partition/interface.ts';
import { type Grouping, manyToOne } from '../partition/many-to-one.ts';
import { match } from '../partition/match.ts';
import type { Design } from '../partition/space.ts';
import { AcceleratorSpace, type FactorRule } from './accelerator-space.ts';

export interface MatchChoice { readonly intrinsic: Intrinsic; readonly selection: Grouping; readonly kind: 'one-to-one' | 'fused' | 'idle' }

/** `distinct`: of matches that differ only in which operand is which, the first alone. */
export interface ChoiceOptions { readonly fused: boolean; readonly distinct: boolean }

/** One-to-one matches, fused ones where asked for, and those with idle indices where there is no other. */
export function choicesOf(c: Computation, intrinsics: readonly Intrinsic[], options: ChoiceOptions): MatchChoice[] {
  const legal = (intrinsic: Intrinsic, selection: Grouping, kind: MatchChoice['kind']): MatchChoice[] => (interfaceProblem(c, intrinsic, selection) === undefined ? [{ intrinsic, selection, kind }] : []);
  const seen = new Set<string>();
  const once = (intrinsic: Intrinsic, g: Grouping): boolean => {
    const key = `${intrinsic.name} ${[...g.groups.values()].map((x) => x.join('+')).sort().join(' ')}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
  const found = intrinsics.flatMap((i) => {
    const plain = match(c, i.computation).accepted.map(grouped).filter((g) => once(i, g) || !options.distinct).flatMap((g) => legal(i, g, 'one-to-one'));
    const fused = options.fused ? manyToOne(c, i.computation).accepted.filter((g) => once(i, g)).flatMap((g) => legal(i, g, 'fused')) : [];
    return [...plain, ...fused];
  });
  return found.length > 0 ? found : intrinsics.flatMap((i) => idleMatches(c, i.computation).flatMap((g) => legal(i, g, 'idle')));
}

/** Undefined where nothing matches. */
export function layerSpace(kernel: Kernel, c: Computation, choices: readonly MatchChoice[], design: Design, sizes: Readonly<Record<string, number>>, model: CostModel, rule: FactorRule): AcceleratorSpace | undefined {
  if (choices.length === 0) return undefined;
  const axes = axesOf(c), number = (e: IndexExpr): number => evaluate(e, (_, id) => sizes[id] ?? 0);
  const evaluators = choices.map((x): Evaluator => model.prepare(problemOf(kernel, c, x.intrinsic, x.selection, design, sizes)));
  return new AcceleratorSpace(axes, axes.map((a) => number(a.extent)), evaluators, rule);
}
