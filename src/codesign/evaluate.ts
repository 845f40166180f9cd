/**
 * Hardware evaluations: the software search of every layer on a design, added up. Two budgets (multi-fidelity): all designs get a small one; those that
 * could still join the Pareto set, were their latency and energy lower by `slack`, get the full one, going on from what they have. Searches begin at the
 * schedules of the nearest designs that were evaluated before (warm starts). Bounds on power and energy hold for a workload as a whole, so schedules are chosen
 * for all layers together (allot.ts). Results depend on seed and order alone, not on how many threads work.
 */
import { seedOf } from '../search/random.ts';
import { allot, type Bounds, boundsOf, frontOf, holds, isBounded } from './allot.ts';
import type { Codesign } from './declaration.ts';
import { type HardwarePoint, type HardwareSpace, keyOf } from './hardware-space.ts';
import type { LayerRequest, LayerResult, ScheduleSeed } from './layer-search.ts';
import { feasible, type Metrics } from './metrics.ts';
import { dominates } from './pareto.ts';
import type { Prepared } from './setup.ts';
import { totalOf, Transfer } from './transfer.ts';

export interface Observation {
  readonly point: HardwarePoint;
  /** Undefined: some layer has no schedule that fits. */
  readonly metrics: Metrics | undefined;
  readonly schedules: readonly (ScheduleSeed | undefined)[];
  /** Cycles of one run of each layer. */
  readonly cycles: readonly number[];
  readonly fidelity: 'low' | 'full';
  /** Schedules looked at. */
  readonly trials: number;
}

/** Runs many searches, in any order, and gives their results in the order asked. */
export interface Pool { search(requests: readonly LayerRequest[]): Promise<readonly LayerResult[]>; close(): Promise<void> }

/** Of each design and layer. */
type Starts = readonly (readonly (readonly ScheduleSeed[])[])[];

export interface Budget { readonly low: number; readonly full: number; readonly slack: number; /** How many neighbours give starts. */ readonly neighbours: number }
export const budgetOf = (trials: number): Budget => ({ low: Math.max(32, Math.ceil(trials / 8)), full: trials, slack: 0.15, neighbours: 2 });

export class Evaluations {
  readonly codesign: Codesign;
  readonly space: HardwareSpace;
  /** Whether power is energy over latency. */
  readonly coupled: boolean;
  private readonly transfer: Transfer;
  private readonly perLayerPower: boolean;
  private readonly bounds: Bounds;
  private readonly isSearched: boolean;

  constructor({ codesign, space, settings }: Prepared, private readonly pool: Pool, private readonly budget: Budget, private readonly seed: number) {
    this.codesign = codesign;
    this.space = space;
    this.perLayerPower = settings.model.name === 'compat';
    this.coupled = !this.perLayerPower;
    this.bounds = boundsOf(codesign.constraints);
    this.isSearched = settings.explorer !== 'untuned';
    this.transfer = new Transfer(codesign, space, settings, this.perLayerPower);
  }

  /** With the schedules of neighbours alone. */
  foresee(point: HardwarePoint, known: readonly Observation[]): Metrics | undefined { return this.transfer.foresee(point, known); }

  /** `known`: all evaluations before. */
  async evaluate(points: readonly HardwarePoint[], known: readonly Observation[]): Promise<Observation[]> {
    const starts = points.map((p) => this.starts(p, known));
    const low = await this.run(points, this.budget.low, starts, 'low');
    const front = [...known, ...low.map((l) => l.observation)].flatMap((o) => (o.metrics !== undefined && feasible(o.metrics, this.codesign.constraints) ? [this.vector(o.metrics)] : []));
    const promoted = low.flatMap((l, i) => (l.complete || l.observation.metrics === undefined || !this.promising(l.observation.metrics, front) ? [] : [i]));
    const full = await this.run(promoted.map((i) => points[i]!), this.budget.full, promoted.map((i) => low[i]!.observation.schedules.map((s, layer) => [...(s === undefined ? [] : [s]), ...starts[i]![layer]!])), 'full');
    return low.map((l, i): Observation => {
      const at = promoted.indexOf(i), more = full[at]?.observation;
      if (l.complete) return { ...l.observation, fidelity: 'full' };
      return more === undefined ? l.observation : { ...more, trials: more.trials + l.observation.trials };
    });
  }

  private vector(m: Metrics): number[] { return this.codesign.objectives.map((o) => m[o]); }

