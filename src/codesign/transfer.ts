/**
 * The lowest fidelity: what a design would do with schedules of its neighbours, without a search. For each layer the schedules of the nearest designs that
 * were evaluated are asked of the cost model, cut smaller where they do not fit, and the fastest counts. A hardware search learns how far a search
 * of its own goes beyond that, which is a flatter function of the design than what the layers take.
 */
import { type Problem, problemOf, problemOn } from '../cost/problem.ts';
import { AcceleratorSpace } from '../search/accelerator-space.ts';
import { axesOf } from '../partition/computation.ts';
import { extentsFor, type Intrinsic } from '../partition/declare.ts';
import type { Design } from '../partition/space.ts';
import { evaluate, type IndexExpr } from '../ir/index-expr.ts';
import type { Codesign } from './declaration.ts';
import { type HardwarePoint, type HardwareSpace, keyOf } from './hardware-space.ts';
import { type LayerResult, type ScheduleSeed, type SearchSettings, tolerance } from './layer-search.ts';
import type { Metrics } from './metrics.ts';
import type { Observation } from './evaluate.ts';

/** Sums over layers; undefined where one does not run. `perLayerPower`: the mean over runs, as HASCO's release has it, not energy over latency. */
export function totalOf(c: Codesign, results: readonly Pick<LayerResult, 'seconds' | 'energy' | 'cycles' | 'power' | 'area'>[], perLayerPower: boolean): Metrics | undefined {
  let latency = 0, energy = 0, cycles = 0, power = 0, area = 0, runs = 0;
  results.forEach((r, i) => {
    const { count } = c.layers[i]!;
    latency += count * r.seconds;
    energy += count * r.energy;
    cycles += count * r.cycles;
    power += count * r.power;
    area = Math.max(area, r.area);
    runs += count;
  });
  return latency < Infinity ? { latency, energy, cycles, area, power: perLayerPower ? power / runs : energy / latency } : undefined;
}

/** Designs whose schedules are asked for, so that a network of many layers is foreseen as quickly as one layer. */
const neighboursFor = (layers: number): number => Math.max(1, Math.floor(40 / layers) - 1);

export class Transfer {
  constructor(private readonly codesign: Codesign, private readonly space: HardwareSpace, private readonly settings: SearchSettings, private readonly perLayerPower: boolean) {}

  /** From evaluations of other designs; undefined where none of the same accelerator is known. */
  foresee(point: HardwarePoint, known: readonly Observation[]): Metrics | undefined {
    const near = this.nearest(point, known);
    if (near.length === 0) return undefined;
    const key = `${keyOf(point)} ${near.map((o) => this.numberOf(o)).join()}`, before = this.asked.get(key);
    if (before !== undefined) return before;
    const at: Place = { accelerator: point.accelerator, design: this.space.design(point), steps: new Map() };
    const results = this.codesign.layers.map((_, layer) => this.bestOf(at, layer, near.flatMap((o) => o.schedules[layer] ?? [])));
    const found = totalOf(this.codesign, results, this.perLayerPower) ?? near[0]?.metrics;
    if (found !== undefined) this.asked.set(key, found);
    return found;
  }
  /** A search looks at neighbours of its best designs again and again, and mostly the same designs are nearest to them. */
  private readonly asked = new Map<string, Metrics>();
  private readonly numbers = new WeakMap<Observation, number>();
  private observations = 0;
  private numberOf(o: Observation): number {
    const found = this.numbers.get(o) ?? this.observations++;
    this.numbers.set(o, found);
    return found;
  }

