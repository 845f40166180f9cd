/** The software search within one hardware evaluation: the best schedule of one layer on one design. */
import type { CostModel } from '../cost/model.ts';
import { explorers, type ExplorerName } from '../search/explorers.ts';
import { untuned } from '../search/simple.ts';
import { layerSpace } from '../search/layer.ts';
import type { AcceleratorSpace, FactorRule } from '../search/accelerator-space.ts';
import { Random } from '../search/random.ts';
import { type Objective, type Point, sizeOf } from '../search/space.ts';
import type { Codesign } from './declaration.ts';
import type { HardwarePoint, HardwareSpace } from './hardware-space.ts';

/** A schedule without reference to one design: cuts of the computation's axes, hoisted sums, which choice of loops. */
export interface ScheduleSeed { readonly cuts: readonly number[]; readonly hoist: number; readonly choice: number }

/** `untuned`: no search (search/simple.ts). */
export type SoftwareSearch = ExplorerName | 'untuned';

/** `trials`: new schedules that may be looked at; spaces of at most `exhaustive` are looked at whole. */
export interface SearchSettings { readonly model: CostModel; readonly rule: FactorRule; readonly explorer: SoftwareSearch; readonly exhaustive: number }

export interface LayerRequest { readonly point: HardwarePoint; readonly layer: number; readonly trials: number; readonly starts: readonly ScheduleSeed[]; readonly seed: number }
export interface LayerResult {
  readonly cycles: number;
  readonly seconds: number;
  readonly energy: number;
  readonly power: number;
  readonly area: number;
  readonly schedule: ScheduleSeed | undefined;
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

class Economy {
  private least = Infinity;
  private near: { readonly point: Point; readonly cycles: number }[] = [];

  constructor(private readonly space: AcceleratorSpace) {}

  readonly objective: Objective = (point) => {
    const cycles = this.space.cycles(point);
    if (cycles <= this.least * (1 + tolerance)) {
      if (cycles < this.least) this.least = cycles;
      if (cycles < Infinity) this.near.push({ point: [...point], cycles });
    }
    return cycles;
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
}

const nothing: LayerResult = { cycles: Infinity, seconds: Infinity, energy: Infinity, power: Infinity, area: Infinity, schedule: undefined, trials: 0, complete: true };

export function searchLayer(c: Codesign, space: HardwareSpace, settings: SearchSettings, request: LayerRequest): LayerResult {
  const schedules = spaceOfLayer(c, space, settings, request.point, request.layer);
  if (schedules === undefined) return nothing;
  const size = sizeOf(schedules), complete = size <= settings.exhaustive;
  const economy = new Economy(schedules), explorer = complete ? explorers.exhaustive : settings.explorer === 'untuned' ? untuned : explorers[settings.explorer];
  const found = explorer(schedules, economy.objective, {
    trials: complete ? size : request.trials, random: new Random(request.seed),
    start: complete ? [] : request.starts.map((s) => schedules.nearest(s.cuts, s.hoist, s.choice)),
  });
  const best = economy.best();
  if (best === undefined) return { ...nothing, trials: found.trials, complete };
  const { evaluator, tiles, hoist, choice } = schedules.schedule(best);
  const e = evaluator.estimate(tiles, hoist);
  return { cycles: e.cycles, seconds: e.seconds, energy: e.energy, power: e.power, area: e.area, schedule: { cuts: schedules.cutsAt(best), hoist, choice }, trials: found.trials, complete };
}
