/** The software search within one hardware evaluation: the best schedule of one layer on one design. */
import { calibratedConstants } from '../cost/constants.ts';
import type { CostModel } from '../cost/model.ts';
import { parameter } from '../cost/problem.ts';
import { explorers, type ExplorerName } from '../search/explorers.ts';
import { untuned } from '../search/simple.ts';
import { layerSpace } from '../search/layer.ts';
import type { AcceleratorSpace, FactorRule } from '../search/accelerator-space.ts';
import { Random } from '../search/random.ts';
import { type Objective, type Point, sizeOf } from '../search/space.ts';
import { boundsOf, frontOf, isBounded, thinned } from './allot.ts';
import type { Codesign } from './declaration.ts';
import type { HardwarePoint, HardwareSpace } from './hardware-space.ts';

/** A schedule without reference to one design: cuts of the computation's axes, hoisted sums, which choice of loops. */
export interface ScheduleSeed { readonly cuts: readonly number[]; readonly hoist: number; readonly choice: number }

/** `untuned`: no search (search/simple.ts). */
export type SoftwareSearch = ExplorerName | 'untuned';

/** `trials`: new schedules that may be looked at; spaces of at most `exhaustive` are looked at whole. */
export interface SearchSettings { readonly model: CostModel; readonly rule: FactorRule; readonly explorer: SoftwareSearch; readonly exhaustive: number }

/** `price`: what a joule counts, in seconds; Infinity: energy alone counts. */
export interface LayerRequest { readonly point: HardwarePoint; readonly layer: number; readonly trials: number; readonly starts: readonly ScheduleSeed[]; readonly seed: number; readonly price: number }
/** A schedule of a layer with what it takes; Infinity where there is none. */
export interface Scheduled { readonly cycles: number; readonly seconds: number; readonly energy: number; readonly power: number; readonly area: number; readonly schedule: ScheduleSeed | undefined }
export interface LayerResult extends Scheduled {
  /** Where power or energy of the whole is bounded: schedules that take less energy than any faster one, the fastest first. */
  readonly alternatives: readonly Scheduled[];
  readonly trials: number;
  /** Whether the whole space was looked at, so that more trials find nothing. */
  readonly complete: boolean;
}

export function spaceOfLayer(c: Codesign, space: HardwareSpace, settings: SearchSettings, point: HardwarePoint, layer: number): AcceleratorSpace | undefined {
  const { kernel, computation, sizes } = c.layers[layer]!;
  return layerSpace(kernel, computation, c.choices[point.accelerator]![layer]!, space.design(point), sizes, settings.model, settings.rule);
}

/**
 * Latency first, within reason: of the schedules that were looked at and take at most `tolerance` more cycles than the fastest, the one with the least
 * energy. A search for cycles alone takes a schedule that is 4 % faster and needs 2.8 times the power, so that power as a function of the design jumps about.
 */
export const tolerance = 0.05;

/** Schedules of a layer that are kept for a choice among all layers. */
const alternatives = 24;

class Economy {
  private least = Infinity;
  private near: { readonly point: Point; readonly cycles: number }[] = [];
  private all: { readonly point: Point; readonly seconds: number; readonly energy: number }[] = [];

  /** `second`: cycles of one; `price`: undefined where energy beyond the tolerance is of no interest. */
  constructor(private readonly space: AcceleratorSpace, private readonly second: number, private readonly price: number | undefined) {}

  readonly objective: Objective = (point) => {
    const cycles = this.space.cycles(point);
    if (cycles === Infinity) return Infinity;
    if (cycles <= this.least * (1 + tolerance)) {
      if (cycles < this.least) this.least = cycles;
      this.near.push({ point: [...point], cycles });
    }
    if (this.price === undefined) return cycles;
    const energy = this.space.energy(point), seconds = cycles / this.second;
    this.all.push({ point: [...point], seconds, energy });
    if (this.all.length > 4096) this.all = frontOf(this.all);
    return this.price === 0 ? cycles : this.price === Infinity ? energy : seconds + this.price * energy;
  };

  best(): Point | undefined {
    let best: Point | undefined, energy = Infinity;
    for (const { point, cycles } of this.near) {
      if (cycles > this.least * (1 + tolerance)) continue;
      const e = this.space.energy(point);
      if (e < energy) { energy = e; best = point; }
    }
    return best;
  }
  alternatives(): readonly Point[] { return thinned(frontOf(this.all), alternatives).map((x) => x.point); }
}

const nothing: LayerResult = { cycles: Infinity, seconds: Infinity, energy: Infinity, power: Infinity, area: Infinity, schedule: undefined, alternatives: [], trials: 0, complete: true };

export function searchLayer(c: Codesign, space: HardwareSpace, settings: SearchSettings, request: LayerRequest): LayerResult {
  const schedules = spaceOfLayer(c, space, settings, request.point, request.layer);
  if (schedules === undefined) return nothing;
  const size = sizeOf(schedules), complete = size <= settings.exhaustive;
  const economy = new Economy(schedules, parameter(space.design(request.point), 'clock', calibratedConstants.clock), isBounded(boundsOf(c.constraints)) ? request.price : undefined);
  const explorer = complete ? explorers.exhaustive : settings.explorer === 'untuned' ? untuned : explorers[settings.explorer];
  const found = explorer(schedules, economy.objective, {
    trials: complete ? size : request.trials, random: new Random(request.seed),
    start: complete ? [] : request.starts.map((s) => schedules.nearest(s.cuts, s.hoist, s.choice)),
  });
  const best = economy.best();
  if (best === undefined) return { ...nothing, trials: found.trials, complete };
  const scheduled = (point: Point): Scheduled => {
    const { evaluator, tiles, hoist, choice } = schedules.schedule(point), e = evaluator.estimate(tiles, hoist);
    return { cycles: e.cycles, seconds: e.seconds, energy: e.energy, power: e.power, area: e.area, schedule: { cuts: schedules.cutsAt(point), hoist, choice } };
  };
  return { ...scheduled(best), alternatives: economy.alternatives().map(scheduled), trials: found.trials, complete };
}
