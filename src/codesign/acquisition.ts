/**
 * How much a design promises: the expected hypervolume improvement under Gaussian processes for the logarithms of the metrics, times the probability that
 * constraints hold and that the design runs.
 *
 * Power is energy over latency, and energy is the smoother of the two: a design with twice the banks may take half the time for the same work. So processes learn
 * energy and latency, and power follows.
 */
import { ExpectedImprovement, type Marginal, quotientImprovement } from './ehvi.ts';
import { GaussianProcess } from './gp.ts';
import { type HardwarePoint, keyOf } from './hardware-space.ts';
import type { Question } from './methods.ts';
import { type Constraint, feasible, type Metric, type Metrics } from './metrics.ts';
import { logCumulative } from './normal.ts';
import { paretoPositions, type Vector } from './pareto.ts';

const bounded = (m: Metric, constraints: readonly Constraint[]): boolean => constraints.some((c) => c.metric === m && c.upper && !c.inCycles);

/** The reference of the improvement: an upper bound where there is one, else a tenth beyond the worst seen. */
export function referenceOf(objectives: readonly Metric[], constraints: readonly Constraint[], seen: readonly Metrics[]): Vector {
  return objectives.map((m) => {
    const bounds = constraints.flatMap((c) => (c.metric === m && c.upper && !c.inCycles ? [c.bound] : []));
    return bounds.length > 0 ? Math.min(...bounds) : 1.1 * Math.max(...seen.map((x) => x[m]));
  });
}

type Foreseen = Readonly<Record<Metric | 'cycles', number>>;

export class Acquisition {
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
    const asked: (Metric | 'cycles')[] = [...objectives, ...this.others.map((c) => (c.inCycles ? 'cycles' : c.metric))];
    const wanted = new Set(asked.flatMap((m): (Metric | 'cycles')[] => (m === 'power' && q.coupled ? ['energy', 'latency'] : [m])));
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
    if (m === 'power' && this.q.coupled) {
      const energy = this.marginal(p, 'energy'), latency = this.marginal(p, 'latency');
      return { mean: energy.mean - latency.mean, deviation: Math.hypot(energy.deviation, latency.deviation), log: true };
    }
    const { mean, deviation } = this.models.get(m)!.predict(this.q.space.encode(p));
    return { mean: mean + (this.foreseen(p)?.[m] ?? 0), deviation, log: true };
  }

  /** Logarithms. The processes learn what is left between them and the truth. */
  private foreseen(p: HardwarePoint): Foreseen | undefined {
    const key = keyOf(p), m = this.foreseenMetrics.has(key) ? this.foreseenMetrics.get(key) : this.q.foresee?.(p);
    this.foreseenMetrics.set(key, m);
    return m === undefined ? this.fallback : { latency: Math.log(m.latency), power: Math.log(m.power), area: Math.log(m.area), energy: Math.log(m.energy), cycles: Math.log(m.cycles) };
  }

  private expected(p: HardwarePoint, marginals: readonly Marginal[]): number {
    const { objectives, coupled } = this.q, latency = objectives.indexOf('latency'), power = objectives.indexOf('power');
    // With energy an objective as well, three of them hang together; its marginal is taken for independent.
    if (!coupled || latency < 0 || power < 0 || objectives.includes('energy')) return this.improvement.of(marginals);
    return quotientImprovement(this.improvement, marginals, latency, power, this.marginal(p, 'energy'));
  }

  /** The logarithm, so that improvements too small for one number after the other still compare. */
  private compute(p: HardwarePoint): number {
    const x = this.q.space.encode(p), marginals = this.marginals(p);
    const expected = Math.log(this.expected(p, marginals));
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
