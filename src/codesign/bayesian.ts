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

const bounded = (m: Metric, constraints: readonly Constraint[]): boolean => constraints.some((c) => c.metric === m && c.upper && !c.inCycles);

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
  private readonly foreseenMetrics = new Map<string, Metrics | undefined>();
  private readonly beliefs = new Map<string, readonly Marginal[]>();
  /** Of a design of which no relative is known: the middle of what was seen. */
  private readonly fallback: Foreseen | undefined;

  /** `open`: designs that may be chosen, or some of them. */
  constructor(private readonly q: Question, open: readonly HardwarePoint[]) {
    const { objectives, constraints, seen, space } = q;
    const good = seen.flatMap((o) => (o.metrics === undefined ? [] : [{ point: o.point, metrics: o.metrics }]));
    const middle = (m: Metric | 'cycles'): number => good.reduce((sum, g) => sum + Math.log(g.metrics[m]), 0) / good.length;
    this.fallback = q.foresee === undefined ? undefined : { latency: middle('latency'), power: middle('power'), area: middle('area'), energy: middle('energy'), cycles: middle('cycles') };
    const within = good.filter((g) => feasible(g.metrics, constraints)), vectors = within.map((g) => objectives.map((m) => g.metrics[m]));
    const front = paretoPositions(vectors);
    this.front = front.length > 0 ? front.map((i) => within[i]!.point) : good.map((g) => g.point);
    // Bounds that are the reference need no factor of their own.
    this.others = constraints.filter((c) => !(c.upper && !c.inCycles && objectives.includes(c.metric)));
    const wanted = new Set<Metric | 'cycles'>([...objectives, ...this.others.map((c) => (c.inCycles ? 'cycles' : c.metric))]);
    const points = good.map((g) => space.encode(g.point));
    const base = good.map((g) => this.foreseen(g.point));
    this.models = new Map([...wanted].map((m) => [m, GaussianProcess.fit(points, good.map((g, i) => Math.log(g.metrics[m]) - (base[i]?.[m] ?? 0)), q.foresee === undefined ? undefined : 0)]));
    this.runs = good.length === seen.length ? undefined : GaussianProcess.fit(seen.map((o) => space.encode(o.point)), seen.map((o) => (o.metrics === undefined ? -1 : 1)));
    // What was chosen so far is good somewhere, so the worst of it says little of the worst there is: that is foreseen.
    const worst = objectives.map((_, j) => open.reduce((most, p) => Math.max(most, Math.exp(this.marginals(p)[j]!.mean)), 0));
    const reference = referenceOf(objectives, constraints, good.map((g) => g.metrics)).map((r, j) => (bounded(objectives[j]!, constraints) ? r : Math.max(r, 1.1 * worst[j]!)));
    this.improvement = new ExpectedImprovement(front.map((i) => vectors[i]!), reference);
  }

  value(p: HardwarePoint): number {
    const key = keyOf(p), known = this.known.get(key);
    if (known !== undefined) return known;
    const v = this.compute(p);
    this.known.set(key, v);
    return v;
  }

  private marginals(p: HardwarePoint): readonly Marginal[] {
    const key = keyOf(p), known = this.beliefs.get(key) ?? this.q.objectives.map((m) => this.marginal(p, m));
    this.beliefs.set(key, known);
    return known;
  }
  private marginal(p: HardwarePoint, m: Metric | 'cycles'): Marginal {
    const { mean, deviation } = this.models.get(m)!.predict(this.q.space.encode(p));
    return { mean: mean + (this.foreseen(p)?.[m] ?? 0), deviation, log: true };
  }

  /** Logarithms. The processes learn what is left between them and the truth. */
  private foreseen(p: HardwarePoint): Foreseen | undefined {
    const key = keyOf(p), m = this.foreseenMetrics.has(key) ? this.foreseenMetrics.get(key) : this.q.foresee?.(p);
    this.foreseenMetrics.set(key, m);
    return m === undefined ? this.fallback : { latency: Math.log(m.latency), power: Math.log(m.power), area: Math.log(m.area), energy: Math.log(m.energy), cycles: Math.log(m.cycles) };
  }

  /** The logarithm, so that improvements too small for one number after the other still compare. */
  private compute(p: HardwarePoint): number {
    const x = this.q.space.encode(p), marginals = this.marginals(p);
    const expected = Math.log(this.improvement.of(marginals));
    // Where nothing is expected, what is least known goes first.
    let value = expected > -690 ? expected : -700 + marginals.reduce((sum, m) => sum + m.deviation, 0);
    for (const c of this.others) {
      const { mean, deviation } = this.marginal(p, c.inCycles ? 'cycles' : c.metric), z = (Math.log(c.bound) - mean) / Math.max(deviation, 1e-12);
      value += logCumulative(c.upper ? z : -z);
    }
    if (this.runs !== undefined) { const { mean, deviation } = this.runs.predict(x); value += logCumulative(mean / Math.max(deviation, 1e-12)); }
    return value;
  }
}
