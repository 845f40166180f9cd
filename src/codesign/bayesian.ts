/**
 * Multi-objective Bayesian optimisation: Sobol points first, then one design after the other, the one whose expected hypervolume improvement is largest under
 * a Gaussian process for the logarithm of each metric. Metrics span decades and follow products of parameters, which logarithms make smooth and additive.
 *
 * An upper bound on an objective is the reference there, so that what misses it improves nothing; other constraints, and whether a design runs at all,
 * multiply the improvement by their probability. Small spaces are looked at whole; in large ones the best of random designs and of neighbours of the Pareto
 * set climb from neighbour to neighbour.
 */
import { Random, seedOf } from '../search/random.ts';
import { ExpectedImprovement, type Marginal } from './ehvi.ts';
import { GaussianProcess } from './gp.ts';
import { type HardwarePoint, type HardwareSpace, keyOf } from './hardware-space.ts';
import { fresh, type Method, type Question } from './methods.ts';
import { type Constraint, feasible, type Metric, type Metrics } from './metrics.ts';
import { logCumulative } from './normal.ts';
import { paretoPositions, type Vector } from './pareto.ts';
import { sobol } from './sobol.ts';

/** Spaces up to this size are looked at whole. */
const whole = 4096;
const drawn = 1000, climbers = 5;

/** Points of the initial design. */
export const initialOf = (evals: number): number => Math.max(1, Math.min(10, Math.ceil(evals / 8)));

