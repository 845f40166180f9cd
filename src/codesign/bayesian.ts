/**
 * Multi-objective Bayesian optimisation: Sobol points first, then one design after the other, the one whose expected hypervolume improvement is largest under
 * a Gaussian process for the logarithm of each metric. Metrics span decades and follow products of parameters, which logarithms make smooth and additive.
 *
 * An upper bound on an objective is the reference there, so that what misses it improves nothing; other constraints, and whether a design runs at all,
 * multiply the improvement by their probability. Small spaces are looked at whole; in large ones the best of random designs and of neighbours of the Pareto
 * set climb from neighbour to neighbour.
 */
import { Random, seedOf } from '../search/random.ts';
import { Acquisition } from './acquisition.ts';
import { type HardwarePoint, type HardwareSpace, keyOf } from './hardware-space.ts';
import { fresh, type Method, type Question } from './methods.ts';
import { sobol } from './sobol.ts';

/** Spaces up to this size are looked at whole. */
const whole = 4096;
const drawn = 1000, climbers = 5;
/** Each design that is foreseen asks for a schedule of every layer, so a network looks at fewer of them. */
const drawnOf = (q: Question): number => (q.foresee === undefined ? drawn : Math.max(100, Math.min(drawn, Math.floor(6000 / q.layers))));

/** Points of the initial design. */
export const initialOf = (evals: number): number => Math.max(1, Math.min(10, Math.ceil(evals / 4)));

export const bayesian: Method = (q) => {
  const { space, seen, evals, seed } = q, initial = initialOf(evals), taken = new Set(seen.map((o) => keyOf(o.point)));
  if (seen.length >= Math.min(evals, space.size)) return [];
  if (seen.length < initial) return initialDesign(space, seed, initial, evals).slice(seen.length);
  const random = new Random(seedOf(seed, 'ehvi', seen.length));
  const runs = seen.filter((o) => o.metrics !== undefined);
  if (runs.length < 2) return fresh(space, taken, random, 1);
  const open = space.size <= whole ? Array.from({ length: space.size }, (_, i) => space.at(i)).filter((p) => !taken.has(keyOf(p))) : fresh(space, taken, random, drawnOf(q));
  const acquisition = new Acquisition(q, open), best = space.size <= whole ? bestOf(acquisition, open) : climb(acquisition, q, taken, open);
  return best === undefined ? fresh(space, taken, random, 1) : [best];
};

/** Sobol points; where two fall on one design, the sequence goes on. */
function initialDesign(space: HardwareSpace, seed: number, initial: number, evals: number): HardwarePoint[] {
  const found = new Map<string, HardwarePoint>();
  for (const u of sobol(8 * initial, space.longest + 1, seed)) { const p = space.fromCube(u); if (found.size < initial) found.set(keyOf(p), p); }
  return [...found.values(), ...fresh(space, new Set(found.keys()), new Random(seedOf(seed, 'initial')), initial - found.size)].slice(0, evals);
}

function bestOf(a: Acquisition, points: readonly HardwarePoint[]): HardwarePoint | undefined {
  let best: HardwarePoint | undefined, most = -Infinity;
  for (const p of points) { const v = a.value(p); if (v > most) { most = v; best = p; } }
  return best;
}

function climb(a: Acquisition, q: Question, taken: ReadonlySet<string>, drawnOnes: readonly HardwarePoint[]): HardwarePoint | undefined {
  const { space } = q, open = (p: HardwarePoint): boolean => !taken.has(keyOf(p));
  const pool = [...drawnOnes, ...a.front.flatMap((p) => space.neighbours(p)).filter(open)];
  const starts = pool.map((p) => ({ p, v: a.value(p) })).sort((x, y) => y.v - x.v).slice(0, climbers);
  return starts.map((s) => {
    for (let at = s; ;) {
      const next = space.neighbours(at.p).filter(open).map((p) => ({ p, v: a.value(p) })).reduce((x, y) => (y.v > x.v ? y : x), at);
      if (next === at) return at;
      at = next;
    }
  }).reduce<{ p: HardwarePoint; v: number } | undefined>((x, y) => (x === undefined || y.v > x.v ? y : x), undefined)?.p;
}
