/** A hardware search from its first design to its Pareto set. */
import { bayesian } from './bayesian.ts';
import { type Codesign } from './declaration.ts';
import type { Evaluations, Observation } from './evaluate.ts';
import { enumerateAll, type Method, randomMethod } from './methods.ts';
import { excess, feasible, type Metrics } from './metrics.ts';
import { nsga2 } from './nsga2.ts';
import { hypervolume, paretoPositions, type Vector } from './pareto.ts';

export const methods = { enumerate: enumerateAll, random: randomMethod, nsga2, ehvi: bayesian } as const satisfies Record<string, Method>;
export type MethodName = keyof typeof methods;
export const methodNames = Object.keys(methods) as MethodName[];

export interface RunOptions {
  readonly method: MethodName;
  readonly evals: number;
  readonly seed: number;
  /** Whether designs are foreseen with schedules of their neighbours, which EHVI alone asks for; default true. */
  readonly transfer?: boolean;
  /** Evaluations of an earlier run, in their order. */
  readonly before?: readonly Observation[];
  /** After each batch; true ends the search. */
  readonly progress?: (seen: readonly Observation[]) => boolean;
}

export async function search(e: Evaluations, { method, evals, seed, transfer = true, before = [], progress }: RunOptions): Promise<readonly Observation[]> {
  const { codesign: { objectives, constraints, layers }, space } = e;
  let seen: readonly Observation[] = before.slice(0, evals);
  for (let stop = false; !stop && seen.length < evals;) {
    const known = seen, points = methods[method]({ space, layers: layers.length, objectives, constraints, coupled: e.coupled, seed, evals, seen, ...(transfer ? { foresee: (p) => e.foresee(p, known) } : {}) });
    if (points.length === 0) break;
    seen = [...seen, ...await e.evaluate(points, seen)];
    stop = progress?.(seen) === true;
  }
  return seen;
}

type Judged = Observation & { readonly metrics: Metrics };
export const vectorOf = (c: Codesign, m: Metrics): Vector => c.objectives.map((o) => m[o]);
export const running = (seen: readonly Observation[]): Judged[] => seen.flatMap((o) => (o.metrics === undefined ? [] : [{ ...o, metrics: o.metrics }]));
export const feasibleOnes = (c: Codesign, seen: readonly Observation[]): Judged[] => running(seen).filter((o) => feasible(o.metrics, c.constraints));

/** Designs that meet the constraints and that no other such design beats, sorted by the first objective. */
export function paretoSet(c: Codesign, seen: readonly Observation[]): Judged[] {
  const good = feasibleOnes(c, seen), vectors = good.map((o) => vectorOf(c, o.metrics));
  return paretoPositions(vectors).map((i) => good[i]!).sort((a, b) => vectorOf(c, a.metrics)[0]! - vectorOf(c, b.metrics)[0]!);
}

/** Of a Pareto set: the least product of all objectives, a compromise that no unit changes. */
export const chosenOf = (c: Codesign, set: readonly Judged[]): Judged | undefined => {
  const product = (o: Judged): number => vectorOf(c, o.metrics).reduce((p, v) => p * v, 1);
  return set.reduce<Judged | undefined>((best, o) => (best === undefined || product(o) < product(best) ? o : best), undefined);
};

/** The design that misses constraints least, by its worst excess. */
export function nearestMiss(c: Codesign, seen: readonly Observation[]): { readonly observation: Judged; readonly worst: number } | undefined {
  const worst = (o: Judged): number => Math.max(0, ...c.constraints.map((x) => excess(o.metrics, x)));
  return running(seen).map((observation) => ({ observation, worst: worst(observation) })).reduce<{ observation: Judged; worst: number } | undefined>((a, b) => (a === undefined || b.worst < a.worst ? b : a), undefined);
}

/** The hypervolume after each evaluation. */
export function curveOf(c: Codesign, seen: readonly Observation[], reference: Vector): number[] {
  let front: Vector[] = [], value = 0;
  return seen.map((o) => {
    if (o.metrics !== undefined && feasible(o.metrics, c.constraints)) {
      const all = [...front, vectorOf(c, o.metrics)], kept = paretoPositions(all);
      // A dominated point changes nothing.
      if (kept.includes(all.length - 1)) { front = kept.map((i) => all[i]!); value = hypervolume(front, reference); }
    }
    return value;
  });
}
