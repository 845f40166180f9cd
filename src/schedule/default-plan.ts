/**
 * Default plans: good enough to use before any search. Rules on the nest's shape and the target's data, never on operator names.
 * A launch with a product of a row operand and a column operand keeps accumulators (matrix-plan.ts); everything else is spread over threads (vector-plan.ts).
 */
import type { Facts } from '../ir/index-facts.ts';
import type { Nest } from '../ir/nest.ts';
import type { LaunchPlan } from '../ir/plan.ts';
import type { Tensor } from '../ir/tst.ts';
import type { Target } from '../targets/target.ts';
import { boxPlan, type TensorShapes } from './box-plan.ts';
import { trimThreads } from './apply-vector.ts';
import { directPlan } from './direct-plan.ts';
import { heldPlan } from './held-plan.ts';
import { matrixPlan } from './matrix-plan.ts';
import { vectorPlan } from './vector-plan.ts';

export type TensorTypes = ReadonlyMap<string, Pick<Tensor, 'dtype'>>;
export interface PlanChoice { readonly plan: LaunchPlan; readonly notes: readonly { candidate: string; reason: string }[] }

export function defaultPlan(nest: Nest, tensors: TensorTypes, target: Target, atMost: Readonly<Record<string, number>> = {}, boxes?: { readonly shapes: TensorShapes; readonly facts: Facts }): PlanChoice {
  const box = boxes === undefined ? { notes: [] } : boxPlan(nest, boxes.shapes, target, boxes.facts, atMost);
  if ('plan' in box) return { plan: box.plan, notes: [] };
  const direct = boxes === undefined ? undefined : directPlan(nest, boxes.shapes, target, boxes.facts, atMost);
  if (direct !== undefined) return { plan: direct, notes: box.notes };
  const held = boxes === undefined ? undefined : heldPlan(nest, boxes.shapes, target, boxes.facts);
  if (held !== undefined) return { plan: held.plan, notes: box.notes };
  const matrix = matrixPlan(nest, tensors, target, new Map(), atMost);
  if ('plan' in matrix) return { plan: matrix.plan, notes: [...box.notes, ...matrix.notes] };
  return { plan: plainPlan(nest, tensors, target, boxes?.facts), notes: [...box.notes, ...matrix.notes] };
}

/** The plan of a launch without accumulators of products. */
export const plainPlan = (nest: Nest, tensors: TensorTypes, target: Target, facts?: Facts): LaunchPlan => trimThreads(vectorPlan(nest, tensors, target, facts), target);