  private promising(m: Metrics, front: readonly (readonly number[])[]): boolean {
    const keep = 1 - this.budget.slack, better: Metrics = { ...m, latency: m.latency * keep, cycles: m.cycles * keep, energy: m.energy * keep, power: m.power * keep };
    const v = this.vector(better);
    return feasible(better, this.codesign.constraints) && !front.some((f) => dominates(f, v));
  }

  private async run(points: readonly HardwarePoint[], trials: number, starts: Starts, fidelity: 'low' | 'full'): Promise<{ observation: Observation; complete: boolean }[]> {
    const found = await this.searchAll(points, trials, starts, fidelity, points.map(() => 0));
    // Where energy and power are bounded and no objective, nothing is gained by sparing more than the bound asks.
    const first = isBounded(this.bounds) && !this.codesign.objectives.some((o) => o === 'power' || o === 'energy') ? found.map((results) => results.map((r): LayerResult => ({ ...r, ...r.alternatives[0] }))) : found;
    const results = isBounded(this.bounds) ? await this.within(points, trials, first, fidelity) : first;
    return points.map((point, i) => this.total(point, results[i]!, fidelity));
  }

  /** Of each design, every layer's search at the design's price of energy. */
  private async searchAll(points: readonly HardwarePoint[], trials: number, starts: Starts, fidelity: 'low' | 'full', prices: readonly number[]): Promise<(readonly LayerResult[])[]> {
    const { layers } = this.codesign;
    const requests = points.flatMap((point, i) => layers.map((l, layer): LayerRequest => ({ point, layer, trials, starts: starts[i]![layer]!, seed: seedOf(this.seed, keyOf(point), l.name, fidelity, ...(prices[i] === 0 ? [] : ['priced'])), price: prices[i]! })));
    const results = await this.pool.search(requests);
    return points.map((_, i) => results.slice(i * layers.length, (i + 1) * layers.length));
  }

  /**
   * Where the schedules of a design miss a bound on the whole, energy gets the price at which those that were looked at would meet it, every layer is searched
   * once more at that price, and schedules are allotted to layers within the bound. Where nothing meets it, what a joule costs is all that counts.
   */
  private async within(points: readonly HardwarePoint[], trials: number, first: readonly (readonly LayerResult[])[], fidelity: 'low' | 'full'): Promise<(readonly LayerResult[])[]> {
    const counts = this.codesign.layers.map((l) => l.count), fronts = first.map((results) => results.map((r) => r.alternatives));
    const short = points.flatMap((_, i) => { const m = totalOf(this.codesign, first[i]!, this.perLayerPower); return m === undefined || holds(this.bounds, m.latency, m.energy) ? [] : [i]; });
    const again = short.filter((i) => this.isSearched && first[i]!.some((r) => !r.complete)), before = again.map((i) => allot(counts, fronts[i]!, this.bounds));
    const priced = await this.searchAll(again.map((i) => points[i]!), trials, before.map((b) => b.chosen.map((s) => (s.schedule === undefined ? [] : [s.schedule]))), fidelity, before.map((b) => b.price));
    return first.map((results, i) => {
      if (!short.includes(i)) return results;
      const more = priced[again.indexOf(i)], lists = fronts[i]!.map((h, layer) => frontOf([...h, ...(more?.[layer]!.alternatives ?? [])]));
      const { chosen } = allot(counts, lists, this.bounds);
      return results.map((r, layer): LayerResult => ({ ...r, ...chosen[layer]!, trials: r.trials + (more?.[layer]!.trials ?? 0) }));
    });
  }

  private total(point: HardwarePoint, results: readonly LayerResult[], fidelity: 'low' | 'full'): { observation: Observation; complete: boolean } {
    const metrics = totalOf(this.codesign, results, this.perLayerPower);
    return {
      observation: { point, metrics, schedules: results.map((r) => r.schedule), cycles: results.map((r) => r.cycles), fidelity, trials: results.reduce((n, r) => n + r.trials, 0) },
      complete: results.every((r) => r.complete),
    };
  }

  /** By layer: schedules of the nearest designs of the same accelerator. */
  private starts(point: HardwarePoint, known: readonly Observation[]): (readonly ScheduleSeed[])[] {
    const here = this.space.encode(point);
    const distance = (o: Observation): number => this.space.encode(o.point).reduce((sum, x, i) => sum + (x - here[i]!) ** 2, 0);
    const near = known.filter((o) => o.metrics !== undefined && o.point.accelerator === point.accelerator).map((o) => ({ o, d: distance(o) })).sort((a, b) => a.d - b.d).slice(0, this.budget.neighbours);
    return this.codesign.layers.map((_, layer) => near.flatMap(({ o }) => o.schedules[layer] ?? []));
  }
}