  private nearest(point: HardwarePoint, known: readonly Observation[]): readonly Observation[] {
    const here = this.space.encode(point), key = keyOf(point);
    const others = known.filter((o) => o.metrics !== undefined && o.point.accelerator === point.accelerator && keyOf(o.point) !== key);
    return others.map((o) => ({ o, d: this.encoded(o).reduce((sum, x, i) => sum + (x - here[i]!) ** 2, 0) })).sort((a, b) => a.d - b.d).slice(0, neighboursFor(this.codesign.layers.length)).map((x) => x.o);
  }
  private readonly encodings = new WeakMap<Observation, Float64Array>();
  private encoded(o: Observation): Float64Array {
    const found = this.encodings.get(o) ?? this.space.encode(o.point);
    this.encodings.set(o, found);
    return found;
  }

  /** The fastest within the tolerance of the software search that takes least energy. */
  private bestOf(place: Place, layer: number, seeds: readonly ScheduleSeed[]): Result {
    const spaces = new Map<number, AcceleratorSpace>(), tried = new Map<string, { readonly space: AcceleratorSpace; readonly at: readonly number[]; readonly cycles: number }>();
    for (const seed of seeds) {
      const space = spaces.get(seed.choice) ?? this.oneChoice(place, layer, seed.choice);
      spaces.set(seed.choice, space);
      const at = fitting(space, space.nearest(seed.cuts, seed.hoist, 0)), key = `${seed.choice} ${at.join()}`;
      if (!tried.has(key)) tried.set(key, { space, at, cycles: space.cycles(at) });
    }
    const least = Math.min(...[...tried.values()].map((t) => t.cycles));
    if (!(least < Infinity)) return nothing;
    const near = [...tried.values()].filter((t) => t.cycles <= least * (1 + tolerance)), [only] = near;
    const best = near.length === 1 ? only! : near.map((t) => ({ ...t, energy: t.space.energy(t.at) })).reduce((x, y) => (y.energy < x.energy ? y : x));
    const { evaluator, tiles, hoist } = best.space.schedule(best.at);
    return evaluator.numbers(tiles, hoist);
  }

  /** By accelerator, layer and match, on whichever design came first. */
  private readonly spaces = new Map<string, { readonly problem: Problem; readonly space: AcceleratorSpace }>();

  /** The schedules of one way to match a layer. */
  private oneChoice({ accelerator, design, steps }: Place, layer: number, choice: number): AcceleratorSpace {
    const { intrinsic, selection } = this.codesign.choices[accelerator]![layer]![choice]!, key = `${accelerator} ${layer} ${choice}`, known = this.spaces.get(key);
    if (known !== undefined) {
      const own = steps.get(intrinsic) ?? extentsFor(intrinsic, design);
      steps.set(intrinsic, own);
      return known.space.on([this.settings.model.prepare(problemOn(known.problem, design, own))]);
    }
    const { kernel, computation, sizes } = this.codesign.layers[layer]!, problem = problemOf(kernel, computation, intrinsic, selection, design, sizes);
    const axes = axesOf(computation), number = (e: IndexExpr): number => evaluate(e, (_, id) => sizes[id] ?? 0);
    const space = new AcceleratorSpace(axes, axes.map((a) => number(a.extent)), [this.settings.model.prepare(problem)], this.settings.rule);
    this.spaces.set(key, { problem, space });
    return space;
  }
}
/** A design, with the extents that it gives to indices of intrinsics. */
interface Place { readonly accelerator: number; readonly design: Design; readonly steps: Map<Intrinsic, ReadonlyMap<string, number>> }
type Result = Pick<LayerResult, 'seconds' | 'energy' | 'cycles' | 'power' | 'area'>;
const nothing: Result = { cycles: Infinity, seconds: Infinity, energy: Infinity, power: Infinity, area: Infinity };

/** The longest cut goes down until everything fits. */
function fitting(space: AcceleratorSpace, from: readonly number[]): number[] {
  const at = [...from];
  while (space.cycles(at) === Infinity) {
    let longest = 0;
    for (let a = 1; a < space.axes.length; a++) if (at[a]! > at[longest]!) longest = a;
    if (at[longest] === 0) break;
    at[longest] = at[longest]! - 1;
  }
  return at;
}
