/**
 * The heuristic of HASCO: start points by annealing, and their neighbours. A random evaluated point p becomes a start with probability
 * exp(-γ·(l_p - l*)/l*), l* the best, γ = 0.5; else the best does. All neighbours of a start are tried, then it is retired; some points are always fresh.
 */
import { type Explorer, type Sample, type SearchOptions, Trials } from './explorer.ts';
import { freshPoint } from './simple.ts';
import { neighbours, type SearchSpace } from './space.ts';

export const gamma = 0.5;

/** A start among the points that run and still have neighbours to try; undefined where there is none. */
export function startPoint(trials: Trials, retired: ReadonlySet<Sample>, random: SearchOptions['random']): Sample | undefined {
  const open = trials.feasible.filter((s) => !retired.has(s));
  if (open.length === 0) return undefined;
  const best = open.reduce((a, b) => (b.value < a.value ? b : a));
  const drawn = random.pick(open), least = trials.best?.value ?? best.value;
  return random.next() < Math.exp((-gamma * (drawn.value - least)) / least) ? drawn : best;
}

/** Random points before the search proper: a tenth of the trials, at least 8 and at most 200, and on until one runs. */
export function warmUp(space: SearchSpace, trials: Trials, options: SearchOptions): void {
  const wanted = Math.max(8, Math.min(200, Math.floor(options.trials / 10)));
  for (let i = 0; (i < wanted || trials.feasible.length === 0) && !trials.done; i++) {
    const p = freshPoint(space, trials, options.random);
    if (p === undefined) return;
    trials.evaluate(p);
  }
}

export const heuristic: Explorer = (space, objective, options) => {
  const trials = new Trials(objective, options), retired = new Set<Sample>();
  warmUp(space, trials, options);
  while (!trials.done) {
    const start = startPoint(trials, retired, options.random);
    for (const p of start === undefined ? [] : neighbours(space, start.point)) trials.evaluate(p);
    if (start !== undefined) retired.add(start);
    const fresh = freshPoint(space, trials, options.random);
    if (fresh !== undefined) trials.evaluate(fresh);
    else if (start === undefined) break;
  }
  return trials.result();
};