export const bayesian: Method = (q) => {
  const { space, seen, evals, seed } = q, initial = initialOf(evals), taken = new Set(seen.map((o) => keyOf(o.point)));
  if (seen.length >= Math.min(evals, space.size)) return [];
  if (seen.length < initial) return initialDesign(space, seed, initial, evals).slice(seen.length);
  const random = new Random(seedOf(seed, 'ehvi', seen.length));
  const runs = seen.filter((o) => o.metrics !== undefined);
  if (runs.length < 2) return fresh(space, taken, random, 1);
  const acquisition = new Acquisition(q);
  const best = space.size <= whole ? bestOf(acquisition, Array.from({ length: space.size }, (_, i) => space.at(i)).filter((p) => !taken.has(keyOf(p)))) : climb(acquisition, q, taken, random);
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

function climb(a: Acquisition, q: Question, taken: ReadonlySet<string>, random: Random): HardwarePoint | undefined {
  const { space } = q, open = (p: HardwarePoint): boolean => !taken.has(keyOf(p));
  const pool = [...fresh(space, taken, random, drawn), ...a.front.flatMap((p) => space.neighbours(p)).filter(open)];
  const starts = pool.map((p) => ({ p, v: a.value(p) })).sort((x, y) => y.v - x.v).slice(0, climbers);
  return starts.map((s) => {
    for (let at = s; ;) {
      const next = space.neighbours(at.p).filter(open).map((p) => ({ p, v: a.value(p) })).reduce((x, y) => (y.v > x.v ? y : x), at);
      if (next === at) return at;
      at = next;
    }
  }).reduce<{ p: HardwarePoint; v: number } | undefined>((x, y) => (x === undefined || y.v > x.v ? y : x), undefined)?.p;
}

/** The reference of the improvement: an upper bound where there is one, else a tenth beyond the worst seen. */
export function referenceOf(objectives: readonly Metric[], constraints: readonly Constraint[], seen: readonly Metrics[]): Vector {
  return objectives.map((m) => {
    const bounds = constraints.flatMap((c) => (c.metric === m && c.upper && !c.inCycles ? [c.bound] : []));
    return bounds.length > 0 ? Math.min(...bounds) : 1.1 * Math.max(...seen.map((x) => x[m]));
  });
}

type Foreseen = Readonly<Record<Metric | 'cycles', number>>;

class Acquisition {
  readonly front: readonly HardwarePoint[];
  private readonly improvement: ExpectedImprovement;
  private readonly models: ReadonlyMap<Metric | 'cycles', GaussianProcess>;
  private readonly runs: GaussianProcess | undefined;
  private readonly others: readonly Constraint[];
  private readonly known = new Map<string, number>();
  /** Of a design of which no relative is known: the middle of what was seen. */
  private readonly fallback: Foreseen | undefined;

  constructor(private readonly q: Question) {
    const { objectives, constraints, seen, space } = q;
    const good = seen.flatMap((o) => (o.metrics === undefined ? [] : [{ point: o.point, metrics: o.metrics }]));
    const middle = (m: Metric | 'cycles'): number => good.reduce((sum, g) => sum + Math.log(g.metrics[m]), 0) / good.length;
    this.fallback = q.foresee === undefined ? undefined : { latency: middle('latency'), power: middle('power'), area: middle('area'), energy: middle('energy'), cycles: middle('cycles') };
    const within = good.filter((g) => feasible(g.metrics, constraints)), vectors = within.map((g) => objectives.map((m) => g.metrics[m]));
    const reference = referenceOf(objectives, constraints, good.map((g) => g.metrics));
    const front = paretoPositions(vectors);
    this.front = front.length > 0 ? front.map((i) => within[i]!.point) : good.map((g) => g.point);
    this.improvement = new ExpectedImprovement(front.map((i) => vectors[i]!), reference);
    // Bounds that are the reference need no factor of their own.
    this.others = constraints.filter((c) => !(c.upper && !c.inCycles && objectives.includes(c.metric)));
    const wanted = new Set<Metric | 'cycles'>([...objectives, ...this.others.map((c) => (c.inCycles ? 'cycles' : c.metric))]);
    const points = good.map((g) => space.encode(g.point));
    const base = good.map((g) => this.foreseen(g.point));
    this.models = new Map([...wanted].map((m) => [m, GaussianProcess.fit(points, good.map((g, i) => Math.log(g.metrics[m]) - (base[i]?.[m] ?? 0)))]));
    this.runs = good.length === seen.length ? undefined : GaussianProcess.fit(seen.map((o) => space.encode(o.point)), seen.map((o) => (o.metrics === undefined ? -1 : 1)));
  }

  value(p: HardwarePoint): number {
    const key = keyOf(p), known = this.known.get(key);
    if (known !== undefined) return known;
    const v = this.compute(this.q.space.encode(p), this.foreseen(p));
    this.known.set(key, v);
    return v;
  }

  /** Logarithms. The processes learn what is left between them and the truth. */
  private foreseen(p: HardwarePoint): Foreseen | undefined {
    const m = this.q.foresee?.(p);
    return m === undefined ? this.fallback : { latency: Math.log(m.latency), power: Math.log(m.power), area: Math.log(m.area), energy: Math.log(m.energy), cycles: Math.log(m.cycles) };
  }

  /** The logarithm, so that improvements too small for one number after the other still compare. */
  private compute(x: Float64Array, base: Foreseen | undefined): number {
    const marginal = (m: Metric | 'cycles'): Marginal => { const { mean, deviation } = this.models.get(m)!.predict(x); return { mean: mean + (base?.[m] ?? 0), deviation, log: true }; };
    const marginals = this.q.objectives.map(marginal);
    const expected = Math.log(this.improvement.of(marginals));
    // Where nothing is expected, what is least known goes first.
    let value = expected > -690 ? expected : -700 + marginals.reduce((sum, m) => sum + m.deviation, 0);
    for (const c of this.others) {
      const { mean, deviation } = marginal(c.inCycles ? 'cycles' : c.metric), z = (Math.log(c.bound) - mean) / Math.max(deviation, 1e-12);
      value += logCumulative(c.upper ? z : -z);
    }
    if (this.runs !== undefined) { const { mean, deviation } = this.runs.predict(x); value += logCumulative(mean / Math.max(deviation, 1e-12)); }
    return value;
  }
}
