/**
 * How the next designs are chosen. A method is a function of what was evaluated so far, in order, and of the seed: an interrupted search that is given its
 * evaluations again goes on as if nothing had happened.
 */
import { Random, seedOf } from '../search/random.ts';
import type { Observation } from './evaluate.ts';
import { type HardwarePoint, type HardwareSpace, keyOf } from './hardware-space.ts';
import type { Constraint, Metric, Metrics } from './metrics.ts';

export interface Question {
  readonly space: HardwareSpace;
  /** How many layers the workload has. */
  readonly layers: number;
  readonly objectives: readonly Metric[];
  readonly constraints: readonly Constraint[];
  readonly seed: number;
  /** Designs that may be evaluated in all. */
  readonly evals: number;
  readonly seen: readonly Observation[];
  /** Whether power is energy over latency, as it is unless a model has a power of its own for each layer. */
  readonly coupled: boolean;
  /** What the schedules of other designs would do here; without it a search knows nothing but what it evaluated. */
  readonly foresee?: (p: HardwarePoint) => Metrics | undefined;
}
/** At most `evals - seen` designs that were not seen; none where there is nothing left to try. */
export type Method = (q: Question) => HardwarePoint[];

const batch = 64;

export const enumerateAll: Method = ({ space, seen, evals }) => {
  const from = seen.length, to = Math.min(space.size, evals, from + batch);
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => space.at(from + i));
};

export const randomMethod: Method = ({ space, seen, seed, evals }) => fresh(space, new Set(seen.map((o) => keyOf(o.point))), new Random(seedOf(seed, 'random', seen.length)), Math.min(16, evals - seen.length));

/** Up to `count` new designs at random. */
export function fresh(space: HardwareSpace, taken: ReadonlySet<string>, random: Random, count: number): HardwarePoint[] {
  const found = new Map<string, HardwarePoint>();
  for (let tries = 0; found.size < count && tries < 200 * count + 200; tries++) {
    const p = space.random(random), key = keyOf(p);
    if (!taken.has(key)) found.set(key, p);
  }
  // Nearly all are taken: the rest one by one.
  for (let i = 0; found.size < count && i < Math.min(space.size, 1e5); i++) { const p = space.at(i), key = keyOf(p); if (!taken.has(key)) found.set(key, p); }
  return [...found.values()];
}
