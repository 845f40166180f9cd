/** The baselines: every point, points at random, points in the order of a grid, and evolution. */
import { type Explorer, type Sample, Trials } from './explorer.ts';
import { neighbours, randomPoint, sizeOf, type SearchSpace } from './space.ts';
import type { Random } from './random.ts';

/** In the order of their numbers, so no point is met twice and none has to be remembered. */
export const exhaustive: Explorer = (space, objective, options) => {
  const size = Math.min(options.trials, sizeOf(space)), point = space.parts.map(() => 0), trace: number[] = [];
  let best: number[] | undefined, value = Infinity;
  for (let i = 0; i < size; i++) {
    const v = objective(point);
    if (v < value) { value = v; best = [...point]; }
    trace.push(value);
    if (options.stop?.(trace.length, value) === true) break;
    for (let p = point.length - 1; p >= 0 && ++point[p]! === space.parts[p]!.encoding.length; p--) point[p] = 0;
  }
  return { best, value, trace, trials: trace.length };
};

/** A new point at random; undefined when a hundred draws found none. */
export function freshPoint(space: SearchSpace, trials: Trials, random: Random): number[] | undefined {
  for (let i = 0; i < 100; i++) { const p = randomPoint(space, random); if (!trials.has(p)) return p; }
  return undefined;
}

export const randomSearch: Explorer = (space, objective, options) => {
  const trials = new Trials(objective, options);
  while (!trials.done) { const p = freshPoint(space, trials, options.random); if (p === undefined) break; trials.evaluate(p); }
  return trials.result();
};

/**
 * No search: the largest cuts of the first match that run, the longest made smaller until they do. What a compiler without a tuner would take; counted as
 * one trial.
 */
export const untuned: Explorer = (space, objective, options) => {
  const point = space.parts.map((p) => (p.wraps ? 0 : p.encoding.length - 1)), trials = new Trials(objective, { ...options, trials: 1, start: [] });
  while (objective(point) === Infinity && point.some((v, i) => v > 0 && !space.parts[i]!.wraps)) {
    let longest = -1;
    for (let i = 0; i < point.length; i++) if (!space.parts[i]!.wraps && (longest < 0 || space.parts[i]!.encoding[point[i]!]! > space.parts[longest]!.encoding[point[longest]!]!)) longest = i;
    if (point[longest] === 0) break;
    point[longest] = point[longest]! - 1;
  }
  trials.evaluate(point);
  return trials.result();
};

/** AutoTVM's grid tuner, as HASCO's release left it in its baseline: the first points of the grid. */
export const gridSearch: Explorer = exhaustive;

/** Tournaments of four, uniform crossover, one step along a sub-space as mutation, the best of parents and children live on. */
export const evolutionary: Explorer = (space, objective, options) => {
  const { random } = options, trials = new Trials(objective, options);
  const size = Math.max(4, Math.min(32, Math.floor(options.trials / 5)));
  let population: Sample[] = [...trials.seen.values()];
  while (population.length < size && !trials.done) { const p = freshPoint(space, trials, random), s = p && trials.evaluate(p); if (s === undefined) break; population.push(s); }
  const parent = (): Sample => Array.from({ length: 4 }, () => random.pick(population)).reduce((a, b) => (b.value < a.value ? b : a));
  for (let idle = 0; !trials.done && population.length > 0 && idle < 50;) {
    const before = trials.trace.length, children: Sample[] = [];
    for (let i = 0; i < size && !trials.done; i++) {
      const a = parent().point, b = parent().point;
      let child = a.map((x, k) => (random.next() < 0.5 ? x : b[k]!));
      if (random.next() < 0.8) child = random.pick([child, ...neighbours(space, child)]);
      if (trials.has(child)) child = random.next() < 0.5 ? random.pick([child, ...neighbours(space, child)]) : randomPoint(space, random);
      const s = trials.evaluate(child);
      if (s !== undefined) children.push(s);
    }
    population = [...new Map([...population, ...children].map((s) => [s.point.join(), s])).values()].sort((a, b) => (a.value === b.value ? 0 : a.value - b.value)).slice(0, size);
    idle = trials.trace.length === before ? idle + 1 : 0;
  }
  return trials.result();
};
